import type { OverTime, Step } from '#accounts'
import { money } from '#kit'
import { type Said, say, type Template } from '../answer.ts'
import type { Filter } from '../question.ts'
import { narrowing, type Scene } from '../scene.ts'
import { asOf, notes, saySpending, totalNet } from './spending.ts'

/** Spending in each week or month, in a sentence and in columns. One alone is no course of time: it is said as a sum. */
export function sayOverTime(found: OverTime, step: Step, filter: Filter, scene: Scene): Said {
  const { steps, totals, merchants, isCut, keptFrom } = found
  const [total, ...others] = totals
  const last = steps.at(-1)
  if (!total || !last || steps.length < 2) return saySpending({ totals, merchants }, filter, scene)
  const { period: _, ...narrowed } = filter
  const of = narrowing(narrowed, merchants, scene)
  const isRunning = last.from <= scene.now && scene.now < last.to
  // What is whole: neither running, nor begun before anything was kept.
  const over = steps.filter(({ from, to }) => to <= scene.now && from >= (keptFrom ?? from))
  const usual = over.reduce((sum, { netMinor }) => sum + netMinor, 0) / over.length
  const most = steps.reduce((best, one) => (one.netMinor > best.netMinor ? one : best))
  const text: Template[] = [
    say('spent-over-time', {
      sum: totalNet(total),
      from: { step, at: steps[0]!.from },
      to: { step, at: last.from },
      usual: over.length > 1 && usual > 0 ? money(Math.round(usual), total.currency) : null,
      running: isRunning,
      of,
    }),
  ]
  if (most.netMinor > 0)
    text.push(
      say('over-time-most', { most: { step, at: most.from }, net: money(most.netMinor, total.currency) }),
    )
  if (isCut) text.push(say('over-time-longest', { steps: steps.length, step }))
  if (keptFrom !== null) text.push(say('over-time-kept-from', { at: keptFrom }))
  text.push(...notes(total))
  if (others.length > 0) text.push(say('also-spent', { totals: others.map(totalNet) }))
  return {
    text: [...text, asOf(scene)],
    show: {
      type: 'over-time',
      caption: say('over-time', { step, of }),
      currency: total.currency,
      step,
      steps: steps.map(({ from, netMinor }) => ({ from, netMinor })),
      isRunning,
    },
    actions: [],
  }
}
