import { type Clock, newId, type Random } from '#kit'
import { FdxError } from './fdx-errors.ts'
import type { BankStore } from './store.ts'

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
