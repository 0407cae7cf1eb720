import type { FraudCase, KnownGood, PaymentLabel, RuleSnooze, Transaction } from '#vault'
import { isNewer } from './features/index.ts'
import { History, type Home } from './history.ts'
import { cardOf, type Label, type Payment } from './payment.ts'

/** What the room knows of one link while it judges: derived from what is kept, and never kept itself. */
export type Memory = {
  history: History
  cases: Map<string, FraudCase>
  /** The last thing learnt of each payment, by its id. */
  labels: Map<string, PaymentLabel>
  /** Payments that the bank refused: nobody's habit, but somebody may be asked about them. */
  declined: Map<string, Transaction>
  /** Rules the person does not want to be asked because of, and until when. */
  snoozed: Map<string, number>
}

export type Kept = {
  transactions: readonly Transaction[]
  cases: readonly FraudCase[]
  knownGood: readonly KnownGood[]
  labels: readonly PaymentLabel[]
  snoozes: readonly RuleSnooze[]
}

/** Rebuilds the memory of a link from what is kept. */
export function remember({ transactions, cases, knownGood, labels, snoozes }: Kept, home: Home): Memory {
  const memory: Memory = {
    history: new History(home),
    cases: new Map(cases.map((one) => [one.id, one])),
    labels: new Map(),
    declined: new Map(),
    snoozed: new Map(snoozes.map(({ rule, until }) => [rule, until])),
  }
  for (const label of labels) learn(memory, label)
  for (const one of cases) labelCase(memory, one)
  for (const { transactionId } of memory.labels.values()) relabel(memory, transactionId)
  for (const good of knownGood) if (stillVouched(memory, good)) memory.history.vouch(good, good.id)
  for (const transaction of transactions) tell(memory, transaction)
  return memory
}

/** Brings a memory up to date with a batch's changes. What is returned takes them back. */
export function follow(memory: Memory, changes: readonly Transaction[]): () => void {
  const { history, declined } = memory
  const before = new Map<string, { payment: Payment | null; refused: Transaction | undefined }>()
  for (const transaction of changes) {
    const { id } = transaction
    if (!before.has(id)) before.set(id, { payment: history.find(id), refused: declined.get(id) })
    tell(memory, transaction)
  }
  return () => {
    for (const [id, { payment, refused }] of before) {
      history.putBack(id, payment)
      if (refused) declined.set(id, refused)
      else declined.delete(id)
    }
  }
}

function tell({ history, declined }: Memory, transaction: Transaction): void {
  if (transaction.status === 'declined') declined.set(transaction.id, transaction)
  else declined.delete(transaction.id)
  history.tell(transaction)
}

/** Takes in a fact about a payment; of contradictory ones the last learnt counts. */
export function learn({ labels }: Memory, label: PaymentLabel): void {
  const before = labels.get(label.transactionId)
  if (!before || isNewer(said(label), said(before))) labels.set(label.transactionId, label)
}

const said = ({ at, label }: PaymentLabel) => ({ learntAt: at, label })

/** Has a case count for the habits that its payments are part of. */
export function labelCase(memory: Memory, fraudCase: FraudCase): void {
  for (const id of paymentsIn(fraudCase)) relabel(memory, id)
}

/**
 * What is thought of a payment now. One that somebody was asked about is nobody's until they answer, or stayed silent
 * for so long that it counts as theirs; else the last thing learnt holds, and then the case it is in.
 */
export function relabel(memory: Memory, id: string): void {
  const label = memory.labels.get(id)
  const around = [...memory.cases.values()].filter((one) => paymentsIn(one).includes(id))
  memory.history.label(id, thought(label, around))
}

function thought(label: PaymentLabel | undefined, around: readonly FraudCase[]): Label | null {
  const isExpired = label?.source === 'expiry'
  if (around.some(({ state }) => state === 'asked') && !isExpired) return 'suspect'
  if (label) return label.label === 'fraud' ? 'fraud' : null
  return around.some(({ state }) => state === 'confirmed-fraud') ? 'fraud' : null
}

/** The payment that a case asks about first, then those that joined it. */
export const paymentsIn = (fraudCase: FraudCase): string[] => [
  fraudCase.transactionId,
  ...attachedTo(fraudCase),
]

export const attachedTo = ({ attachedTransactionIds }: FraudCase): string[] => attachedTransactionIds ?? []

/** The case that a payment is in, if it is in one. */
export const caseOf = ({ cases }: Memory, transactionId: string): FraudCase | undefined =>
  [...cases.values()].find((one) => paymentsIn(one).includes(transactionId))

/** Payments that joined a case, as far as they are remembered. */
export function joinedTo({ history, cases }: Memory, caseId: string): Payment[] {
  const joined = cases.get(caseId)
  return joined ? attachedTo(joined).flatMap((id) => history.find(id) ?? []) : []
}

/** The card of a payment; null when it is not remembered. */
export function cardOfPayment({ history, declined }: Memory, id: string): string | null {
  const payment = history.find(id)
  if (payment) return payment.card
  const refused = declined.get(id)
  return refused ? cardOf(refused.accountId, refused.cardNumberDisplay) : null
}

// A vouching has the name of its case: whoever changes their mind takes it back with the case.
const stillVouched = ({ cases }: Memory, { id }: KnownGood): boolean =>
  cases.get(id.slice('good_'.length))?.state !== 'confirmed-fraud'
