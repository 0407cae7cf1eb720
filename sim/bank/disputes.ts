import { type Clock, newId, type Random } from '#kit'
import type { EventQueue } from './event-queue.ts'
import type { BankStore } from './store.ts'

export const DISPUTE_OUTCOMES = ['IN_FAVOUR', 'AGAINST', 'WITHDRAWN'] as const
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number]

export type Dispute = {
  disputeId: string
  accountId: string
  caseNumber: string
  notifiedAt: number
  receivedAt: number
  transactionIds: string[]
  outcome: DisputeOutcome | null
}

type Row = {
  dispute_id: string
  account_id: string
  case_number: string
  notified_at: number
  received_at: number
  transaction_ids: string
  outcome: DisputeOutcome | null
}

export type Disputes = ReturnType<typeof createDisputes>

/** What customers do not know of and will not pay, until somebody at the bank has decided. */
export function createDisputes(needs: { store: BankStore; queue: EventQueue; clock: Clock; random: Random }) {
  const { store, queue, clock, random } = needs
  const disputes = {
    open(dispute: Pick<Dispute, 'accountId' | 'caseNumber' | 'notifiedAt' | 'transactionIds'>) {
      const made = { disputeId: newId('dsp', random), receivedAt: clock.now() }
      store.run(
        `insert into disputes (dispute_id, account_id, case_number, notified_at, received_at, transaction_ids)
         values (?, ?, ?, ?, ?, ?)`,
        made.disputeId,
        dispute.accountId,
        dispute.caseNumber,
        dispute.notifiedAt,
        made.receivedAt,
        JSON.stringify(dispute.transactionIds),
      )
      return made
    },

    /** Newest first. */
    of: (accountId: string): Dispute[] =>
      store.all<Row>('select * from disputes where account_id = ? order by rowid desc', accountId).map(read),

    /** Decides once, and tells Guichet of each payment in the same commit. Throws when there is no such open dispute. */
    decide(disputeId: string, outcome: DisputeOutcome): void {
      store.atomically(() => {
        const row = store.first<Row>(
          'select * from disputes where dispute_id = ? and outcome is null',
          disputeId,
        )
        if (!row) throw new RangeError(`there is no open dispute ${disputeId} at this bank`)
        const at = clock.now()
        store.run('update disputes set outcome = ? where dispute_id = ?', outcome, disputeId)
        const { accountId, caseNumber, transactionIds } = read(row)
        for (const transactionId of transactionIds) {
          queue.add(accountId, 'dispute-outcome', at, { disputeId, caseNumber, transactionId, outcome })
        }
      })
    },
  }
  return disputes
}

function read(row: Row): Dispute {
  return {
    disputeId: row.dispute_id,
    accountId: row.account_id,
    caseNumber: row.case_number,
    notifiedAt: row.notified_at,
    receivedAt: row.received_at,
    transactionIds: JSON.parse(row.transaction_ids),
    outcome: row.outcome,
  }
}
