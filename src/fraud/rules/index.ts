/** The rules by which payments are judged: a small language, compiled for scoring and worked through step by step for explanation. */
export { BUILT_IN } from './built-in.ts'
export { ASK_AT } from './check.ts'
export type { CheckedRule } from './checked.ts'
export type { Explained, RuleExplained } from './explain.ts'
export { FACTS, type Fact } from './facts.ts'
export { ANNOYED_SHARE_MAX, createBudget, guarded, type Stopped } from './guard.ts'
export { type RuleSet, readRules } from './rule-set.ts'
