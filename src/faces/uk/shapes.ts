import { z } from 'zod'
import { type Money, toDecimal } from '#kit'
import type { Access } from '#readers'
import type { Account, Balance, Transaction } from '#vault'
import { PERMISSIONS } from './permissions.ts'

// What this face says, by the names of UK Open Banking v4. Amounts are unsigned strings beside an indicator.

const instant = z.iso.datetime()
const Amount = z.object({
  Amount: z.string().regex(/^\d{1,13}(\.\d{1,5})?$/),
  Currency: z.string().length(3),
})
const Indicator = z.enum(['Credit', 'Debit'])
export const Links = z.object({ Self: z.string(), Next: z.string().optional() })
export const Meta = z.object({ TotalPages: z.int().optional() })
const answer = <T extends z.ZodRawShape>(data: T) =>
  z.object({ Data: z.object(data), Links: Links.optional(), Meta: Meta.optional() })

export const UkAccount = z.object({
  AccountId: z.string(),
  Status: z.enum(['Enabled', 'Disabled']),
  Currency: z.string().length(3),
  AccountCategory: z.literal('Personal'),
  AccountTypeCode: z.enum(['CACC', 'SVGS', 'CARD']),
  Description: z.string(),
  Nickname: z.string().optional(),
  Account: z.array(z.object({ SchemeName: z.string(), Identification: z.string() })).optional(),
})
export const UkAccounts = answer({ Account: z.array(UkAccount) })

export const UkBalance = z.object({
  AccountId: z.string(),
  CreditDebitIndicator: Indicator,
  Type: z.enum(['ITBD', 'ITAV']),
  DateTime: instant,
  Amount,
  CreditLine: z.array(z.object({ Included: z.boolean(), Type: z.literal('Credit'), Amount })).optional(),
})
export const UkBalances = answer({ Balance: z.array(UkBalance) })

export const UkTransaction = z.object({
  AccountId: z.string(),
  TransactionId: z.string(),
  CreditDebitIndicator: Indicator,
  Status: z.enum(['BOOK', 'PDNG']),
  TransactionMutability: z.enum(['Mutable', 'Immutable']),
  BookingDateTime: instant,
  Amount,
  TransactionInformation: z.string().optional(),
  MerchantDetails: z.object({ MerchantCategoryCode: z.string() }).optional(),
  CurrencyExchange: z
    .object({
      SourceCurrency: z.string(),
      TargetCurrency: z.string(),
      ExchangeRate: z.number(),
      InstructedAmount: Amount,
    })
    .optional(),
})
export const UkTransactions = answer({ Transaction: z.array(UkTransaction) })

export const UkProduct = z.object({
  AccountId: z.string(),
  ProductName: z.string(),
  ProductType: z.enum(['PersonalCurrentAccount', 'Other']),
  OtherProductType: z.object({ Name: z.string(), Description: z.string() }).optional(),
})
export const UkProducts = answer({ Product: z.array(UkProduct) })

const UkPartyEntry = z.object({ PartyId: z.string() })
export const UkParty = answer({ Party: UkPartyEntry })
export const UkParties = answer({ Party: z.array(UkPartyEntry) })

/** Guichet makes no offer by this way and issues no statement: these lists are empty because there is none to be had here. */
export const UkOffers = answer({ Offer: z.array(z.never()) })
export const UkStatements = answer({ Statement: z.array(z.never()) })

const Permissions = z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length)
const given = z.iso.datetime({ offset: true })
export const UkConsentRequest = z.strictObject({
  Data: z.strictObject({
    Permissions,
    ExpirationDateTime: given.optional(),
    TransactionFromDateTime: given.optional(),
    TransactionToDateTime: given.optional(),
  }),
  Risk: z.strictObject({}),
})
export const UkConsent = z.object({
  Data: z.object({
    ConsentId: z.string(),
    CreationDateTime: instant,
    Status: z.enum(['AWAU', 'AUTH', 'RJCT', 'CANC', 'EXPD']),
    StatusUpdateDateTime: instant,
    Permissions,
    ExpirationDateTime: instant.optional(),
    TransactionFromDateTime: instant.optional(),
    TransactionToDateTime: instant.optional(),
  }),
  Risk: z.object({}),
  Links: Links.optional(),
  Meta: Meta.optional(),
})

export const UkErrorBody = z.object({
  Errors: z
    .array(z.object({ ErrorCode: z.string(), Message: z.string(), Path: z.string().optional() }))
    .min(1),
})

