import type { FraudReasonCode } from '../reasons.ts'
import type { TextField } from './facts.ts'
import type { Span } from './problem.ts'
import type { Comparison, Operation } from './syntax.ts'

/** A number, once it is known to make sense. NaN is *cannot be said*. */
export type NumberNode =
  | { kind: 'number'; value: number }
  | { kind: 'fact'; place: number }
  | { kind: 'definition'; index: number }
  | { kind: 'arithmetic'; operation: Operation; left: NumberNode; right: NumberNode }

/**
 * A condition, once it is known to make sense. It holds, does not hold, or cannot be said (Kleene's three values): what is
 * unknown makes nobody suspicious, and its negation does not either.
 */
export type Condition = { span: Span } & (
  | { kind: 'yes'; place: number }
  | { kind: 'definition'; index: number }
  /** With a currency, it can be said of payments in that currency only. */
  | {
      kind: 'compare'
      comparison: Comparison
      left: NumberNode
      right: NumberNode
      currency: string | null
    }
  | { kind: 'among'; field: TextField; texts: ReadonlySet<string>; isNegated: boolean }
  | { kind: 'known-number'; of: NumberNode; isKnown: boolean }
  | { kind: 'known-text'; of: TextField; isKnown: boolean }
  | { kind: 'known-condition'; of: Condition; isKnown: boolean }
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
)

export type Definition =
  | { type: 'number'; name: string; number: NumberNode }
  | { type: 'condition'; name: string; condition: Condition }

export type CheckedRule = {
  name: string
  action: 'asks' | 'spares' | 'weighs'
  /** What it adds when it holds; 0 for a rule that spares. */
  weight: number
  reason: FraudReasonCode | null
  condition: Condition
}

/** A rule set that makes sense: names resolved, units agreeing, definitions referring to earlier ones only. */
export type CheckedSet = { text: string; definitions: Definition[]; rules: CheckedRule[] }
