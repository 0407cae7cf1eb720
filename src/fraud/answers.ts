import { DAY, MINUTE } from '#kit'
import { resolveMerchant } from '#merchants'
import type { Dispute, FraudCase, KnownGood } from '#vault'
import { doubtAbout } from './doubt.ts'
import { labelOf, type Make, take } from './learnt.ts'
import {
  attachedTo,
  cardOfCase,
  cardOfPayment,
  caseOf,
  joinedTo,
  type Memory,
  paymentsIn,
  putCase,
} from './memory.ts'
import { joinOutcomes, NOTHING, type Outcome } from './outcome.ts'
import type { Payment } from './payment.ts'
import { judgeAll, type Needs, newCase, openCase } from './raising.ts'

export type Said = 'was-me' | 'not-me'
/** `sure`: the person was asked once more and says it again. */
export type Answer = { said: Said; sure: boolean }

/** How long a dispute waits before it goes to the bank, so that a person can change their mind. */
export const DISPUTE_WAIT = 30 * MINUTE
/** A shop may charge a hold that it let go. So a dispute of which nothing is paid is looked at again each day, and after so long it ends. */
const UNPAID_CHECK = DAY
const UNPAID_SPAN = 14 * DAY
/** Payments offered for marking are of the card’s last days, and no more than somebody would read through on a telephone. */
const MARK_SPAN = 30 * DAY
const MARKS_MAX = 10

/**
 * Records what the person said of a case. Saying it again changes nothing; saying the opposite is heard too, until their
 * dispute went to the bank. *Not me* takes every payment of the case out of the person's habits and opens a dispute.
 * *It was me* is about the payment that was asked about and vouches for its merchant; those that had joined it are judged
 * again with that known, and asked about if they still look wrong.
 */
export function answerCase(memory: Memory, caseId: string, { said, sure }: Answer, needs: Needs): Outcome {
  const before = memory.cases.get(caseId)
  if (!before) return NOTHING
  const state = said === 'was-me' ? 'was-me' : 'confirmed-fraud'
  const unchanged = { ...NOTHING, isKnown: true, answered: before }
  if (before.state === state) return unchanged
  if (said === 'was-me') return isOnItsWay(before, needs.now) ? unchanged : takeAsOwn(memory, before, needs)
  const { transactionId } = before
  const doubt = sure ? null : doubtAbout(memory, { transactionId, fraudCase: before }, needs.now)
  if (!doubt) return confirm(memory, before, needs)
  const asked: FraudCase = { ...before, doubt: { kind: doubt.kind, askedAt: needs.now } }
  putCase(memory, asked)
  return { ...unchanged, cases: [asked], answered: asked, doubt }
}

/**
 * *Not me*, said of any payment, asked about or not. Of one that is in a case already it is an answer to that case; else
 * it joins the open dispute about its card, or opens a case of its own. Nothing is kept while there is a doubt.
 */
export function reportPayment(memory: Memory, transactionId: string, sure: boolean, needs: Needs): Outcome {
  const card = cardOfPayment(memory, transactionId)
  const known = caseOf(memory, transactionId)
  if (known && known.transactionId === transactionId)
    return answerCase(memory, known.id, { said: 'not-me', sure }, needs)
  if (known?.state === 'confirmed-fraud') return { ...NOTHING, isKnown: true, answered: known }
  if (card === null) return NOTHING
  const doubt = sure ? null : doubtAbout(memory, { transactionId, fraudCase: undefined }, needs.now)
  if (doubt) return { ...NOTHING, isKnown: true, doubt }
  const apart = known ? leave(memory, known, transactionId) : NOTHING
  const at = memory.history.find(transactionId)?.at ?? memory.declined.get(transactionId)!.at
  const open = openCase(memory, { card, at }, needs.now)
  if (open?.state === 'confirmed-fraud' && !isOnItsWay(open, needs.now))
    return joinOutcomes(apart, markPayments(memory, open.id, [transactionId], needs))
  const accountId = accountOf(memory, transactionId)
  const begun: FraudCase = {
    ...newCase(memory, { id: transactionId, accountId }, { reasons: [] }, needs),
    raisedBy: 'person',
  }
  return joinOutcomes(apart, confirm(memory, begun, needs))
}

/** Payments of the case’s card that its person may mark as not theirs too: the latest first. */
export function markable(memory: Memory, caseId: string, now: number): Payment[] {
  const fraudCase = memory.cases.get(caseId)
  const card = fraudCase && cardOfCase(memory, fraudCase)
  if (!card) return []
  const timeline = memory.history.byCard.get(card)
  const { from, to } = timeline.stretch(now - MARK_SPAN, { id: '', at: Number.MAX_SAFE_INTEGER })
  const found: Payment[] = []
  for (let i = to - 1; i >= from && found.length < MARKS_MAX; i--) {
    const payment = timeline.item(i)
    if (!payment.isMoneyless && !caseOf(memory, payment.id)) found.push(payment)
  }
  return found
}

