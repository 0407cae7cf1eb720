import { z } from 'zod'
import { DAY } from '#kit'
import type { Access, Readers } from '#readers'
import type { FDX_CLUSTERS } from '../authorization/consent-request.ts'
import type { ReadChanges } from '../changes.ts'
import type { Caller } from '../check-call.ts'
import { handOver } from '../hand-over.ts'
import type { Lent } from '../lent.ts'
import { type FaceRoute, route } from '../route.ts'
import {
  FdxAccount,
  FdxAccounts,
  FdxChanges,
  FdxConsentGrant,
  FdxCustomer,
  FdxRevocationRequest,
  FdxRevocations,
  FdxTransactions,
  fdxAccount,
  fdxChange,
  fdxConsentGrant,
  fdxTransaction,
} from './shapes.ts'
import { FdxError } from './words.ts'

const PAGE_SIZE = 100
const PAGE_SIZE_MAX = 500

const id = z.string().regex(/^[\w.-]{1,80}$/)
const limit = z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE)
/** FDX dates: a whole day, or an instant with its offset. */
const instant = z.union([z.iso.date(), z.iso.datetime({ offset: true })])

const AboutAccount = z.object({ accountId: id })
const AboutConsent = z.object({ consentId: id })
const TransactionsQuery = z.object({
  limit,
  pageKey: z.string().max(80).optional(),
  startTime: instant.optional(),
  endTime: instant.optional(),
})

const ChangesQuery = z.object({ limit, cursor: z.string().max(400).optional() })

