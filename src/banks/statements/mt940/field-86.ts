/** What field 86 says of a statement line, of which banks have three ways. */
export type Details = { name: string; text: string; bookingText: string }

/**
 * Reads field 86. Structured as in Germany (a code of three digits of the kind of business, then `?20` to `?29`, `?32`, …),
 * as in the Netherlands (`/NAME/…/REMI/…`), or as plain text.
 */
export function parseField86(lines: readonly string[]): Details {
  const joined = lines.join('')
  const numbered = /^(\d{3})([?<])(?=\d{2})/.exec(joined)
  if (numbered) return fromNumbered(joined.slice(3), numbered[2]!)
  const named = fromNamed(lines.join(''))
  if (named) return named
  return { name: '', text: lines.map((line) => line.trim()).join(' '), bookingText: '' }
}

function fromNumbered(text: string, mark: string): Details {
  const parts = text
    .split(mark)
    .slice(1)
    .map((part) => [Number(part.slice(0, 2)), part.slice(2)] as const)
  const between = (from: number, to: number) =>
    parts.filter(([number]) => number >= from && number <= to).map(([, words]) => words)
  const remittance = [...between(20, 29), ...between(60, 63)].join('')
  return {
    name: between(32, 33).join('').trim(),
    text: afterPrefix(remittance, 'SVWZ') ?? remittance,
    bookingText: between(0, 0).join(''),
  }
}

/** The words that SEPA's prefixes announce: `EREF+…MREF+…SVWZ+…`. */
function afterPrefix(remittance: string, prefix: string): string | null {
  const parts = remittance.split(/(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP)\+/)
  // Odd parts are prefixes; what stands between them may happen to look like one.
  const at = parts.findIndex((part, place) => place % 2 === 1 && part === prefix)
  return at < 0 ? null : parts[at + 1]!.trim()
}

const CODES =
  'ABWC|BENM|BIC|CDTRREFTP|CNTP|CREF|CSID|EREF|IBAN|ID|MARF|NAME|OCMT|ORDP|PREF|PURP|REMI|RTRN|TRTP|TRCD|UDTR|ULTC|ULTD|INIT'

function fromNamed(text: string): Details | null {
  if (!new RegExp(`^/(${CODES})/`).test(text)) return null
  const parts = text.split(new RegExp(`/(${CODES})/`))
  const values = new Map<string, string>()
  for (let i = 1; i < parts.length; i += 2) values.set(parts[i]!, (parts[i + 1] ?? '').trim())
  // ING writes account, BIC, name and town in one: `/CNTP/NL…/RABONL2U/J. Jansen/Utrecht/`.
  const name = values.get('NAME') || values.get('CNTP')?.split('/')[2] || ''
  const remittance = (values.get('REMI') ?? '').replace(/^(USTD|STRD)\/[^/]*\/?/, '')
  return { name, text: remittance, bookingText: values.get('TRTP') ?? '' }
}
