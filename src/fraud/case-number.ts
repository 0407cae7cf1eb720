import type { Random } from '#kit'

/** Crockford’s base 32 leaves out I, L, O and U: read aloud or copied by hand, no sign passes for another. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * A number to quote on the telephone, `G-7K4M-2Q`: 25 random bits that say nothing, and a check sign. It is quoted
 * beside a name, so it need only be unlike the person's other numbers: `taken` are those.
 */
export function newCaseNumber(random: Random, taken: ReadonlySet<string> = new Set()): string {
  for (;;) {
    const signs = [...random(5)].map((byte) => byte & 31)
    const text = [...signs, checkSign(signs)].map((sign) => SIGNS[sign]).join('')
    const number = `G-${text.slice(0, 4)}-${text.slice(4)}`
    if (!taken.has(number)) return number
  }
}

/** A case number as somebody typed or said it, set right; null when it cannot be one (a sign is wrong or swapped). */
export function readCaseNumber(text: string): string | null {
  const match = /^\s*G[\s-]*([0-9A-Z]{4})[\s-]*([0-9A-Z]{2})\s*$/.exec(text.toUpperCase())
  if (!match) return null
  const written = `${match[1]}${match[2]}`.replaceAll('O', '0').replace(/[IL]/g, '1')
  const signs = [...written].map((sign) => SIGNS.indexOf(sign))
  if (signs.includes(-1) || checkSign(signs.slice(0, -1)) !== signs.at(-1)) return null
  return `G-${written.slice(0, 4)}-${written.slice(4)}`
}

/** A sum in GF(32), each sign weighted by a power of 2: any one wrong sign and any two neighbours swapped change it. */
function checkSign(signs: readonly number[]): number {
  return signs.reduce((sum, sign) => times2(sum ^ sign), 0)
}

/** Times 2 modulo x⁵ + x² + 1, which is irreducible over GF(2). */
const times2 = (value: number): number => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31
