import type { RuleSet } from './rule-set.ts'

/** Payments that are looked at together. */
const WINDOW = 1_000
/** A rule that asks about every fifth payment is no rule: not even a wave of thefts is so many. */
const STOPPED_SHARE = 0.2
/** On trial, more than one genuine payment in fifty asked about is too many: nobody answers so many questions. */
export const ANNOYED_SHARE_MAX = 0.02

/** A rule that asked about too many payments, or that spared all of them. */
export type Stopped = { rules: string; rule: string; why: 'asked' | 'spared'; payments: number; of: number }

/**
 * A rule set that stops those of its rules that ask about too much, and those that spare everything: a rule somebody wrote at
 * night must neither ask a whole country nor silence all the others. What is stopped stays stopped until somebody
 * promotes a set anew, and `onStopped` says which it was. `stopped` names those that are stopped, from the beginning and as more are.
 */
export function guarded(
  set: RuleSet,
  onStopped: (stopped: Stopped) => void,
  stopped = new Set<string>(),
): RuleSet {
  const sparing = new Set(set.rules.filter(({ action }) => action === 'spares').map(({ name }) => name))
  const asked = new Map<string, number>()
  const spared = new Map<string, number>()
  let seen = 0

  function stop(rule: string, why: Stopped['why'], payments: number): void {
    stopped.add(rule)
    onStopped({ rules: set.id, rule, why, payments, of: seen })
  }

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
          if (count > WINDOW * STOPPED_SHARE && !stopped.has(name)) stop(name, 'asked', count)
        }
      }
      if (sparing.size > 0)
        for (const name of names) if (sparing.has(name)) spared.set(name, (spared.get(name) ?? 0) + 1)
      if (seen < WINDOW) return
      for (const [name, count] of spared)
        if (count === seen && !stopped.has(name)) stop(name, 'spared', count)
      seen = 0
      asked.clear()
      spared.clear()
    },
  }
}

/**
 * Counts what one judge asks about, such as a model, within the same windows and by the same share as a rule; `onOver` is told each
 * time that it is one payment more.
 */
export function createBudget(onOver: (asked: { payments: number; of: number }) => void) {
  let [seen, asked] = [0, 0]
  return (asks: boolean): void => {
    seen++
    if (asks && ++asked > WINDOW * STOPPED_SHARE) onOver({ payments: asked, of: seen })
    if (seen >= WINDOW) [seen, asked] = [0, 0]
  }
}
