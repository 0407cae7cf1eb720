import { isTrade } from './noise.ts'

const WEB_MARK = /^(?:https?:\/\/|www?\.)|\.(?:co|com|org|net|fr|ie|eu|uk|gov|io|cloud|biz|info)(?:\.|\/|$)/i
/** Ends of web addresses, whole and cut off: `argos.co.u`, `gravelmaster.c`, `safetysigns.couk`. */
const WEB_END =
  /\.(?:co|com|org|net|ac|sch|ltd|fr|ie|eu|uk|io|cloud|biz|info|tv|me)?(?:\.(?:uk?|)|)$|\.(?:c|o|or|ne|couk)$/i
/** Parts of an address that name what is done there, and not who does it. */
const HOSTS = new Set(
  'www ww shop store estore uk web my online bill bills booking bookings tickets secure pay'.split(' '),
)
const SPACED_START = /^ww?w\.?$/i
const SPACED_END = new Set('co com uk org net ie eu fr'.split(' '))
/** Some banks drop the dot: `replacementkeyscouk`, `nomoremarkingcom`; but not out of `telecom`. */
const GLUED_END = /(?<=[a-z]{6})(?:couk|(?<!tele|inter|dot|info|multi|net)com)$/i

/** What names somebody in `tokens`, the words of a descriptor, and whether that is a web address. */
export function withoutAddress(tokens: readonly string[]): { said: string[]; isWeb: boolean } {
  if (tokens.length > 1 && SPACED_START.test(tokens[0]!)) {
    // `www partmaster co uk`: some banks put a space for each dot.
    let end = tokens.length
    while (end > 2 && SPACED_END.has(tokens[end - 1]!.toLowerCase())) end--
    return { said: tokens.slice(1, end), isWeb: true }
  }
  // The address is said once more behind the name, or is itself the name and a reference follows.
  const address = tokens.findIndex((token) => WEB_MARK.test(token))
  if (address === 0) return { said: [nameIn(tokens[0]!)], isWeb: true }
  const said = address > 0 ? tokens.slice(0, address) : tokens
  return { said: said.map((token) => token.replace(GLUED_END, '')), isWeb: false }
}

/** `www.shop.example.co.uk/pay` → `example`; a public body's address keeps its end, which says what it is. */
function nameIn(address: string): string {
  const host = address
    .replace(/^https?:\/\//i, '')
    .replace(/^.*@/, '')
    .replace(/\/.*$/, '')
  const labels = host.replace(WEB_END, '').split('.').filter(Boolean)
  // A town's own address is its council's, and says so only by its end.
  if (labels.at(-1) === 'gov') return `${labels.filter((label) => !HOSTS.has(label)).join('.')}.uk`
  while (labels.length > 1 && HOSTS.has(labels[0]!.toLowerCase())) labels.shift()
  const isNothing = labels.length === 1 && isTrade(labels[0]!.toLowerCase())
  return isNothing ? host.replace(/^www\./i, '') : labels.join('.')
}
