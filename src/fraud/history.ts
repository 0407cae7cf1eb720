import { DAY } from '#kit'
import type { KnownGood, Transaction } from '#vault'
import { HABIT_SPAN, Habits } from './habits.ts'
import { amountOf, type Label, type Payment, paymentOf, standingOf } from './payment.ts'
import { type Floor, inOrder, noFloor, Timeline } from './timeline.ts'

/** Where and when the person lives: a country they never need ask about, and the clock their hours are read on. */
export type Home = { timeZone: string; country: string | null }

/** Longer ago than habits, a month is kept, so that a payment told that late still meets the whole of its past. */
export const KEPT_SPAN = HABIT_SPAN + 30 * DAY
/** Payments remembered of one person, the latest: 25 a day for thirteen months. More is a machine, or somebody's mischief. */
export const PAYMENTS_MAX = 10_000
/** So many clocks that run ahead do not make anybody forget what they used to do. */
const CLOCKS_AHEAD = 20
/** Payments told between two sweeps. */
const SWEEP_EVERY = 1_000

/**
 * The card payments of one link, arranged so that a new payment can be compared with them in microseconds. It can be
 * told payments one at a time, in any order and more than once: the newest state of each counts. What it answers depends
 * only on what it was told, never on when, so a history followed live equals one rebuilt from what is kept. It remembers
 * the latest `PAYMENTS_MAX` payments, no longer back than `KEPT_SPAN` before the last ones.
 */
export class History {
  readonly home: Home
  readonly #payments = new Map<string, Payment>()
  /**
   * What is thought of payments, also of those that were not told yet: who says it knows of no more than is kept of the link, or
   * says it of what was told. A payment that is let go of takes its label along.
   */
  readonly #labels = new Map<string, Label>()
  /** What vouches for a merchant in a country, and for a country. */
  readonly #vouched = new Map<string, Set<string>>()
  readonly #floor: Floor = noFloor()
  readonly #timeline = () => new Timeline<Payment>(amountOf, this.#floor)
  readonly #told = this.#timeline()
  readonly #onForgotten: (id: string) => void
  #untilSweep = SWEEP_EVERY

  /** Everything but fraud, by card: who spends how fast, and where the card was. */
  readonly byCard = new Timelines(this.#timeline)
  /** Confirmed fraud, by card. */
  readonly fraudByCard = new Timelines(this.#timeline)
  /** All habits. */
  readonly habits = new Habits(this.#told, this.#floor)

  /** `onForgotten` is told the id of each payment that is let go of. */
  constructor(home: Home, onForgotten: (id: string) => void = () => {}) {
    this.home = home
    this.#onForgotten = onForgotten
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

  /** Takes in a payment, or the newest state of one, that has been read already. */
  see(payment: Payment): void {
    const label = this.#labels.get(payment.id)
    this.#replace(
      payment.id,
      label === undefined ? payment : { ...payment, standing: standingOf(payment.isMoneyless, label) },
    )
  }

  /** Puts a payment back as it was, with what was thought of it, or takes it out again: what was told of it did not happen. */
  putBack(id: string, before: Payment | null, label: Label | null): void {
    this.#note(id, label)
    this.#replace(id, before)
  }

  /** Notes what is thought of a payment, known already or told later; null is nothing against it. */
  label(id: string, label: Label | null): void {
    if (this.thoughtOf(id) === label) return
    this.#note(id, label)
    const known = this.#payments.get(id)
    if (known) this.#replace(id, { ...known, standing: standingOf(known.isMoneyless, label ?? undefined) })
  }

  /** What is thought of a payment; null is nothing against it. */
  thoughtOf(id: string): Label | null {
    return this.#labels.get(id) ?? null
  }

  #note(id: string, label: Label | null): void {
    if (label === null) this.#labels.delete(id)
    else this.#labels.set(id, label)
  }

  /** Notes a merchant that the person vouched for, and its country with it. `by` is what can be taken back. */
  vouch({ merchant, country }: Pick<KnownGood, 'merchant' | 'country'>, by = ''): void {
    for (const key of vouchedKeys(merchant, country)) {
      const vouchers = this.#vouched.get(key)
      if (vouchers) vouchers.add(by)
      else this.#vouched.set(key, new Set([by]))
    }
  }

  /** Takes a vouching back; others for the same merchant stand. */
  unvouch({ merchant, country }: Pick<KnownGood, 'merchant' | 'country'>, by: string): void {
    for (const key of vouchedKeys(merchant, country)) {
      const vouchers = this.#vouched.get(key)
      if (vouchers?.delete(by) && vouchers.size === 0) this.#vouched.delete(key)
    }
  }

  isVouched({ merchant, country }: Pick<KnownGood, 'merchant' | 'country'>): boolean {
    return this.#vouched.size > 0 && this.#vouched.has(vouchedKey(merchant, country))
  }

  isVouchedCountry(country: string): boolean {
    return this.#vouched.has(country)
  }

  /** The card payment with this id; null when it is none, or is not known. */
  find(id: string): Payment | null {
    return this.#payments.get(id) ?? null
  }

  /** The payments but fraud that the person made at a payment's merchant before it, the last `most`, the latest first. */
  lastAtMerchant(payment: Payment, most = Number.POSITIVE_INFINITY): Payment[] {
    const { from, to } = this.#told.stretch(payment.at - HABIT_SPAN, payment)
    const found: Payment[] = []
    for (let i = to - 1; i >= from && found.length < most; i--) {
      const one = this.#told.item(i)
      if (one.merchant === payment.merchant && one.standing !== 'fraud') found.push(one)
    }
    return found
  }

  /** Whether a payment at this place in time is too far back to be remembered. */
  isForgotten(payment: Pick<Payment, 'id' | 'at'>): boolean {
    return inOrder(payment, this.#floor) < 0
  }

  #sweep(): void {
    this.#untilSweep = SWEEP_EVERY
    // Not what a timeline lets go of now: as it grows, it lets go between two sweeps too.
    for (const payment of this.#payments.values()) {
      if (this.isForgotten(payment)) this.#letGoOf(payment.id)
    }
    this.#told.trim()
    for (const timelines of [this.byCard, this.fraudByCard]) timelines.sweep()
  }

  #letGoOf(id: string): void {
    this.#payments.delete(id)
    this.#labels.delete(id)
    this.#onForgotten(id)
  }

  #replace(id: string, payment: Payment | null): void {
    const before = this.#payments.get(id)
    if (before && payment && isSame(before, payment)) return
    if (before) {
      this.#arrange(before, 'remove')
      this.#told.remove(before)
    }
    if (!payment) {
      this.#payments.delete(id)
      return
    }
    if (this.isForgotten(payment)) {
      if (before) this.#letGoOf(id)
      return
    }
    this.#payments.set(id, payment)
    this.#arrange(payment, 'add')
    this.#told.add(payment)
    if (before && before.at === payment.at) return
    this.#raiseFloor()
    if (--this.#untilSweep <= 0) this.#sweep()
  }

  /** What lies behind the floor is out of sight at once; it is cleared away later. */
  #raiseFloor(): void {
    const lately = this.#told.instantFromEnd(CLOCKS_AHEAD)
    if (lately === undefined) return
    const floor = this.#floor
    if (lately - KEPT_SPAN > floor.at) {
      floor.at = lately - KEPT_SPAN
      floor.id = ''
    }
    const last = this.#told.fromEnd(PAYMENTS_MAX - 1)
    if (last && inOrder(last, floor) > 0) {
      floor.at = last.at
      floor.id = last.id
    }
  }

