import { type Clock, newId, type Random } from '#kit'
import type { EventQueue } from './event-queue.ts'
import type { BankStore } from './store.ts'

export type Outcome = 'IN_FAVOUR' | 'AGAINST' | 'WITHDRAWN'
type Row = {
  dispute_id: string
  account_id: string
  case_number: string
  received_at: number
  transaction_ids: string
  outcome: Outcome | null
}

export type Disputes = ReturnType<typeof createDisputes>

/** Payments that customers say were not theirs, until somebody at the bank decides. */
export function createDisputes(needs: { store: BankStore; queue: EventQueue; clock: Clock; random: Random }) {
  const { store, queue, clock, random } = needs
  return {
    /** Takes a dispute in. */
    receive(dispute: {
      accountId: string
      caseNumber: string
      notifiedAt: number
      transactionIds: readonly string[]
    }): { disputeId: string; receivedAt: number } {
      const disputeId = newId('dsp', random)
      const receivedAt = clock.now()
      store.run(
        `insert into disputes (dispute_id, account_id, case_number, notified_at, received_at, transaction_ids)
         values (?, ?, ?, ?, ?, ?)`,
        disputeId,
        dispute.accountId,
        dispute.caseNumber,
        dispute.notifiedAt,
        receivedAt,
        JSON.stringify(dispute.transactionIds),
      )
      return { disputeId, receivedAt }
    },

    /** Those that wait for a decision, oldest first. */
    open: () =>
      store
        .all<Row>('select * from disputes where outcome is null order by received_at, rowid')
        .map((row) => ({
          disputeId: row.dispute_id,
          accountId: row.account_id,
          caseNumber: row.case_number,
        })),

    /** Decides, and tells Guichet in the same commit. Throws `RangeError` for a dispute that is not open. */
    decide(disputeId: string, outcome: Outcome): void {
      store.atomically(() => {
        const row = store.first<Row>(
          'select * from disputes where dispute_id = ? and outcome is null',
          disputeId,
        )
        if (!row) throw new RangeError(`there is no open dispute ${disputeId} at this bank`)
        store.run('update disputes set outcome = ? where dispute_id = ?', outcome, disputeId)
        const [transactionId] = JSON.parse(row.transaction_ids) as string[]
        queue.add(row.account_id, 'dispute-outcome', clock.now(), {
          disputeId,
          caseNumber: row.case_number,
          transactionId,
          outcome,
        })
      })
    },
  }
}
