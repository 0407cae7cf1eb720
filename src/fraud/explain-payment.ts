import { Fault, type Money, money } from '#kit'
import { createFeatureEngine, type FraudEvent } from './features/index.ts'
import type { CheckedRule, RuleExplained, RuleSet } from './rules/index.ts'
import { judgeByRules, type Verdict } from './rules.ts'

/** How a rule set judged one payment, with every rule worked through part by part. */
export type PaymentExplained = {
  at: number
  amount: Money
  merchant: string
  /** The person vouched for the merchant before: whatever holds, they are not asked. */
  isVouched: boolean
  verdict: Verdict
  rules: (RuleExplained & Pick<CheckedRule, 'action' | 'weight'>)[]
}

/**
 * Replays a log up to a payment and works the rules through for it, by what was known when it was told. The rest is read all the
 * same: a file says only at its end whether it is whole. Throws `not-found` when the log does not tell of it, or tells of it from
 * further back than is remembered.
 */
export async function explainPayment(
  events: AsyncIterable<FraudEvent>,
  set: RuleSet,
  paymentId: string,
): Promise<PaymentExplained> {
  const engine = createFeatureEngine()
  let explained: PaymentExplained | null = null
  let isTold = false
  for await (const event of events) {
    if (isTold) continue
    engine.tell(event)
    if (event.kind !== 'payment-seen' || event.id !== paymentId) continue
    isTold = true
    explained = engine.judge(paymentId, (features, payment, vector) => ({
      at: payment.at,
      amount: money(payment.amountMinor, payment.currency),
      merchant: payment.merchant,
      isVouched: features.isVouched,
      verdict: judgeByRules(features, payment, vector, set),
      rules: set.explain(vector, payment).map((rule, place) => {
        const { action, weight } = set.rules[place]!
        return { ...rule, action, weight }
      }),
    }))
  }
  if (explained) return explained
  throw new Fault('not-found', {
    detail: `no payment ${paymentId} can be judged: the events do not tell of it`,
  })
}
