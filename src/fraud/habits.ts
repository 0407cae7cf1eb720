import { DAY } from '#kit'
import { MovingStretch } from './moving-stretch.ts'
import type { Payment } from './payment.ts'
import { type Floor, Timeline } from './timeline.ts'

/** What was longer ago is no habit any more: thirteen months, so that what comes once a year is still known. It is
 *  shorter than the look-back of the consent, or what is followed live would remember more than what can be rebuilt. */
export const HABIT_SPAN = 400 * DAY
/** What was first done less than a day ago is no habit yet: else a thief's first payment would make the second one usual. */
export const HABIT_AGE = DAY

/** What is counted of the habits before a payment. */
export class Before {
  count = 0
  /** Those of which the bank told the category, the country, … */
  withCategory = 0
  withCountry = 0
  withEntryMode = 0
  withHour = 0
  readonly byHour: number[] = new Array(24).fill(0)
  readonly byWeekday: number[] = new Array(7).fill(0)
  readonly #byCurrency = new Map<string, Sums>()

  /** What was paid in a currency of the person's accounts. */
  inCurrency(currency: string): Readonly<Sums> {
    return this.#byCurrency.get(currency) ?? NO_SUMS
  }

  add(payment: Payment, by: 1 | -1): void {
    const { category, country, entryMode, hour, weekday, currency } = payment
    let sums = this.#byCurrency.get(currency)
    if (!sums) {
      sums = new Sums()
      this.#byCurrency.set(currency, sums)
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
}

/** Whole numbers that stay under 2^53, so that they are exact. */
class Sums {
  count = 0
  sumMinor = 0
  sumLog = 0
  sumLogSquare = 0

  add({ amountMinor, logAmount }: Payment, by: 1 | -1): void {
    this.count += by
    this.sumMinor += by * amountMinor
    this.sumLog += by * logAmount
    this.sumLogSquare += by * logAmount * logAmount
  }
}
const NO_SUMS = new Sums()

/** What is counted of the habits that were a day old when a payment was made: what was known to its person. */
export class Settled {
  readonly byMerchant = new Counts()
  readonly byCategory = new Counts()
  readonly byCountry = new Counts()
  /** Habits abroad whose country the bank did not say, by the money they were paid in. */
  readonly byForeignCurrency = new Counts()
  readonly byEntryMode = new Counts()

  add({ merchant, category, country, foreignCurrency, entryMode }: Payment, by: 1 | -1): void {
    this.byMerchant.add(merchant, by)
    if (category !== null) this.byCategory.add(category, by)
    if (country !== null) this.byCountry.add(country, by)
    else if (foreignCurrency !== null) this.byForeignCurrency.add(foreignCurrency, by)
    if (entryMode !== null) this.byEntryMode.add(entryMode, by)
  }
}

/** How often each of some things occurs. */
export class Counts {
  readonly #counts = new Map<string, { count: number }>()

  add(key: string, by: 1 | -1): void {
    const known = this.#counts.get(key)
    if (!known) this.#counts.set(key, { count: by })
    else {
      known.count += by
      if (known.count === 0) this.#counts.delete(key)
    }
  }

  of(key: string): number {
    return this.#counts.get(key)?.count ?? 0
  }
}

/** The payments of one person that are what they do. */
export class Habits extends Timeline<Payment> {
  readonly #before = new Before()
  readonly #settled = new Settled()
  readonly #untilPayment = new MovingStretch<Payment>(this, (one, by) => this.#before.add(one, by))
  readonly #untilItsDay = new MovingStretch<Payment>(this, (one, by) => this.#settled.add(one, by))

  constructor(floor: Floor) {
    super(({ amountMinor }) => amountMinor, floor)
  }

  /** What is counted of the habits before a payment; true until the next time that it is asked for. */
  before(payment: Payment): Before {
    this.#untilPayment.moveTo(this.stretch(payment.at - HABIT_SPAN, payment))
    return this.#before
  }

  /** What is counted of those that were a day old at a payment; true until the next time that it is asked for. */
  settledBefore({ at }: Payment): Settled {
    this.#untilItsDay.moveTo(this.stretch(at - HABIT_SPAN, { at: at - HABIT_AGE, id: '' }))
    return this.#settled
  }

  /** How many of the last `most` habits `before` a payment, in its currency, were of as much or more. */
  countAsLarge({ currency, amountMinor }: Payment, before: Before, most: number): number {
    const { from, to } = this.#untilPayment
    if (before.inCurrency(currency).count === before.count)
      return this.countAtLeast(amountMinor, Math.max(from, to - most), to)
    let [seen, count] = [0, 0]
    for (let i = to - 1; i >= from && seen < most; i--) {
      const one = this.item(i)
      if (one.currency !== currency) continue
      seen++
      if (one.amountMinor >= amountMinor) count++
    }
    return count
  }

  /** The first of those that `before` counted. */
  get first(): Payment {
    return this.item(this.#untilPayment.from)
  }
}
