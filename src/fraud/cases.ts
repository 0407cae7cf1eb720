import { DAY, HOUR, newId, type Random } from '#kit'
import type { FraudCase, KnownGood, PaymentScore, Transaction } from '#vault'
import { newCaseNumber } from './case-number.ts'
import type { CaseId, Decision } from './decide.ts'
import {
  FEATURE_SET,
  type Finding,
  findingsOf,
  newVector,
  type Places,
  packVector,
  writeVector,
} from './features/index.ts'
import { History, type Home } from './history.ts'
import type { Judge, Judgement } from './judge.ts'
import type { Payment } from './payment.ts'
import { RULE_SET, type Verdict } from './rules.ts'
import { type Happening, inOrder } from './timeline.ts'

/** What the room knows of one link while it judges: derived from what is kept, and never kept itself. */
export type Memory = { history: History; cases: Map<string, FraudCase> }

export type Kept = {
  transactions: readonly Transaction[]
  cases: readonly FraudCase[]
  knownGood: readonly KnownGood[]
}

export type Said = 'was-me' | 'not-me'

/** What judging or an answer changes, to be kept in the same commit. */
export type Outcome = Decision & {
  cases: FraudCase[]
  knownGood: KnownGood[]
  answered: FraudCase | null
  /** How payments were judged. */
  scores: PaymentScore[]
}

const NOTHING: Outcome = { raised: [], isKnown: false, cases: [], knownGood: [], answered: null, scores: [] }

type Needs = {
  judge: Judge
  now: number
  random: Random
  /** What is known of where a payment was made. */
  placesOf: (payment: Payment) => Places
}

/** A question that stays unanswered for a day no longer keeps the next one from being asked. */
const QUESTION_SPAN = DAY
/** A bank blocks a card within seconds of the order; what passes an hour after it has a cause that must be asked about. */
const BLOCK_WAIT = HOUR

/** Rebuilds the memory of a link from what is kept. */
export function remember({ transactions, cases, knownGood }: Kept, home: Home): Memory {
  const history = new History(home)
  const memory: Memory = { history, cases: new Map(cases.map((one) => [one.id, one])) }
  for (const one of cases) labelCase(history, one)
  for (const good of knownGood) if (stillVouched(memory, good)) history.vouch(good, good.id)
  for (const transaction of transactions) history.tell(transaction)
  return memory
}

/** Brings a memory up to date with a batch's changes. What is returned takes them back. */
export function follow({ history }: Memory, changes: readonly Transaction[]): () => void {
  const before = new Map<string, Payment | null>()
  for (const transaction of changes) {
    if (!before.has(transaction.id)) before.set(transaction.id, history.find(transaction.id))
    history.tell(transaction)
  }
  return () => {
    for (const [id, payment] of before) history.putBack(id, payment)
  }
}

/**
 * Judges payments that the memory has been told, in order of time. At most one question is open per card: what looks
 * wrong while it is joins it. Payments that are in a case already, took no money, or are no card payments are passed by.
 */
export function judgeAll(memory: Memory, fresh: readonly Happening[], needs: Needs): Outcome {
  const inCases = new Set([...memory.cases.values()].flatMap(paymentsIn))
  const changed = new Map<string, FraudCase>()
  const raised = new Map<string, number>()
  const scores: PaymentScore[] = []
  const vector = newVector()
  for (const { id } of [...fresh].sort(inOrder)) {
    const payment = memory.history.find(id)
    if (!payment || payment.isMoneyless || inCases.has(id)) continue
    const features = writeVector(memory.history, needs.placesOf(payment), payment, vector)
    const verdict = needs.judge(features, payment, vector)
    scores.push(scoreOf(payment, verdict, vector, needs.now))
    if (!verdict.asks) continue
    const open = openCase(memory, payment, needs.now)
    const isGraver = open !== undefined && verdict.score > (raised.get(open.id) ?? Infinity)
    const next = open
      ? join(open, payment, isGraver ? verdict : null)
      : newCase(memory, payment, verdict, needs)
    if (!open || isGraver) raised.set(next.id, verdict.score)
    changed.set(next.id, next)
    memory.cases.set(next.id, next)
    labelCase(memory.history, next)
  }
  return {
    ...NOTHING,
    isKnown: true,
    raised: [...raised.keys()] as CaseId[],
    cases: [...changed.values()],
    scores,
  }
}

/** What was known when a payment was judged, and how it was. */
const scoreOf = (
  { id }: Payment,
  { asks, held, champion, challenger }: Judgement,
  vector: Float64Array,
  scoredAt: number,
): PaymentScore => ({
  id,
  scoredAt,
  featureSet: FEATURE_SET,
  vector: packVector(vector),
  model: champion?.model ?? null,
  probability: champion?.probability ?? null,
  ...(challenger && { challenger }),
  rules: RULE_SET,
  held,
  asked: asks,
})

