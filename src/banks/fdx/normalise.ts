import type { BankAccount, BankBalance, BankTransaction } from '#intake'
import { currency, Fault, type Money, money, moneyFromDecimal } from '#kit'
import { lastDigits } from '../last-digits.ts'
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
  const unit = currency(account.currency.currencyCode)
  const isCard = account.accountCategory === 'LOC_ACCOUNT'
  const current = moneyFromDecimal(account.currentBalance, unit)
  const optional = (text: string | undefined): Money | null =>
    text === undefined ? null : moneyFromDecimal(text, unit)
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
      current: isCard ? money(current.amountMinor === 0 ? 0 : -current.amountMinor, unit) : current,
      available: optional(isCard ? account.availableCredit : account.availableBalance),
      creditLine: isCard ? optional(account.creditLine) : null,
      asOf: account.balanceAsOf ? Date.parse(account.balanceAsOf) : answeredAt,
    },
  }
}

/** An FDX transaction in our terms: signed, in the account's currency, and tied to its authorisation. */
export function normaliseTransaction(row: FdxTransaction, accountCurrency: string): BankTransaction {
  const signed = (text: string, unit: string): Money => {
    const { amountMinor, currency: code } = moneyFromDecimal(text, unit)
    if (amountMinor < 0) throw new Fault('amount-malformed')
    return money(row.debitCreditMemo === 'DEBIT' && amountMinor !== 0 ? -amountMinor : amountMinor, code)
  }
  const { transactionPayee: payee } = row
  const isPosted = row.status === 'POSTED'
  const origin = row.referenceTransactionId
  return {
    bankTransactionIds: origin ? [origin, row.transactionId] : [row.transactionId],
    status: isPosted ? 'posted' : 'pending',
    at: Date.parse(row.transactionTimestamp),
    postedAt: isPosted ? Date.parse(row.postedTimestamp ?? row.transactionTimestamp) : null,
    amount: signed(row.amount, accountCurrency),
    foreign: row.foreignAmount && row.foreignCurrency ? signed(row.foreignAmount, row.foreignCurrency) : null,
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