/** Adds payments to a dispute that was not sent yet. Those that cannot be in it are passed by. */
export function markPayments(
  memory: Memory,
  caseId: string,
  transactionIds: readonly string[],
  make: Make,
): Outcome {
  return changeDispute(memory, caseId, make, (before) => {
    const card = cardOfCase(memory, before)
    const added = [...new Set(transactionIds)].filter(
      (id) => card !== null && cardOfPayment(memory, id) === card && !caseOf(memory, id),
    )
    const attachedTransactionIds = [...attachedTo(before), ...added]
    return {
      ids: added,
      label: 'fraud',
      after: {
        ...before,
        attachedTransactionIds,
        ...(isAnyPaid(memory, added) && { dispute: before.dispute ?? newDispute(make.now) }),
      },
    }
  })
}

/**
 * Lets payments go that had joined a dispute, until it is sent: their person says that these were theirs, and of the one that was asked
 * about nothing else. Those that are not in it are passed by.
 */
export function ownPayments(
  memory: Memory,
  caseId: string,
  transactionIds: readonly string[],
  make: Make,
): Outcome {
  return changeDispute(memory, caseId, make, (before) => {
    const own = attachedTo(before).filter((id) => transactionIds.includes(id))
    const { dispute, ...left } = without(before, own)
    return {
      ids: own,
      label: 'genuine',
      after: { ...left, ...(dispute && isAnyPaid(memory, paymentsIn(left)) && { dispute }) },
    }
  })
}

/** What somebody says of payments of a dispute, as long as it can still be changed; about no payment it changes nothing. */
function changeDispute(
  memory: Memory,
  caseId: string,
  make: Make,
  change: (before: FraudCase) => { ids: readonly string[]; label: 'fraud' | 'genuine'; after: FraudCase },
): Outcome {
  const before = memory.cases.get(caseId)
  if (!before) return NOTHING
  const unchanged = { ...NOTHING, isKnown: true, answered: before }
  if (before.state !== 'confirmed-fraud' || isOnItsWay(before, make.now)) return unchanged
  const { ids, label, after } = change(before)
  if (ids.length === 0) return unchanged
  putCase(memory, after)
  const labels = ids.map((id) => labelOf(memory, after, id, label, make))
  return { ...unchanged, cases: [after], answered: after, ...take(memory, labels) }
}

/** Notes that nobody has answered for too long; the first time counts, and an answered case is left alone. */
export function escalateCase(cases: readonly FraudCase[], caseId: string, now: number): Outcome {
  const before = cases.find(({ id }) => id === caseId)
  if (!before) return NOTHING
  if (before.state !== 'asked' || before.escalatedAt !== undefined) return { ...NOTHING, isKnown: true }
  const told = { ...before, escalatedAt: now }
  return { ...NOTHING, isKnown: true, cases: [told], answered: told }
}

/** What the bank did about a case: each is noted the first time it is told. Unknown cases change nothing. */
export type Deed =
  | { deed: 'blocked'; at: number }
  | { deed: 'released'; at: number }
  | { deed: 'dispute-sent'; at: number; bankDisputeId: string }
  | { deed: 'dispute-unpaid'; at: number }

export function noteDeed(cases: readonly FraudCase[], caseId: string, done: Deed): Outcome {
  const before = cases.find(({ id }) => id === caseId)
  if (!before) return NOTHING
  const after = withDeed(before, done)
  return { ...NOTHING, isKnown: true, cases: after ? [after] : [], answered: after ?? before }
}

function withDeed(before: FraudCase, done: Deed): FraudCase | null {
  const { declined, dispute, ...rest } = before
  switch (done.deed) {
    case 'blocked':
      return before.cardBlockedAt === null ? { ...before, cardBlockedAt: done.at } : null
    case 'released':
      return declined && declined.releasedAt === null
        ? { ...before, declined: { ...declined, releasedAt: done.at } }
        : null
    case 'dispute-sent':
      return dispute && dispute.sentAt === null
        ? { ...before, dispute: { ...dispute, sentAt: done.at, bankDisputeId: done.bankDisputeId } }
        : null
    case 'dispute-unpaid': {
      if (!dispute || dispute.sentAt !== null) return null
      const sendAfter = done.at + UNPAID_CHECK
      if (sendAfter <= dispute.openedAt + UNPAID_SPAN)
        return { ...before, dispute: { ...dispute, sendAfter } }
      return { ...rest, ...(declined && { declined }) }
    }
  }
}

