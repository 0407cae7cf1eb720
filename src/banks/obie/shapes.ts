import { z } from 'zod'
import { BankId as Id } from '../bank-id.ts'
import { NumberText } from '../exact-json.ts'
import type { Codes } from './codes.ts'

// UK Open Banking account-information shapes, versions 3.1 and 4.0, by the names of the standard; only what Guichet reads.

const Timestamp = z.iso.datetime({ offset: true })
const Amount = z.looseObject({ Amount: z.string().max(30), Currency: z.string().max(10) })
export type ObieAmount = z.infer<typeof Amount>
/** A free text that may be left out. */
const text = (limit: number) => z.string().max(limit).nullish()
/** A code of a closed list of the version. */
const oneOf = (codes: Iterable<string>) => {
  const known = new Set(codes)
  return z.string().refine((code) => known.has(code))
}

const Links = z.looseObject({ Next: z.string().max(4_000).nullish() }).nullish()

const page = (list: string) =>
  z.looseObject({ Data: z.looseObject({ [list]: z.array(z.unknown()).max(20_000).nullish() }), Links })
/** Rows are read one by one, so that one that is not as it should be does not hold up the others. */
export const ObieAccounts = page('Account')
export const ObieBalances = page('Balance')
export const ObieTransactions = page('Transaction')

export const ObieAccount = z.looseObject({
  AccountId: Id,
  Status: z.enum(['Deleted', 'Disabled', 'Enabled', 'Pending', 'ProForma']).nullish(),
  Currency: z.string().max(10),
  AccountTypeCode: z.string().max(60).nullish(),
  AccountSubType: z.string().max(60).nullish(),
  Description: text(200),
  Nickname: text(200),
  Account: z
    .array(z.looseObject({ SchemeName: z.string().max(100), Identification: z.string().max(256) }))
    .max(20)
    .nullish(),
})
export type ObieAccount = z.infer<typeof ObieAccount>

export const ObieBalance = z.looseObject({
  AccountId: Id,
  CreditDebitIndicator: z.enum(['Credit', 'Debit']),
  /** Banks add types of their own: one that is not known says nothing to us. */
  Type: z.string().max(60),
  DateTime: Timestamp,
  Amount,
  CreditLine: z
    .array(z.looseObject({ Included: z.boolean(), Type: text(60), Amount: Amount.nullish() }))
    .max(20)
    .nullish(),
})
export type ObieBalance = z.infer<typeof ObieBalance>

const Counterparty = z.looseObject({ Name: text(400) }).nullish()

export const obieTransaction = ({ statuses }: Codes) =>
  z.looseObject({
    AccountId: Id,
    TransactionId: Id.nullish(),
    CreditDebitIndicator: z.enum(['Credit', 'Debit']),
    Status: oneOf(Object.keys(statuses)),
    TransactionMutability: z.enum(['Mutable', 'Immutable']).nullish(),
    BookingDateTime: Timestamp,
    TransactionInformation: text(600),
    Amount,
    CurrencyExchange: z
      .looseObject({
        SourceCurrency: z.string().max(10),
        TargetCurrency: z.string().max(10).nullish(),
        UnitCurrency: z.string().max(10).nullish(),
        ExchangeRate: z.instanceof(NumberText).transform((rate) => rate.text),
        InstructedAmount: Amount.nullish(),
      })
      .nullish(),
    MerchantDetails: z
      .looseObject({ MerchantName: text(400), MerchantCategoryCode: z.string().max(10).nullish() })
      .nullish(),
    CreditorAccount: Counterparty,
    DebtorAccount: Counterparty,
    CardInstrument: z
      .looseObject({
        AuthorisationType: z.enum(['ConsumerDevice', 'Contactless', 'None', 'PIN']).nullish(),
        Identification: z.string().max(60).nullish(),
      })
      .nullish(),
  })
export type ObieTransaction = z.infer<ReturnType<typeof obieTransaction>>

export const obieConsent = ({ consentStatuses }: Codes) =>
  z.looseObject({ Data: z.looseObject({ ConsentId: Id, Status: oneOf(consentStatuses) }) })

/** What a bank says of a request that it does not answer; its codes are of the standard's list, by version. */
export const ObieError = z.looseObject({
  Errors: z
    .array(z.looseObject({ ErrorCode: z.string().regex(/^(U\d{3}|UK\.OBIE\.[A-Za-z.]{3,60})$/) }))
    .min(1)
    .max(100),
})
