import { DAY, seeded } from '#kit'
import { type Answering, createAnswers } from './answering.ts'
import { poisson, uniform } from './draw.ts'
import type { CardEvent } from './events.ts'
import { liveADay, regretPayments } from './everyday.ts'
import { CRIMES } from './frauds/crimes.ts'
import { settlePeople } from './people.ts'
import { createCalendar, type Scene } from './scene.ts'
import { openShops } from './shops.ts'
import { drawWays, FRAUD_KINDS, type FraudKind, type Ways } from './ways.ts'

export type WorldSettings = {
  seed: number
  people: number
  days: number
  answering: Answering
  /** First midnight, in milliseconds since 1970. */
  startAt?: number
  /** Overrides what the seed would draw. */
  ways?: Partial<Ways>
}

/** What happened on a day, in order of time: payments, and answers to payments of this day and earlier ones. */
export type Day = {
  events: CardEvent[]
  /** The truth: which of the day's payments are a thief's. A genuine payment that is disputed is not here. */
  frauds: ReadonlyMap<string, FraudKind>
}

const START_AT = Date.UTC(2026, 0, 5)
const REGRET_DAYS = [2, 20] as const

/**
 * A seeded world of people, shops and thieves, one day at a time. The same seed makes the same payments however people
 * answer: what is changed by answering is only when which label is learnt.
 */
export function* simulateCards(settings: WorldSettings): Generator<Day, void, undefined> {
  const { seed, people: count, days, answering, startAt = START_AT } = settings
  // Streams of their own, so that one more answer does not change the next payment.
  const ways: Ways = { ...drawWays(seeded(seed)), ...settings.ways }
  const chance = seeded(seed ^ 0x5eed)
  const answerChance = seeded(seed ^ 0xa115)
  const answers = createAnswers({ startAt, answering, chance: answerChance })
  const shops = openShops(chance, count)
  const people = settlePeople(chance, ways, shops, count)
  const calendar = createCalendar(startAt)

  for (let day = 0; day < days; day++) {
    const midnight = startAt + day * DAY
    const scene: Scene = { ways, shops, people, chance, day, midnight, pay: calendar.pay }
    for (const kind of FRAUD_KINDS) {
      const crimes = poisson(chance, (ways.frauds[kind] * count) / 1000)
      for (let n = 0; n < crimes; n++) CRIMES[kind](scene)
    }
    for (const person of people) liveADay(scene, person)

    const payments = calendar.take(day)
    const { list, frauds } = payments
    answers.ask({ payments: list, isFraud: (i) => frauds.has(list[i]!.id) })
    for (const { id, at } of regretPayments(scene, payments))
      answers.disputeAt(id, Math.floor(at + uniform(answerChance, REGRET_DAYS) * DAY))
    yield { events: [...list, ...answers.take(day)].sort((a, b) => a.at - b.at), frauds }
  }
}
