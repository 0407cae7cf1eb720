import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, MINUTE } from '#kit'
import type { CardFile } from '../../bench/fraud/card-file.ts'
import { judge } from '../../bench/fraud/judge.ts'
import { logOf } from '../../bench/fraud/log.ts'
import { STANDARD_START } from '../../bench/fraud/protocol.ts'
import { type Detector, type Engine, replay } from '../../bench/fraud/replay.ts'
import { collectExamples, judgeOn, judgePerfect, learnFrom, type Trial } from '../../bench/fraud/trial.ts'
import { type Answering, BANK_ONLY, type CardEvent } from '../../sim/cards/index.ts'

const FIRST_MIDNIGHT = STANDARD_START - 7 * DAY
const DAYS = 28
const CHATTY: Answering = { ...BANK_ONLY, answerShare: 1 }

/** Ten strangers a day at ten terminals, for four weeks; at terminal 0 everything is fraud, from the second week on. */
function smallFile(): CardFile {
  const rows = Array.from({ length: DAYS * 10 }, (_, n) => ({ day: Math.floor(n / 10), who: n % 10 }))
  return {
    count: rows.length,
    at: Float64Array.from(rows, ({ day, who }) => FIRST_MIDNIGHT + day * DAY + (8 + who) * HOUR),
    customer: Int32Array.from(rows, (_, n) => n),
    terminal: Int32Array.from(rows, ({ who }) => who),
    amountMinor: Int32Array.from(rows, () => 1_000),
    isFraud: Uint8Array.from(rows, ({ day, who }) => (who === 0 && day >= 7 ? 1 : 0)),
  }
}

/** Counts the frauds known at a payment's terminal, and knows nothing else. */
function openCounter(): Engine & { seen: CardEvent[] } {
  const terminals = new Map<string, string>()
  const frauds = new Map<string, number>()
  const seen: CardEvent[] = []
  return {
    width: 1,
    seen,
    take(event) {
      seen.push(event)
      if (event.kind === 'payment-seen') {
        terminals.set(event.id, event.terminal!)
        return Float64Array.of(frauds.get(event.terminal!) ?? 0)
      }
      const terminal = terminals.get(event.paymentId)!
      if (event.label === 'fraud') frauds.set(terminal, (frauds.get(terminal) ?? 0) + 1)
      return null
    },
  }
}

const counter: Detector = {
  openEngine: openCounter,
  learn: () => (vector) => vector[0]!,
  openJudge: () => () => {},
}

function trialOf(answering: Answering): Trial {
  const truth = smallFile()
  const until = FIRST_MIDNIGHT + DAYS * DAY
  const log = logOf(truth, { until, answering, seed: 1 })
  return {
    replayed: replay(log, openCounter(), truth, [STANDARD_START, until]),
    truth,
    start: STANDARD_START,
  }
}

test('where there is nothing to tell apart nothing is judged', () => {
  const judged = { scores: [1, 2], isFraud: [0, 0], at: [0, 1], customer: [0, 1] }
  assert.throws(() => judge(judged), /nothing to tell apart among 2 payments/)
  assert.throws(() => judge({ ...judged, isFraud: [1, 1] }), /nothing to tell apart/)
})

test('a log holds each payment once, in the order of the file, and each label after its payment', () => {
  const cards = smallFile()
  const events = [...logOf(cards, { until: FIRST_MIDNIGHT + DAYS * DAY, answering: CHATTY, seed: 3 })].flat()
  const payments = events.filter((event) => event.kind === 'payment-seen')
  assert.deepEqual(
    payments.map(({ id }) => id),
    Array.from({ length: cards.count }, (_, row) => String(row)),
  )
  const paidAt = new Map(payments.map(({ id, at }) => [id, at]))
  let last = 0
  for (const event of events) {
    assert.ok(event.at >= last)
    last = event.at
    if (event.kind === 'label-learnt') assert.ok(event.at >= paidAt.get(event.paymentId)!)
  }
})

test('nothing is known of a payment before somebody has said it', () => {
  const { replayed, truth } = trialOf(BANK_ONLY)
  const atTerminal0 = (day: number) => replayed.vectors[(7 + day) * 10 - replayed.from]!
  // The first fraud is of day 7 of the file; a week later to the second it is known, and counts for the next payment.
  assert.deepEqual([0, 6, 7, 8, 9].map(atTerminal0), [0, 0, 0, 1, 2])
  assert.equal(truth.isFraud[70], 1)
})

test('answers are in the features as soon as they are given', () => {
  const { replayed } = trialOf({ ...CHATTY, minutesMedian: 1 / 60, minutesSigma: 0.1 })
  const atTerminal0 = (day: number) => replayed.vectors[(7 + day) * 10 - replayed.from]!
  assert.deepEqual([0, 1, 2, 9].map(atTerminal0), [0, 1, 2, 9])
  assert.ok(replayed.reportedAt[0]! < FIRST_MIDNIGHT + 7 * DAY + 8 * HOUR + MINUTE)
})

test('only what is known when the test week begins is learnt from', () => {
  const [known, unknown] = [trialOf(BANK_ONLY), trialOf({ ...BANK_ONLY, disputeDays: 20 })]
  assert.equal(
    collectExamples([known]).labels.reduce((sum, label) => sum + label, 0),
    7,
  )
  assert.equal(
    collectExamples([unknown]).labels.reduce((sum, label) => sum + label, 0),
    0,
  )
  assert.equal(collectExamples([known, known]).labels.length, 140)
})

test('who counts known frauds at the terminal finds them all, as well as who knows the truth', () => {
  const trial = trialOf(BANK_ONLY)
  const quality = judgeOn(trial, learnFrom([trial], counter))
  assert.deepEqual(quality, judgePerfect(trial))
})
