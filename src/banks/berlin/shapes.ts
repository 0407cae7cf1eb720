import { z } from 'zod'
import { BankId as Id } from '../bank-id.ts'

// Berlin Group NextGenPSD2 XS2A 1.3 shapes, by the names of the standard; only what Guichet reads.

const Day = z.iso.date()
const Timestamp = z.iso.datetime({ offset: true })
const Amount = z.looseObject({ currency: z.string().max(10), amount: z.string().max(30) })
export type BerlinAmount = z.infer<typeof Amount>
/** A free text that may be left out. */
const text = (limit: number) => z.string().max(limit).nullish()

/** Links are relative or absolute, and banks add some of their own. */
const Links = z.record(z.string(), z.unknown()).nullish()
const Href = z.looseObject({ href: z.string().max(4_000) }).nullish()

const Reference = z.looseObject({ iban: text(60), maskedPan: text(60), currency: text(10) })

export const BerlinConsent = z.looseObject({
  consentStatus: z.string().max(60),
  access: z
    .looseObject({
      accounts: z.array(Reference).max(1_000).nullish(),
      balances: z.array(Reference).max(1_000).nullish(),
      transactions: z.array(Reference).max(1_000).nullish(),
    })
    .nullish(),
})
export type BerlinConsent = z.infer<typeof BerlinConsent>

/** Rows are read one by one, so that one that is not as it should be does not hold up the others. */
const Rows = z.array(z.unknown()).max(20_000)
export const BerlinAccounts = z.looseObject({ accounts: Rows })
export const BerlinCardAccounts = z.looseObject({ cardAccounts: Rows })
export const BerlinBalances = z.looseObject({ balances: Rows, debitAccounting: z.boolean().nullish() })

const AccountCommon = {
  /** Optional in the standard; without it nothing can be asked about the account. */
  resourceId: Id,
  currency: z.string().max(10),
  name: text(200),
  displayName: text(200),
  product: text(200),
  status: z.enum(['enabled', 'deleted', 'blocked']).nullish(),
  balances: Rows.nullish(),
  _links: Links,
}
export const BerlinAccount = z.looseObject({
  ...AccountCommon,
  iban: text(60),
  bban: text(60),
  maskedPan: text(60),
  cashAccountType: text(60),
})
export type BerlinAccount = z.infer<typeof BerlinAccount>
export const BerlinCardAccount = z.looseObject({
  ...AccountCommon,
  maskedPan: z.string().max(60),
  debitAccounting: z.boolean().nullish(),
  creditLimit: Amount.nullish(),
})
export type BerlinCardAccount = z.infer<typeof BerlinCardAccount>

export const BerlinBalance = z.looseObject({
  balanceAmount: Amount,
  /** Banks add types of their own: one that is not known says nothing to us. */
  balanceType: z.string().max(60),
  creditLimitIncluded: z.boolean().nullish(),
  lastChangeDateTime: Timestamp.nullish(),
  referenceDate: Day.nullish(),
})
export type BerlinBalance = z.infer<typeof BerlinBalance>

const Report = z.looseObject({
  booked: Rows.nullish(),
  pending: Rows.nullish(),
  _links: z.looseObject({ next: Href }).nullish(),
})
const Download = z.looseObject({ download: Href }).nullish()
export const BerlinTransactions = z.looseObject({
  account: Reference.nullish(),
  transactions: Report.nullish(),
  _links: Download,
})
export const BerlinCardTransactions = z.looseObject({
  cardAccount: Reference.nullish(),
  debitAccounting: z.boolean().nullish(),
  cardTransactions: Report.nullish(),
  _links: Download,
})
export type BerlinReport = z.infer<typeof Report>

const Exchange = z
  .array(
    z.looseObject({
      sourceCurrency: z.string().max(10),
      targetCurrency: z.string().max(10),
      unitCurrency: z.string().max(10),
      exchangeRate: z.string().max(30),
    }),
  )
  .max(20)
  .nullish()

export const BerlinTransaction = z.looseObject({
  transactionId: Id.nullish(),
  entryReference: Id.nullish(),
  bookingDate: Day.nullish(),
  valueDate: Day.nullish(),
  transactionAmount: Amount,
  creditorName: text(200),
  debtorName: text(200),
  remittanceInformationUnstructured: text(1_000),
  remittanceInformationUnstructuredArray: z.array(z.string().max(1_000)).max(100).nullish(),
  additionalInformation: text(1_000),
})
export type BerlinTransaction = z.infer<typeof BerlinTransaction>

export const BerlinCardTransaction = z.looseObject({
  cardTransactionId: Id.nullish(),
  terminalId: text(60),
  transactionDate: Day.nullish(),
  acceptorTransactionDateTime: Timestamp.nullish(),
  bookingDate: Day.nullish(),
  transactionAmount: Amount,
  currencyExchange: Exchange,
  originalAmount: Amount.nullish(),
  cardAcceptorId: text(60),
  cardAcceptorAddress: z
    .looseObject({
      country: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .nullish(),
      townName: text(80),
    })
    .nullish(),
  merchantCategoryCode: text(10),
  maskedPAN: text(60),
  transactionDetails: text(1_500),
})
export type BerlinCardTransaction = z.infer<typeof BerlinCardTransaction>

/** What a bank says of a request that it does not answer. */
export const BerlinError = z.looseObject({
  tppMessages: z
    .array(z.looseObject({ code: z.string().regex(/^[A-Z][A-Z_]{2,40}$/) }))
    .min(1)
    .max(20),
})
