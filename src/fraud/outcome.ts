import type { FraudCase, KnownGood, PaymentLabel, PaymentScore } from '#vault'
import type { Decision } from './decide.ts'
import type { Doubt } from './doubt.ts'
import type { Finding } from './features/index.ts'

/** What judging or an answer changes, to be kept in the same commit. */
export type Outcome = Decision & {
  cases: FraudCase[]
  knownGood: KnownGood[]
  /** What was learnt about payments, each with its time. */
  labels: PaymentLabel[]
  /** What these say of where the payments were made, as each was learnt. */
  findings: Finding[]
  /** The case that an answer was about, as it now stands. */
  answered: FraudCase | null
  /** Why the person should be asked once more before they are taken at their word. */
  doubt: Doubt | null
  /** What the bank had refused is their own by what they say now, and the bank can still let it through. */
  releases: boolean
  /** How payments were judged. */
  scores: PaymentScore[]
}

/** Nothing is known of what was asked about, and nothing changes. */
export const NOTHING: Outcome = {
  raised: [],
  decided: [],
  isKnown: false,
  cases: [],
  knownGood: [],
  labels: [],
  findings: [],
  answered: null,
  doubt: null,
  releases: false,
  scores: [],
}

/** Two outcomes as one; of a case that both changed, the later state is kept. */
export function joinOutcomes(first: Outcome, then: Outcome): Outcome {
  // Mostly nothing was decided, flagged or left unanswered, and there is nothing to join.
  if (then === NOTHING) return first
  if (first === NOTHING) return then
  return {
    raised: [...new Set([...first.raised, ...then.raised])],
    decided: [...first.decided, ...then.decided],
    isKnown: first.isKnown || then.isKnown,
    cases: [...new Map([...first.cases, ...then.cases].map((one) => [one.id, one])).values()],
    knownGood: [...first.knownGood, ...then.knownGood],
    labels: [...first.labels, ...then.labels],
    findings: [...first.findings, ...then.findings],
    answered: then.answered ?? first.answered,
    doubt: then.doubt ?? first.doubt,
    releases: first.releases || then.releases,
    scores: [...first.scores, ...then.scores],
  }
}
