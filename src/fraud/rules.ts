import type { Features } from './features.ts'
import type { Payment } from './payment.ts'
import { reasonFor } from './reason-values.ts'
import type { FraudReason } from './reasons.ts'
import { ASK_AT, BUILT_IN, type CheckedRule, type RuleSet } from './rules/index.ts'

/** What was decided about a payment, and why: the weightiest reason first. */
export type Verdict = {
  asks: boolean
  score: number
  reasons: FraudReason[]
  /** The rules that held, by name. */
  held: string[]
}

/** Reasons that are given at most: somebody alarmed does not read more, and the weightiest come first. */
export const REASONS_MAX = 4

/**
 * Judges by rules: the weights of those that hold are added up. What the person vouched for is not asked about again, and
 * neither is what a rule spares. A rule that the person snoozed weighs nothing meanwhile. A rule's reason is said where it is true of the payment.
 */
export function judgeByRules(
  features: Features,
  payment: Payment,
  vector: Float64Array,
  set: RuleSet = BUILT_IN,
  snoozed: ReadonlyMap<string, number> = NONE,
): Verdict {
  const holding = set.held(vector, payment)
  const held = snoozed.size === 0 ? holding : holding.filter((rule) => !isSnoozed(rule, payment, snoozed))
  const score = held.reduce((sum, { weight }) => sum + weight, 0)
  const isSpared = features.isVouched || held.some(({ action }) => action === 'spares')
  const asks = score >= ASK_AT && !isSpared
  const names = held.map(({ name }) => name)
  set.note?.(names, asks)
  return {
    asks,
    score,
    held: names,
    reasons: reasonsOf(held, features, payment, vector),
  }
}

/** What asks by itself can only be theft: nobody has that left out. */
const isSnoozed = (
  { name, action }: CheckedRule,
  { at }: Payment,
  snoozed: ReadonlyMap<string, number>,
): boolean => action === 'weighs' && at < (snoozed.get(name) ?? 0)

const NONE: ReadonlyMap<string, number> = new Map()

function reasonsOf(
  held: readonly CheckedRule[],
  features: Features,
  payment: Payment,
  vector: Float64Array,
): FraudReason[] {
  const reasons: FraudReason[] = []
  for (const { reason } of held) {
    if (reason === null || reasons.length === REASONS_MAX) continue
    if (reasons.some(({ code }) => code === reason)) continue
    const said = reasonFor(reason, features, payment, vector)
    if (said) reasons.push(said)
  }
  return reasons
}
