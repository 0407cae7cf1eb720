import type { BankEvent } from '#intake'
import { type Clock, Fault, SECOND } from '#kit'
import type { Credentials, Presence } from './account-reader.ts'
import { createAuthorisation, type LinkRequest, type PendingAuthorisation } from './authorisation.ts'
import { createBankFetch } from './bank-fetch.ts'
import { type BankSecrets, fetchWithCertificate, NO_SECRETS } from './bank-secrets.ts'
import { decodeEvents } from './card-events/decode.ts'
import { contractDocuments } from './card-events/publish.ts'
import { type SignedMessage, verifyBankMessage } from './card-events/verify.ts'
import { createCardOrders } from './card-orders.ts'
import type { ClientKeys } from './client-keys.ts'
import { listingOf } from './listing.ts'
import type { BankProfile } from './profile.ts'
import { createReader } from './readers.ts'

const TIMEOUT_MS = 10 * SECOND

export type Banks = ReturnType<typeof createBanks>

/** The doors to all banks. Each method that reaches a bank throws a `bank-…` fault when it cannot. */
export function createBanks(needs: {
  profiles: readonly BankProfile[]
  keys: ClientKeys
  publicUrl: URL
  clock: Clock
  timeoutMs?: number
  fetch?: typeof globalThis.fetch
  secrets?: ReadonlyMap<string, BankSecrets>
  /** Uniform in [0, 1): the spread of pauses. */
  chance?: () => number
}) {
  const { profiles, keys, publicUrl, clock, timeoutMs = TIMEOUT_MS, fetch = globalThis.fetch } = needs
  const doors = new Map(profiles.map((profile) => [profile.id, open(profile)]))

  function open(profile: BankProfile) {
    const secrets = needs.secrets?.get(profile.id) ?? NO_SECRETS
    const bank = createBankFetch({
      simulated: profile.simulated,
      clock,
      timeoutMs,
      fetch: secrets.tls ? fetchWithCertificate(secrets.tls) : fetch,
      chance: needs.chance ?? Math.random,
    })
    const redirectUri = new URL('/link/callback', publicUrl).href
    const authorisation = createAuthorisation({
      profile,
      keys,
      secrets,
      redirectUri,
      bank,
      clock,
      whoIs: (connection) => reader.whoIs!(connection),
    })
    const reader = createReader(profile, authorisation.request, clock)
    return { profile, bank, authorisation, reader, cardOrders: createCardOrders({ profile, authorisation }) }
  }

  function door(bankId: string) {
    const found = doors.get(bankId)
    if (!found) throw new Fault('bank-unknown')
    return found
  }

  return {
    list: (): readonly BankProfile[] => profiles,
    /** Throws `bank-unknown`. */
    profile: (bankId: string): BankProfile => door(bankId).profile,
    /** Where the bank says who its customer is. */
    personFrom: (bankId: string) => door(bankId).authorisation.personFrom,
    /** Since when the bank has not answered; null when it does. */
    downSince: (bankId: string): number | null => door(bankId).bank.downSince(),
    /** When a bank that is left in peace is asked again; null when it may be asked now. */
    nextAttemptAt: (bankId: string): number | null => door(bankId).bank.nextAttemptAt(),
    /** The public keys by which a bank's authorization server knows us. */
    clientJwks: () => keys.jwks,

    beginLink: (bankId: string, request: LinkRequest) => door(bankId).authorisation.beginLink(request),
    completeLink: (pending: PendingAuthorisation, callbackUrl: URL) =>
      door(pending.bankId).authorisation.completeLink(pending, callbackUrl),
    beginSignIn: (bankId: string, options: { locale: 'en' | 'fr' }) =>
      door(bankId).authorisation.beginSignIn(options),
    completeSignIn: (pending: PendingAuthorisation, callbackUrl: URL) =>
      door(pending.bankId).authorisation.completeSignIn(pending, callbackUrl),
    refresh: (bankId: string, connection: Credentials) => door(bankId).authorisation.refresh(connection),

    readAccounts: (bankId: string, connection: Credentials, present?: Presence) =>
      door(bankId).reader.readAccounts(connection, present),

    /** Pages of one account's transactions; `currency` is the account's. */
    readTransactions: (
      bankId: string,
      connection: Credentials,
      account: { bankAccountId: string; currency: string },
      span: { from: number; to: number },
      present?: Presence,
    ) => door(bankId).reader.readTransactions(connection, account, span, present),

    /** What it means that a payment is not in the bank's list. */
    listing: (bankId: string) => listingOf(door(bankId).profile.api.standard),

    /** Ends a consent at the bank, then the tokens that it gave. */
    async revoke(bankId: string, connection: Credentials): Promise<void> {
      const { authorisation, reader } = door(bankId)
      const fresh = await authorisation.refresh(connection)
      await reader.endConsent(fresh.connection)
      await authorisation.revokeTokens(fresh.connection)
    },

    /** Orders about a person's card: each is done once for its key, however often it is sent. */
    cardOrders: (bankId: string) => door(bankId).cardOrders,

    /** Throws `signature-invalid` or `event-stale`. */
    verifyMessage: (bankId: string, message: SignedMessage) =>
      verifyBankMessage(door(bankId).profile, message, clock),
    /** What banks may push, as documents for their tools. */
    contract: contractDocuments,
    decodeEvents: (bankId: string, body: Buffer): BankEvent[] => decodeEvents(door(bankId).profile, body),
  }
}
