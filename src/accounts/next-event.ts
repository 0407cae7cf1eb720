import { negated } from '#kit'
import type { Payment } from './payments.ts'
import { RENT, runningSeries } from './recurring.ts'
import { nextAfter } from './rhythm.ts'
import { incomeOf, spendingOf } from './spending.ts'

/** When the rent, or the pay, is next due; null when none of them is seen to come back. */
export function nextEvent(
  event: 'rent' | 'pay',
  payments: readonly Payment[],
  now: number,
  timeZone: string,
): number | null {
  const times = (event === 'rent' ? rents(payments, now) : pays(payments, now))
    .map((series) =>
      nextAfter(
        series.payments.map(({ at }) => at),
        series.rhythm,
        timeZone,
      ),
    )
    .filter((at) => at > now)
  return times.length > 0 ? Math.min(...times) : null
}

const rents = (payments: readonly Payment[], now: number) =>
  runningSeries(spendingOf(payments), now).filter(({ payments: [first] }) => RENT.test(first!.merchant))

/** Income that comes back by itself. Of several the largest is taken for the pay: a lodger's share is not payday. */
function pays(payments: readonly Payment[], now: number) {
  const into = incomeOf(payments).map((payment) => ({ ...payment, amount: negated(payment.amount) }))
  const largest = (series: { payments: Payment[] }) => -series.payments.at(-1)!.amount.amountMinor
  return runningSeries(into, now)
    .sort((a, b) => largest(b) - largest(a))
    .slice(0, 1)
}