/** A case with another payment in it. While it has not been asked about yet, the gravest is the one to ask about. */
function join(open: FraudCase, { id }: Payment, graver: Verdict | null): FraudCase {
  const attachedTransactionIds = [...attachedTo(open), graver ? open.transactionId : id]
  if (!graver) return { ...open, attachedTransactionIds }
  return { ...open, attachedTransactionIds, transactionId: id, reasons: graver.reasons }
}

/**
 * Records what the person said. Saying it again changes nothing; saying the opposite is heard too. *Not me* takes every
 * payment of the case out of the person's habits. *It was me* is about the payment that was asked about and vouches for
 * its merchant; those that had joined it are judged again with that known, and asked about if they still look wrong.
 */
export function answerCase(memory: Memory, caseId: string, said: Said, needs: Needs): Outcome {
  const before = memory.cases.get(caseId)
  if (!before) return NOTHING
  const state = said === 'was-me' ? 'was-me' : 'confirmed-fraud'
  if (before.state === state) return { ...NOTHING, isKnown: true, answered: before }

  const joined = joinedTo(memory, caseId)
  const answered: FraudCase = { ...before, state, answeredAt: needs.now }
  memory.cases.set(caseId, answered)
  labelCase(memory.history, answered)
  if (said === 'not-me') return { ...NOTHING, isKnown: true, cases: [answered], answered }

  const alone: FraudCase = { ...answered, attachedTransactionIds: [] }
  memory.cases.set(caseId, alone)
  const payment = memory.history.find(before.transactionId)
  const knownGood = payment ? [vouchedBy(alone, payment, needs.now)] : []
  for (const good of knownGood) memory.history.vouch(good, good.id)
  const again = judgeAll(memory, joined, needs)
  return {
    ...NOTHING,
    raised: again.raised,
    isKnown: true,
    cases: [alone, ...again.cases],
    knownGood,
    answered: alone,
  }
}

/** Notes when the bank blocked the card; the first time counts. Unknown cases change nothing. */
export function blockedCase(cases: readonly FraudCase[], caseId: string, at: number): Outcome {
  const before = cases.find(({ id }) => id === caseId) ?? null
  const changed = before && before.cardBlockedAt === null ? [{ ...before, cardBlockedAt: at }] : []
  return { ...NOTHING, isKnown: before !== null, cases: changed, answered: changed[0] ?? before }
}

/** Payments that joined a case, as far as they are remembered. */
export function joinedTo({ history, cases }: Memory, caseId: string): Payment[] {
  const joined = cases.get(caseId)
  return joined ? attachedTo(joined).flatMap((id) => history.find(id) ?? []) : []
}

/** What an answered case says of where its payments were made; an open one says nothing yet. */
export function findingsIn({ history }: Memory, fraudCase: FraudCase): Finding[] {
  const { state, answeredAt } = fraudCase
  if (state === 'asked' || answeredAt === null) return []
  const label = state === 'was-me' ? 'genuine' : 'fraud'
  return paymentsIn(fraudCase).flatMap((id) => {
    const payment = history.find(id)
    return payment ? findingsOf(history, payment, { label, at: answeredAt }) : []
  })
}

const attachedTo = ({ attachedTransactionIds }: FraudCase): string[] => attachedTransactionIds ?? []

const paymentsIn = (fraudCase: FraudCase): string[] => [fraudCase.transactionId, ...attachedTo(fraudCase)]

/** A case is the only place where it stands what is thought of its payments. */
function labelCase(history: History, fraudCase: FraudCase): void {
  const label = { asked: 'suspect', 'confirmed-fraud': 'fraud', 'was-me': null } as const
  for (const id of paymentsIn(fraudCase)) history.label(id, label[fraudCase.state])
}

/** The case that another suspicious payment of the same card belongs to, if there is one. */
function openCase(memory: Memory, { card, at }: Payment, now: number): FraudCase | undefined {
  return [...memory.cases.values()].find((one) => {
    if (memory.history.find(one.transactionId)?.card !== card) return false
    if (one.state === 'asked') return now - one.openedAt < QUESTION_SPAN
    // Paid before the block took hold: the person has said already that the card is in other hands.
    return one.state === 'confirmed-fraud' && at <= (one.cardBlockedAt ?? one.answeredAt! + BLOCK_WAIT)
  })
}

function newCase(
  { cases }: Memory,
  payment: Payment,
  { reasons }: Verdict,
  { now, random }: Needs,
): FraudCase {
  return {
    id: newId('cas', random),
    number: newCaseNumber(random, new Set([...cases.values()].map(({ number }) => number))),
    transactionId: payment.id,
    accountId: payment.accountId,
    openedAt: now,
    state: 'asked',
    answeredAt: null,
    reasons,
    cardBlockedAt: null,
  }
}

// One per case, so that a person who changes their mind takes the vouching back with it.
const vouchedBy = ({ id }: FraudCase, { merchant, country }: Payment, at: number): KnownGood => ({
  id: `good_${id}`,
  merchant,
  country,
  at,
})

const stillVouched = ({ cases }: Memory, { id }: KnownGood): boolean =>
  cases.get(id.slice('good_'.length))?.state !== 'confirmed-fraud'
