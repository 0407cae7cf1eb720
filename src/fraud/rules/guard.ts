import type { RuleSet } from './rule-set.ts'

/** Payments that are looked at together. */
const WINDOW = 1_000
/** A rule that asks about every fifth payment is no rule: not even a wave of thefts is so many. */
const STOPPED_SHARE = 0.2
/** On trial, more than one genuine payment in fifty asked about is too many: nobody answers so many questions. */
export const ANNOYED_SHARE_MAX = 0.02

/** A rule that asked about too many payments. */
export type Stopped = { rules: string; rule: string; asked: number; of: number }

/**
 * A rule set that stops those of its rules that ask about too much: a rule somebody wrote at night must not ask a whole
 * country. What is stopped stays stopped until another set is in force, and `onStopped` says which it was.
 */
export function guarded(set: RuleSet, onStopped: (stopped: Stopped) => void): RuleSet {
  const stopped = new Set<string>()
  const asked = new Map<string, number>()
  let seen = 0

  return {
    ...set,
    held: (vector, payment) => {
      const held = set.held(vector, payment)
      return stopped.size === 0 ? held : held.filter(({ name }) => !stopped.has(name))
    },
    note(names, asks) {
      seen++
      if (asks) {
        for (const name of names) {
          const count = (asked.get(name) ?? 0) + 1
          asked.set(name, count)
          if (count <= WINDOW * STOPPED_SHARE || stopped.has(name)) continue
          stopped.add(name)
          onStopped({ rules: set.id, rule: name, asked: count, of: seen })
        }
      }
      if (seen < WINDOW) return
      seen = 0
      asked.clear()
    },
  }
}
