import { DAY, HOUR } from '#kit'
import type { LabelLearnt } from './fraud-event.ts'

/**
 * What was learnt about one payment at a terminal or merchant, whoever's it was. Holds nobody: `ref` means nothing without the
 * person's own key, and the instant of the payment is rounded down to the hour.
 */
export type Finding = {
  /** The terminal or merchant, as whoever keeps it calls it. */
  place: string
  ref: string
  paidAt: number
  learntAt: number
  label: LabelLearnt['label']
  /** Not much more than its person usually pays: large amounts say something of the card, normal ones of the place. */
  isNormal: boolean
}

/** What became known longer ago no longer counts. */
export const RISK_SPAN = 35 * DAY
/** Findings remembered of one place, the latest. */
export const FINDINGS_MAX = 128
/** Findings between two sweeps. */
const SWEEP_EVERY = 4_096

export const toTheHour = (at: number): number => Math.floor(at / HOUR) * HOUR

type Word = Pick<Finding, 'learntAt' | 'label'> & { source?: LabelLearnt['source'] }

/** At the same instant the worse is believed, so that it does not matter which was told first. */
const GRAVITY = { unknown: 0, genuine: 1, fraud: 2 } as const
/** Of one word said twice at the same instant, the one that decides: the bank's comes after the person's, a dispute's after both. */
const FINALITY = { expiry: 0, person: 1, bank: 2, dispute: 3 } as const

/** A label as `isNewer` compares it. */
export const wordOf = ({ at, label, source }: Pick<LabelLearnt, 'at' | 'label' | 'source'>): Word => ({
  learntAt: at,
  label,
  source,
})

export function isNewer(a: Word, b: Word): boolean {
  if (a.learntAt !== b.learntAt) return a.learntAt > b.learntAt
  if (a.label !== b.label) return GRAVITY[a.label] > GRAVITY[b.label]
  return a.source !== undefined && b.source !== undefined && FINALITY[a.source] > FINALITY[b.source]
}

/**
 * What has become known about terminals and merchants, over all people. Of several findings about one payment the one learnt
 * last counts. What it answers does not depend on the order in which it is told.
 */
export class Risk {
  /** By place, in the order of their becoming known. */
  readonly #findings = new Map<string, Finding[]>()
  #untilSweep = SWEEP_EVERY
  #oldestSinceSweep = Number.POSITIVE_INFINITY

  learn(finding: Finding): void {
    const known = this.#findings.get(finding.place)
    if (!known) this.#findings.set(finding.place, [finding])
    else insert(known, finding)
    this.#oldestSinceSweep = Math.min(this.#oldestSinceSweep, finding.learntAt)
    if (--this.#untilSweep <= 0) this.#sweep()
  }

  /** What is known of a place, in the order of its becoming known. */
  of(place: string): readonly Finding[] {
    return this.#findings.get(place) ?? NOTHING
  }

  /** How many findings take up memory. */
  get size(): number {
    let size = 0
    for (const findings of this.#findings.values()) size += findings.length
    return size
  }

  /** Twice the span after everything that was told lately, nobody asks about it any more. */
  #sweep(): void {
    const before = this.#oldestSinceSweep - 2 * RISK_SPAN
    this.#untilSweep = SWEEP_EVERY
    this.#oldestSinceSweep = Number.POSITIVE_INFINITY
    for (const [place, findings] of this.#findings) {
      const gone = findings.findIndex(({ learntAt }) => learntAt >= before)
      if (gone === -1) this.#findings.delete(place)
      else if (gone > 0) findings.splice(0, gone)
    }
  }
}

const NOTHING: readonly Finding[] = []

function insert(known: Finding[], finding: Finding): void {
  const same = known.findIndex(({ ref }) => ref === finding.ref)
  if (same !== -1) {
    if (!isNewer(finding, known[same]!)) return
    known.splice(same, 1)
  }
  let place = known.length
  while (place > 0 && isLater(known[place - 1]!, finding)) place--
  known.splice(place, 0, finding)
  if (known.length > FINDINGS_MAX) known.shift()
}

const isLater = (a: Finding, b: Finding): boolean =>
  a.learntAt > b.learntAt || (a.learntAt === b.learntAt && a.ref > b.ref)
