import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { DAY } from '#kit'
import { ownDetector } from '../../bench/fraud/detector.ts'
import type { Quality } from '../../bench/fraud/judge.ts'
import { type Engine, replay } from '../../bench/fraud/replay.ts'
import { judgeOn, learnFrom, type Trial } from '../../bench/fraud/trial.ts'
import { simulateWorld, WORLD_TRAIN_START } from '../../bench/fraud/worlds.ts'
import { type Answering, BANK_ONLY, FRAUD_KINDS, type Ways } from '../../sim/cards/index.ts'
import { History } from './history.ts'
import { judged } from './judged.fixture.ts'
import { counted } from './payment.ts'

const CHATTY: Answering = { ...BANK_ONLY, answerShare: 0.6 }

/** Small, and with more crime than is usual, so that a week of it can be judged. */
const SMALL = {
  people: 500,
  ways: { frauds: Object.fromEntries(FRAUD_KINDS.map((kind) => [kind, 0.8])) as Ways['frauds'] },
}

function live(seed: number, answering: Answering, openEngine = ownDetector.openEngine): Trial {
  const { log, truth } = simulateWorld(seed, answering, SMALL)
  const between = [WORLD_TRAIN_START, WORLD_TRAIN_START + 21 * DAY] as const
  return { replayed: replay(log, openEngine(), truth, between), truth, start: WORLD_TRAIN_START }
}

/** The seeds of the worlds that are learnt from; each is judged on the next. What one week of one small world says is chance. */
const WORLDS = [21, 23, 25]

/** Learnt on one world and judged on another, of which the model has not seen anything. */
function learnAndJudge(answering: Answering): Quality {
  return meanOf(
    WORLDS.map((seed) => judgeOn(live(seed + 1, answering), learnFrom([live(seed, answering)], ownDetector))),
  )
}

function meanOf(all: readonly Quality[]): Quality {
  const mean = (name: keyof Quality) => all.reduce((sum, one) => sum + one[name], 0) / all.length
  return { auc: mean('auc'), ap: mean('ap'), cp100: mean('cp100') }
}

/** What the rules make of each payment, as its only feature. */
function openRules(): Engine {
  const holders = new Map<string, History>()
  const holderOf = new Map<string, string>()
  return {
    width: 1,
    take(event) {
      if (event.kind === 'label-learnt') {
        const holder = holders.get(holderOf.get(event.paymentId)!)
        if (event.label === 'fraud') holder!.label(event.paymentId, 'fraud')
        return null
      }
      const history = holders.get(event.holder) ?? new History({ timeZone: 'UTC', country: 'GB' })
      holders.set(event.holder, history)
      holderOf.set(event.id, event.holder)
      const payment = counted(event, false, undefined)
      history.see(payment)
      return Float64Array.of(judged(history, payment).score)
    },
  }
}

let afterAWeek: Quality
let answered: Quality

before(() => {
  afterAWeek = learnAndJudge(BANK_ONLY)
  answered = learnAndJudge(CHATTY)
})

test('what was learnt in one world finds more fraud in another than the rules do', () => {
  const rules = meanOf(
    WORLDS.map((seed) => judgeOn(live(seed + 1, BANK_ONLY, openRules), ([score]) => score!)),
  )
  assert.ok(afterAWeek.ap > rules.ap, `${afterAWeek.ap} against ${rules.ap}`)
  assert.ok(afterAWeek.auc > rules.auc, `${afterAWeek.auc} against ${rules.auc}`)
})

test('answers from the chat find more than waiting a week for the bank to know', () => {
  assert.ok(answered.ap > afterAWeek.ap + 0.02, `${answered.ap} against ${afterAWeek.ap}`)
})

test('false reports cost something', () => {
  const lied = learnAndJudge({ ...CHATTY, falseReportShare: 0.8 })
  assert.ok(lied.ap < answered.ap, `${lied.ap} against ${answered.ap}`)
})
