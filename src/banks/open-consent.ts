import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Clock, DAY, Fault } from '#kit'
import type { BankProfile } from './profile.ts'
import { readJson } from './read-json.ts'

/** What a person is about to be asked for. */
export type ConsentAsked = { lookbackDays: number; durationDays: number; fromAddress: string | null }
/** A consent that waits for the person's word at the bank, and how the authorization request names it. */
export type WaitingConsent = { bankConsentId: string; scope: string; claims: string | null }

type OpenConsent = (asked: ConsentAsked) => Promise<WaitingConsent>

/** What is asked of UK Open Banking: what Guichet shows, and nothing that it does not. */
const OBIE_PERMISSIONS = [
  'ReadAccountsDetail',
  'ReadBalances',
  'ReadTransactionsDetail',
  'ReadTransactionsCredits',
  'ReadTransactionsDebits',
]

const ObieConsent = z.looseObject({ Data: z.looseObject({ ConsentId: z.string().min(1).max(128) }) })
const BerlinConsent = z.looseObject({ consentId: z.string().min(1).max(256) })

/**
 * Creates the consent of a standard that wants one before the person is sent to the bank: the account-access consent of UK
 * Open Banking, or the consent of the Berlin Group's NextGenPSD2 in its OAuth way (`scaOAuth`).
 */
export function createOpenConsent(needs: {
  profile: BankProfile
  scopes: readonly string[]
  redirectUri: string
  ourToken(): Promise<string>
  fetch(url: string, init: RequestInit): Promise<Response>
  clock: Clock
}): { obie: OpenConsent; berlin: OpenConsent } {
  const { profile, scopes, redirectUri, ourToken, fetch, clock } = needs
  const headersOf = (own: Record<string, string>) => {
    const headers = new Headers(profile.api.headers)
    for (const [name, value] of Object.entries(own)) headers.set(name, value)
    headers.set('accept', 'application/json')
    headers.set('content-type', 'application/json')
    return headers
  }
  const at = (path: string) => `${profile.api.baseUrl.replace(/\/$/, '')}/${path}`

  return {
    async obie({ lookbackDays, durationDays }) {
      const now = clock.now()
      const response = await fetch(at('account-access-consents'), {
        method: 'POST',
        headers: headersOf({
          authorization: `Bearer ${await ourToken()}`,
          'x-fapi-interaction-id': randomUUID(),
        }),
        body: JSON.stringify({
          Data: {
            Permissions: OBIE_PERMISSIONS,
            ExpirationDateTime: new Date(now + durationDays * DAY).toISOString(),
            TransactionFromDateTime: new Date(now - lookbackDays * DAY).toISOString(),
          },
          Risk: {},
        }),
      })
      const { ConsentId } = (await readJson(response, ObieConsent)).Data
      const intent = { openbanking_intent_id: { value: ConsentId, essential: true } }
      return {
        bankConsentId: ConsentId,
        scope: scopes.join(' '),
        claims: JSON.stringify({ id_token: intent, userinfo: intent }),
      }
    },

    async berlin({ durationDays, fromAddress }) {
      if (fromAddress === null)
        throw new Fault('setting-wrong', { detail: 'the Berlin Group’s consent needs the person’s address' })
      const response = await fetch(at('consents'), {
        method: 'POST',
        headers: headersOf({
          'x-request-id': randomUUID(),
          'psu-ip-address': fromAddress,
          'tpp-redirect-preferred': 'true',
          'tpp-redirect-uri': redirectUri,
        }),
        body: JSON.stringify({
          // Empty lists are the bank-offered consent: the person chooses their accounts on the bank's page.
          access: { accounts: [], balances: [], transactions: [] },
          recurringIndicator: true,
          validUntil: new Date(clock.now() + durationDays * DAY).toISOString().slice(0, 10),
          frequencyPerDay: profile.limits.unattendedPullsPerDay,
          combinedServiceIndicator: false,
        }),
      })
      const { consentId } = await readJson(response, BerlinConsent)
      return { bankConsentId: consentId, scope: [...scopes, `AIS:${consentId}`].join(' '), claims: null }
    },
  }
}