const time = (at: number) => new Date(at).toISOString()
const absolute = ({ amountMinor, currency }: Money) => ({
  Amount: toDecimal({ amountMinor: Math.abs(amountMinor), currency }),
  Currency: currency as string,
})
/** A balance of nothing is a credit. */
const side = (of: Money) => (of.amountMinor < 0 ? ('Debit' as const) : ('Credit' as const))

const TYPES = { checking: 'CACC', savings: 'SVGS', card: 'CARD' } as const
const KINDS = { checking: 'Current account', savings: 'Savings account', card: 'Credit card' } as const

/** Guichet knows the last digits of a number and no more, and names the scheme after that. */
const LAST_DIGITS = 'GUICHET.LastDigits'

export function ukAccount(account: Account, inDetail: boolean): z.input<typeof UkAccount> {
  return {
    AccountId: account.id,
    Status: account.status === 'open' ? 'Enabled' : 'Disabled',
    Currency: account.currency,
    AccountCategory: 'Personal',
    AccountTypeCode: TYPES[account.kind],
    Description: KINDS[account.kind],
    ...(account.name !== '' && { Nickname: account.name.slice(0, 70) }),
    ...(inDetail && {
      Account: [{ SchemeName: LAST_DIGITS, Identification: account.numberDisplay || 'unknown' }],
    }),
  }
}

export function ukBalances(balance: Balance): z.input<typeof UkBalance>[] {
  const { id, current, available, creditLine, asOf } = balance
  const base = { AccountId: id, DateTime: time(asOf) }
  return [
    {
      ...base,
      CreditDebitIndicator: side(current),
      Type: 'ITBD',
      Amount: absolute(current),
      ...(creditLine && {
        CreditLine: [{ Included: false, Type: 'Credit' as const, Amount: absolute(creditLine) }],
      }),
    },
    ...(available
      ? [
          {
            ...base,
            CreditDebitIndicator: side(available),
            Type: 'ITAV' as const,
            Amount: absolute(available),
          },
        ]
      : []),
  ]
}

export function ukTransaction(payment: Transaction, inDetail: boolean): z.input<typeof UkTransaction> {
  const isBooked = payment.status === 'posted'
  const rate = Number(payment.exchangeRate)
  return {
    AccountId: payment.accountId,
    TransactionId: payment.id,
    CreditDebitIndicator: side(payment.amount),
    Status: isBooked ? 'BOOK' : 'PDNG',
    TransactionMutability: isBooked && payment.isMutable !== true ? 'Immutable' : 'Mutable',
    BookingDateTime: time(payment.postedAt ?? payment.at),
    Amount: absolute(payment.amount),
    ...(payment.foreign &&
      Number.isFinite(rate) && {
        CurrencyExchange: {
          SourceCurrency: payment.foreign.currency,
          TargetCurrency: payment.amount.currency,
          ExchangeRate: rate,
          InstructedAmount: absolute(payment.foreign),
        },
      }),
    ...(inDetail && {
      ...(payment.descriptor !== '' && { TransactionInformation: payment.descriptor.slice(0, 500) }),
      ...(payment.mcc !== null && { MerchantDetails: { MerchantCategoryCode: payment.mcc } }),
    }),
  }
}

export function ukProduct(account: Account): z.input<typeof UkProduct> {
  return {
    AccountId: account.id,
    ProductName: account.name || KINDS[account.kind],
    ...(account.kind === 'checking'
      ? { ProductType: 'PersonalCurrentAccount' as const }
      : {
          ProductType: 'Other' as const,
          OtherProductType: { Name: KINDS[account.kind], Description: KINDS[account.kind] },
        }),
  }
}

const STATES = {
  asked: 'AWAU',
  given: 'AUTH',
  rejected: 'RJCT',
  ended: 'CANC',
  expired: 'EXPD',
} as const

/** Once it is given, it ends when the person said, and not later than the app asked. */
export function ukConsent(access: Access, self: string): z.input<typeof UkConsent> {
  const { asked, grants } = access
  const until = grants.length > 0 ? Math.max(...grants.map(({ expiresAt }) => expiresAt)) : asked.until
  return {
    Data: {
      ConsentId: access.id,
      CreationDateTime: time(access.askedAt),
      Status: STATES[access.state],
      StatusUpdateDateTime: time(access.updatedAt),
      Permissions: asked.permissions as (typeof PERMISSIONS)[number][],
      ...(until !== null && { ExpirationDateTime: time(until) }),
      ...(asked.from !== null && { TransactionFromDateTime: time(asked.from) }),
      ...(asked.to !== null && { TransactionToDateTime: time(asked.to) }),
    },
    Risk: {},
    Links: { Self: self },
    Meta: {},
  }
}
