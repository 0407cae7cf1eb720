import type { FraudCase, KnownGood, PaymentLabel, RuleSnooze, Transaction } from '#vault'
import { isNewer, wordOf } from './features/index.ts'
import { History, type Home } from './history.ts'
import { cardOf, type Label, type Payment } from './payment.ts'

/** Refused payments that are remembered, the latest told: more come from a machine that goes on trying a blocked card. */
const DECLINED_MAX = 2_000

/** What the room knows of one link while it judges: derived from what is kept, and never kept itself. */
export type Memory = {
  history: History
  cases: ReadonlyMap<string, FraudCase>
  /** The case that a payment is in, by their ids. */
  caseIds: ReadonlyMap<string, string>
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
    cases: new Map(),
    caseIds: new Map(),
    labels: new Map(),
    declined: new Map(),
    snoozed: new Map(snoozes.map(({ rule, until }) => [rule, until])),
  }
  for (const label of labels) learn(memory, label)
  for (const one of cases) putCase(memory, one)
  for (const { transactionId } of memory.labels.values()) relabel(memory, transactionId)
  for (const good of knownGood) if (stillVouched(memory, good)) memory.history.vouch(good, good.id)
  for (const transaction of transactions) tell(memory, transaction)
  for (const one of cases) if (one.beyond) relabelBetween(memory, cardOfCase(memory, one), one.beyond)
  return memory
}

/** Brings a memory up to date with a batch's changes. What is returned takes them back. */
export function follow(memory: Memory, changes: readonly Transaction[]): () => void {
  const { history, declined } = memory
  const before = new Map<
    string,
    { payment: Payment | null; thought: Label | null; refused: Transaction | undefined }
  >()
  for (const transaction of changes) {
    const { id } = transaction
    if (!before.has(id))
      before.set(id, { payment: history.find(id), thought: history.thoughtOf(id), refused: declined.get(id) })
    tell(memory, transaction)
  }
  return () => {
    for (const [id, { payment, thought, refused }] of before) {
      history.putBack(id, payment, thought)
      if (refused) declined.set(id, refused)
      else declined.delete(id)
    }
  }
}

function tell(memory: Memory, transaction: Transaction): void {
  const { history, declined } = memory
  const { id } = transaction
  if (transaction.status === 'declined') {
    declined.set(id, transaction)
    // A Map keeps the order of insertion: the first was told longest ago.
    if (declined.size > DECLINED_MAX) declined.delete(declined.keys().next().value!)
  } else declined.delete(id)
  history.tell(transaction)
  if (floodOver(memory, id)) relabel(memory, id)
}

/** Takes in a fact about a payment; of contradictory ones the last learnt counts. */
export function learn({ labels }: Memory, label: PaymentLabel): void {
  const before = labels.get(label.transactionId)
  if (!before || isNewer(wordOf(label), wordOf(before))) labels.set(label.transactionId, label)
}

/** Has a case, or its newest state, count for the habits that its payments are part of: what it changes is looked at again. */
export function putCase(memory: Memory, next: FraudCase): void {
  const before = memory.cases.get(next.id)
  ;(memory.cases as Map<string, FraudCase>).set(next.id, next)
  const caseIds = memory.caseIds as Map<string, string>
  const [was, is] = [new Set(before ? paymentsIn(before) : []), new Set(paymentsIn(next))]
  const isStateNew = before?.state !== next.state
  for (const id of was.difference(is)) {
    if (caseIds.get(id) === next.id) caseIds.delete(id)
    relabel(memory, id)
  }
  for (const id of isStateNew ? is : is.difference(was)) {
    caseIds.set(id, next.id)
    relabel(memory, id)
  }
}

/** Looks again at what was paid with a card between two instants, both included. */
export function relabelBetween(
  memory: Memory,
  card: string | null,
  { from, to }: { from: number; to: number },
): void {
  if (card === null) return
  const { byCard } = memory.history
  const timeline = byCard.get(card)
  const stretch = timeline.stretch(from, { id: '', at: to + 1 })
  const ids: string[] = []
  for (let i = stretch.from; i < stretch.to; i++) ids.push(timeline.item(i).id)
  for (const id of ids) relabel(memory, id)
}

/**
 * What is thought of a payment now. One that somebody was asked about is nobody's until they answer, or stayed silent
 * for so long that it counts as theirs; else the last thing learnt holds, and then the case it is in.
 */
export function relabel(memory: Memory, id: string): void {
  memory.history.label(id, thought(memory, id))
}

function thought(memory: Memory, id: string): Label | null {
  const label = memory.labels.get(id)
  const around = caseOf(memory, id)
  if (around?.state === 'asked' && label?.source !== 'expiry') return 'suspect'
  if (label) return label.label === 'fraud' ? 'fraud' : null
  if (around) return around.state === 'confirmed-fraud' ? 'fraud' : null
  return floodOver(memory, id) ? 'suspect' : null
}

/** Whether so much looked wrong when this was paid with its card that a case could not name it all. */
function floodOver(memory: Memory, id: string): boolean {
  const payment = memory.history.find(id)
  if (!payment) return false
  for (const one of memory.cases.values()) {
    const { beyond } = one
    const isWithin = beyond && payment.at >= beyond.from && payment.at <= beyond.to
    if (isWithin && cardOfCase(memory, one) === payment.card) return true
  }
  return false
}

/** The payment that a case asks about first, then those that joined it. */
export const paymentsIn = (fraudCase: FraudCase): string[] => [
  fraudCase.transactionId,
  ...attachedTo(fraudCase),
]

export const attachedTo = ({ attachedTransactionIds }: FraudCase): string[] => attachedTransactionIds ?? []

/** The case that a payment is in, if it is in one. */
export const caseOf = ({ cases, caseIds }: Memory, transactionId: string): FraudCase | undefined =>
  cases.get(caseIds.get(transactionId) ?? '')

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

/** The card of a case, whether the payment it asks about is still remembered or not. */
export const cardOfCase = (memory: Memory, one: FraudCase): string | null =>
  one.cardNumberDisplay === undefined
    ? cardOfPayment(memory, one.transactionId)
    : cardOf(one.accountId, one.cardNumberDisplay)

// A vouching has the name of its case: whoever changes their mind takes it back with the case.
const stillVouched = ({ cases }: Memory, { id }: KnownGood): boolean =>
  cases.get(id.slice('good_'.length))?.state !== 'confirmed-fraud'
