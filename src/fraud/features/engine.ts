import { Fault } from '#kit'
import type { Features } from '../features.ts'
import { History, type Home } from '../history.ts'
import { counted, type Payment } from '../payment.ts'
import { findingsOf, merchantPlace, saysNothing, terminalPlace } from './findings.ts'
import {
  type FraudEvent,
  INSTANT_MAX,
  type LabelLearnt,
  type PaymentChanged,
  type PaymentQuestioned,
  type PaymentSeen,
} from './fraud-event.ts'
import { isNewer, Risk, wordOf } from './risk.ts'
import { Track } from './track.ts'
import { newVector, writeVector } from './vector.ts'

/** What was told about a payment after it, whether it is known or not yet. */
type Told = {
  lastChange: PaymentChanged | null
  isUndone: boolean
  isQuestioned: boolean
  label: LabelLearnt | null
}
const nothingTold = (): Told => ({ lastChange: null, isUndone: false, isQuestioned: false, label: null })

/** Unknown payments that something was told about, the latest; a person's past is pulled before they are told of. */
const WAITING_MAX = 100_000

export type FeatureEngine = ReturnType<typeof createFeatureEngine>

/**
 * Features as a pure function of the log of events, told one after another. The rules of what comes late or wrong:
 *
 * - A payment counts from the moment it is told, at its own instant: it is compared with what lies before that, and counts
 *   for what lies after it and is asked about later. Told again, it changes nothing.
 * - A label counts from the moment it is told. Of several the one learnt last holds; at the same instant the worse, and then the more final.
 * - Somebody whose reports were mostly mistaken is believed about their own card, and about a place only once the bank agrees
 *   (`track.ts`).
 * - Silence says nothing of a place, and nothing against what somebody said: that a payment counts as genuine because nobody
 *   complained (`expiry`) only ends its being asked about. Else each payment would have to be written down beside its person.
 * - What was asked about (`vectorOf`) is never asked again: a vector says what was known then.
 * - A change or a label of an unknown payment waits until the payment is told.
 * - A payment dated in the future counts for nothing before that instant; twenty of a holder's would be needed to make what
 *   is older than 430 days before them forgotten. One dated further back than is remembered counts for nothing.
 * - An amount or an instant that is none is refused (`event-malformed`) and changes nothing. Amounts beyond 2^38 count as that.
 */
