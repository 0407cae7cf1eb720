import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Clock, DAY, newId, type Random } from '#kit'
import type { Access } from './access.ts'
import type { Blocks } from './blocks.ts'
import type { CardEvents } from './card-events.ts'
import type { Disputes } from './disputes.ts'
import { FdxError } from './fdx-errors.ts'
import type { AccountRecord, Ledger } from './ledger.ts'
import type { ApiScope } from './provider.ts'
import type { BankStore } from './store.ts'

const blockBody = z.object({
  reason: z.enum(['FRAUD', 'LOST', 'STOLEN', 'CUSTOMER_REQUEST']),
  caseNumber: z.string().max(40).optional(),
})

const caseNumber = z.string().min(1).max(40)
const reason = z.enum(['FRAUD', 'LOST', 'STOLEN', 'CUSTOMER_REQUEST']).optional()
const caseBody = z.strictObject({ caseNumber, reason })
const disputeBody = z.strictObject({
  caseNumber,
  reason,
  notifiedAt: z.iso.datetime(),
  transactions: z
    .array(
      z.strictObject({
        transactionId: z.string().min(1).max(200),
        amount: z.string().regex(/^\d+(\.\d+)?$/),
        currency: z.string().regex(/^[A-Z]{3}$/),
      }),
    )
    .min(1)
    .max(100),
})

/** A new card is in the letter box within so many days. */
const NEW_CARD_DAYS = 5

/**
 * What the bank lets Guichet do with a customer's card under their consent, below `/card-control/v1/accounts/{accountId}`:
 * block and unblock a card, order a new one, approve what was refused, and take a dispute in. The same `idempotency-key` is
 * the same order, and gets the same answer.
 */
export function installCardControl(
  app: FastifyInstance,
  needs: {
    access(request: FastifyRequest, scope: ApiScope | null): Promise<Access>
    store: BankStore
    ledger: Ledger
    blocks: Blocks
    cards: Pick<CardEvents, 'approve'>
    disputes: Pick<Disputes, 'receive'>
    clock: Clock
    random: Random
  },
): void {
  const { store, ledger, blocks, cards, disputes, clock, random } = needs

  /** The account of a request under its consent. With a card in the path, the card must be the account's. */
  async function accountOf(request: FastifyRequest, scope: ApiScope): Promise<AccountRecord> {
    const { consent, customerId } = await needs.access(request, scope)
    const { accountId, card } = request.params as { accountId: string; card?: string }
    const account = consent.accountIds.includes(accountId) ? ledger.account(accountId) : null
    if (account?.customerId !== customerId || (card !== undefined && account.cardNumberDisplay !== card))
      throw new FdxError('account-not-found', 'No such card under this consent')
    return account
  }

  function keyOf(request: FastifyRequest): string {
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || key.length < 8 || key.length > 200)
      throw new FdxError('malformed', 'idempotency-key must have 8 to 200 characters')
    return key
  }

  function bodyOf<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
    const body = schema.safeParse(request.body)
    if (!body.success)
      throw new FdxError(
        'malformed',
        `${body.error.issues[0]!.path.join('.') || 'The body'} is not as it should be`,
      )
    return body.data
  }

  /** Does something once for each key. A key that comes back with another request is refused. */
  function once<T extends object>(request: FastifyRequest, work: () => T): T {
    const key = keyOf(request)
    const asked = JSON.stringify([request.url, request.body])
    return store.atomically(() => {
      const before = store.first<{ request: string; answer: string }>(
        'select request, answer from orders where idempotency_key = ?',
        key,
      )
      if (before && before.request !== asked)
        throw new FdxError('malformed', 'This idempotency-key was used for something else')
      if (before) return JSON.parse(before.answer) as T
      const answer = work()
      store.run(
        'insert into orders (idempotency_key, request, answer) values (?, ?, ?)',
        key,
        asked,
        JSON.stringify(answer),
      )
      return answer
    })
  }

  const iso = (at: number) => new Date(at).toISOString()
  const root = '/card-control/v1/accounts/:accountId'

  app.post(`${root}/cards/:card/block`, { config: { endpoint: 'block' } }, async (request) => {
    const { accountId, cardNumberDisplay } = await accountOf(request, 'cards:block')
    const key = keyOf(request)
    const { reason, caseNumber = null } = bodyOf(blockBody, request)
    const order = { accountId, card: cardNumberDisplay!, reason, caseNumber, key }
    const { blockId, blockedAt } = blocks.block(order)
    return { blockId, blockedAt: iso(blockedAt) }
  })

  app.post(`${root}/cards/:card/unblock`, { config: { endpoint: 'unblock' } }, async (request) => {
    const { accountId } = await accountOf(request, 'cards:manage')
    bodyOf(caseBody, request)
    return once(request, () => {
      blocks.lift(accountId)
      return { unblockedAt: iso(clock.now()) }
    })
  })

  app.post(`${root}/cards/:card/replacement`, { config: { endpoint: 'replacement' } }, async (request) => {
    await accountOf(request, 'cards:manage')
    bodyOf(caseBody, request)
    return once(request, () => ({
      orderId: newId('ord', random),
      orderedAt: iso(clock.now()),
      expectedBy: iso(clock.now() + NEW_CARD_DAYS * DAY),
    }))
  })

  app.post<{ Params: { transaction: string } }>(
    `${root}/transactions/:transaction/release`,
    { config: { endpoint: 'release' } },
    async (request) => {
      const { accountId } = await accountOf(request, 'cards:manage')
      bodyOf(caseBody, request)
      return once(request, () => {
        const approved = cards.approve(accountId, request.params.transaction)
        if (!approved) throw new FdxError('not-found', 'Nothing of this name waits for an approval')
        return { releasedAt: iso(approved.releasedAt) }
      })
    },
  )

  app.post(`${root}/disputes`, { config: { endpoint: 'dispute' } }, async (request) => {
    const { accountId } = await accountOf(request, 'disputes')
    const { caseNumber, notifiedAt, transactions } = bodyOf(disputeBody, request)
    return once(request, () => {
      const transactionIds = transactions.map(({ transactionId }) => transactionId)
      if (transactionIds.some((id) => ledger.findByTransactionId(id)?.accountId !== accountId))
        throw new FdxError('not-found', 'No such transaction in this account')
      const { disputeId, receivedAt } = disputes.receive({
        accountId,
        caseNumber,
        notifiedAt: Date.parse(notifiedAt),
        transactionIds,
      })
      return { disputeId, receivedAt: iso(receivedAt) }
    })
  })
}
