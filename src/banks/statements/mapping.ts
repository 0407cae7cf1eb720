import { z } from 'zod'
import type { StatementFormat } from '#intake'
import { currency, Fault } from '#kit'
import { isDayFormat } from './days.ts'
import { ENCODINGS } from './text.ts'

const name = z.string().min(1).max(200)
const Currency = z.string().refine(isCurrency, 'must be an ISO 4217 code such as EUR')
const DayFormat = z
  .string()
  .max(20)
  .refine(isDayFormat, 'must name year, month and day once each, such as DD/MM/YYYY or M/D/YY')
/** A column by its header, or by its number from 1. */
const Column = z.union([name, z.number().int().min(1).max(1_000)])
const decimalMark = z.enum(['.', ','])

/** Of the accounts as the file names them, what the bank's own API calls them. */
const accounts = z.record(name, name).optional()
/** `day` where the bank uses a reference again for another row: then references are not looked at. */
const identity = z.enum(['reference', 'day']).default('reference')

const OfItself = z.strictObject({
  format: z.enum(['camt053', 'mt940']),
  accounts,
  identity,
})

const Ofx = z.strictObject({
  format: z.literal('ofx'),
  accounts,
  identity,
  /** `by-type` for banks that write what was paid without a minus: then DEBIT and CREDIT decide. */
  signs: z.enum(['by-amount', 'by-type']).default('by-amount'),
})

const Qif = z.strictObject({
  format: z.literal('qif'),
  accounts,
  identity,
  /** The account where the file has no `!Account` block. */
  account: name.optional(),
  currency: Currency,
  dateFormat: DayFormat,
  decimalMark: decimalMark.default('.'),
  encoding: z.enum(ENCODINGS).optional(),
})

const Csv = z
  .strictObject({
    format: z.literal('csv'),
    accounts,
    identity,
    account: z.union([name, z.strictObject({ column: Column })]),
    currency: z.union([Currency, z.strictObject({ column: Column })]),
    delimiter: z.enum([',', ';', '\t', '|']),
    quote: z.enum(['"', "'"]).default('"'),
    encoding: z.enum(ENCODINGS).optional(),
    /** The line of the column headers, from 1; 0 where there are none, and columns go by number. */
    headerLine: z.number().int().min(0).max(100).default(1),
    columns: z.strictObject({
      date: Column,
      text: z.array(Column).min(1).max(10),
      amount: Column.optional(),
      debit: Column.optional(),
      credit: Column.optional(),
      id: Column.optional(),
      balance: Column.optional(),
    }),
    dateFormat: DayFormat,
    decimalMark,
    thousandsMark: z.enum([' ', '.', ',', "'"]).optional(),
    /**
     * `signed`: a minus is money out. `out-is-positive`: the other way round. `columns`: a column for each. Otherwise a
     * column that says which, by its words.
     */
    sign: z.union([
      z.enum(['signed', 'out-is-positive', 'columns']),
      z.strictObject({ column: Column, out: z.array(name).min(1), in: z.array(name).min(1) }),
    ]),
  })
  .superRefine(
    ({ columns, sign, decimalMark: mark, thousandsMark, headerLine, account, currency: unit }, context) => {
      const say = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
      if (sign === 'columns') {
        if (columns.amount !== undefined) say(['columns', 'amount'], 'has no place beside debit and credit')
        for (const side of ['debit', 'credit'] as const)
          if (columns[side] === undefined) say(['columns', side], 'is needed when sign is "columns"')
      } else if (columns.amount === undefined) say(['columns', 'amount'], 'is needed')
      if (mark === thousandsMark) say(['thousandsMark'], 'must differ from decimalMark')
      const named = [
        ...Object.values(columns).flat(),
        ...[sign, account, unit].flatMap((one) => (typeof one === 'object' ? [one.column] : [])),
      ]
      if (headerLine === 0 && named.some((column) => typeof column === 'string'))
        say(['columns'], 'must be numbers when headerLine is 0')
    },
  )

const AnyMapping = z.discriminatedUnion('format', [OfItself, Ofx, Qif, Csv])
export type Mapping = z.output<typeof AnyMapping>
export type QifMapping = z.output<typeof Qif>
export type CsvMapping = z.output<typeof Csv>

/** Reads a mapping file. Throws `mapping-wrong` with every entry at fault. */
export function parseMapping(text: string): Mapping {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Fault('mapping-wrong', { cause, detail: 'it is not JSON' })
  }
  const parsed = AnyMapping.safeParse(json)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the mapping'}: ${message}`,
  )
  throw new Fault('mapping-wrong', { detail: faults.join('; ') })
}

/** What holds without a mapping, for the formats that say enough by themselves. Throws `mapping-needed` for the others. */
export function mappingFor(format: StatementFormat, given: Mapping | null): Mapping {
  if (given && given.format !== format)
    throw new Fault('mapping-wrong', { detail: `it is for ${given.format}, and the file is ${format}` })
  if (given) return given
  if (format === 'qif' || format === 'csv')
    throw new Fault('mapping-needed', {
      detail:
        format === 'qif'
          ? 'QIF names no currency, and its dates may be day first or month first'
          : 'CSV needs to be told its columns',
    })
  return AnyMapping.parse({ format })
}

function isCurrency(code: string): boolean {
  try {
    return currency(code) === code
  } catch {
    return false
  }
}