export function createFeatureEngine(needs: { homeOf?: (holder: string) => Home } = {}) {
  const { homeOf } = needs
  const holders = new Map<string, History>()
  const tracks = new Map<History, Track>()
  /** Whose a payment is. */
  const owners = new Map<string, History>()
  const toldOf = new Map<string, Told>()
  const waiting = new Set<string>()
  const risk = new Risk()

  function holderOf({ holder, home = null }: PaymentSeen): History {
    let history = holders.get(holder)
    if (!history) {
      history = new History(homeOf?.(holder) ?? { timeZone: 'UTC', country: home }, forget)
      holders.set(holder, history)
    }
    return history
  }

  function trackOf(holder: History): Track {
    let track = tracks.get(holder)
    if (!track) {
      track = new Track()
      tracks.set(holder, track)
    }
    return track
  }

  function forget(id: string): void {
    owners.delete(id)
    toldOf.delete(id)
    waiting.delete(id)
  }

  /** What was told about a payment so far, to be added to. */
  function tellOf(id: string): Told {
    let told = toldOf.get(id)
    if (told) return told
    told = nothingTold()
    toldOf.set(id, told)
    if (owners.has(id)) return told
    waiting.add(id)
    // A Set keeps the order of insertion: the first has waited longest.
    if (waiting.size > WAITING_MAX) forget(waiting.values().next().value!)
    return told
  }

  function see(seen: PaymentSeen): void {
    refuse(!isAmount(seen.amountMinor) || !isInstant(seen.at))
    const { id } = seen
    if (owners.has(id)) return
    const holder = holderOf(seen)
    if (holder.isForgotten(seen)) return
    owners.set(id, holder)
    // What waits was told something of already.
    if (!waiting.delete(id)) {
      holder.see(counted(seen, false, undefined))
      return
    }
    const told = tellOf(id)
    const amountMinor = told.lastChange?.amountMinor ?? seen.amountMinor
    holder.label(id, thoughtOf(told))
    holder.see(counted({ ...seen, amountMinor }, told.isUndone, undefined))
    if (told.label) count(holder, told.label, null)
  }

  function change(event: PaymentChanged): void {
    const { paymentId, amountMinor } = event
    const ends = event.change === 'released' || event.change === 'reversed'
    refuse(!isInstant(event.at) || (amountMinor !== null && !isAmount(amountMinor)))
    const told = tellOf(paymentId)
    if (ends) told.isUndone = true
    else if (amountMinor === null || (told.lastChange && !isLaterChange(event, told.lastChange))) return
    else told.lastChange = event
    const holder = owners.get(paymentId)
    const payment = holder?.find(paymentId)
    if (!holder || !payment) return
    const changed = { ...payment, amountMinor: told.lastChange?.amountMinor ?? payment.amountMinor }
    holder.see(counted(changed, told.isUndone, undefined))
  }

  function question({ paymentId, at }: PaymentQuestioned): void {
    refuse(!isInstant(at))
    const told = tellOf(paymentId)
    told.isQuestioned = true
    owners.get(paymentId)?.label(paymentId, thoughtOf(told))
  }

  function learn(event: LabelLearnt): void {
    refuse(!isInstant(event.at))
    const { paymentId } = event
    if (event.source === 'expiry' && event.label === 'genuine') {
      expire(paymentId)
      return
    }
    const told = tellOf(paymentId)
    const before = told.label
    if (before && !isNewer(wordOf(event), wordOf(before))) return
    told.label = event
    if (event.label === 'unknown') told.isQuestioned = false
    const holder = owners.get(paymentId)
    if (!holder) return
    holder.label(paymentId, thoughtOf(told))
    count(holder, event, before)
  }

  /** Nobody said anything for as long as one may: what was asked about is the person's own then. */
  function expire(paymentId: string): void {
    const told = toldOf.get(paymentId)
    if (!told?.isQuestioned) return
    told.isQuestioned = false
    owners.get(paymentId)?.label(paymentId, thoughtOf(told))
  }

  /** Has a label count: for the merchants that the person vouches for, and for what is known of the place. */
  function count(holder: History, event: LabelLearnt, before: LabelLearnt | null): void {
    const payment = holder.find(event.paymentId)
    if (!payment) return
    if (vouches(event)) holder.vouch(payment, payment.id)
    else if (before && vouches(before)) holder.unvouch(payment, payment.id)
    const track = event.source === 'expiry' ? null : trackOf(holder)
    track?.learn(event)
    if (track?.holdsBack(event) || saysNothing(event, before)) return
    for (const finding of findingsOf(holder, payment, event)) risk.learn(finding)
  }

  /** What `look` makes of a payment as things are known now; null when it is not remembered. */
  function lookAt<T>(
    paymentId: string,
    into: Float64Array,
    look: (features: Features, payment: Payment, vector: Float64Array) => T,
  ): T | null {
    const holder = owners.get(paymentId)
    const payment = holder?.find(paymentId)
    if (!holder || !payment || holder.isForgotten(payment)) return null
    const { terminal } = payment
    const places = {
      terminal: terminal === null ? null : risk.of(terminalPlace(terminal)),
      merchant: risk.of(merchantPlace(payment)),
    }
    return look(writeVector(holder, places, payment, into), payment, into)
  }

  return {
    /** Takes in the next event of the log. Throws `event-malformed` for what cannot be counted, and is unchanged then. */
    tell(event: FraudEvent): void {
      if (event.kind === 'payment-seen') see(event)
      else if (event.kind === 'payment-changed') change(event)
      else if (event.kind === 'payment-questioned') question(event)
      else learn(event)
    },

    /** The vector of a payment as things are known now, into `into` or a new one; null when it is not remembered. */
    vectorOf(paymentId: string, into: Float64Array = newVector()): Float64Array | null {
      return lookAt(paymentId, into, (_features, _payment, vector) => vector)
    },

    /** What a judge says of a payment as things are known now, by rules and models; null when it is not remembered. */
    judge<T>(
      paymentId: string,
      judge: (features: Features, payment: Payment, vector: Float64Array) => T,
      into: Float64Array = newVector(),
    ): T | null {
      return lookAt(paymentId, into, judge)
    },

    /** What takes up memory: payments, findings about places, and what waits for its payment. */
    get size() {
      return { payments: owners.size, findings: risk.size, waiting: waiting.size }
    },
  }
}

/** What was learnt counts; what was only asked about waits. */
function thoughtOf({ label, isQuestioned }: Told): 'fraud' | 'suspect' | null {
  if (label?.label === 'fraud') return 'fraud'
  if (label?.label === 'genuine') return null
  return isQuestioned ? 'suspect' : null
}

const vouches = ({ label, source }: LabelLearnt): boolean => label === 'genuine' && source === 'person'

/** At the same instant a posting is the last word, and then the larger amount. */
export function isLaterChange(a: PaymentChanged, b: PaymentChanged): boolean {
  if (a.at !== b.at) return a.at > b.at
  if (a.change !== b.change) return a.change === 'posted'
  return a.amountMinor! > b.amountMinor!
}

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isInstant = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= INSTANT_MAX

function refuse(isWrong: boolean): void {
  if (isWrong) throw new Fault('event-malformed')
}
