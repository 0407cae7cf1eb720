import type { BankAccount, BankBalance, BankTransaction } from '#intake'
import { currency, Fault, type Money, money, negated } from '#kit'
import { lastDigits } from '../last-digits.ts'
import { moneyOf, plausible, UnreadableRow } from '../read-json.ts'
import { cleanText } from '../untrusted-text.ts'
import type { FdxAccount, FdxTransaction } from './shapes.ts'

const SAVINGS = new Set(['SAVINGS', 'MONEYMARKET', 'CD'])

/**
 * An FDX account and its balance in our terms, or null for a kind that Guichet does not keep. What is owed on a card is
 * negative here. A balance whose instant the bank leaves out is that of the answer.
 */
export function normaliseAccount(
  account: FdxAccount,
  answeredAt: number,
): { account: BankAccount; balance: BankBalance } | null {
  if (account.accountCategory !== 'DEPOSIT_ACCOUNT' && account.accountCategory !== 'LOC_ACCOUNT') return null
  const unit = knownCurrency(account.currency.currencyCode)
  const isCard = account.accountCategory === 'LOC_ACCOUNT'
  const amount = (text: string, field: string): Money =>
    moneyOf(text, unit, { amount: field, currency: CURRENCY })
  const optional = (text: string | undefined, field: string): Money | null =>
    text === undefined ? null : amount(text, field)
  const current = amount(account.currentBalance, 'currentBalance')
  return {
    account: {
      bankAccountId: account.accountId,
      name: cleanText(account.nickname ?? account.productName ?? account.accountType),
      kind: isCard ? 'card' : SAVINGS.has(account.accountType) ? 'savings' : 'checking',
      numberDisplay: cleanText(account.accountNumberDisplay ?? ''),
      currency: unit,
      status: account.status === 'CLOSED' ? 'closed' : 'open',
    },
    balance: {
      bankAccountId: account.accountId,
      // FDX gives what is owed on a line of credit as a positive balance.
      current: isCard ? negated(current) : current,
      available: isCard
        ? optional(account.availableCredit, 'availableCredit')
        : optional(account.availableBalance, 'availableBalance'),
      creditLine: isCard ? optional(account.creditLine, 'creditLine') : null,
      asOf: account.balanceAsOf ? plausible(Date.parse(account.balanceAsOf), 'balanceAsOf') : answeredAt,
    },
  }
}

const CURRENCY = 'currency.currencyCode'

function knownCurrency(code: string) {
  try {
    return currency(code)
  } catch (error) {
    if (error instanceof Fault) throw new UnreadableRow(CURRENCY, 'currency-unknown')
    throw error
  }
}

/** An FDX transaction in our terms: signed, in the account's currency, and tied to its authorisation. */
export function normaliseTransaction(row: FdxTransaction, accountCurrency: string): BankTransaction {
  const signed = (text: string, unit: string, fields: { amount: string; currency: string }): Money => {
    const { amountMinor, currency: code } = moneyOf(text, unit, fields)
    if (amountMinor < 0) throw new UnreadableRow(fields.amount, 'amount-malformed')
    return money(row.debitCreditMemo === 'DEBIT' && amountMinor !== 0 ? -amountMinor : amountMinor, code)
  }
  const { transactionPayee: payee } = row
  const isPosted = row.status === 'POSTED'
  const origin = row.referenceTransactionId
  const instant = (text: string, field: string) => plausible(Date.parse(text), field)
  const at = instant(row.transactionTimestamp, 'transactionTimestamp')
  const postedAt = row.postedTimestamp ? instant(row.postedTimestamp, 'postedTimestamp') : at
  return {
    bankTransactionIds: origin ? [origin, row.transactionId] : [row.transactionId],
    status: isPosted ? 'posted' : 'pending',
    at,
    postedAt: isPosted ? postedAt : null,
    amount: signed(row.amount, accountCurrency, { amount: 'amount', currency: 'amount' }),
    foreign:
      row.foreignAmount && row.foreignCurrency
        ? signed(row.foreignAmount, row.foreignCurrency, {
            amount: 'foreignAmount',
            currency: 'foreignCurrency',
          })
        : null,
    descriptor: cleanText(row.description),
    mcc: row.category && /^\d{4}$/.test(row.category) ? row.category : null,
    country: payee?.country ?? null,
    city: payee?.city ? cleanText(payee.city) : null,
    latitude: payee?.latitude ?? null,
    longitude: payee?.longitude ?? null,
    entryMode: null,
    cardNumberDisplay: lastDigits(row.cardNumberDisplay),
    terminalId: null,
  }
}
