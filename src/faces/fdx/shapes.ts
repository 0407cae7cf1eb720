import { z } from 'zod'
import { type Money, toDecimal } from '#kit'
import type { Access } from '#readers'
import type { Account, Balance, Transaction } from '#vault'
import type { FeedEntry } from '../changes.ts'

// What this face says, by the names of FDX 6. Amounts are JSON numbers and absolute; ids are ours and opaque.

const timestamp = z.iso.datetime()
const amount = z.number()

export const Page = z.object({
  nextPageKey: z.string().optional(),
  totalElements: z.int().optional(),
})

export const FdxAccount = z.object({
  accountCategory: z.enum(['DEPOSIT_ACCOUNT', 'LOC_ACCOUNT']),
  accountType: z.enum(['CHECKING', 'SAVINGS', 'CREDITCARD']),
  accountId: z.string(),
  accountNumberDisplay: z.string(),
  productName: z.string(),
  status: z.enum(['OPEN', 'CLOSED']),
  currency: z.object({ currencyCode: z.string().length(3) }),
  balanceType: z.enum(['ASSET', 'LIABILITY']).optional(),
  balanceAsOf: timestamp.optional(),
  currentBalance: amount.optional(),
  availableBalance: amount.optional(),
  creditLine: amount.optional(),
  availableCredit: amount.optional(),
})
export const FdxAccounts = z.object({ page: Page, accounts: z.array(FdxAccount) })

export const FdxTransaction = z.object({
  accountCategory: z.enum(['DEPOSIT_ACCOUNT', 'LOC_ACCOUNT']),
  accountId: z.string(),
  transactionId: z.string(),
  referenceTransactionId: z.string().optional(),
  transactionTimestamp: timestamp,
  postedTimestamp: timestamp.optional(),
  description: z.string(),
  debitCreditMemo: z.enum(['DEBIT', 'CREDIT']),
  status: z.enum(['PENDING', 'POSTED']),
  amount,
  foreignAmount: amount.optional(),
  foreignCurrency: z.string().length(3).optional(),
  category: z.string().optional(),
  subCategory: z.string().optional(),
  cardNumberDisplay: z.string().optional(),
})
export const FdxTransactions = z.object({ page: Page, transactions: z.array(FdxTransaction) })

/** An extension: FDX has no feed of changes. */
export const FdxChanges = z.object({
  changes: z.array(
    z.object({
      kind: z.enum(['ADDED', 'MODIFIED', 'REMOVED']),
      transactionId: z.string(),
      /** As it is now; absent for what was removed. */
      transaction: FdxTransaction.optional(),
    }),
  ),
  nextCursor: z.string(),
  hasMore: z.boolean(),
})

export const FdxCustomer = z.object({
  customerId: z.string(),
  type: z.literal('CONSUMER'),
  accounts: z.array(z.object({ accountId: z.string() })),
})

export const FdxConsentGrant = z.object({
  id: z.string(),
  status: z.enum(['ACTIVE', 'EXPIRED', 'REVOKED']),
  parties: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['DATA_RECIPIENT', 'DATA_PROVIDER']),
      homeUri: z.string().optional(),
    }),
  ),
  createdTime: timestamp,
  updatedTime: timestamp,
  expirationTime: timestamp,
  durationType: z.literal('TIME_BOUND'),
  durationPeriod: z.int(),
  lookbackPeriod: z.int(),
  resources: z.array(
    z.object({
      resourceType: z.literal('ACCOUNT'),
      resourceId: z.string(),
      dataClusters: z.array(z.string()),
    }),
  ),
})

const REASONS = ['BUSINESS_RULE', 'USER_ACTION'] as const
const INITIATORS = [
  'DATA_ACCESS_PLATFORM',
  'DATA_PROVIDER',
  'DATA_RECIPIENT',
  'INDIVIDUAL',
  'MERCHANT',
  'VENDOR',
] as const
export const FdxRevocationRequest = z.strictObject({
  reason: z.enum(REASONS),
  initiator: z.enum(INITIATORS),
})
export const FdxRevocations = z.object({
  revocations: z.array(
    z.object({
      status: z.literal('REVOKED'),
      reason: z.enum(REASONS),
      initiator: z.enum(INITIATORS),
      updatedTime: timestamp,
    }),
  ),
})

export const FdxErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  debugMessage: z.string(),
})

const time = (at: number) => new Date(at).toISOString()
const numberOf = (of: Money) => Number(toDecimal(of))
const absolute = (of: Money) => Math.abs(numberOf(of))

