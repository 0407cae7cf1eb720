import { money, toDecimal } from '#kit'
import type { Decline } from './declines.ts'
import type { AccountRecord, BookBalance, BookEntry, BookFacts } from './ledger.ts'

// The `data` of card events, as docs/card-events.md has it.

/** Of a payment in the books. The posting has an id of its own and refers to the authorisation. */
export function describeEntry(entry: BookEntry, account: AccountRecord, isPosted: boolean) {
  const transactionId = isPosted ? entry.postingId : entry.authorisationId
  const referenceTransactionId = isPosted ? entry.authorisationId : null
  return { transactionId, referenceTransactionId, ...describe(entry, account) }
}

export function describeDecline(decline: Decline, account: AccountRecord, declineReason: string) {
  const { transactionId, releasableUntil } = decline
  return {
    transactionId,
    referenceTransactionId: null,
    ...describe(decline, account),
    declineReason,
    releasableUntil: releasableUntil === null ? null : new Date(releasableUntil).toISOString(),
  }
}

export function describeBalance({ currentMinor, availableMinor }: BookBalance, account: AccountRecord) {
  const decimal = (minor: number) => toDecimal(money(minor, account.currency))
  return {
    currentBalance: decimal(currentMinor),
    availableBalance: decimal(availableMinor),
    creditLine: account.creditLineMinor === null ? null : decimal(account.creditLineMinor),
    currency: account.currency,
  }
}

const ACCOUNT_TYPES: Record<AccountRecord['kind'], string> = {
  checking: 'CHECKING',
  savings: 'SAVINGS',
  card: 'CREDITCARD',
}

/** The account as it is now. `customerIds` are those of its holders whom Guichet may know it by. */
export function describeAccount(
  account: AccountRecord,
  customerIds: readonly string[],
  formerAccountId: string | null,
) {
  return {
    customerIds,
    status: account.closedAt ? 'CLOSED' : 'OPEN',
    accountType: ACCOUNT_TYPES[account.kind],
    productName: account.name,
    accountNumberDisplay: account.numberDisplay,
    currency: account.currency,
    formerAccountId,
  }
}

function describe(of: { amountMinor: number; facts: BookFacts }, account: AccountRecord) {
  const { amountMinor, facts } = of
  const absolute = (minor: number, currency: string) => toDecimal(money(Math.abs(minor), currency))
  return {
    amount: absolute(amountMinor, account.currency),
    debitCreditMemo: amountMinor < 0 ? 'DEBIT' : 'CREDIT',
    currency: account.currency,
    foreignAmount: facts.foreign ? absolute(facts.foreign.amountMinor, facts.foreign.currency) : null,
    foreignCurrency: facts.foreign?.currency ?? null,
    merchant: { descriptor: facts.descriptor, mcc: facts.mcc, ...facts.place },
    entryMode: facts.entryMode,
    cardNumberDisplay: facts.cardNumberDisplay,
  }
}
