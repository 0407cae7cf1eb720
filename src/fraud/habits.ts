import { DAY } from '#kit'
import { MovingStretch } from './moving-stretch.ts'
import { amountOf, type Payment } from './payment.ts'
import { type Floor, Timeline } from './timeline.ts'

/** What was longer ago is no habit any more: thirteen months, so that what comes once a year is still known. It is
 *  shorter than the look-back of the consent, or what is followed live would remember more than what can be rebuilt. */
export const HABIT_SPAN = 400 * DAY
/** What was first done less than a day ago is no habit yet: else a thief's first payment would make the second one usual. */
export const HABIT_AGE = DAY

/** What is counted of the payments before one. */
export class Before {
  /** Habits. */
  count = 0
  /** Those of which the bank told the category, the country, … */
  withCategory = 0
  withCountry = 0
  withEntryMode = 0
  withHour = 0
  readonly byHour: number[] = new Array(24).fill(0)
  readonly byWeekday: number[] = new Array(7).fill(0)
  readonly #byCurrency: Sums[] = []
  readonly #visits: Visits

  constructor(visits: Visits) {
    this.#visits = visits
  }

  /** What was paid in a currency of the person's accounts. */
  inCurrency(currency: string): Readonly<Sums> {
    return this.#find(currency) ?? NO_SUMS
  }

  /** How many payments but fraud were made at a merchant. */
  paidAt(merchant: string): number {
    return this.#visits.of(merchant).paid
  }

  add(payment: Payment, by: 1 | -1): void {
    const { standing, merchant, category, country, entryMode, hour, weekday, currency } = payment
    if (standing === 'fraud') return
    this.#visits.count(merchant, 'paid', by)
    if (standing !== 'habit') return
    let sums = this.#find(currency)
    if (!sums) {
      sums = new Sums(currency)
      this.#byCurrency.push(sums)
    }
    sums.add(payment, by)
    this.count += by
    if (category !== null) this.withCategory += by
    if (country !== null) this.withCountry += by
    if (entryMode !== null) this.withEntryMode += by
    this.byWeekday[weekday]! += by
    if (hour === null) return
    this.withHour += by
    this.byHour[hour]! += by
  }

  /** People have accounts in one currency or two: looking at each is quicker than a table. */
  #find(currency: string): Sums | undefined {
    for (const sums of this.#byCurrency) if (sums.currency === currency) return sums
    return undefined
  }
}

/** Whole numbers that stay under 2^53, so that they are exact. */
export class Sums {
  readonly currency: string
  count = 0
  sumMinor = 0
  sumLog = 0
  sumLogSquare = 0

  constructor(currency: string) {
    this.currency = currency
  }

  add({ amountMinor, logAmount }: Payment, by: 1 | -1): void {
    this.count += by
    this.sumMinor += by * amountMinor
    this.sumLog += by * logAmount
    this.sumLogSquare += by * logAmount * logAmount
  }
}
const NO_SUMS = new Sums('')

/** What is counted of the habits that were a day old when a payment was made: what was known to its person. */
export class Settled {
  readonly byCategory = new Counts()
  readonly byCountry = new Counts()
  /** Habits abroad whose country the bank did not say, by the money they were paid in. */
  readonly byForeignCurrency = new Counts()
  readonly byEntryMode = { chip: 0, contactless: 0, magstripe: 0, online: 0, atm: 0 }
  readonly #visits: Visits

  constructor(visits: Visits) {
    this.#visits = visits
  }

  /** How many there were at a merchant. */
  at(merchant: string): number {
    return this.#visits.of(merchant).settled
  }

  add({ merchant, category, country, foreignCurrency, entryMode }: Payment, by: 1 | -1): void {
    this.#visits.count(merchant, 'settled', by)
    if (category !== null) this.byCategory.add(category, by)
    if (country !== null) this.byCountry.add(country, by)
    else if (foreignCurrency !== null) this.byForeignCurrency.add(foreignCurrency, by)
    if (entryMode !== null) this.byEntryMode[entryMode] += by
  }
}

type Visited = { paid: number; settled: number }
const NEVER: Visited = { paid: 0, settled: 0 }

/** What is counted at each merchant. In one table: whoever asks for one count of a merchant asks for the other too. */
class Visits extends Map<string, Visited> {
  of(merchant: string): Readonly<Visited> {
    return this.get(merchant) ?? NEVER
  }

  count(merchant: string, which: keyof Visited, by: 1 | -1): void {
    let visited = this.get(merchant)
    if (!visited) {
      visited = { paid: 0, settled: 0 }
      this.set(merchant, visited)
    }
    visited[which] += by
    if (visited.paid === 0 && visited.settled === 0) this.delete(merchant)
  }
}

/** How often each of some things occurs. */
class Counts extends Map<string, { count: number }> {
  add(key: string, by: 1 | -1): void {
    const known = this.get(key)
    if (!known) this.set(key, { count: by })
    else {
      known.count += by
      if (known.count === 0) this.delete(key)
    }
  }

  of(key: string): number {
    return this.get(key)?.count ?? 0
  }
}

/** The payments of one person that are what they do. */
export class Habits extends Timeline<Payment> {
  readonly #visits = new Visits()
  readonly #before = new Before(this.#visits)
  readonly #settled = new Settled(this.#visits)
  readonly #told: Timeline<Payment>
  readonly #untilPayment: MovingStretch<Payment>
  readonly #untilItsDay = new MovingStretch<Payment>(this, this.#settled)

  /** `told` is every payment, whatever became of it. */
  constructor(told: Timeline<Payment>, floor: Floor) {
    super(amountOf, floor)
    this.#told = told
    this.#untilPayment = new MovingStretch(told, this.#before)
  }

  /** What is counted of the payments before one; true until the next time that it is asked for. */
  before(payment: Payment): Before {
    this.#untilPayment.moveTo(this.#told.stretch(payment.at - HABIT_SPAN, payment))
    return this.#before
  }

  /** What is counted of those that were a day old at a payment; true until the next time that it is asked for. */
  settledBefore({ at }: Payment): Settled {
    this.#untilItsDay.moveTo(this.stretch(at - HABIT_SPAN, { at: at - HABIT_AGE, id: '' }))
    return this.#settled
  }
}
