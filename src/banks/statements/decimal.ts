import { type Currency, type Money, money } from '#kit'
import { decimalAmount, Unreadable } from './parsed.ts'

export type Marks = { decimalMark: '.' | ','; thousandsMark?: ' ' | '.' | ',' | "'" | undefined }

/** The kinds of space that spreadsheets put between thousands. */
const SPACES = '[ \\u00a0\\u202f\\u2009]'

/**
 * A decimal as people write it: `-1 234,50`, `1,234.50-`, `(12.30)`, `+7`. Thousands must stand where thousands do, so that
 * a decimal mark of the other kind is refused and not taken for one.
 */
export function parseDecimal(text: string, marks: Marks, unit: Currency, field: string): Money {
  const trimmed = text.trim().replaceAll('\u2212', '-')
  const match =
    /^\((?<inside>[^-+()]+)\)$/.exec(trimmed) ??
    /^(?<before>[-+]?)\s*(?<plain>[^-+()]+?)(?<after>-?)$/.exec(trimmed)
  const { inside, before, plain, after } = match?.groups ?? {}
  const digits = inside ?? plain
  if (digits === undefined || (before && after)) throw new Unreadable(field, 'amount-malformed')
  const thousands = marks.thousandsMark === ' ' ? SPACES : marks.thousandsMark && `\\${marks.thousandsMark}`
  const whole = thousands ? `(?:\\d{1,3}(?:${thousands}\\d{3})+|\\d+)` : '\\d+'
  const shape = new RegExp(`^(?:(${whole})(?:\\${marks.decimalMark}(\\d*))?|\\${marks.decimalMark}(\\d+))$`)
  const found = shape.exec(digits)
  if (!found) throw new Unreadable(field, 'amount-malformed')
  const units = (found[1] ?? '0').replace(/\D/g, '')
  const fraction = found[2] ?? found[3] ?? ''
  const { amountMinor } = decimalAmount(fraction === '' ? units : `${units}.${fraction}`, unit, field)
  const isNegative = inside !== undefined || before === '-' || after === '-'
  return money(isNegative && amountMinor !== 0 ? -amountMinor : amountMinor, unit)
}
