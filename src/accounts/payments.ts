import { type Currency, type Money, minorDigits } from '#kit'
import { type Category, matchMerchant, resolveMerchant } from '#merchants'
import type { Span, Transaction } from '#vault'

/** Which payments are meant; what is absent does not narrow. */
export type PaymentFilter = {
  span?: Span
  /** The merchant as the person wrote it. */
  merchant?: string
  category?: Category
  /** What a payment is of, whichever way it went, as billed or in the merchant's own currency; both ends are in it. In hundredths
   *  of any currency when none is named. */
  range?: { leastMinor: number; mostMinor: number | null; currency: Currency | null }
}

/** A transaction with its merchant's everyday name. `merchant` is untrusted text: it came from the bank's descriptor. */
export type Payment = Transaction & { merchant: string; category: Category }

/** Gives each transaction its merchant and category; each descriptor is looked up once, however often it occurs. */
export function resolvePayments(transactions: readonly Transaction[]): Payment[] {
  const known = new Map<string, { merchant: string; category: Category }>()
  return transactions.map((transaction) => {
    const { descriptor, mcc, country } = transaction
    const key = `${mcc ?? ''}\n${country ?? ''}\n${descriptor}`
    let resolved = known.get(key)
    if (!resolved) {
      const { merchant, category } = resolveMerchant({ descriptor, mcc, country })
      resolved = { merchant, category }
      known.set(key, resolved)
    }
    return { ...transaction, merchant: resolved.merchant, category: resolved.category }
  })
}

/** The merchants of `payments` that the person can have meant by `words`; empty when they have none like it. */
export function merchantsMeant(words: string, payments: readonly Payment[]): Set<string> {
  return new Set(matchMerchant(words, [...new Set(payments.map(({ merchant }) => merchant))]))
}

/** Those of `payments` that the filter means, in their order. `merchants` are what its merchant stands for. */
export function narrow(
  payments: readonly Payment[],
  filter: PaymentFilter,
  merchants: ReadonlySet<string> | null,
): Payment[] {
  const { span, category, range } = filter
  return payments.filter(
    (payment) =>
      (!span || (payment.at >= span.from && payment.at < span.to)) &&
      (!category || payment.category === category) &&
      (!merchants || merchants.has(payment.merchant)) &&
      (!range || isWithin(payment.amount, range) || (payment.foreign && isWithin(payment.foreign, range))),
  )
}

function isWithin(
  money: Money,
  { leastMinor, mostMinor, currency }: NonNullable<PaymentFilter['range']>,
): boolean {
  const size = sizeIn(money, currency)
  return size !== null && size >= leastMinor && (mostMinor === null || size <= mostMinor)
}

/** How much money is, without its sign, in minor units of `currency`, or in hundredths when none is named; null in another one. */
export function sizeIn({ amountMinor, currency }: Money, wanted: string | null): number | null {
  if (wanted !== null && currency !== wanted) return null
  const unit = wanted === null ? 10 ** (2 - minorDigits(currency)) : 1
  return Math.abs(amountMinor) * unit
}
