import { newId, type Random } from '#kit'
import type { BookFacts } from './ledger.ts'
import type { BankStore } from './store.ts'

/** A payment that the bank refused: no money moved, and it is in no book. */
export type Decline = {
  transactionId: string
  accountId: string
  at: number
  /** Signed, in the account's currency. */
  amountMinor: number
  facts: BookFacts
  /** Until when its holder can have it approved; null when nobody can. */
  releasableUntil: number | null
  /** How long after an approval it posts. */
  postsAfterMs: number | null
  releasedAt: number | null
}

type Row = {
  transaction_id: string
  account_id: string
  at: number
  amount_minor: number
  facts: string
  releasable_until: number | null
  posts_after: number | null
  released_at: number | null
}

export type Declines = ReturnType<typeof createDeclines>

/** The payments that the bank refused. */
export function createDeclines(needs: { store: BankStore; random: Random }) {
  const { store, random } = needs
  return {
    note(decline: Omit<Decline, 'transactionId' | 'releasedAt'>): Decline {
      const transactionId = newId('aut', random)
      store.run(
        `insert into declines (transaction_id, account_id, at, amount_minor, facts, releasable_until, posts_after)
         values (?, ?, ?, ?, ?, ?, ?)`,
        transactionId,
        decline.accountId,
        decline.at,
        decline.amountMinor,
        JSON.stringify(decline.facts),
        decline.releasableUntil,
        decline.postsAfterMs,
      )
      return { ...decline, transactionId, releasedAt: null }
    },
    find(transactionId: string): Decline | null {
      const row = store.first<Row>('select * from declines where transaction_id = ?', transactionId)
      return row ? read(row) : null
    },
    markReleased(transactionId: string, at: number): void {
      store.run('update declines set released_at = ? where transaction_id = ?', at, transactionId)
    },
  }
}

function read(row: Row): Decline {
  return {
    transactionId: row.transaction_id,
    accountId: row.account_id,
    at: row.at,
    amountMinor: row.amount_minor,
    facts: JSON.parse(row.facts),
    releasableUntil: row.releasable_until,
    postsAfterMs: row.posts_after,
    releasedAt: row.released_at,
  }
}
