import { Fault } from '#kit'
import { History, type Home } from '../history.ts'
import { counted } from '../payment.ts'
import type {
  FraudEvent,
  LabelLearnt,
  PaymentChanged,
  PaymentQuestioned,
  PaymentSeen,
} from './fraud-event.ts'
import { isNewer, Risk, toTheHour } from './risk.ts'
import { meanRatioOf, NORMAL_RATIO, newVector, writeVector } from './vector.ts'

/** What is known of a payment beside its first words. */
type Known = {
  seen: PaymentSeen
  holder: History
  lastChange: PaymentChanged | null
  isUndone: boolean
  isQuestioned: boolean
  label: LabelLearnt | null
}
type Waiting = { changes: PaymentChanged[]; isQuestioned: boolean; label: LabelLearnt | null }

/** Unknown payments that something was told about, the latest; a person's past is pulled before they are told of. */
const WAITING_MAX = 100_000
/** Changes that wait for one unknown payment. */
const CHANGES_MAX = 16
/** The instants that a date can be. */
const INSTANT_MAX = 8.64e15

export type FeatureEngine = ReturnType<typeof createFeatureEngine>

/**
 * Features as a pure function of the log of events, told one after another. The rules of what comes late or wrong:
 *
 * - A payment counts from the moment it is told, at its own instant: it is compared with what lies before that, and counts
 *   for what lies after it and is asked about later. Told again, it changes nothing.
 * - A label counts from the moment it is told. Of several the one learnt last holds; at the same instant the worse.
 * - What was asked about (`vectorOf`) is never asked again: a vector says what was known then.
 * - A change or a label of an unknown payment waits until the payment is told.
 * - A payment dated in the future counts for nothing before that instant; twenty of a holder's would be needed to make what
 *   is older than 430 days before them forgotten. One dated further back than is remembered counts for nothing.
 * - An amount or an instant that is none is refused (`event-malformed`) and changes nothing. Amounts beyond 2^38 count as that.
 */