/** The operations of the FDX 6-shaped face. */
export function fdxRoutes(needs: {
  lent: Lent
  accesses: Readers['accesses']
  readChanges: ReadChanges
  names: { provider: string; home: string }
}): FaceRoute[] {
  const { lent, accesses, readChanges, names } = needs

  /** The consent, when it is this very app's and somebody has given it: whoever else's it is, there is none. */
  async function consentOf({ reader, access }: Caller, consentId: string): Promise<Access> {
    const found = await accesses.find(consentId)
    const isTheirs = found?.readerId === reader.id && found.grants.length > 0
    if (!isTheirs || (access !== null && access.id !== consentId))
      throw new FdxError('consent-unknown', 'There is no such consent')
    return found
  }

  return [
    route({
      method: 'GET',
      path: '/accounts',
      name: 'listAccounts',
      summary: 'The accounts that the person ticked, with their balances where they allowed them',
      answer: FdxAccounts,
      async handle(call) {
        const owned = await lent.open(call, 'app-accounts', lent.owned)
        const accounts = handOver(owned).map(({ account, balance }) => fdxAccount(account, balance))
        return { page: { totalElements: accounts.length }, accounts }
      },
    }),
    route({
      method: 'GET',
      path: '/accounts/{accountId}',
      name: 'getAccount',
      summary: 'One of the accounts that the person ticked',
      params: AboutAccount,
      answer: FdxAccount,
      refuses: [404],
      async handle(call) {
        const owned = await lent.open(call, 'app-accounts', lent.owned)
        const found = handOver(owned).find(({ account }) => account.id === call.params.accountId)
        if (!found) throw accountUnknown()
        return fdxAccount(found.account, found.balance)
      },
    }),
    route({
      method: 'GET',
      path: '/accounts/{accountId}/transactions',
      name: 'listTransactions',
      summary:
        'Payments of one account, the newest first, page by page within one snapshot; startTime and endTime are of the day they were posted',
      params: AboutAccount,
      query: TransactionsQuery,
      answer: FdxTransactions,
      refuses: [404],
      async handle(call) {
        const { accountId } = call.params
        const { limit: size, pageKey, startTime, endTime } = call.query
        const [from, to] = [startOf(startTime), endOf(endTime)]
        if (from !== null && to !== null && to <= from)
          throw new FdxError('date-range', 'endTime is before startTime')
        need(call.caller, 'TRANSACTIONS')
        const { kind, page } = await lent.open(call, 'app-payments', async (loan) => {
          const known = handOver(await loan.accounts()).find((account) => account.id === accountId)
          if (!known) throw accountUnknown()
          const ask = { accountId, from, to, pageKey, size }
          return { kind: known.kind, page: await lent.payments(loan, call.caller.access!.id, ask) }
        })
        return {
          page: { totalElements: page.total, ...(page.next !== null && { nextPageKey: page.next }) },
          transactions: handOver(page.items).map((payment) => fdxTransaction(payment, kind)),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/accounts/{accountId}/changes',
      name: 'listChanges',
      summary:
        'An extension of FDX: what changed of an account’s payments after a cursor, oldest first; the same cursor always gives the same entries, and the last one goes on with what is still to come',
      params: AboutAccount,
      query: ChangesQuery,
      answer: FdxChanges,
      refuses: [404],
      async handle(call) {
        need(call.caller, 'TRANSACTIONS')
        const { accountId } = call.params
        const { cursor = null, limit: size } = call.query
        const { kind, page } = await lent.open(call, 'app-payments', async (loan) => {
          const known = handOver(await loan.accounts()).find((account) => account.id === accountId)
          if (!known) throw accountUnknown()
          return { kind: known.kind, page: await readChanges(loan, accountId, cursor, size) }
        })
        const { nextCursor, hasMore } = page
        const changes = handOver(page.entries)
          // What lies outside of the days that the person agreed to is not there for this app.
          .filter((entry) => entry.kind === 'removed' || entry.transaction !== null)
          .map((entry) => fdxChange(entry, kind))
        return { changes, nextCursor, hasMore }
      },
    }),
    route({
      method: 'GET',
      path: '/customers/current',
      name: 'getCustomer',
      summary:
        'Whom this consent is of: an id that no other app has, and the accounts ticked; Guichet knows no name',
      answer: FdxCustomer,
      async handle(call) {
        const owned = await lent.open(call, 'app-accounts', lent.owned)
        return {
          customerId: call.caller.access!.id,
          type: 'CONSUMER' as const,
          accounts: handOver(owned).map(({ account }) => ({ accountId: account.id })),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/consents/{consentId}',
      name: 'getConsent',
      summary: 'What the person allowed this app',
      params: AboutConsent,
      answer: FdxConsentGrant,
      refuses: [404],
      async handle({ caller, params }) {
        const access = await consentOf(caller, params.consentId)
        return fdxConsentGrant(access, { reader: caller.reader.name, ...names })
      },
    }),
    route({
      method: 'GET',
      path: '/consents/{consentId}/revocation',
      name: 'getConsentRevocation',
      summary: 'Who ended a consent, and why; an empty list while it stands',
      params: AboutConsent,
      answer: FdxRevocations,
      refuses: [404],
      async handle({ caller, params }) {
        const access = await consentOf(caller, params.consentId)
        if (access.state !== 'ended') return { revocations: [] }
        // Where nobody else said so, it was the person, in their privacy centre.
        const { reason, initiator } = access.revocation ?? { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' }
        return FdxRevocations.parse({
          revocations: [
            { status: 'REVOKED', reason, initiator, updatedTime: new Date(access.updatedAt).toISOString() },
          ],
        })
      },
    }),
    route({
      method: 'PUT',
      path: '/consents/{consentId}/revocation',
      name: 'revokeConsent',
      summary: 'Gives a consent back: the app can read nothing more under it',
      params: AboutConsent,
      body: FdxRevocationRequest,
      status: 204,
      refuses: [404, 409],
      async handle({ caller, params, body }) {
        const access = await consentOf(caller, params.consentId)
        if (access.state !== 'given') throw new FdxError('conflict', 'This consent is over')
        await accesses.revoke(access, body)
      },
    }),
  ]
}

/** What the person was not asked for is refused: an empty list would say that there is nothing. */
function need({ access }: Caller, cluster: (typeof FDX_CLUSTERS)[number]): void {
  if (access !== null && !access.asked.clusters.includes(cluster))
    throw new FdxError('forbidden', `${cluster} was not asked for`)
}

const accountUnknown = () => new FdxError('account-unknown', 'There is no such account under this consent')

const startOf = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text))

/** A whole day ends with its last instant. */
function endOf(text: string | undefined): number | null {
  if (text === undefined) return null
  return text.includes('T') ? Date.parse(text) : Date.parse(text) + DAY
}
