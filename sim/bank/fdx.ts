import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Clock, DAY } from '#kit'
import type { Access } from './access.ts'
import type { Consents } from './consents.ts'
import type { Faults } from './faults.ts'
import { FdxError } from './fdx-errors.ts'
import { fdxAccount, fdxConsent, fdxCustomer, fdxTransaction } from './fdx-shapes.ts'
import type { AccountRecord, Ledger } from './ledger.ts'
import type { ApiScope } from './provider.ts'
import { tamper } from './tamper.ts'

const PAGE_SIZE = 100
const PAGE_SIZE_MAX = 500

const limit = z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE)
const accountsQuery = z.object({ limit, pageKey: z.string().max(200).optional() })
/** FDX dates: a whole day, or an instant with its offset. */
const instant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional()
const transactionsQuery = accountsQuery.extend({ startTime: instant, endTime: instant })
const place = z.object({ at: z.int(), id: z.int() })
const revocation = z.object({
  reason: z.enum(['BUSINESS_RULE', 'USER_ACTION']),
  initiator: z.enum([
    'DATA_ACCESS_PLATFORM',
    'DATA_PROVIDER',
    'DATA_RECIPIENT',
    'INDIVIDUAL',
    'MERCHANT',
    'VENDOR',
  ]),
})

/** The bank's data API, with the paths and shapes of FDX 6. Every call is checked anew by `access`. */
export function installFdx(
  app: FastifyInstance,
  needs: {
    bank: { name: string; issuer: string }
    access(request: FastifyRequest, scope: ApiScope | null): Promise<Access>
    ledger: Ledger
    consents: Consents
    faults: Faults
    clock: Clock
  },
): void {
  const { bank, access, ledger, consents, faults, clock } = needs

  /** The account, when the token's consent covers it. Whoever else's it is, it is not found. */
  function accountOf(accountId: string, { consent, customerId }: Access): AccountRecord {
    const account = consent.accountIds.includes(accountId) ? ledger.account(accountId) : null
    if (account?.customerId !== customerId)
      throw new FdxError('account-not-found', 'No such account under this consent')
    return account
  }
  const describe = (account: AccountRecord) => fdxAccount(account, ledger.balance(account), clock.now())

  /** An account of somebody else, for the fault of that name. */
  function strangersAccount(customerId: string): AccountRecord {
    const other = ledger.customers().find((customer) => customer.customerId !== customerId)
    const [account] = other ? ledger.accountsOf(other.customerId) : []
    if (!account) throw new FdxError('internal', 'There is nobody else at this bank')
    return account
  }

  app.get('/fdx/v6/accounts', { config: { endpoint: 'accounts' } }, async (request) => {
    const { customerId, consent } = await access(request, 'accounts')
    const query = parse(accountsQuery, request.query)
    const all = ledger
      .accountsOf(customerId)
      .filter(({ accountId }) => consent.accountIds.includes(accountId))
    const from =
      query.pageKey === undefined ? 0 : all.findIndex(({ accountId }) => accountId === query.pageKey)
    if (from < 0) throw new FdxError('malformed', 'pageKey is not one of ours')
    const page = all.slice(from, from + query.limit)
    const next = all[from + query.limit]?.accountId
    const fault = faults.on('accounts')
    const shown = fault === 'another-persons-account' ? [...page, strangersAccount(customerId)] : page
    return tamper(
      { page: next === undefined ? {} : { nextPageKey: next }, accounts: shown.map(describe) },
      fault,
      all[0]?.accountId,
    )
  })

  app.get<{ Params: { accountId: string } }>(
    '/fdx/v6/accounts/:accountId',
    { config: { endpoint: 'account' } },
    async (request) => {
      const allowed = await access(request, 'accounts')
      const account = accountOf(request.params.accountId, allowed)
      const fault = faults.on('account')
      const shown = fault === 'another-persons-account' ? strangersAccount(allowed.customerId) : account
      return tamper(describe(shown), fault)
    },
  )

  app.get<{ Params: { accountId: string } }>(
    '/fdx/v6/accounts/:accountId/transactions',
    { config: { endpoint: 'transactions' } },
    async (request) => {
      const allowed = await access(request, 'transactions')
      const account = accountOf(request.params.accountId, allowed)
      const query = parse(transactionsQuery, request.query)
      const now = clock.now()
      const earliest = now - allowed.consent.request.lookbackPeriod * DAY
      const from = Math.max(startOf(query.startTime) ?? earliest, earliest)
      const to = endOf(query.endTime) ?? now
      if (to < (startOf(query.startTime) ?? to))
        throw new FdxError('date-range', 'endTime is before startTime')
      const fault = faults.on('transactions')
      const of = fault === 'another-persons-account' ? strangersAccount(allowed.customerId) : account
      const page = ledger.page(of.accountId, from, to, readKey(query.pageKey), query.limit)
      return tamper(
        {
          page: page.next ? { nextPageKey: writeKey(page.next) } : {},
          transactions: page.entries.map((entry) => fdxTransaction(entry, of)),
        },
        fault,
        writeKey({ at: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER }),
      )
    },
  )

  app.get('/fdx/v6/customers/current', { config: { endpoint: 'customer' } }, async (request) => {
    const { customerId, consent } = await access(request, 'customer')
    const fault = faults.on('customer')
    const shown = fault === 'another-persons-account' ? strangersAccount(customerId).customerId : customerId
    const accounts = ledger
      .accountsOf(shown)
      .filter(({ accountId }) => consent.accountIds.includes(accountId))
    return fdxCustomer(ledger.findCustomer(shown)!, accounts)
  })

  app.get<{ Params: { consentId: string } }>(
    '/fdx/v6/consents/:consentId',
    { config: { endpoint: 'consent' } },
    async (request) => {
      const { consent } = await access(request, null)
      if (request.params.consentId !== consent.consentId) throw new FdxError('not-found', 'No such consent')
      return fdxConsent(consent, bank, consents.isLive(consent))
    },
  )

  app.put<{ Params: { consentId: string } }>(
    '/fdx/v6/consents/:consentId/revocation',
    { config: { endpoint: 'revocation' } },
    async (request, reply) => {
      const { consent } = await access(request, null)
      if (request.params.consentId !== consent.consentId) throw new FdxError('not-found', 'No such consent')
      consents.revoke(consent, parse(revocation, request.body))
      return reply.code(204).send()
    },
  )
}

function parse<T>(shape: z.ZodType<T>, input: unknown): T {
  const result = shape.safeParse(input)
  if (result.success) return result.data
  const field = result.error.issues[0]?.path.join('.') ?? ''
  const isDate = field === 'startTime' || field === 'endTime'
  throw new FdxError(
    isDate ? 'start-date' : 'malformed',
    `${field || 'The request'} does not have the right form`,
  )
}

function startOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text)
}
/** A date as the end means all of that day. */
function endOf(text: string | undefined): number | null {
  if (text === undefined) return null
  return text.length === 10 ? Date.parse(text) + DAY - 1 : Date.parse(text)
}

const writeKey = (key: { at: number; id: number }) => Buffer.from(JSON.stringify(key)).toString('base64url')

function readKey(pageKey: string | undefined): { at: number; id: number } | null {
  if (pageKey === undefined) return null
  try {
    return place.parse(JSON.parse(Buffer.from(pageKey, 'base64url').toString()))
  } catch {
    throw new FdxError('malformed', 'pageKey is not one of ours')
  }
}
