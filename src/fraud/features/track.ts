import { DAY } from '#kit'
import type { LabelLearnt } from './fraud-event.ts'

/** How long somebody's mistaken reports count against the next one. */
export const TRACK_SPAN = 365 * DAY
export const WRONG_MIN = 2
/** Reports remembered of one person; those that no longer count go first. */
const REPORTS_MAX = 1_000

/** How one person's reports turned out: upheld by the bank, or taken back by themselves or lost. */
export type Turned = { wrong: number; upheld: number }

/** Whether a person's word on a place waits for the bank's: most of their reports were mistaken. */
export const isMostlyWrong = ({ wrong, upheld }: Turned): boolean => wrong >= WRONG_MIN && wrong > upheld

type Report = { answeredAt: number; state: 'fraud' | 'taken-back'; decided: LabelLearnt['label'] | null }

/** One person's reports as the labels tell them: what the cases of the room say live, out of the log alone. */
export class Track {
  readonly #reports = new Map<string, Report>()

  /** Takes in a label of the person or of the bank. */
  learn({ paymentId, report, label, source, at }: LabelLearnt): void {
    const id = report ?? paymentId
    const before = this.#reports.get(id)
    if (source !== 'person') {
      if (before) before.decided = label
      return
    }
    if (label === 'fraud') {
      if (before?.state !== 'fraud') this.#keep(id, { answeredAt: at, state: 'fraud', decided: null })
    } else if (before?.state === 'fraud') {
      this.#keep(id, { answeredAt: at, state: 'taken-back', decided: null })
    }
  }

  /** Whether what was just learnt says nothing of its place yet. */
  holdsBack({ source, label, at }: LabelLearnt): boolean {
    return source === 'person' && label === 'fraud' && isMostlyWrong(this.turned(at))
  }

  turned(now: number): Turned {
    let [wrong, upheld] = [0, 0]
    for (const { answeredAt, state, decided } of this.#reports.values()) {
      if (now - answeredAt >= TRACK_SPAN) continue
      if (state === 'taken-back' || decided === 'genuine') wrong++
      if (decided === 'fraud') upheld++
    }
    return { wrong, upheld }
  }

  #keep(id: string, report: Report): void {
    this.#reports.delete(id)
    this.#reports.set(id, report)
    // A Map keeps the order of insertion: the first was answered longest ago.
    if (this.#reports.size > REPORTS_MAX) this.#reports.delete(this.#reports.keys().next().value!)
  }
}
