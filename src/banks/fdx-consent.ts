/** What a rich authorization request (RFC 9396) asks for by FDX: accounts and their transactions, for a time and for purposes. */
export function fdxConsentDetails(
  asked: { durationDays: number; purposes: { id: string; name: string }[] },
  lookbackDays: number,
): object[] {
  const consentRequest = {
    durationType: 'TIME_BOUND',
    durationPeriod: asked.durationDays,
    lookbackPeriod: lookbackDays,
    resources: [
      { resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'] },
    ],
    purposes: asked.purposes,
  }
  return [{ type: 'fdx_consent', consentRequest }]
}

/** The consent that a token answer grants, or null when it names none. */
export function consentIdOf(details: unknown): string | null {
  if (!Array.isArray(details)) return null
  const granted = details.find((one) => (one as { type?: unknown }).type === 'fdx_consent') as
    | { consentId?: unknown }
    | undefined
  return typeof granted?.consentId === 'string' ? granted.consentId : null
}
