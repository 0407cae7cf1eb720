import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Clock, newId, type Random } from '#kit'
import type { Access } from './access.ts'
import { FdxError } from './fdx-errors.ts'
import type { Ledger } from './ledger.ts'
import type { ApiScope } from './provider.ts'
import type { BankStore } from './store.ts'

const blockBody = z.object({
  reason: z.enum(['FRAUD', 'LOST', 'STOLEN', 'CUSTOMER_REQUEST']),
  caseNumber: z.string().max(40).optional(),
})

export type Blocks = ReturnType<typeof createBlocks>
type BlockRow = { block_id: string; account_id: string; card: string; blocked_at: number }

/** The cards that pay nothing until the bank itself lifts the block. */
export function createBlocks(needs: { store: BankStore; clock: Clock; random: Random }) {
  const { store, clock, random } = needs
  const current = (accountId: string, card: string) =>
    store.first<BlockRow>(
      'select * from blocks where account_id = ? and card = ? and lifted_at is null',
      accountId,
      card,
    )
  return {
    isBlocked: (accountId: string, card: string): boolean => current(accountId, card) !== undefined,

    /** The same key is the same order; a card that is blocked already keeps its first block. */
    block(order: {
      accountId: string
      card: string
      reason: string
      caseNumber: string | null
      key: string
    }) {
      return store.atomically(() => {
        const before =
          store.first<BlockRow>('select * from blocks where idempotency_key = ?', order.key) ??
          current(order.accountId, order.card)
        if (before && (before.account_id !== order.accountId || before.card !== order.card)) {
          throw new FdxError('malformed', 'This idempotency-key was used for another card')
        }
        if (before) return { blockId: before.block_id, blockedAt: before.blocked_at }
        const block = { blockId: newId('blk', random), blockedAt: clock.now() }
        store.run(
          `insert into blocks (block_id, account_id, card, reason, case_number, idempotency_key, blocked_at)
           values (?, ?, ?, ?, ?, ?, ?)`,
          block.blockId,
          order.accountId,
          order.card,
          order.reason,
          order.caseNumber,
          order.key,
          block.blockedAt,
        )
        return block
      })
    },

    lift(accountId: string): void {
      store.run(
        'update blocks set lifted_at = ? where account_id = ? and lifted_at is null',
        clock.now(),
        accountId,
      )
    },
  }
}

/** `POST /card-control/v1/accounts/{accountId}/cards/{cardNumberDisplay}/block`. There is no way to unblock from outside. */
export function installCardControl(
  app: FastifyInstance,
  needs: {
    access(request: FastifyRequest, scope: ApiScope | null): Promise<Access>
    ledger: Ledger
    blocks: Blocks
  },
): void {
  app.post<{ Params: { accountId: string; card: string } }>(
    '/card-control/v1/accounts/:accountId/cards/:card/block',
    { config: { endpoint: 'block' } },
    async (request) => {
      const { consent, customerId } = await needs.access(request, 'cards:block')
      const { accountId, card } = request.params
      const account = consent.accountIds.includes(accountId) ? needs.ledger.account(accountId) : null
      if (account?.customerId !== customerId || account.cardNumberDisplay !== card) {
        throw new FdxError('account-not-found', 'No such card under this consent')
      }
      const key = request.headers['idempotency-key']
      if (typeof key !== 'string' || key.length < 8 || key.length > 200) {
        throw new FdxError('malformed', 'idempotency-key must have 8 to 200 characters')
      }
      const body = blockBody.safeParse(request.body)
      if (!body.success) throw new FdxError('malformed', 'reason or caseNumber does not have the right form')
      const { reason, caseNumber = null } = body.data
      const { blockId, blockedAt } = needs.blocks.block({ accountId, card, reason, caseNumber, key })
      return { blockId, blockedAt: new Date(blockedAt).toISOString() }
    },
  )
}
