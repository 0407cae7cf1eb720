import { isNewer, type LabelLearnt, wordOf } from './features/index.ts'

/**
 * What is thought of payments once a log is told to its end, by the rule that features follow: of several labels the one learnt
 * last holds, in whatever order they are told, and silence says nothing against what somebody said.
 */
export class LastWords {
  readonly #words = new Map<string, LabelLearnt>()

  learn(label: LabelLearnt): void {
    if (label.source === 'expiry' && label.label === 'genuine') return
    const before = this.#words.get(label.paymentId)
    if (!before || isNewer(wordOf(label), wordOf(before))) this.#words.set(label.paymentId, label)
  }

  /** The payments that are fraud. One that nobody spoke of is genuine. */
  frauds(): Set<string> {
    const frauds = new Set<string>()
    for (const [id, { label }] of this.#words) if (label === 'fraud') frauds.add(id)
    return frauds
  }
}
