import type { KnownGood, Transaction } from '#vault'
import { type Label, type Payment, paymentOf, standingOf } from './payment.ts'
import { Timeline } from './timeline.ts'

/** Where and when the person lives: a country they never need ask about, and the clock their hours are read on. */
export type Home = { timeZone: string; country: string | null }

// Positions of the running totals in a timeline.
export const CARD_SUM = 0
export const HABIT_LOG = 0
export const HABIT_LOG_SQUARE = 1
export const MERCHANT_HABITS = 0

const ofCard = () => new Timeline<Payment>([({ amountMinor }) => amountMinor])
const ofCurrency = () =>
  new Timeline<Payment>([({ logAmount }) => logAmount, ({ logAmount }) => logAmount * logAmount])
const ofMerchant = () => new Timeline<Payment>([({ standing }) => (standing === 'habit' ? 1 : 0)])
const plain = () => new Timeline<Payment>()

/**
 * The card payments of one link, arranged so that a new payment can be compared with them in microseconds. It can be
 * told payments one at a time, in any order and more than once: the newest state of each counts. What it holds depends
 * only on what it was told, never on when, so a history followed live equals one rebuilt from what is kept.
 */
export class History {
  readonly home: Home
  readonly #payments = new Map<string, Payment>()
  readonly #labels = new Map<string, Label>()
  readonly #vouched = new Set<string>()
  readonly #vouchedCountries = new Set<string>()

  /** Everything but fraud, by card: who spends how fast, and where the card was. */
  readonly byCard = new Timelines<string>(ofCard)
  /** Habits by currency of the account: how much. */
  readonly byCurrency = new Timelines<string>(ofCurrency)
  /** Everything but fraud, by merchant; its total counts the habits among them. */
  readonly byMerchant = new Timelines<string>(ofMerchant)
  readonly byCountry = new Timelines<string>(plain)
  /** Habits abroad whose country the bank did not say, by the money they were paid in. */
  readonly byForeignCurrency = new Timelines<string>(plain)
  readonly byEntryMode = new Timelines<string>(plain)
  readonly byHour = new Timelines<number>(plain)
  readonly habits = plain()
  readonly habitsWithCountry = plain()
  readonly habitsWithEntryMode = plain()
  readonly habitsWithHour = plain()

  constructor(home: Home) {
    this.home = home
  }

  /** How many payments are remembered: what its memory costs. */
  get size(): number {
    return this.#payments.size
  }

  /** Takes in a payment, or the newest state of one. */
  tell(transaction: Transaction): void {
    const { id } = transaction
    this.#replace(id, paymentOf(transaction, this.home.timeZone, this.#labels.get(id)))
  }

  /** Notes what is thought of a payment, known already or told later; null is nothing against it. */
  label(id: string, label: Label | null): void {
    if (label === null) this.#labels.delete(id)
    else this.#labels.set(id, label)
    const known = this.#payments.get(id)
    if (known) this.#replace(id, { ...known, standing: standingOf(known.isMoneyless, label ?? undefined) })
  }

  /** Notes a merchant that the person vouched for, and its country with it. */
  vouch({ merchant, country }: Pick<KnownGood, 'merchant' | 'country'>): void {
    this.#vouched.add(JSON.stringify([merchant, country]))
    if (country !== null) this.#vouchedCountries.add(country)
  }

  isVouched({ merchant, country }: Pick<KnownGood, 'merchant' | 'country'>): boolean {
    return this.#vouched.has(JSON.stringify([merchant, country]))
  }

  isVouchedCountry(country: string): boolean {
    return this.#vouchedCountries.has(country)
  }

  /** The card payment with this id; null when it is none, or is not known. */
  find(id: string): Payment | null {
    return this.#payments.get(id) ?? null
  }

  #replace(id: string, payment: Payment | null): void {
    const before = this.#payments.get(id)
    if (before) this.#arrange(before, 'remove')
    if (payment) {
      this.#payments.set(id, payment)
      this.#arrange(payment, 'add')
    } else this.#payments.delete(id)
  }

  #arrange(payment: Payment, change: 'add' | 'remove'): void {
    const { standing, card, currency, merchant, country, foreignCurrency, entryMode, hour } = payment
    if (standing === 'fraud') return
    this.byCard.for(card)[change](payment)
    this.byMerchant.for(merchant)[change](payment)
    if (standing !== 'habit') return
    this.habits[change](payment)
    this.byCurrency.for(currency)[change](payment)
    if (country !== null) {
      this.habitsWithCountry[change](payment)
      this.byCountry.for(country)[change](payment)
    } else if (foreignCurrency !== null) this.byForeignCurrency.for(foreignCurrency)[change](payment)
    if (entryMode !== null) {
      this.habitsWithEntryMode[change](payment)
      this.byEntryMode.for(entryMode)[change](payment)
    }
    if (hour !== null) {
      this.habitsWithHour[change](payment)
      this.byHour.for(hour)[change](payment)
    }
  }
}

/** Timelines by key. */
class Timelines<K extends string | number> {
  readonly #make: () => Timeline<Payment>
  readonly #byKey = new Map<K, Timeline<Payment>>()

  constructor(make: () => Timeline<Payment>) {
    this.#make = make
  }

  /** The timeline of a key, made when there is none. */
  for(key: K): Timeline<Payment> {
    let timeline = this.#byKey.get(key)
    if (!timeline) {
      timeline = this.#make()
      this.#byKey.set(key, timeline)
    }
    return timeline
  }

  /** The timeline of a key, for looking only. */
  get(key: K): Timeline<Payment> {
    return this.#byKey.get(key) ?? EMPTY
  }
}

const EMPTY = plain()