  #arrange(payment: Payment, change: 'add' | 'remove'): void {
    const { standing, card } = payment
    if (standing === 'fraud') {
      arrange(this.fraudByCard.for(card), payment, change)
      return
    }
    arrange(this.byCard.for(card), payment, change)
    if (standing === 'habit') arrange(this.habits, payment, change)
  }
}

/** Spelt out: calling a method by a name that is computed is several times as slow. */
function arrange(timeline: Timeline<Payment>, payment: Payment, change: 'add' | 'remove'): void {
  if (change === 'add') timeline.add(payment)
  else timeline.remove(payment)
}

/** Nearly every payment is told twice, as a hold and when it is posted: mostly nothing has changed that counts. */
const isSame = (a: Payment, b: Payment): boolean =>
  a.at === b.at &&
  a.amountMinor === b.amountMinor &&
  a.standing === b.standing &&
  a.isMoneyless === b.isMoneyless &&
  a.currency === b.currency &&
  a.card === b.card &&
  a.merchant === b.merchant &&
  a.category === b.category &&
  a.terminal === b.terminal &&
  a.country === b.country &&
  a.foreignCurrency === b.foreignCurrency &&
  a.city === b.city &&
  a.place?.latitude === b.place?.latitude &&
  a.place?.longitude === b.place?.longitude &&
  a.entryMode === b.entryMode &&
  a.hour === b.hour

const vouchedKey = (merchant: string, country: string | null) => `${country ?? ''} ${merchant}`
const vouchedKeys = (merchant: string, country: string | null) =>
  country === null ? [vouchedKey(merchant, country)] : [vouchedKey(merchant, country), country]

/** Timelines by key. */
class Timelines {
  readonly #make: () => Timeline<Payment>
  readonly #byKey = new Map<string, Timeline<Payment>>()

  constructor(make: () => Timeline<Payment>) {
    this.#make = make
  }

  /** The timeline of a key, made when there is none. */
  for(key: string): Timeline<Payment> {
    let timeline = this.#byKey.get(key)
    if (!timeline) {
      timeline = this.#make()
      this.#byKey.set(key, timeline)
    }
    return timeline
  }

  /** The timeline of a key, for looking only. */
  get(key: string): Timeline<Payment> {
    return this.#byKey.get(key) ?? EMPTY
  }

  /** Lets go of what no timeline needs, and of the timelines that are empty then. */
  sweep(): void {
    for (const [key, timeline] of this.#byKey) {
      timeline.trim()
      if (timeline.length === 0) this.#byKey.delete(key)
    }
  }
}

const EMPTY = new Timeline<Payment>()
