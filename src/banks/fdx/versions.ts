export type FdxVersion = 6 | 5 | 4

/** FDX 4 and 5 wrap each account and each transaction in an object with one key, which FDX 6 has as `accountCategory`. */
const CATEGORIES: Readonly<Record<string, string>> = {
  depositAccount: 'DEPOSIT_ACCOUNT',
  locAccount: 'LOC_ACCOUNT',
  loanAccount: 'LOAN_ACCOUNT',
  investmentAccount: 'INVESTMENT_ACCOUNT',
  insuranceAccount: 'INSURANCE_ACCOUNT',
  annuityAccount: 'ANNUITY_ACCOUNT',
}
const TRANSACTIONS = [
  'depositTransaction',
  'locTransaction',
  'loanTransaction',
  'investmentTransaction',
  'insuranceTransaction',
]

type Json = Record<string, unknown>
type Page = { nextPageKey?: string | undefined; nextOffset?: string | undefined } | undefined

/** What differs from one version of the standard to the next; the names inside an account or a transaction do not. */
export type FdxDialect = {
  unwrapAccount(row: unknown): unknown
  unwrapTransaction(row: unknown): unknown
  /** The parameter that asks for a page, and what a page says of the next. */
  pageParameter: 'pageKey' | 'offset'
  nextOf(page: Page): string | undefined
  /** An instant as `startTime` and `endTime` want it. */
  spanOf(span: { from: number; to: number }): { startTime: string; endTime: string }
}

const DAY_MS = 86_400_000
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

const WRAPPED: FdxDialect = {
  unwrapAccount(row) {
    const [key, account] = onlyEntry(row)
    return key !== null && key in CATEGORIES
      ? { ...(account as Json), accountCategory: CATEGORIES[key] }
      : row
  },
  unwrapTransaction(row) {
    const [key, transaction] = onlyEntry(row)
    return key !== null && TRANSACTIONS.includes(key) ? transaction : row
  },
  pageParameter: 'offset',
  nextOf: (page) => page?.nextOffset,
  // Days without a time, and no word on whose and whether the last counts: one more is asked for.
  spanOf: ({ from, to }) => ({ startTime: dayOf(from - DAY_MS), endTime: dayOf(to + DAY_MS) }),
}

const DISCRIMINATED: FdxDialect = {
  unwrapAccount: (row) => row,
  unwrapTransaction: (row) => row,
  pageParameter: 'pageKey',
  nextOf: (page) => page?.nextPageKey,
  spanOf: ({ from, to }) => ({
    startTime: new Date(from).toISOString(),
    endTime: new Date(to).toISOString(),
  }),
}

export const DIALECTS: Readonly<Record<FdxVersion, FdxDialect>> = {
  6: DISCRIMINATED,
  5: WRAPPED,
  4: WRAPPED,
}

function onlyEntry(row: unknown): [string, unknown] | [null, null] {
  if (typeof row !== 'object' || row === null) return [null, null]
  const entries = Object.entries(row)
  return entries.length === 1 ? entries[0]! : [null, null]
}
