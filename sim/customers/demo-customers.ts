import { createHash } from 'node:crypto'
import { seeded } from '#kit'
import { type CardRow, readCardRows } from './card-rows.ts'
import type { Customer, CustomerAccount, Entry, EverydayPayment } from './customer.ts'
import {
  bookLine,
  euroEntries,
  interestEntries,
  type Month,
  monthsBetween,
  standingPayments,
  workday,
} from './household.ts'
import { DEMO_PASSWORD, PERSONAS, type Persona } from './personas.ts'
import { type WalletEntry, walletEntries } from './wallet.ts'

/** What a current account must never fall below, and what it holds at the end, so that the demo has money to spend. */
const LOWEST_MINOR = 40_000
const LATEST_MINOR = { least: 380_000, most: 520_000 }
const CREDIT_LINE_MINOR = 500_000
/** Pence per cent: what a pound buys in dollars, from month to month. */
const DOLLARS = [1.27, 1.25, 1.29, 1.26, 1.31, 1.28]

/** What a person buys in an ordinary week is in this range, in pence. */
const EVERYDAY_MINOR = { least: 150, most: 4_500 }
const EVERYDAY_KINDS = new Set([
  'groceries',
  'eating-out',
  'fuel',
  'getting-around',
  'household',
  'amazon',
  'leisure',
])
const EVERYDAY_DAYS = 300

/**
 * The four demo people as customers of one bank: card payments from real rows, and around them a salary, rent, standing
 * orders and savings made with a seed. Everything up to `now`; the same arguments give the same books.
 */
export function demoCustomers(
  bankId: string,
  seed: number,
  now: number,
  rows: readonly CardRow[] = readCardRows(),
): Customer[] {
  return PERSONAS.map((persona) => {
    const own = rows.filter(({ wallet }) => wallet === `${persona.username}-${bankId}`)
    if (own.length === 0) throw new Error(`the extract has no rows for ${persona.username} at ${bankId}`)
    return build(persona, bankId, seed, now, own)
  })
}

function build(
  persona: Persona,
  bankId: string,
  seed: number,
  now: number,
  rows: readonly CardRow[],
): Customer {
  const id = (what: string) => createHash('sha256').update(`${bankId} ${persona.username} ${what}`)
  const chance = seeded((id('seed').digest().readUInt32BE() ^ seed) >>> 0)
  const digits = (what: string) =>
    String(id(`${what} number`).digest().readUInt32BE() % 10_000).padStart(4, '0')
  const account = (
    what: string,
    kind: CustomerAccount['kind'],
    name: string,
    currency: string,
    card: boolean,
  ): CustomerAccount => ({
    accountId: `acc_${id(what).digest('base64url').slice(0, 20)}`,
    kind,
    name,
    numberDisplay: digits(what),
    currency,
    openingBalanceMinor: 0,
    creditLineMinor: kind === 'card' ? CREDIT_LINE_MINOR : null,
    cardNumberDisplay: kind === 'card' ? digits(what) : card ? digits(`${what} card`) : null,
    entries: [],
  })

  const current = account('current', 'checking', 'International current account', 'GBP', true)
  const credit = persona.hasCreditCard ? account('credit', 'card', 'Credit card', 'GBP', true) : null
  const euro = persona.hasEuroAccount ? account('euro', 'checking', 'Euro account', 'EUR', true) : null
  const savings = account('savings', 'savings', persona.savings.name, persona.savings.currency, false)

  const spending = walletEntries(rows, persona.home, now, chance)
  for (const item of spending) {
    const target = pick(item, { current, credit, euro })
    target.entries.push(inCurrencyOf(target, item))
  }
  const months = monthsBetween(spending[0]!.entry.at, now)
  addHousehold(persona, { current, savings, credit }, months, now)
  if (euro) {
    euro.openingBalanceMinor = 310_000
    euro.entries.push(...upTo(now, euroEntries(months)))
  }
  savings.openingBalanceMinor = persona.savings.openingMinor
  savings.entries.push(...upTo(now, interestEntries(savings.openingBalanceMinor, savings.entries, months)))
  current.openingBalanceMinor = openingOf(current.entries, chance)
  if (euro) euro.openingBalanceMinor = Math.max(euro.openingBalanceMinor, LOWEST_MINOR - lowest(euro.entries))

  const accounts = [current, credit, euro, savings].filter((each) => each !== null)
  for (const each of accounts) each.entries.sort((a, b) => a.at - b.at)
  return {
    username: persona.username,
    displayName: persona.displayName,
    password: DEMO_PASSWORD,
    customerId: `cus_${id('customer').digest('base64url').slice(0, 20)}`,
    home: persona.home,
    accounts,
    everyday: everydayOf(spending, (item) => pick(item, { current, credit, euro }).accountId, now),
  }
}

