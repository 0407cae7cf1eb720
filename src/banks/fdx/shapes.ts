import { z } from 'zod'
import { BankId as Id } from '../bank-id.ts'
import { NumberText } from '../exact-json.ts'

// FDX shapes, by the names of the standard; only what Guichet reads, as version 6 has it. Amounts keep the digits they were written with.

const Amount = z.instanceof(NumberText).transform(({ text }) => text)
/** Degrees; null when there is no such place, since a payment is worth more than where it was. */
const degrees = (limit: number) =>
  z.instanceof(NumberText).transform(({ text }) => (Math.abs(Number(text)) <= limit ? Number(text) : null))
const Timestamp = z.iso.datetime({ offset: true })

const AccountCommon = {
  accountId: Id,
  accountNumberDisplay: z.string().max(40).nullish(),
  productName: z.string().max(120).nullish(),
  nickname: z.string().max(120).nullish(),
  status: z.string().max(40),
  currency: z.looseObject({ currencyCode: z.string() }),
  balanceAsOf: Timestamp.nullish(),
  currentBalance: Amount,
}

export const FdxAccount = z.discriminatedUnion('accountCategory', [
  z.looseObject({
    accountCategory: z.literal('DEPOSIT_ACCOUNT'),
    accountType: z.string().max(40),
    availableBalance: Amount.optional(),
    ...AccountCommon,
  }),
  z.looseObject({
    accountCategory: z.literal('LOC_ACCOUNT'),
    accountType: z.string().max(40),
    creditLine: Amount.optional(),
    availableCredit: Amount.optional(),
    ...AccountCommon,
  }),
  // Loans, investments and the like: Guichet does not keep them.
  z.looseObject({
    accountCategory: z.enum([
      'LOAN_ACCOUNT',
      'INVESTMENT_ACCOUNT',
      'INSURANCE_ACCOUNT',
      'ANNUITY_ACCOUNT',
      'COMMERCIAL_ACCOUNT',
      'DIGITAL_WALLET',
    ]),
  }),
])
export type FdxAccount = z.infer<typeof FdxAccount>

const Page = z.looseObject({
  nextPageKey: z.string().max(2_000).optional(),
  nextOffset: z.string().max(2_000).optional(),
  /** Of the whole list. */
  totalElements: z.instanceof(NumberText).optional(),
})

/** Rows are read one by one, so that one that is not as it should be does not hold up the others. */
export const FdxAccounts = z.looseObject({ page: Page.optional(), accounts: z.array(z.unknown()).max(1_000) })

/** One account by itself; what is in it is read with the others of its list. */
export const FdxOneAccount = z.looseObject({})

export const FdxTransaction = z.looseObject({
  accountCategory: z.string().max(40).optional(),
  transactionId: Id,
  referenceTransactionId: Id.nullish(),
  postedTimestamp: Timestamp.nullish(),
  transactionTimestamp: Timestamp,
  description: z.string().max(500),
  debitCreditMemo: z.enum(['DEBIT', 'CREDIT']),
  status: z.enum(['AUTHORIZATION', 'MEMO', 'PENDING', 'POSTED']),
  amount: Amount,
  foreignAmount: Amount.nullish(),
  foreignCurrency: z.string().nullish(),
  category: z.string().max(40).nullish(),
  subCategory: z.string().max(40).nullish(),
  cardNumberDisplay: z.string().max(40).nullish(),
  transactionPayee: z
    .looseObject({
      country: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .nullish(),
      city: z.string().max(80).nullish(),
      latitude: degrees(90).nullish(),
      longitude: degrees(180).nullish(),
    })
    .nullish(),
})
export type FdxTransaction = z.infer<typeof FdxTransaction>

export const FdxTransactions = z.looseObject({
  page: Page.optional(),
  transactions: z.array(z.unknown()).max(2_000),
})

export const FdxCustomer = z.looseObject({ customerId: Id })

export const FdxConsent = z.looseObject({
  id: Id,
  resources: z.array(z.looseObject({ resourceType: z.string().max(40), resourceId: Id })).max(1_000),
})