export function createFeatureEngine(needs: { homeOf?: (holder: string) => Home } = {}) {
  const { homeOf = () => ({ timeZone: 'UTC', country: null }) } = needs
  const holders = new Map<string, History>()
  const payments = new Map<string, Known>()
  const waiting = new Map<string, Waiting>()
  const risk = new Risk()

  function holderOf(holder: string): History {
    let history = holders.get(holder)
    if (!history) {
      history = new History(homeOf(holder), (id) => payments.delete(id))
      holders.set(holder, history)
    }
    return history
  }

  function waitFor(paymentId: string): Waiting {
    let one = waiting.get(paymentId)
    if (!one) {
      one = { changes: [], isQuestioned: false, label: null }
      waiting.set(paymentId, one)
      // A Map keeps the order of insertion: the first has waited longest.
      if (waiting.size > WAITING_MAX) waiting.delete(waiting.keys().next().value!)
    }
    return one
  }

  function see(seen: PaymentSeen): void {
    refuse(!isAmount(seen.amountMinor) || !isInstant(seen.at))
    if (payments.has(seen.id)) return
    const holder = holderOf(seen.holder)
    if (holder.isForgotten(seen)) return
    const known: Known = { seen, holder, lastChange: null, isUndone: false, isQuestioned: false, label: null }
    payments.set(seen.id, known)
    const before = waiting.get(seen.id)
    if (!before) {
      holder.see(counted(seen, false, undefined))
      return
    }
    waiting.delete(seen.id)
    for (const one of before.changes) take(known, one)
    known.isQuestioned = before.isQuestioned
    holder.label(seen.id, thoughtOf({ ...known, label: before.label }))
    holder.see(counted(known.seen, known.isUndone, undefined))
    if (before.label) label(known, before.label)
  }

  function change(event: PaymentChanged): void {
    refuse(!isInstant(event.at) || (event.amountMinor !== null && !isAmount(event.amountMinor)))
    const known = payments.get(event.paymentId)
    if (!known) {
      const { changes } = waitFor(event.paymentId)
      if (changes.length < CHANGES_MAX) changes.push(event)
      return
    }
    if (take(known, event)) known.holder.see(counted(known.seen, known.isUndone, undefined))
  }

  function label(known: Known, event: LabelLearnt): void {
    const { seen, holder } = known
    if (known.label && !isNewer(said(event), said(known.label))) return
    known.label = event
    holder.label(seen.id, thoughtOf(known))
    if (event.label === 'genuine' && event.source === 'person') holder.vouch(seen, seen.id)
    else holder.unvouch(seen, seen.id)
    const payment = holder.find(seen.id)
    if (!payment) return
    const finding = {
      ref: seen.id,
      paidAt: toTheHour(seen.at),
      learntAt: event.at,
      label: event.label,
      isNormal: !(meanRatioOf(holder, payment) >= NORMAL_RATIO),
    }
    if (seen.terminal !== null) risk.learn({ ...finding, place: terminalPlace(seen.terminal) })
    risk.learn({ ...finding, place: merchantPlace(seen) })
  }

  function question({ paymentId, at }: PaymentQuestioned): void {
    refuse(!isInstant(at))
    const known = payments.get(paymentId)
    if (!known) {
      waitFor(paymentId).isQuestioned = true
      return
    }
    known.isQuestioned = true
    known.holder.label(paymentId, thoughtOf(known))
  }

  function learn(event: LabelLearnt): void {
    refuse(!isInstant(event.at))
    const known = payments.get(event.paymentId)
    if (known) {
      label(known, event)
      return
    }
    const one = waitFor(event.paymentId)
    if (!one.label || isNewer(said(event), said(one.label))) one.label = event
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
      const known = payments.get(paymentId)
      const payment = known?.holder.find(paymentId)
      if (!known || !payment) return null
      const { terminal } = payment
      const places = {
        terminal: terminal === null ? null : risk.of(terminalPlace(terminal)),
        merchant: risk.of(merchantPlace(payment)),
      }
      writeVector(known.holder, places, payment, into)
      return into
    },

    /** What takes up memory: payments, findings about places, and what waits for its payment. */
    get size() {
      return { payments: payments.size, findings: risk.size, waiting: waiting.size }
    },
  }
}

/** Names of places; a terminal and a merchant of one name are two places. */
export const terminalPlace = (terminal: string): string => `terminal ${terminal}`
export const merchantPlace = ({ merchant, country }: Pick<PaymentSeen, 'merchant' | 'country'>): string =>
  `merchant ${country ?? ''} ${merchant}`

const said = ({ at, label }: LabelLearnt) => ({ learntAt: at, label })

/** What was learnt counts; what was only asked about waits. */
function thoughtOf({
  label,
  isQuestioned,
}: Pick<Known, 'label' | 'isQuestioned'>): 'fraud' | 'suspect' | null {
  if (label?.label === 'fraud') return 'fraud'
  if (label?.label === 'genuine') return null
  return isQuestioned ? 'suspect' : null
}

/** Applies a change if it is news: what was undone stays so, and of amounts the one changed last holds. */
function take(known: Known, event: PaymentChanged): boolean {
  if (event.change === 'released' || event.change === 'reversed') {
    if (known.isUndone) return false
    known.isUndone = true
    return true
  }
  const { lastChange } = known
  if (event.amountMinor === null || (lastChange && !isLaterChange(event, lastChange))) return false
  known.lastChange = event
  known.seen = { ...known.seen, amountMinor: event.amountMinor }
  return true
}

/** At the same instant a posting is the last word, and then the larger amount. */
function isLaterChange(a: PaymentChanged, b: PaymentChanged): boolean {
  if (a.at !== b.at) return a.at > b.at
  if (a.change !== b.change) return a.change === 'posted'
  return a.amountMinor! > b.amountMinor!
}

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isInstant = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= INSTANT_MAX

function refuse(isWrong: boolean): void {
  if (isWrong) throw new Fault('event-malformed')
}
