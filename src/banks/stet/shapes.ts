import { z } from 'zod'
import { BankId as Id } from '../bank-id.ts'
import { NumberText } from '../exact-json.ts'

// STET PSD2 API 1.4 shapes, by the names of the standard (© STET, CC BY 3.0 FR); only what Guichet reads.

/** A free text that may be left out. */
const text = (limit: number) => z.string().max(limit).nullish()
/** Banks write a day, or a day with a time: the day is what the standard means. */
const Day = z.union([
  z.iso.date(),
  z.iso.datetime({ offset: true, local: true }).transform((at) => at.slice(0, 10)),
])

/** The standard has the amount as text; some banks write a number. */
const Amount = z.looseObject({
  amount: z.union([
    z.string().max(30),
    z
      .instanceof(NumberText)
      .transform(({ text: digits }) => digits)
      .refine((digits) => digits.length <= 30),
  ]),
  currency: z.string().max(10),
})
export type StetAmount = z.infer<typeof Amount>

const Indicator = z.enum(['CRDT', 'DBIT']).nullish()
const Href = z.looseObject({ href: z.string().max(4_000) }).nullish()
export const StetLinks = z.looseObject({ next: Href, balances: Href, transactions: Href }).nullish()
export type StetLinks = z.infer<typeof StetLinks>

/** Rows are read one by one, so that one that is not as it should be does not hold up the others. */
const Rows = z.array(z.unknown()).max(10_000)
export const StetAccounts = z.looseObject({ accounts: Rows, _links: StetLinks })
export const StetBalances = z.looseObject({ balances: Rows, _links: StetLinks })
export const StetTransactions = z.looseObject({ transactions: Rows, _links: StetLinks })

export const StetAccount = z.looseObject({
  /** Optional in the standard; without it nothing can be asked about the account. */
  resourceId: Id,
  accountId: z
    .looseObject({
      iban: text(60),
      currency: text(10),
      other: z.looseObject({ identification: text(60) }).nullish(),
    })
    .nullish(),
  name: text(200),
  product: text(200),
  currency: text(10),
  /** CACC is a current account, CARD the payments of a card whose sum is debited later. */
  cashAccountType: z.enum(['CACC', 'CARD']),
  balances: Rows.nullish(),
  _links: StetLinks,
})
export type StetAccount = z.infer<typeof StetAccount>

export const StetBalance = z.looseObject({
  balanceAmount: Amount,
  creditDebitIndicator: Indicator,
  /** CLBD booked, XPCD expected, VALU by value date, ITAV available, OTHR; banks add their own. */
  balanceType: z.string().max(60),
  referenceDate: Day.nullish(),
})
export type StetBalance = z.infer<typeof StetBalance>

const Party = z.looseObject({ name: text(200) }).nullish()

export const StetTransaction = z.looseObject({
  resourceId: Id.nullish(),
  entryReference: Id.nullish(),
  transactionAmount: Amount,
  creditDebitIndicator: Indicator,
  status: z.enum(['BOOK', 'PDNG', 'OTHR', 'FUTR', 'INFO']),
  expectedBookingDate: Day.nullish(),
  bookingDate: Day.nullish(),
  valueDate: Day.nullish(),
  transactionDate: Day.nullish(),
  /** A list up to 1.4.1, an object since. */
  remittanceInformation: z
    .union([
      z.array(z.string().max(500)).max(20),
      z
        .looseObject({ unstructured: z.array(z.string().max(500)).max(20).nullish() })
        .transform(({ unstructured }) => unstructured ?? []),
    ])
    .nullish(),
  relatedParties: z.looseObject({ debtor: Party, creditor: Party }).nullish(),
})
export type StetTransaction = z.infer<typeof StetTransaction>
