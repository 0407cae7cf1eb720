import { isLaterChange, type PaymentChanged } from './features/index.ts'
import { COUNTED_MINOR_MAX } from './payment.ts'

/**
 * What payments came to once a log is told to its end, by the rule that features follow: of several changes the latest holds, in
 * whatever order they are told, and what was released or reversed stays so.
 */
export class LastAmounts {
  readonly #changes = new Map<string, PaymentChanged>()
  readonly #undone = new Set<string>()

  change(event: PaymentChanged): void {
    const { paymentId, change, amountMinor } = event
    if (change === 'released' || change === 'reversed') this.#undone.add(paymentId)
    else if (amountMinor !== null) {
      const before = this.#changes.get(paymentId)
      if (!before || isLaterChange(event, before)) this.#changes.set(paymentId, event)
    }
  }

  /** What a payment came to that was first told with `told`. */
  of(id: string, told: number): number {
    if (this.#undone.has(id)) return 0
    return Math.min(this.#changes.get(id)?.amountMinor ?? told, COUNTED_MINOR_MAX)
  }
}
