import { cutShort, malformed } from '../parsed.ts'
import { readXml } from '../xml.ts'

/** OFX as both its versions have it: aggregates open and close, elements have a value. */
export type OfxPiece =
  | { kind: 'open' | 'close'; name: string; line: number }
  | { kind: 'value'; name: string; text: string; line: number }

/** No element of OFX is longer; MEMO has 255 characters. */
const VALUE_LENGTH_MAX = 64 * 1024

/** OFX 2 is XML. */
export async function* fromXml(text: AsyncIterable<string>): AsyncGenerator<OfxPiece> {
  for await (const piece of readXml(text)) {
    const { name, line } = piece
    if (piece.kind === 'open') yield { kind: 'open', name, line }
    else if (piece.text !== '') yield { kind: 'value', name, text: piece.text, line }
    else yield { kind: 'close', name, line }
  }
}

/**
 * OFX 1 is SGML of a simple kind: elements have no end tag, or have one. No declaration and no entity of the file's own means
 * anything here.
 */
export async function* fromSgml(pieces: AsyncIterable<string>): AsyncGenerator<OfxPiece> {
  let rest = ''
  let line = 1
  let open: { name: string; line: number } | null = null
  let begun = false
  for await (const piece of pieces) {
    rest += piece
    if (!begun) {
      const start = rest.search(/<OFX>/i)
      if (start < 0) {
        if (rest.length > VALUE_LENGTH_MAX) throw malformed(line, '<OFX> is missing')
        continue
      }
      line += countLines(rest.slice(0, start))
      rest = rest.slice(start)
      begun = true
    }
    for (;;) {
      const end = rest.indexOf('>')
      if (end < 0) break
      const next = rest.indexOf('<', end)
      // The value of an element lasts until the next tag, which may not have come yet.
      if (next < 0) break
      yield* tagOf(rest.slice(0, end + 1), rest.slice(end + 1, next))
      rest = rest.slice(next)
    }
    if (rest.length > VALUE_LENGTH_MAX) throw malformed(line, 'a value is too long')
  }
  if (!begun) throw cutShort('<OFX> is missing')
  const end = rest.indexOf('>')
  if (end < 0) throw cutShort('the last tag is not closed')
  yield* tagOf(rest.slice(0, end + 1), rest.slice(end + 1))

  function* tagOf(tag: string, value: string): Generator<OfxPiece> {
    const at = line
    line += countLines(tag) + countLines(value)
    const match = /^<(\/?)([A-Za-z0-9._]{1,64})\s*>$/.exec(tag)
    if (!match) throw malformed(at, 'this is not a tag of OFX')
    const name = match[2]!.toUpperCase()
    const text = withoutEscapes(value.trim())
    if (match[1]) {
      if (open?.name === name) open = null
      else yield { kind: 'close', name, line: at }
    } else if (text === '') yield { kind: 'open', name, line: at }
    else {
      open = { name, line: at }
      yield { kind: 'value', name, text, line: at }
    }
  }
}

const countLines = (text: string): number => (text.match(/\n/g) ?? []).length

const withoutEscapes = (text: string): string =>
  text.replace(/&(amp|lt|gt|nbsp);/g, (_, name: 'amp' | 'lt' | 'gt' | 'nbsp') => ESCAPES[name])
const ESCAPES = { amp: '&', lt: '<', gt: '>', nbsp: ' ' } as const
