import { DAY } from '#kit'
import type { FraudCase, Transaction } from '#vault'
import { isSent } from './answers.ts'
import type { CaseId } from './decide.ts'
import { labelOf, type Make, take } from './learnt.ts'
import { cardOfPayment, caseOf, type Memory, paymentsIn, putCase } from './memory.ts'
import { joinOutcomes, NOTHING, type Outcome } from './outcome.ts'
import { join, keepApart, knownOf, type Needs, newCase, openCase } from './raising.ts'

/** A payment that the bank itself thinks was not its holder's; it has the shape of the intake's `Flagged`. */
export type Flagged = {
  transaction: Transaction
  by: 'declined' | 'suspected'
  bankTransactionId: string
  releasableUntil: number | null
}

/** How the bank decided a dispute; it has the shape of the intake's `DisputeOutcome`. */
export type DisputeOutcome = {
  transactionId: string
  caseNumber: string
  decided: 'in-favour' | 'against' | 'withdrawn'
}

/** For so long a question may stay unanswered before the payment counts as its person's own. */
export const SILENCE_SPAN = 120 * DAY

/**
 * Asks about what the bank refused or suspects, as about what looks wrong to us: one question per card. A payment that
 * somebody was asked about already, or answered for, is not asked about again.
 */
export function takeFlags(memory: Memory, flags: readonly Flagged[], needs: Needs): Outcome {
  if (flags.length === 0) return NOTHING
  const changed = new Map<string, FraudCase>()
  const raised: CaseId[] = []
  let learnt = NOTHING
  for (const { transaction, by, bankTransactionId, releasableUntil } of flags) {
    const { id, accountId, at } = transaction
    const card = cardOfPayment(memory, id)
    if (card === null || caseOf(memory, id)) continue
    const open = openCase(memory, { card, at }, needs.now)
    const next: FraudCase = open
      ? join(open, transaction, null)
      : {
          ...newCase(memory, { id, accountId }, { reasons: [] }, needs),
          raisedBy: 'bank',
          ...(by === 'declined' && {
            declined: { bankTransactionId, releasableUntil, releasedAt: null },
          }),
        }
    if (!open) raised.push(next.id as CaseId)
    putCase(memory, next)
    keepApart(memory, card, open, next)
    learnt = joinOutcomes(learnt, knownOf(memory, next, id, needs))
    changed.set(next.id, next)
  }
  return { ...learnt, isKnown: true, raised, cases: [...changed.values()] }
}

const LEARNT = { 'in-favour': 'fraud', against: 'genuine', withdrawn: 'unknown' } as const

/**
 * Takes in how the bank decided: what it says of the payments counts from now on. A decision about a dispute that nobody
 * here opened changes nothing, and neither does the same one again.
 */
export function takeOutcomes(memory: Memory, outcomes: readonly DisputeOutcome[], needs: Make): Outcome {
  if (outcomes.length === 0) return NOTHING
  const changed: FraudCase[] = []
  let learnt = NOTHING
  for (const { transactionId, caseNumber, decided } of outcomes) {
    const about =
      [...memory.cases.values()].find(({ number }) => number === caseNumber) ?? caseOf(memory, transactionId)
    if (!about?.dispute || !isSent(about) || about.dispute.outcome?.decided === decided) continue
    const next = { ...about, dispute: { ...about.dispute, outcome: { decided, at: needs.now } } }
    putCase(memory, next)
    changed.push(next)
    const facts = paymentsIn(next).map((id) => labelOf(memory, next, id, LEARNT[decided], needs, 'dispute'))
    learnt = joinOutcomes(learnt, { ...NOTHING, ...take(memory, facts) })
  }
  const decided = changed.map(({ id }) => id as CaseId)
  return { ...learnt, isKnown: true, decided, cases: changed }
}

/** Ends the questions that were never answered: silence for so long says that the payment was their own. */
export function endSilence(memory: Memory, needs: Make): Outcome {
  let learnt = NOTHING
  for (const one of memory.cases.values()) {
    if (one.state !== 'asked' || needs.now - one.openedAt < SILENCE_SPAN) continue
    const silent = paymentsIn(one).filter((id) => memory.labels.get(id)?.source !== 'expiry')
    const facts = silent.map((id) => labelOf(memory, one, id, 'genuine', needs, 'expiry'))
    learnt = joinOutcomes(learnt, { ...NOTHING, ...take(memory, facts) })
  }
  return learnt
}
