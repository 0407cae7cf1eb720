import type { BankAccount, BankBalance, BankTransaction } from '#intake'
import { currency, Fault, type Money, money } from '#kit'
import type { BankDays } from '../bank-days.ts'
import { lastDigits } from '../last-digits.ts'
import { moneyOf, plausible, UnreadableRow } from '../read-json.ts'
import { cleanText } from '../untrusted-text.ts'
import type { StetAccount, StetAmount, StetBalance, StetTransaction } from './shapes.ts'

/** A STET account in our terms. */
export function normaliseAccount(row: StetAccount): BankAccount {
  const { accountId } = row
  const code = row.currency ?? accountId?.currency
  if (!code) throw new UnreadableRow('currency', 'missing')
  return {
    bankAccountId: row.resourceId,
    name: cleanText(row.name || row.product || row.cashAccountType),
    kind: row.cashAccountType === 'CARD' ? 'card' : 'checking',
    numberDisplay: lastDigits(accountId?.iban ?? accountId?.other?.identification) ?? '',
    currency: knownCurrency(code),
    status: 'open',
  }
}

function knownCurrency(code: string) {
  try {
    return currency(code)
  } catch (error) {
    if (error instanceof Fault) throw new UnreadableRow('currency', 'currency-unknown')
    throw error
  }
}

export type ReadBalance = { type: string; amount: Money; asOf: number }

export function readBalance(
  row: StetBalance,
  about: { currency: string; days: BankDays; now: number },
): ReadBalance {
  return {
    type: row.balanceType,
    amount: signed(row.balanceAmount, row.creditDebitIndicator, 'balanceAmount', about.currency),
    // A balance without a date is as it was when it was asked for.
    asOf: row.referenceDate
      ? Math.min(plausible(about.days.endOf(row.referenceDate), 'referenceDate'), about.now)
      : about.now,
  }
}

const CURRENT = ['CLBD', 'XPCD', 'OTHR', 'VALU', 'ITAV']

/** What is booked, else what the bank expects or names otherwise; a card that is debited later is a sum of what was spent. */
export function chooseBalance(
  rows: readonly ReadBalance[],
  { bankAccountId, kind }: BankAccount,
): BankBalance | null {
  const find = (type: string) => rows.find((row) => row.type === type)
  const current = CURRENT.flatMap((type) => find(type) ?? [])[0]
  if (!current) return null
  return {
    bankAccountId,
    current: current.amount,
    available: kind === 'card' ? null : (find('ITAV')?.amount ?? null),
    creditLine: null,
    asOf: current.asOf,
  }
}

/** A STET transaction in our terms; null for what is announced (FUTR) or told (INFO), which are no payments. */
export function normaliseTransaction(
  row: StetTransaction,
  about: { currency: string; days: BankDays; now: number },
): BankTransaction | null {
  if (row.status === 'FUTR' || row.status === 'INFO') return null
  // OTHR is what is not in the books yet, such as a card's payments before the day on which they are debited.
  const isPosted = row.status === 'BOOK'
  const amount = signed(row.transactionAmount, row.creditDebitIndicator, 'transactionAmount', about.currency)
  const id = row.resourceId ?? row.entryReference
  if (!id && isPosted) throw new UnreadableRow('entryReference', 'missing')
  return {
    bankTransactionIds: id ? [id] : [],
    status: isPosted ? 'posted' : 'pending',
    ...timesOf(row, isPosted, about),
    amount,
    foreign: null,
    descriptor: cleanText(wordsOf(row, amount)),
    mcc: null,
    country: null,
    city: null,
    latitude: null,
    longitude: null,
    entryMode: null,
    cardNumberDisplay: null,
    terminalId: null,
  }
}

function wordsOf({ relatedParties, remittanceInformation }: StetTransaction, amount: Money): string {
  const { creditor, debtor } = relatedParties ?? {}
  const counterparty = amount.amountMinor < 0 ? creditor?.name : debtor?.name
  return remittanceInformation?.join(' ').trim() || counterparty || ''
}

/**
 * Noon of the day that a row is of. What is pending may have none, or one that lies ahead: it is of today. What is of today
 * is of its first moment, so that it says the same at every read of the day.
 */
function timesOf(
  row: StetTransaction,
  isPosted: boolean,
  { days, now }: { days: BankDays; now: number },
): { at: number; postedAt: number | null } {
  const noon = (day: string | null | undefined, field: string) =>
    day ? plausible(days.noonOf(day), field) : null
  const paidAt = noon(row.transactionDate, 'transactionDate')
  if (!isPosted) {
    const at = paidAt ?? noon(row.bookingDate ?? row.expectedBookingDate ?? row.valueDate, 'bookingDate')
    return { at: Math.min(at ?? now, days.dawnOf(now)), postedAt: null }
  }
  const postedAt = noon(row.bookingDate ?? row.valueDate, 'bookingDate')
  if (postedAt === null) throw new UnreadableRow('bookingDate', 'missing')
  return { at: paidAt ?? postedAt, postedAt }
}

/**
 * Banks write the direction as a sign, as an indicator, or as both. A minus that is said to be a credit is neither, and is
 * set aside.
 */
function signed(
  { amount, currency: code }: StetAmount,
  indicator: 'CRDT' | 'DBIT' | null | undefined,
  field: string,
  unit: string,
): Money {
  const given = moneyOf(amount, code, { amount: `${field}.amount`, currency: `${field}.currency` })
  if (given.currency !== unit) throw new UnreadableRow(`${field}.currency`, 'unsupported')
  if (!indicator) return given
  if (given.amountMinor < 0 && indicator === 'CRDT')
    throw new UnreadableRow('creditDebitIndicator', 'malformed')
  const minor = Math.abs(given.amountMinor)
  return money(indicator === 'DBIT' && minor !== 0 ? -minor : minor, given.currency)
}
