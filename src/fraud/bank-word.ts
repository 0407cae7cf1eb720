import { DAY } from '#kit'
import { resolveMerchant } from '#merchants'
import type { BankFlag, FraudCase, Transaction } from '#vault'
import { type Answer, answerCase, isSent } from './answers.ts'
import type { CaseId } from './decide.ts'
import { labelOf, type Make, take } from './learnt.ts'
import { attachedTo, cardOfPayment, caseOf, type Memory, paymentsIn, putCase } from './memory.ts'
import { joinOutcomes, NOTHING, type Outcome } from './outcome.ts'
import type { Payment } from './payment.ts'
import { join, keepApart, knownOf, type Needs, newCase, openCase } from './raising.ts'

/** A payment that the bank itself thinks was not its holder's; it has the shape of the intake's `Flagged`. */
export type Flagged = Omit<BankFlag, 'transactionId'> & { transaction: Transaction }

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
export function takeFlags(
  memory: Memory,
  flags: readonly (Omit<Flagged, 'transaction'> & {
    transaction: Pick<Transaction, 'id' | 'accountId' | 'at'>
  })[],
  needs: Needs,
): Outcome {
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
      ? withFlag(join(open, transaction, null), { transactionId: id, by, bankTransactionId, releasableUntil })
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

/** A case with what the bank said of a payment that found room in it. */
const withFlag = (joined: FraudCase, flag: BankFlag): FraudCase =>
  attachedTo(joined).includes(flag.transactionId)
    ? { ...joined, flags: [...(joined.flags ?? []), flag] }
    : joined

/**
 * Records what the person said of a case. When it was theirs, what the bank had said of others that joined it is asked about by
 * itself: nothing is let through, or forgotten, that nobody was asked about. A shop they vouched for just now is not asked about again.
 */
export function answerThenAsk(memory: Memory, caseId: string, answer: Answer, needs: Needs): Outcome {
  const flags = memory.cases.get(caseId)?.flags ?? []
  const answered = answerCase(memory, caseId, answer, needs)
  if (answered.answered?.state !== 'was-me' || answered.cases.length === 0) return answered
  const open = flags.flatMap(({ transactionId, ...flag }) => {
    const transaction =
      flag.by === 'declined' ? memory.declined.get(transactionId) : memory.history.find(transactionId)
    return transaction && !isVouched(memory, transaction) ? [{ ...flag, transaction }] : []
  })
  return joinOutcomes(answered, takeFlags(memory, open, needs))
}

function isVouched({ history }: Memory, one: Transaction | Payment): boolean {
  const merchant = 'merchant' in one ? one.merchant : resolveMerchant(one).merchant
  return history.isVouched({ merchant, country: one.country })
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
