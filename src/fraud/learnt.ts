import { newId, type Random } from '#kit'
import type { FraudCase, PaymentLabel } from '#vault'
import { isOftenWrong } from './doubt.ts'
import { type Finding, findingsOf, saysNothing } from './features/index.ts'
import { learn, type Memory, relabel } from './memory.ts'
import type { Outcome } from './outcome.ts'

export type Make = { now: number; random: Random }

/** A fact about a payment of a case, learnt now: after whatever was learnt of it before, even within the millisecond. */
export function labelOf(
  { labels }: Memory,
  { id: caseId }: Pick<FraudCase, 'id'>,
  transactionId: string,
  label: PaymentLabel['label'],
  { now, random }: Make,
  source: PaymentLabel['source'] = 'person',
): PaymentLabel {
  const before = labels.get(transactionId)?.at ?? Number.NEGATIVE_INFINITY
  return { id: newId('lbl', random), transactionId, label, source, at: Math.max(now, before + 1), caseId }
}

/** Has facts count at once, one after the other as the log tells them, and returns what is to be kept of them. */
export function take(memory: Memory, labels: PaymentLabel[]): Pick<Outcome, 'labels' | 'findings'> {
  const findings: Finding[] = []
  for (const label of labels) {
    const before = memory.labels.get(label.transactionId)
    learn(memory, label)
    relabel(memory, label.transactionId)
    if (memory.labels.get(label.transactionId) === label) findings.push(...findingsIn(memory, label, before))
  }
  return { labels, findings }
}

/**
 * What a label says of where its payment was made. The word of somebody whose reports were mostly mistaken guards their own card as
 * any other, and says something of a place, where others pay too, only once the bank has decided.
 */
function findingsIn(memory: Memory, label: PaymentLabel, before: PaymentLabel | undefined): Finding[] {
  // Silence says nothing of a place: a payment that nobody spoke of leaves no trace beside its person.
  if (label.source === 'expiry' || saysNothing(label, before)) return []
  const payment = memory.history.find(label.transactionId)
  const isTheirWord = label.source === 'person' && label.label === 'fraud'
  if (!payment || (isTheirWord && isOftenWrong(memory, label.at))) return []
  return findingsOf(memory.history, payment, label)
}