/** Whether the bank has the dispute. */
export const isSent = ({ dispute }: FraudCase): boolean => dispute !== undefined && dispute.sentAt !== null

/**
 * Whether the dispute is with the bank or on its way there: from then on only the bank can take it back. It is told at its
 * instant and not when it was sent, because who takes something back must not race with whoever sends it.
 */
export const isOnItsWay = ({ dispute }: FraudCase, now: number): boolean =>
  dispute !== undefined && (dispute.sentAt !== null || now >= dispute.sendAfter)

function confirm(memory: Memory, before: FraudCase, make: Make): Outcome {
  const { now } = make
  const { takenBackAt: _takenBack, ...rest } = before
  const answered: FraudCase = {
    ...rest,
    state: 'confirmed-fraud',
    answeredAt: now,
    ...(isAnyPaid(memory, paymentsIn(before)) && { dispute: newDispute(now) }),
  }
  putCase(memory, answered)
  const labels = paymentsIn(answered).map((id) => labelOf(memory, answered, id, 'fraud', make))
  return { ...NOTHING, isKnown: true, cases: [answered], answered, ...take(memory, labels) }
}

/** Of what the bank refused nothing was paid, and there is nothing to pay back. */
const isAnyPaid = ({ declined }: Memory, ids: readonly string[]): boolean =>
  ids.some((id) => !declined.has(id))

const newDispute = (now: number): Dispute => ({
  openedAt: now,
  sendAfter: now + DISPUTE_WAIT,
  sentAt: null,
  bankDisputeId: null,
  outcome: null,
})

function takeAsOwn(memory: Memory, before: FraudCase, needs: Needs): Outcome {
  const joined = joinedTo(memory, before.id)
  const { dispute: _dispute, flags: _flags, ...rest } = before
  const own: FraudCase = {
    ...rest,
    state: 'was-me',
    answeredAt: needs.now,
    attachedTransactionIds: [],
    ...(before.state === 'confirmed-fraud' && { takenBackAt: needs.now }),
  }
  putCase(memory, own)
  // What had been said of the others is taken back, and so is the question: from now on nobody has been asked about them.
  const learnt = take(memory, [
    labelOf(memory, own, own.transactionId, 'genuine', needs),
    ...attachedTo(before).map((id) => labelOf(memory, own, id, 'unknown', needs)),
  ])
  needs.heard(learnt.findings)
  const knownGood = vouchedBy(memory, own, needs.now)
  for (const good of knownGood) memory.history.vouch(good, good.id)
  const again = judgeAll(memory, joined, needs)
  const releases = isReleasable(own, needs.now)
  return {
    ...again,
    cases: [own, ...again.cases],
    labels: [...learnt.labels, ...again.labels],
    findings: [...learnt.findings, ...again.findings],
    knownGood,
    answered: own,
    releases,
  }
}

/** Whether the bank refused the payment and can still let it through. */
const isReleasable = ({ declined }: FraudCase, now: number): boolean =>
  declined !== undefined &&
  declined.releasedAt === null &&
  declined.releasableUntil !== null &&
  now < declined.releasableUntil

/** Takes a payment out of a case that it had joined. */
function leave(memory: Memory, known: FraudCase, transactionId: string): Outcome {
  const left = without(known, [transactionId])
  putCase(memory, left)
  return { ...NOTHING, cases: [left] }
}

/** A case without payments that had joined it, and without what the bank had said of them. */
function without({ flags, ...known }: FraudCase, transactionIds: readonly string[]): FraudCase {
  const stays = (id: string) => !transactionIds.includes(id)
  return {
    ...known,
    attachedTransactionIds: attachedTo(known).filter(stays),
    ...(flags && { flags: flags.filter(({ transactionId }) => stays(transactionId)) }),
  }
}

// One per case, so that a person who changes their mind takes the vouching back with it.
function vouchedBy(memory: Memory, { id, transactionId }: FraudCase, at: number): KnownGood[] {
  const payment = memory.history.find(transactionId)
  const refused = memory.declined.get(transactionId)
  const merchant = payment?.merchant ?? (refused && resolveMerchant(refused).merchant)
  if (merchant === undefined) return []
  const country = (payment ?? refused)!.country
  return [{ id: `good_${id}`, merchant, country, at }]
}

const accountOf = ({ history, declined }: Memory, id: string): string =>
  history.find(id)?.accountId ?? declined.get(id)!.accountId