/** Bigger and planned things go on the credit card, what is paid in euros comes out of the euro account. */
function pick(
  { row, kind }: WalletEntry,
  accounts: { current: CustomerAccount; credit: CustomerAccount | null; euro: CustomerAccount | null },
): CustomerAccount {
  if (row.originalCurrency === 'EUR' && accounts.euro) return accounts.euro
  const isPlanned = ['amazon', 'travel', 'subscriptions'].includes(kind) || row.originalCurrency !== 'GBP'
  return isPlanned && accounts.credit ? accounts.credit : accounts.current
}

function inCurrencyOf(account: CustomerAccount, { entry, row }: WalletEntry): Entry {
  const card = { cardNumberDisplay: account.cardNumberDisplay }
  if (account.currency === 'GBP') return { ...entry, ...card }
  // On an account in the merchant's own currency the original amount is the one that is billed.
  return { ...entry, ...card, amountMinor: -row.originalMinor, foreign: null }
}

/** Salary, rent, standing orders, savings and card bills of each month. The salary covers the rest, to the next ten pounds. */
function addHousehold(
  persona: Persona,
  accounts: { current: CustomerAccount; savings: CustomerAccount; credit: CustomerAccount | null },
  months: readonly Month[],
  now: number,
): void {
  const { current, savings, credit } = accounts
  const cardEntries = [...current.entries, ...(credit?.entries ?? [])]
  const spentMinor = -cardEntries.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const standing = standingPayments(persona)
  const bills = standing.reduce((sum, { amountMinor }) => sum - amountMinor({ year: 2000, month: 0 }), 0)
  const salaryMinor = Math.ceil((spentMinor / months.length + bills + persona.savingMinor) / 1_000) * 1_000

  const lines: Entry[] = []
  const saved: Entry[] = []
  months.forEach((month, index) => {
    lines.push(
      bookLine(
        workday(month, 28, 'before'),
        salaryMinor,
        `${persona.employer} SALARY`.toUpperCase(),
        'salary',
      ),
    )
    for (const { day, descriptor, amountMinor } of standing) {
      lines.push(bookLine(workday(month, day, 'after'), amountMinor(month), descriptor, 'direct-debit'))
    }
    const at = workday(month, 2, 'after')
    const rate = savings.currency === 'USD' ? DOLLARS[index % DOLLARS.length]! : 1
    lines.push(bookLine(at, -persona.savingMinor, 'TRANSFER TO SAVINGS', 'transfer'))
    saved.push(
      bookLine(at, Math.round(persona.savingMinor * rate), 'TRANSFER FROM CURRENT ACCOUNT', 'transfer'),
    )
    if (credit) {
      const bill = cardBill(credit.entries, month)
      if (bill > 0) {
        const paidAt = workday(month, 15, 'after')
        lines.push(bookLine(paidAt, -bill, 'CREDIT CARD PAYMENT', 'card-bill'))
        if (paidAt <= now) credit.entries.push(bookLine(paidAt, bill, 'PAYMENT RECEIVED', 'card-bill'))
      }
    }
  })
  current.entries.push(...upTo(now, lines))
  savings.entries.push(...upTo(now, saved))
}

/** What posted on the card in the month before, in pence. */
function cardBill(entries: readonly Entry[], { year, month }: Month): number {
  const from = Date.UTC(year, month - 1)
  const to = Date.UTC(year, month)
  return -entries
    .filter(({ postedAt, kind }) => kind === 'card' && postedAt >= from && postedAt < to)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0)
}

const upTo = (now: number, entries: readonly Entry[]) => entries.filter(({ at }) => at <= now)

function lowest(entries: readonly Entry[]): number {
  let balance = 0
  let least = 0
  for (const { amountMinor } of [...entries].sort((a, b) => a.at - b.at)) {
    balance += amountMinor
    least = Math.min(least, balance)
  }
  return least
}

function openingOf(entries: readonly Entry[], chance: () => number): number {
  const change = entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const latest = LATEST_MINOR.least + Math.floor(chance() * (LATEST_MINOR.most - LATEST_MINOR.least))
  return Math.max(LOWEST_MINOR - lowest(entries), latest - change)
}

/** Small payments of the last months at home, to be made again by the live stream. */
function everydayOf(
  spending: readonly WalletEntry[],
  accountOf: (item: WalletEntry) => string,
  now: number,
): EverydayPayment[] {
  return spending
    .filter(({ entry, kind }) => {
      const spentMinor = -entry.amountMinor
      return (
        EVERYDAY_KINDS.has(kind) &&
        entry.foreign === null &&
        spentMinor >= EVERYDAY_MINOR.least &&
        spentMinor <= EVERYDAY_MINOR.most &&
        now - entry.at < EVERYDAY_DAYS * 86_400_000
      )
    })
    .map((item) => {
      const { amountMinor, foreign, descriptor, mcc, place, entryMode } = item.entry
      return { accountId: accountOf(item), amountMinor, foreign, descriptor, mcc, place, entryMode }
    })
}
