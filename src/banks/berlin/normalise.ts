import type { BankAccount, BankTransaction } from '#intake'
import { type Currency, currency, Fault, type Money, money } from '#kit'
import type { BankDays } from '../bank-days.ts'
import { lastDigits } from '../last-digits.ts'
import { moneyOf, plausible, UnreadableRow } from '../read-json.ts'
import { cleanText } from '../untrusted-text.ts'
import type {
  BerlinAccount,
  BerlinAmount,
  BerlinCardAccount,
  BerlinCardTransaction,
  BerlinTransaction,
} from './shapes.ts'

/** Which of the standard's two ids a bank keeps: the other is taken where it is missing. */
export type BerlinIdentity = 'transactionId' | 'entryReference'
export type Booking = 'posted' | 'pending'
type About = { status: Booking; currency: string; days: BankDays; now: number }

/** `ExternalCashAccountType1Code`: kinds that are not a current account, and those that Guichet does not keep. */
const KINDS: Readonly<Record<string, BankAccount['kind'] | null>> = {
  CARD: 'card',
  SVGS: 'savings',
  LLSV: 'savings',
  MOMA: 'savings',
  ONDP: 'savings',
  LOAN: null,
  MGLD: null,
}

export function normaliseAccount(row: BerlinAccount): BankAccount {
  const code = row.cashAccountType ?? 'CACC'
  const kind = Object.hasOwn(KINDS, code) ? KINDS[code]! : 'checking'
  if (kind === null) throw new UnreadableRow('cashAccountType', 'unsupported')
  return {
    ...common(row, code),
    kind,
    numberDisplay: lastDigits(row.iban ?? row.bban ?? row.maskedPan) ?? '',
  }
}

export function normaliseCardAccount(row: BerlinCardAccount): BankAccount {
  return { ...common(row, 'CARD'), kind: 'card', numberDisplay: lastDigits(row.maskedPan) ?? '' }
}

function common(row: BerlinAccount | BerlinCardAccount, code: string) {
  return {
    bankAccountId: row.resourceId,
    name: cleanText(row.displayName || row.name || row.product || code),
    currency: accountCurrency(row.currency),
    status: row.status === 'deleted' ? ('closed' as const) : ('open' as const),
  }
}

/** `XXX` is an account of several currencies seen as one: its sub-accounts are what can be kept. */
function accountCurrency(code: string): Currency {
  if (code === 'XXX') throw new UnreadableRow('currency', 'unsupported')
  try {
    return currency(code)
  } catch (error) {
    if (error instanceof Fault) throw new UnreadableRow('currency', 'currency-unknown')
    throw error
  }
}

/** An amount that carries its own sign. */
export const amountOf = ({ amount, currency: code }: BerlinAmount, field: string): Money =>
  moneyOf(amount, code, { amount: `${field}.amount`, currency: `${field}.currency` })

/** Some banks write what was spent with a card as a positive amount (`debitAccounting`). */
export const turned = (amount: Money, turn: boolean): Money =>
  turn && amount.amountMinor !== 0 ? money(-amount.amountMinor, amount.currency) : amount

/** A row of a payment account. What the payer wrote (`endToEndId`) is never its identity: it need not be there or be unique. */
export function normaliseTransaction(
  row: BerlinTransaction,
  about: About & { identity: BerlinIdentity },
): BankTransaction {
  const { identity } = about
  const other = identity === 'transactionId' ? 'entryReference' : 'transactionId'
  const amount = ownAmount(row.transactionAmount, about.currency)
  const [counterparty, otherParty] =
    amount.amountMinor < 0 ? [row.creditorName, row.debtorName] : [row.debtorName, row.creditorName]
  const words =
    counterparty ||
    otherParty ||
    row.remittanceInformationUnstructured ||
    row.remittanceInformationUnstructuredArray?.join(' ') ||
    row.additionalInformation
  return {
    ...UNSAID,
    ...identified(row[identity] ?? row[other], identity, about.status),
    ...times(row.bookingDate ?? row.valueDate, about),
    amount,
    descriptor: cleanText(words ?? ''),
  }
}

