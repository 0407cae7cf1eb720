import { money, toDecimal } from '#kit'
import type { Consent } from './consents.ts'
import type { AccountRecord, BookBalance, BookEntry, CustomerRecord } from './ledger.ts'

// What the bank's data API says, by the names of FDX 6. Amounts are JSON numbers and absolute.

/** An FDX amount of minor units. */
function amount(amountMinor: number, currency: string): number {
  return Number(toDecimal(money(amountMinor, currency)))
}
const time = (at: number) => new Date(at).toISOString()

export function fdxAccount(account: AccountRecord, balance: BookBalance, now: number) {
  const unit = account.currency
  const common = {
    accountId: account.accountId,
    accountNumberDisplay: account.numberDisplay,
    productName: account.name,
    status: account.closedAt ? 'CLOSED' : 'OPEN',
    currency: { currencyCode: unit },
    balanceAsOf: time(now),
  }
  if (account.kind === 'card') {
    return {
      accountCategory: 'LOC_ACCOUNT',
      accountType: 'CREDITCARD',
      balanceType: 'LIABILITY',
      ...common,
      // What is owed on a line of credit is a positive balance in FDX.
      currentBalance: amount(-balance.currentMinor || 0, unit),
      creditLine: amount(account.creditLineMinor ?? 0, unit),
      availableCredit: amount(balance.availableMinor, unit),
    }
  }
  return {
    accountCategory: 'DEPOSIT_ACCOUNT',
    accountType: account.kind === 'savings' ? 'SAVINGS' : 'CHECKING',
    balanceType: 'ASSET',
    ...common,
    currentBalance: amount(balance.currentMinor, unit),
    availableBalance: amount(balance.availableMinor, unit),
  }
}

/** FDX wants a pending and a posted transaction to have two ids; the posted one refers to the other. */
export function fdxTransaction(entry: BookEntry, account: AccountRecord) {
  const { facts } = entry
  const isPosted = entry.state === 'posted'
  const isCardAccount = account.kind === 'card'
  const place = Object.fromEntries(Object.entries(facts.place).filter(([, value]) => value !== null))
  return {
    accountCategory: isCardAccount ? 'LOC_ACCOUNT' : 'DEPOSIT_ACCOUNT',
    accountId: entry.accountId,
    transactionId: isPosted ? entry.postingId! : (entry.authorisationId ?? `due_${entry.id}`),
    ...(isPosted && entry.authorisationId !== null && { referenceTransactionId: entry.authorisationId }),
    transactionTimestamp: time(entry.at),
    ...(isPosted && { postedTimestamp: time(entry.postedAt!) }),
    description: facts.descriptor,
    debitCreditMemo: entry.amountMinor < 0 ? 'DEBIT' : 'CREDIT',
    status: isPosted ? 'POSTED' : 'PENDING',
    amount: amount(Math.abs(entry.amountMinor), account.currency),
    ...(facts.foreign && {
      foreignAmount: amount(Math.abs(facts.foreign.amountMinor), facts.foreign.currency),
      foreignCurrency: facts.foreign.currency,
    }),
    ...(facts.mcc !== null && { category: facts.mcc, subCategory: 'MCC' }),
    ...(facts.cardNumberDisplay !== null && { cardNumberDisplay: facts.cardNumberDisplay }),
    ...(Object.keys(place).length > 0 && { transactionPayee: place }),
    transactionType: TRANSACTION_TYPES[facts.kind][isCardAccount ? 'card' : 'deposit'],
  }
}

const TRANSACTION_TYPES: Record<BookEntry['facts']['kind'], { card: string; deposit: string }> = {
  card: { card: 'PURCHASE', deposit: 'POSDEBIT' },
  salary: { card: 'ADJUSTMENT', deposit: 'DIRECTDEPOSIT' },
  transfer: { card: 'PAYMENT', deposit: 'TRANSFER' },
  'direct-debit': { card: 'ADJUSTMENT', deposit: 'DIRECTDEBIT' },
  'card-bill': { card: 'PAYMENT', deposit: 'BILLPAYMENT' },
  interest: { card: 'INTEREST', deposit: 'INTEREST' },
}

export function fdxCustomer(customer: CustomerRecord, accounts: readonly AccountRecord[]) {
  const [first, ...rest] = customer.displayName.split(' ')
  return {
    customerId: customer.customerId,
    type: 'CONSUMER',
    name: { first, ...(rest.length > 0 && { last: rest.join(' ') }) },
    accounts: accounts.map(({ accountId }) => ({ accountId, relationship: 'PRIMARY' })),
  }
}

export function fdxConsent(consent: Consent, bank: { name: string; issuer: string }, isLive: boolean) {
  const { request } = consent
  return {
    id: consent.consentId,
    status: consent.status === 'REVOKED' ? 'REVOKED' : isLive ? 'ACTIVE' : 'EXPIRED',
    parties: [
      { name: 'Guichet', type: 'DATA_RECIPIENT' },
      { name: bank.name, type: 'DATA_PROVIDER', homeUri: bank.issuer },
    ],
    createdTime: time(consent.createdAt),
    updatedTime: time(consent.updatedAt),
    expirationTime: time(consent.expiresAt),
    durationType: request.durationType,
    durationPeriod: request.durationPeriod,
    lookbackPeriod: request.lookbackPeriod,
    resources: request.resources.flatMap(({ resourceType, dataClusters }) =>
      (resourceType === 'ACCOUNT' ? consent.accountIds : [consent.customerId]).map((resourceId) => ({
        resourceType,
        resourceId,
        dataClusters,
      })),
    ),
  }
}
