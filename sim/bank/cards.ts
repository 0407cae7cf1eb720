import { type Clock, DAY, newId, type Random } from '#kit'
import { FdxError } from './fdx-errors.ts'
import type { Ledger } from './ledger.ts'
import type { BankStore } from './store.ts'

/** How long a new card is on its way. */
const POST_MS = 5 * DAY

export type Cards = ReturnType<typeof createCards>
export type Replacement = { orderId: string; orderedAt: number; expectedBy: number }
export type CardState = 'active' | 'blocked' | 'replaced'

type BlockRow = { block_id: string; blocked_at: number }
type ReplacementRow = { order_id: string; ordered_at: number; expected_by: number }

/** What each card may do: one that is blocked, or whose successor is on its way, pays nothing. */
export function createCards(needs: { store: BankStore; ledger: Ledger; clock: Clock; random: Random }) {
  const { store, ledger, clock, random } = needs
  const block = (accountId: string, card: string) =>
    store.first<BlockRow>(
      'select * from blocks where account_id = ? and card = ? and lifted_at is null',
      accountId,
      card,
    )
  const replacement = (accountId: string, card: string) =>
    store.first<ReplacementRow>(
      'select * from replacements where account_id = ? and card = ? and arrived_at is null',
      accountId,
      card,
    )

  const cards = {
    state(accountId: string, card: string): CardState {
      if (replacement(accountId, card)) return 'replaced'
      return block(accountId, card) ? 'blocked' : 'active'
    },
    isBlocked: (accountId: string, card: string): boolean => cards.state(accountId, card) !== 'active',

    /** A card that is blocked already keeps its first block. */
    block(order: { accountId: string; card: string; reason: string; caseNumber: string | null }) {
      const before = block(order.accountId, order.card)
      if (before) return { blockId: before.block_id, blockedAt: before.blocked_at }
      const made = { blockId: newId('blk', random), blockedAt: clock.now() }
      store.run(
        `insert into blocks (block_id, account_id, card, reason, case_number, blocked_at) values (?, ?, ?, ?, ?, ?)`,
        made.blockId,
        order.accountId,
        order.card,
        order.reason,
        order.caseNumber,
        made.blockedAt,
      )
      return made
    },

    /** A card that is not blocked stays so. One whose successor is on its way is never used again. */
    unblock(accountId: string, card: string): { unblockedAt: number } {
      if (replacement(accountId, card)) throw new FdxError('conflict', 'A new card replaces this one')
      const unblockedAt = clock.now()
      store.run(
        'update blocks set lifted_at = ? where account_id = ? and card = ? and lifted_at is null',
        unblockedAt,
        accountId,
        card,
      )
      return { unblockedAt }
    },

    /** Sends a new card, once; the old one ends now. */
    replace(accountId: string, card: string): Replacement {
      const before = replacement(accountId, card)
      if (before)
        return { orderId: before.order_id, orderedAt: before.ordered_at, expectedBy: before.expected_by }
      const orderedAt = clock.now()
      const made = { orderId: newId('ord', random), orderedAt, expectedBy: orderedAt + POST_MS }
      store.run(
        'insert into replacements (order_id, account_id, card, ordered_at, expected_by) values (?, ?, ?, ?, ?)',
        made.orderId,
        accountId,
        card,
        made.orderedAt,
        made.expectedBy,
      )
      return made
    },

    /** The new card is in the letter box: it pays from now on, under digits of its own. Null when none was on its way. */
    arrive: (accountId: string, card: string): string | null =>
      store.atomically(() => {
        if (!replacement(accountId, card)) return null
        store.run(
          'update replacements set arrived_at = ? where account_id = ? and card = ? and arrived_at is null',
          clock.now(),
          accountId,
          card,
        )
        const digits = otherDigits(accountId, card)
        ledger.giveCard(accountId, digits)
        return digits
      }),
  }

  function otherDigits(accountId: string, card: string): string {
    const { customerId } = ledger.account(accountId)!
    const taken = new Set([
      card,
      ...ledger.accountsOf(customerId).flatMap(({ cardNumberDisplay }) => cardNumberDisplay ?? []),
    ])
    for (;;) {
      const digits = String(random(2).readUInt16BE() % 10_000).padStart(4, '0')
      if (!taken.has(digits)) return digits
    }
  }
  return cards
}
