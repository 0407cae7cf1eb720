import type { Private } from '#kit'
import type { FraudCase } from '#vault'
import { reveal } from '../kit/reveal.ts'
import type { OpaqueFinding } from './risk-store.ts'
import type { Tally } from './tally.ts'

/**
 * A decision leaves, the figures stay. Everything about payments is computed inside `Private`; but whether to announce a
 * case, to say *there is none*, or to make room in memory is done outside it. This is the one file of the room that
 * unwraps, and its types let out nothing but our own opaque ids, a yes or no, and how much memory is taken.
 */
export type Decision = {
  /** Cases to ask about. */
  raised: readonly CaseId[]
  /** Cases whose dispute the bank decided. */
  decided: readonly CaseId[]
  isKnown: boolean
}

type Kept = Decision & {
  cases: readonly unknown[]
  knownGood: readonly unknown[]
  labels: readonly unknown[]
  answered: { id: string } | null
  doubt: unknown
  releases: boolean
}

/** What an outcome means for what is done next. */
export type Decided = Decision & {
  changesAnything: boolean
  /** The case that an answer was about. */
  caseId: CaseId | null
  /** The person is asked once more before they are taken at their word. */
  isDoubted: boolean
  /** What the bank had refused is to be let through. */
  releases: boolean
}

/** Made at random by us, and meaningless to anybody else. */
export type CaseId = `cas_${string}`

export const decide = (outcome: Private<Kept>): Decided => {
  const { raised, decided, isKnown, cases, knownGood, labels, answered, doubt, releases } = reveal(outcome)
  return {
    raised,
    decided,
    isKnown,
    changesAnything: cases.length + knownGood.length + labels.length > 0,
    caseId: (answered?.id ?? null) as CaseId | null,
    isDoubted: doubt !== null,
    releases,
  }
}

/** Where fresh payments were made, as hashes that only this house can make. */
export const hashesOf = (places: Private<readonly string[]>): readonly string[] => reveal(places)

/** What was learnt about places: a hash, a yes or no, and when, to the hour; the payment by its own opaque id. */
export const findingsToKeep = (findings: Private<readonly OpaqueFinding[]>): readonly OpaqueFinding[] =>
  reveal(findings)

/** True when there is nothing to score. */
export const isEmpty = (items: Private<readonly unknown[]>): boolean => reveal(items).length === 0

/** How many payments are held in memory. */
export const sizeOf = (
  memory: Private<{ history: { size: number }; declined: { size: number } }>,
): number => {
  const { history, declined } = reveal(memory)
  return history.size + declined.size
}

/** Whether a dispute is to be sent, whether anything of it was paid, and until when it waits. */
export const wayOf = (
  way: Private<{ waitsUntil: number | null; dispute: unknown } | null>,
): { waitsUntil: number | null; isPaid: boolean } | null => {
  const plain = reveal(way)
  return plain && { waitsUntil: plain.waitsUntil, isPaid: plain.dispute !== null }
}

/** Until when the dispute of a case waits; null when there is none. */
export const waitOf = (fraudCase: Private<FraudCase>): number | null =>
  reveal(fraudCase).dispute?.sendAfter ?? null

/** A case's number: made at random by us, and what its person quotes on the telephone. */
export const numberOf = (fraudCase: Private<{ number: string }>): string => reveal(fraudCase).number

/** What a change adds to a bank's counts of reports: how many, and not whose. */
export const tallyToKeep = (tally: Private<Tally>): Tally => reveal(tally)

/** Whether there are lines to write, and until when they wait: not what is in them. */
export const linesOf = (
  due: Private<{
    waitsUntil: number | null
    payments: readonly unknown[]
    more: boolean
    hasUnjudged: boolean
  }>,
): { waitsUntil: number | null; isEmpty: boolean; more: boolean; hasUnjudged: boolean } => {
  const { payments, ...about } = reveal(due)
  return { ...about, isEmpty: payments.length === 0 }
}
