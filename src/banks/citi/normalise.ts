import type { BankAccount, BankBalance, BankTransaction } from '#intake'
import { currency, Fault, type Money, money, negated } from '#kit'
import type { BankDays } from '../bank-days.ts'
import { lastDigits } from '../last-digits.ts'
import { moneyOf, plausible, UnreadableRow } from '../read-json.ts'
import { cleanText } from '../untrusted-text.ts'
import type { CitiAccount, CitiTransaction } from './shapes.ts'

/** How the bank writes what was spent: Citi's documentation does not say, so the profile does. */
export type Spent = 'negative' | 'positive'

/** A Citi account and its balance in our terms; null for a kind that Guichet does not keep. */
export function normaliseAccount(
  row: CitiAccount,
  now: number,
): { account: BankAccount; balance: BankBalance } | null {
  const {
    checkingAccountSummary: checking,
    savingsAccountSummary: savings,
    creditCardAccountSummary: card,
  } = row
  const held = checking ?? savings
  const given = held ?? card
  if (!given) return null
  const kind = checking ? 'checking' : savings ? 'savings' : 'card'
  const unit = knownCurrency(given.currencyCode)
  const amount = (digits: string, field: string) =>
    moneyOf(digits, unit, { amount: field, currency: 'currencyCode' })
  const optional = (digits: string | null | undefined, field: string) =>
    digits === null || digits === undefined ? null : amount(digits, field)
  return {
    account: {
      bankAccountId: given.accountId,
      name: cleanText(given.accountNickname || given.productName || kind),
      kind,
      numberDisplay: lastDigits(given.displayAccountNumber) ?? '',
      currency: unit,
      status: given.accountStatus?.toUpperCase() === 'CLOSED' ? 'closed' : 'open',
    },
    balance: {
      bankAccountId: given.accountId,
      // What is owed on a card is given as what is outstanding.
      current: held
        ? amount(held.currentBalance, 'currentBalance')
        : negated(amount(card!.outstandingBalance, 'outstandingBalance')),
      available: held
        ? optional(held.availableBalance, 'availableBalance')
        : optional(card!.availableCredit, 'availableCredit'),
      creditLine: held ? null : optional(card!.creditLimit, 'creditLimit'),
      asOf: now,
    },
  }
}

function knownCurrency(code: string) {
  try {
    return currency(code)
  } catch (error) {
    if (error instanceof Fault) throw new UnreadableRow('currencyCode', 'currency-unknown')
    throw error
  }
}

/**
 * A Citi transaction in our terms. Its days are the bank's own, without a time; what is pending is from before today or of its
 * first moment, so that it says the same at every read of the day.
 */
export function normaliseTransaction(
  row: CitiTransaction,
  about: { currency: string; spent: Spent; days: BankDays; now: number },
): BankTransaction {
  const { days, now, spent } = about
  const isPosted = Boolean(row.transactionPostingDate)
  const id = row.transactionReferenceId
  if (!id && isPosted) throw new UnreadableRow('transactionReferenceId', 'missing')
  const given = moneyOf(row.transactionAmount, row.currencyCode, {
    amount: 'transactionAmount',
    currency: 'currencyCode',
  })
  if (given.currency !== about.currency) throw new UnreadableRow('currencyCode', 'unsupported')
  const amount = spent === 'positive' ? negated(given) : given
  const paidAt = plausible(days.noonOf(row.transactionDate), 'transactionDate')
  return {
    bankTransactionIds: id ? [id] : [],
    status: isPosted ? 'posted' : 'pending',
    at: isPosted ? paidAt : Math.min(paidAt, days.dawnOf(now)),
    postedAt: isPosted ? plausible(days.noonOf(row.transactionPostingDate!), 'transactionPostingDate') : null,
    amount,
    foreign: foreignOf(row, amount),
    descriptor: cleanText(row.transactionDescription || row.merchantName || ''),
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

/** The amount abroad goes the way of the payment. Its rate is left out: which way round it is read is not documented. */
function foreignOf(row: CitiTransaction, amount: Money): Money | null {
  const { foreignTransactionAmount: digits, foreignCurrencyCode: code } = row
  if (!digits || !code || code === amount.currency) return null
  const foreign = moneyOf(digits, code, {
    amount: 'foreignTransactionAmount',
    currency: 'foreignCurrencyCode',
  })
  const absolute = money(Math.abs(foreign.amountMinor), foreign.currency)
  return amount.amountMinor < 0 ? negated(absolute) : absolute
}
