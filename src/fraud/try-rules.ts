import { Fault, type Money, money } from '#kit'
import { createFeatureEngine, type FraudEvent, newVector } from './features/index.ts'
import type { Features } from './features.ts'
import { LastAmounts } from './last-amounts.ts'
import { LastWords } from './last-words.ts'
import type { Payment } from './payment.ts'
import { ANNOYED_SHARE_MAX, type RuleSet } from './rules/index.ts'
import { judgeByRules } from './rules.ts'

/** What a rule set would have done with past payments; of a single rule, with those it held for and asked about. */
export type Trial = {
  /** The rule, or null for the whole set. */
  rule: string | null
  asked: number
  /** Frauds that were asked about. */
  caught: number
  /** Genuine payments that were: people who were annoyed. */
  annoyed: number
  /**
   * What frauds took with a card from the first one asked about on: what a block would have kept. The amount last told counts, and
   * what was released or reversed took nothing.
   */
  saved: Money[]
  /** It asks about more payments than anybody would answer for. */
  asksTooMuch: boolean
  /** It held for every payment, and so tells none from another: one that spares would leave nothing to be asked about. */
  holdsAlways: boolean
}
export type TrialReport = { payments: number; frauds: number; whole: Trial; rules: Trial[] }

/** Of fewer payments, a rule may hold for each by chance. */
const HOLDS_MIN = 100

type Judged = {
  card: string
  amountMinor: number
  currency: Money['currency']
  asks: boolean
  held: readonly string[]
}

/**
 * Replays a file of events and says what a rule set would have done: each payment is judged once, from what was known when it
 * was told. One that nobody spoke of is genuine. Throws `rows-unusable` when there is no payment.
 */
export async function tryRules(
  events: AsyncIterable<FraudEvent>,
  set: RuleSet,
  onPayment: (count: number) => void = () => {},
): Promise<TrialReport> {
  const engine = createFeatureEngine()
  const vector = newVector()
  const judged = new Map<string, Judged>()
  const words = new LastWords()
  const amounts = new LastAmounts()
  for await (const event of events) {
    engine.tell(event)
    if (event.kind === 'label-learnt') words.learn(event)
    if (event.kind === 'payment-changed') amounts.change(event)
    if (event.kind !== 'payment-seen' || judged.has(event.id)) continue
    const one = engine.judge(
      event.id,
      (features, payment, values) => judgedBy(set, features, payment, values),
      vector,
    )
    if (!one) continue
    judged.set(event.id, one)
    onPayment(judged.size)
  }
  if (judged.size === 0) throw new Fault('rows-unusable', { detail: 'there is no payment in the file' })
  const frauds = words.frauds()
  const known = [...frauds].filter((id) => judged.has(id)).length
  const trial = (rule: string | null) => trialOf({ judged, frauds, amounts }, rule)
  return {
    payments: judged.size,
    frauds: known,
    whole: trial(null),
    rules: set.rules.map(({ name }) => trial(name)),
  }
}

/** Live, nobody is asked about a payment of nothing; and an enormous amount counts here as it does in the features. */
function judgedBy(set: RuleSet, features: Features, payment: Payment, vector: Float64Array): Judged | null {
  if (payment.isMoneyless) return null
  const { asks, held } = judgeByRules(features, payment, vector, set)
  const { card, amountMinor, currency } = payment
  return { card, amountMinor, currency, asks, held }
}

type Replayed = { judged: ReadonlyMap<string, Judged>; frauds: ReadonlySet<string>; amounts: LastAmounts }

function trialOf({ judged, frauds, amounts }: Replayed, rule: string | null): Trial {
  let [asked, caught, annoyed, holds] = [0, 0, 0, 0]
  const blocked = new Set<string>()
  const saved = new Map<Money['currency'], number>()
  for (const [id, { card, amountMinor, currency, asks, held }] of judged) {
    const isFraud = frauds.has(id)
    if (rule !== null && held.includes(rule)) holds++
    if (asks && (rule === null || held.includes(rule))) {
      asked++
      if (isFraud) caught++
      else annoyed++
      if (isFraud) blocked.add(card)
    }
    const took = isFraud && blocked.has(card) ? amounts.of(id, amountMinor) : 0
    if (took > 0) saved.set(currency, (saved.get(currency) ?? 0) + took)
  }
  return {
    rule,
    asked,
    caught,
    annoyed,
    saved: [...saved].map(([currency, amountMinor]) => money(amountMinor, currency)),
    asksTooMuch: annoyed > judged.size * ANNOYED_SHARE_MAX,
    holdsAlways: holds >= HOLDS_MIN && holds === judged.size,
  }
}
