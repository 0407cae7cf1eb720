import type { BankAccount, BankTransaction } from '#intake'
import { type Currency, currency, DAY, Fault, type Money, money } from '#kit'
import { lastDigits } from '../last-digits.ts'
import { moneyOf, plausible, UnreadableRow } from '../read-json.ts'
import { cleanText } from '../untrusted-text.ts'
import type { Codes } from './codes.ts'
import type { ObieAccount, ObieAmount, ObieTransaction } from './shapes.ts'

/** A UK account in our terms. Throws `UnreadableRow` for a kind that Guichet does not keep. */
export function normaliseAccount(row: ObieAccount, codes: Codes): BankAccount {
  const kindCode = row[codes.kindField]
  // Optional in the standard for an account that was switched to another bank: nothing is known of it any more.
  if (!kindCode) throw new UnreadableRow(codes.kindField, 'missing')
  const kind = Object.hasOwn(codes.kinds, kindCode) ? codes.kinds[kindCode]! : 'checking'
  if (kind === null) throw new UnreadableRow(codes.kindField, 'unsupported')
  return {
    bankAccountId: row.AccountId,
    name: cleanText(row.Nickname || row.Description || kindCode),
    kind,
    numberDisplay: lastDigits(row.Account?.[0]?.Identification) ?? '',
    currency: currencyOf(row.Currency),
    status: row.Status === 'Deleted' || row.Status === 'Disabled' ? 'closed' : 'open',
  }
}

/** Whose amounts are absolute, with the direction beside them. */
export function signedAmount(
  { Amount, Currency }: ObieAmount,
  indicator: 'Credit' | 'Debit',
  field: string,
): Money {
  const amount = moneyOf(Amount, Currency, { amount: `${field}.Amount`, currency: `${field}.Currency` })
  if (amount.amountMinor < 0) throw new UnreadableRow(`${field}.Amount`, 'amount-malformed')
  return indicator === 'Debit' && amount.amountMinor > 0
    ? money(-amount.amountMinor, amount.currency)
    : amount
}

/**
 * A UK transaction in our terms, signed; null for what is only information. The standard has no link from a posting to its
 * authorisation: a bank that keeps the id keeps the payment, and one that does not lets the pending one vanish.
 */
export function normaliseTransaction(
  row: ObieTransaction,
  about: { codes: Codes; currency: string; now: number },
): BankTransaction | null {
  const status = about.codes.statuses[row.Status]!
  if (status === null) return null
  if (!row.TransactionId) {
    // What was refused moved no money and could not be told from another.
    if (status === 'declined') return null
    if (status === 'posted') throw new UnreadableRow('TransactionId', 'missing')
  }
  const amount = signedAmount(row.Amount, row.CreditDebitIndicator, 'Amount')
  if (amount.currency !== about.currency) throw new UnreadableRow('Amount.Currency', 'unsupported')
  const booked = plausible(Date.parse(row.BookingDateTime), 'BookingDateTime')
  const { MerchantDetails: merchant, CardInstrument: card, TransactionMutability: mutability } = row
  return {
    bankTransactionIds: row.TransactionId ? [row.TransactionId] : [],
    status,
    // Before it is booked this is the day on which it is expected to be: one that lies ahead makes the payment one of today,
    // the same at every read of the day.
    at: status === 'posted' || booked <= about.now ? booked : about.now - (about.now % DAY),
    postedAt: status === 'posted' ? booked : null,
    amount,
    ...exchangeOf(row, amount),
    ...(mutability ? { isMutable: mutability === 'Mutable' } : {}),
    descriptor: cleanText(row.TransactionInformation || merchant?.MerchantName || counterpartyOf(row) || ''),
    mcc: merchantCode(merchant?.MerchantCategoryCode),
    country: null,
    city: null,
    latitude: null,
    longitude: null,
    // A PIN is keyed in at a shop's terminal and at a cash machine alike, and a device pays in shops and on pages.
    entryMode: card?.AuthorisationType === 'Contactless' ? 'contactless' : null,
    cardNumberDisplay: lastDigits(card?.Identification),
    terminalId: null,
  }
}

/** The amount in the merchant's currency and the rate, where the bank says them and the rate is of one unit of that currency. */
function exchangeOf(row: ObieTransaction, amount: Money): Pick<BankTransaction, 'foreign' | 'exchangeRate'> {
  const exchange = row.CurrencyExchange
  const instructed = exchange?.InstructedAmount
  if (!exchange || !instructed) return { foreign: null }
  const foreign = signedAmount(instructed, row.CreditDebitIndicator, 'CurrencyExchange.InstructedAmount')
  if (foreign.currency === amount.currency) return { foreign: null }
  const isOfOneForeign = exchange.UnitCurrency?.toUpperCase() === foreign.currency
  return isOfOneForeign && /^\d{1,13}(\.\d{1,13})?$/.test(exchange.ExchangeRate)
    ? { foreign, exchangeRate: exchange.ExchangeRate }
    : { foreign }
}

const counterpartyOf = (row: ObieTransaction) =>
  (row.CreditDebitIndicator === 'Debit' ? row.CreditorAccount : row.DebtorAccount)?.Name

/** ISO 18245 has four digits; a bank that takes it for a number loses the first nought. */
const merchantCode = (code: string | null | undefined): string | null =>
  code && /^\d{3,4}$/.test(code) ? code.padStart(4, '0') : null

function currencyOf(code: string): Currency {
  try {
    return currency(code)
  } catch (error) {
    if (error instanceof Fault) throw new UnreadableRow('Currency', 'currency-unknown')
    throw error
  }
}