/** A balance is there only where the person let the app see more of an account than that it exists. */
export function fdxAccount(account: Account, balance: Balance | undefined): z.input<typeof FdxAccount> {
  const isCard = account.kind === 'card'
  return {
    ...categoryOf(account.kind),
    accountId: account.id,
    accountNumberDisplay: account.numberDisplay,
    productName: account.name,
    status: account.status === 'open' ? 'OPEN' : 'CLOSED',
    currency: { currencyCode: account.currency },
    ...(balance && {
      balanceType: isCard ? ('LIABILITY' as const) : ('ASSET' as const),
      balanceAsOf: time(balance.asOf),
      // What is owed on a line of credit is a positive balance in FDX.
      currentBalance: isCard ? -numberOf(balance.current) || 0 : numberOf(balance.current),
      ...(balance.available && {
        [isCard ? 'availableCredit' : 'availableBalance']: numberOf(balance.available),
      }),
      ...(balance.creditLine && { creditLine: numberOf(balance.creditLine) }),
    }),
  }
}

function categoryOf(kind: Account['kind']) {
  if (kind === 'card') return { accountCategory: 'LOC_ACCOUNT', accountType: 'CREDITCARD' } as const
  const accountType = kind === 'savings' ? ('SAVINGS' as const) : ('CHECKING' as const)
  return { accountCategory: 'DEPOSIT_ACCOUNT', accountType } as const
}

/** FDX wants a pending and a posted payment to have two ids, the posted one referring to the other; ours is one, so the
 *  pending one is marked. */
const pendingIdOf = (id: string) => `${id}.auth`

export function fdxTransaction(payment: Transaction, kind: Account['kind']): z.input<typeof FdxTransaction> {
  const isPosted = payment.status === 'posted'
  return {
    accountCategory: categoryOf(kind).accountCategory,
    accountId: payment.accountId,
    transactionId: isPosted ? payment.id : pendingIdOf(payment.id),
    // Of every posted payment: most banks have one id for both states, so theirs do not tell which was ever pending.
    ...(isPosted && { referenceTransactionId: pendingIdOf(payment.id) }),
    transactionTimestamp: time(payment.at),
    ...(isPosted && { postedTimestamp: time(payment.postedAt ?? payment.at) }),
    description: payment.descriptor,
    debitCreditMemo: payment.amount.amountMinor < 0 ? 'DEBIT' : 'CREDIT',
    status: isPosted ? 'POSTED' : 'PENDING',
    amount: absolute(payment.amount),
    ...(payment.foreign && {
      foreignAmount: absolute(payment.foreign),
      foreignCurrency: payment.foreign.currency,
    }),
    ...(payment.mcc !== null && { category: payment.mcc, subCategory: 'MCC' }),
    ...(payment.cardNumberDisplay !== null && { cardNumberDisplay: payment.cardNumberDisplay }),
  }
}

/** One id from pending to posted: whoever follows changes knows a payment by it, whatever FDX calls its states. */
export function fdxChange(
  entry: FeedEntry,
  kind: Account['kind'],
): z.input<typeof FdxChanges>['changes'][number] {
  const transaction = entry.transaction && fdxTransaction(entry.transaction, kind)
  return {
    kind: KINDS[entry.kind],
    transactionId: entry.id,
    ...(transaction && { transaction }),
  }
}
const KINDS = { added: 'ADDED', modified: 'MODIFIED', removed: 'REMOVED' } as const

export function fdxConsentGrant(
  access: Access,
  parties: { reader: string; provider: string; home: string },
): z.input<typeof FdxConsentGrant> {
  const { grants, asked } = access
  const created = Math.min(...grants.map(({ createdAt }) => createdAt))
  const expires = Math.max(...grants.map(({ expiresAt }) => expiresAt))
  const days = (ms: number) => Math.max(0, Math.round(ms / 86_400_000))
  return {
    id: access.id,
    status: access.state === 'given' ? 'ACTIVE' : access.state === 'expired' ? 'EXPIRED' : 'REVOKED',
    parties: [
      { name: parties.reader, type: 'DATA_RECIPIENT' },
      { name: parties.provider, type: 'DATA_PROVIDER', homeUri: parties.home },
    ],
    createdTime: time(created),
    updatedTime: time(access.updatedAt),
    expirationTime: time(expires),
    durationType: 'TIME_BOUND',
    durationPeriod: days(expires - created),
    lookbackPeriod: days(access.askedAt - (asked.from ?? access.askedAt)),
    resources: grants.flatMap(({ reach }) =>
      (reach?.accountIds ?? []).map((resourceId) => ({
        resourceType: 'ACCOUNT' as const,
        resourceId,
        dataClusters: reach!.clusters,
      })),
    ),
  }
}
