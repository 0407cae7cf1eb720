import type { Private } from '#kit'
import { reveal } from '../kit/reveal.ts'
import type { OpaqueFinding } from './risk-store.ts'

/**
 * A decision leaves, the figures stay. Everything about payments is computed inside `Private`; but whether to announce a
 * case, to say *there is none*, or to make room in memory is done outside it. This is the one file of the room that
 * unwraps, and its types let out nothing but our own opaque ids, a yes or no, and how much memory is taken.
 */
export type Decision = { raised: readonly CaseId[]; isKnown: boolean }

type Kept = Decision & { cases: readonly unknown[]; knownGood: readonly unknown[] }

/** Made at random by us, and meaningless to anybody else. */
export type CaseId = `cas_${string}`

export const decide = (outcome: Private<Kept>): Decision & { changesAnything: boolean } => {
  const { raised, isKnown, cases, knownGood } = reveal(outcome)
  return { raised, isKnown, changesAnything: cases.length + knownGood.length > 0 }
}

/** Where fresh payments were made, as hashes that only this house can make. */
export const hashesOf = (places: Private<readonly string[]>): readonly string[] => reveal(places)

/** What was learnt about places: a hash, a yes or no, and when, to the hour; the payment by its own opaque id. */
export const findingsToKeep = (findings: Private<readonly OpaqueFinding[]>): readonly OpaqueFinding[] =>
  reveal(findings)

/** True when there is nothing to score. */
export const isEmpty = (items: Private<readonly unknown[]>): boolean => reveal(items).length === 0

/** How many payments a history holds in memory. */
export const sizeOf = (memory: Private<{ history: { size: number } }>): number => reveal(memory).history.size
