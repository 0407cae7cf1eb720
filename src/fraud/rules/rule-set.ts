import { createHash } from 'node:crypto'
import type { Payment } from '../payment.ts'
import { checkRules } from './check.ts'
import type { CheckedRule } from './checked.ts'
import { compileRules } from './compile.ts'
import { explainRules, type RuleExplained } from './explain.ts'
import { parseRules } from './parse.ts'

/** Rules that can judge. */
export type RuleSet = {
  /** Names exactly this text: the beginning of its SHA-256, or the name of the set that comes with the software. */
  id: string
  text: string
  rules: readonly CheckedRule[]
  /** The rules that hold for a payment, the weightiest first; those that weigh the same in the order of the text. */
  held(vector: Float64Array, payment: Payment): CheckedRule[]
  /** Told of each payment that it judged: which rules held, and whether the person is asked. */
  note?(held: readonly string[], asks: boolean): void
  /** How each rule came out, part by part. */
  explain(vector: Float64Array, payment: Payment): RuleExplained[]
}

/** Reads, checks and compiles the text of a rule set. Throws `rules-refused`, which says where and how to mend it. */
export function readRules(text: string, id?: string): RuleSet {
  const set = checkRules(text, parseRules(text))
  const holds = compileRules(set)
  return {
    id: id ?? `rules-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
    text,
    rules: set.rules,
    held(vector, payment) {
      const places: number[] = []
      holds(vector, payment, places)
      return places.map((place) => set.rules[place]!)
    },
    explain: (vector, payment) => explainRules(set, vector, payment),
  }
}
