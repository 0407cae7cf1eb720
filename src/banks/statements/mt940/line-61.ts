import type { Currency, Money } from '#kit'
import { type Day, dayOf, fullYear } from '../days.ts'
import { decimalAmount, signedAmount, Unreadable } from '../parsed.ts'

/** Field 61, a statement line. `isCredit` is what it does to the account: the reversal of a debit (RD) is money in. */
export type StatementLine = {
  valueDay: Day
  bookedDay: Day
  amount: Money
  /** SWIFT's or the bank's code of the kind: `NTRF`, `FMSC`. */
  kind: string
  customerReference: string
  bankReference: string | null
  /** What the line below says (subfield 9). */
  supplement: string
}

const LINE =
  /^(?<value>\d{6})(?<entry>\d{4})?(?<mark>R?[DC]|E[DC])(?<funds>[A-Z])?(?<amount>[\d.,]*)(?<kind>[NSF][A-Z0-9]{3})(?<rest>.*)$/

/** Reads field 61 and the line below it. Throws `Unreadable` with the subfield at fault. */
export function parseLine61(text: string, supplement: string, unit: Currency): StatementLine {
  const found = LINE.exec(text.trim())?.groups
  if (!found) throw new Unreadable(':61:', 'malformed')
  const valueDay = dayFrom(found.value!)
  if (!valueDay) throw new Unreadable(':61: value date', 'date-malformed')
  const bookedDay = found.entry === undefined ? valueDay : nearest(found.entry, valueDay)
  if (!bookedDay) throw new Unreadable(':61: entry date', 'date-malformed')
  const mark = found.mark!
  const amount = swiftAmount(found.amount!, unit, ':61: amount')
  // Up to sixteen characters, of which the first two slashes begin the bank's own reference.
  const [customerReference = '', ...bank] = found.rest!.split('//')
  return {
    valueDay,
    bookedDay,
    amount: signedAmount(amount, unit, mark === 'C' || mark === 'RD' || mark === 'EC', ':61: amount'),
    kind: found.kind!,
    customerReference: customerReference.trim(),
    bankReference: bank.join('//').trim() || null,
    supplement: supplement.trim(),
  }
}

/** `YYMMDD`. */
export function dayFrom(text: string): Day | null {
  if (!/^\d{6}$/.test(text)) return null
  return dayOf(fullYear(Number(text.slice(0, 2))), Number(text.slice(2, 4)), Number(text.slice(4)))
}

/** A SWIFT amount as a plain decimal: the comma is always there, what follows it may be missing (`12,`). */
export function swiftAmount(text: string, unit: Currency, field: string): string {
  const match = /^(\d{1,14}),(\d*)$/.exec(text)
  if (!match) throw new Unreadable(field, 'amount-malformed')
  const decimal = match[2] === '' ? match[1]! : `${match[1]}.${match[2]}`
  decimalAmount(decimal, unit, field)
  return decimal
}

/** The entry date has no year: that which is nearest to the value date, so that 30 December may be booked on 2 January. */
function nearest(monthDay: string, value: Day): Day | null {
  const days = [value.year - 1, value.year, value.year + 1].flatMap(
    (year) => dayOf(year, Number(monthDay.slice(0, 2)), Number(monthDay.slice(2))) ?? [],
  )
  const distance = (day: Day) => Math.abs(instant(day) - instant(value))
  return days.sort((a, b) => distance(a) - distance(b))[0] ?? null
}

const instant = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day)