/** A row of a card account. */
export function normaliseCardTransaction(
  row: BerlinCardTransaction,
  about: About & { debitAccounting: boolean },
): BankTransaction {
  const amount = turned(ownAmount(row.transactionAmount, about.currency), about.debitAccounting)
  const { acceptorTransactionDateTime: paidAt, transactionDate: paidOn, cardAcceptorAddress: place } = row
  const booked = times(row.bookingDate ?? paidOn, about)
  return {
    ...UNSAID,
    ...identified(row.cardTransactionId, 'cardTransactionId', about.status),
    ...booked,
    at: paidAt
      ? plausible(Date.parse(paidAt), 'acceptorTransactionDateTime')
      : paidOn
        ? plausible(about.days.noonOf(paidOn), 'transactionDate')
        : booked.at,
    amount,
    ...exchangeOf(row, amount),
    descriptor: cleanText(row.transactionDetails || row.cardAcceptorId || ''),
    mcc:
      row.merchantCategoryCode && /^\d{4}$/.test(row.merchantCategoryCode) ? row.merchantCategoryCode : null,
    country: place?.country ?? null,
    city: place?.townName ? cleanText(place.townName) : null,
    cardNumberDisplay: lastDigits(row.maskedPAN),
    terminalId: row.terminalId ? cleanText(row.terminalId) : null,
  }
}

/** What the standard has no field for. */
const UNSAID = {
  foreign: null,
  mcc: null,
  country: null,
  city: null,
  latitude: null,
  longitude: null,
  entryMode: null,
  cardNumberDisplay: null,
  terminalId: null,
} as const

/** What is booked has to be told from every other; what is pending may stay unnamed until the next pull. */
function identified(id: string | null | undefined, field: string, status: Booking) {
  if (!id && status === 'posted') throw new UnreadableRow(field, 'missing')
  return { bankTransactionIds: id ? [id] : [], status }
}

/**
 * Noon of the day that a row is of. What is pending may have none, or one that lies ahead: it is of today. What is of today
 * is of its first moment, so that it says the same at every read of the day.
 */
function times(day: string | null | undefined, { status, days, now }: About) {
  const at = day ? plausible(days.noonOf(day), 'bookingDate') : null
  if (status === 'pending') return { at: Math.min(at ?? now, days.dawnOf(now)), postedAt: null }
  if (at === null) throw new UnreadableRow('bookingDate', 'missing')
  return { at, postedAt: at }
}

function ownAmount(given: BerlinAmount, unit: string): Money {
  const amount = amountOf(given, 'transactionAmount')
  if (amount.currency !== unit) throw new UnreadableRow('transactionAmount.currency', 'unsupported')
  return amount
}

/** The amount in the shop's currency, and the one rate that says what a unit of it costs in the account's. */
function exchangeOf(
  { originalAmount, currencyExchange }: BerlinCardTransaction,
  amount: Money,
): Pick<BankTransaction, 'foreign' | 'exchangeRate'> {
  if (!originalAmount) return { foreign: null }
  const { amountMinor, currency: unit } = amountOf(originalAmount, 'originalAmount')
  if (unit === amount.currency) return { foreign: null }
  const foreign = turned(money(Math.abs(amountMinor), unit), amount.amountMinor < 0)
  const [rate, another] = currencyExchange ?? []
  const isBetween =
    rate !== undefined &&
    another === undefined &&
    [rate.sourceCurrency, rate.targetCurrency].every((code) => code === unit || code === amount.currency)
  return isBetween && rate.unitCurrency === unit && /^\d{1,13}(\.\d{1,13})?$/.test(rate.exchangeRate)
    ? { foreign, exchangeRate: rate.exchangeRate }
    : { foreign }
}
