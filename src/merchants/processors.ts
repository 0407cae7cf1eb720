/**
 * Payment companies that put themselves before the shop's name. Some banks drop the asterisk, so the bare forms that
 * cannot be anything else are taken too (`iz quarter horse coffee` in real rows).
 */
const PREFIXES: readonly RegExp[] = [
  /^(?:sq|gosq(?:\.com)?)\s*\*\s*/i,
  /^paypal[\s*]+(?=\S)/i,
  /^pp\s*\*\s*/i,
  /^sumup[\s*]+(?=\S)/i,
  /^i?zettle[\s_*]+(?=\S)/i,
  /^iz\s*\*\s*/i,
  /^iz\s+(?=\S)/i,
  /^sp\s*\*\s*/i,
  /^sp\s+(?!services)(?=\S{3})/i,
  /^(?:wp|nochex)-(?=\S)/i,
  /^upay ltd\s*(?:-\s*)?(?=\S)/i,
  /^(?:upt|prk)[\s-]+(?=\S)/i,
  /^dnh(?=godaddy)/i,
  /^(?:tst|toast)\s*\*\s*/i,
  /^stripe[\s*]+(?=\S)/i,
  /^klarna[\s*]+(?=\S)/i,
  /^(?:wpy|worldpay)\s*\*\s*/i,
  /^(?:crv|ckc|ckcd|gpay|google pay|apple pay|dd|lspd|bbp|fs|py|dnh)\s*\*\s*/i,
]

/** The descriptor without its payment companies, and whether there was one; two may stand in a row. */
export function withoutProcessors(descriptor: string): { rest: string; processed: boolean } {
  let rest = descriptor.trim()
  let processed = false
  for (let times = 0; times < 2; times++) {
    const prefix = PREFIXES.find((pattern) => pattern.test(rest))
    if (!prefix) break
    const shorter = rest.replace(prefix, '')
    if (!shorter) break
    rest = shorter
    processed = true
  }
  return { rest, processed }
}
