import { newVector, writeVector } from './features/index.ts'
import type { History } from './history.ts'
import type { Payment } from './payment.ts'
import type { RuleSet } from './rules/index.ts'
import { judgeByRules, type Verdict } from './rules.ts'

const NOWHERE_KNOWN = { terminal: null, merchant: [] }
const vector = newVector()

/** What the rules say of a payment where nothing is known of terminals and merchants. */
export function judged(history: History, payment: Payment, set?: RuleSet): Verdict {
  const features = writeVector(history, NOWHERE_KNOWN, payment, vector)
  return judgeByRules(features, payment, vector, set)
}
