import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Fault, moneyFromDecimal } from '#kit'
import type { Access } from './access.ts'
import type { CardEvents } from './card-events.ts'
import type { Cards } from './cards.ts'
import type { Declines } from './declines.ts'
import type { Disputes } from './disputes.ts'
import { FdxError } from './fdx-errors.ts'
import type { AccountRecord, Ledger } from './ledger.ts'
import type { ApiScope } from './provider.ts'
import type { BankStore } from './store.ts'

const ROOT = '/card-control/v1/accounts/:accountId'
const IN_DISPUTE_MAX = 50

const caseNumber = z.string().min(1).max(40)
const reason = z.enum(['FRAUD', 'LOST', 'STOLEN', 'CUSTOMER_REQUEST'])
const blockBody = z.object({
  reason,
  caseNumber: caseNumber.optional(),
})
const orderBody = z.object({ reason: reason.optional(), caseNumber })
const disputeBody = z.object({
  reason: reason.optional(),
  caseNumber,
  notifiedAt: z.iso.datetime(),
  transactions: z
    .array(
      z.object({
        transactionId: z.string().max(128),
        amount: z.string().max(20),
        currency: z.string().length(3),
      }),
    )
    .min(1)
    .max(IN_DISPUTE_MAX),
})

/** An order as it came in, about an account that is its sender's to speak for. */
type Order<T> = { account: AccountRecord; params: Record<string, string>; body: T }

/**
 * What a customer may have done about their cards and payments, through whoever holds their consent. What is not theirs is
 * not there. The same idempotency-key is the same order, and gets the answer that it got, whatever has happened since.
 */
export function installCardControl(
  app: FastifyInstance,
  needs: {
    access(request: FastifyRequest, scope: ApiScope | null): Promise<Access>
    store: BankStore
    ledger: Ledger
    cards: Cards
    declines: Declines
    disputes: Disputes
    payments: CardEvents
  },
): void {
  const { store, ledger, cards, declines, disputes, payments } = needs

  function install<T>(
    path: string,
    endpoint: 'block' | 'unblock' | 'replacement' | 'release' | 'dispute',
    scope: ApiScope,
    shape: z.ZodType<T>,
    carryOut: (order: Order<T>) => Record<string, unknown>,
  ): void {
    app.post(`${ROOT}${path}`, { config: { endpoint } }, async (request) => {
      const { consent, customerId } = await needs.access(request, scope)
      const params = request.params as Record<string, string>
      const accountId = params.accountId!
      const account = consent.accountIds.includes(accountId) ? ledger.account(accountId) : null
      if (account?.customerId !== customerId) throw notTheirs()
      const key = request.headers['idempotency-key']
      if (typeof key !== 'string' || key.length < 8 || key.length > 200) {
        throw new FdxError('malformed', 'idempotency-key must have 8 to 200 characters')
      }
      const body = shape.safeParse(request.body)
      if (!body.success) {
        const at = body.error.issues[0]?.path.join('.') ?? ''
        throw new FdxError('malformed', `The order does not have the right form at ${at || 'its top'}`)
      }
      const order = JSON.stringify([endpoint, params, body.data])
      return store.atomically(() => once(key, order, () => carryOut({ account, params, body: body.data })))
    })
  }

  function once(key: string, request: string, work: () => Record<string, unknown>): Record<string, unknown> {
    const before = store.first<{ request: string; answer: string }>(
      'select request, answer from orders where idempotency_key = ?',
      key,
    )
    if (before && before.request !== request) {
      throw new FdxError('malformed', 'This idempotency-key was used for another order')
    }
    if (before) return JSON.parse(before.answer)
    const answer = work()
    store.run(
      'insert into orders (idempotency_key, request, answer) values (?, ?, ?)',
      key,
      request,
      JSON.stringify(answer),
    )
    return answer
  }

  function cardOf({ account, params }: Order<unknown>): { accountId: string; card: string } {
    const { accountId, cardNumberDisplay } = account
    if (cardNumberDisplay === null || cardNumberDisplay !== params.card) throw notTheirs()
    return { accountId, card: cardNumberDisplay }
  }

  install('/cards/:card/block', 'block', 'cards:block', blockBody, (order) => {
    const { reason, caseNumber = null } = order.body
    const { blockId, blockedAt } = cards.block({ ...cardOf(order), reason, caseNumber })
    return { blockId, blockedAt: time(blockedAt) }
  })

  install('/cards/:card/unblock', 'unblock', 'cards:manage', orderBody, (order) => {
    const { accountId, card } = cardOf(order)
    return { unblockedAt: time(cards.unblock(accountId, card).unblockedAt) }
  })

  install('/cards/:card/replacement', 'replacement', 'cards:manage', orderBody, (order) => {
    const { accountId, card } = cardOf(order)
    const { orderId, orderedAt, expectedBy } = cards.replace(accountId, card)
    return { orderId, orderedAt: time(orderedAt), expectedBy: time(expectedBy) }
  })

  install('/transactions/:transaction/release', 'release', 'cards:manage', orderBody, (order) => {
    const transactionId = order.params.transaction!
    if (declines.find(transactionId)?.accountId !== order.account.accountId) throw notTheirs()
    return { releasedAt: time(payments.approve(transactionId).releasedAt) }
  })

  install('/disputes', 'dispute', 'disputes', disputeBody, ({ account, body }) => {
    const { accountId } = account
    const transactionIds = body.transactions.map(({ transactionId, amount, currency }) => {
      if (ledger.findByTransactionId(transactionId)?.accountId !== accountId) throw notTheirs()
      if (!isMoney(amount, currency)) throw new FdxError('malformed', 'An amount is not one')
      return transactionId
    })
    const opened = disputes.open({
      accountId,
      caseNumber: body.caseNumber,
      notifiedAt: Date.parse(body.notifiedAt),
      transactionIds: [...new Set(transactionIds)],
    })
    return { disputeId: opened.disputeId, receivedAt: time(opened.receivedAt) }
  })
}

const time = (at: number) => new Date(at).toISOString()

const notTheirs = () =>
  new FdxError('account-not-found', 'No such account, card or transaction under this consent')

function isMoney(amount: string, currency: string): boolean {
  try {
    return moneyFromDecimal(amount, currency).amountMinor > 0
  } catch (error) {
    if (error instanceof Fault) return false
    throw error
  }
}
