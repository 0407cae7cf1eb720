import { z } from 'zod'
import { BankId as Id } from '../bank-id.ts'
import { NumberText } from '../exact-json.ts'

// The shapes of Citi's own Accounts API, by the names that its developer portal publishes; only what Guichet reads. A field
// that is not there is sent as null.

const text = (limit: number) => z.string().max(limit).nullish()
const Amount = z.instanceof(NumberText).transform(({ text: digits }) => digits)
const Day = z.iso.date()
const Index = z
  .union([z.string().max(200), z.instanceof(NumberText).transform(({ text: digits }) => digits)])
  .nullish()

/** Rows are read one by one, so that one that is not as it should be does not hold up the others. */
const Rows = z.array(z.unknown()).max(2_000)

export const CitiAccounts = z.looseObject({
  accountGroupSummary: z
    .array(z.looseObject({ accounts: Rows.nullish() }))
    .max(200)
    .nullish(),
  nextStartIndex: Index,
})
export const CitiTransactions = z.looseObject({ transactions: Rows.nullish(), nextStartIndex: Index })

const Common = {
  accountId: Id,
  productName: text(200),
  accountNickname: text(200),
  displayAccountNumber: text(60),
  currencyCode: z.string().max(10),
  /** One of a list that Citi serves apart; what is known of it is that an open account is ACTIVE. */
  accountStatus: text(60),
}
const Deposit = z.looseObject({
  ...Common,
  currentBalance: Amount,
  availableBalance: Amount.nullish(),
})
const Card = z.looseObject({
  ...Common,
  outstandingBalance: Amount,
  availableCredit: Amount.nullish(),
  creditLimit: Amount.nullish(),
})

/** An account stands under the name of its kind; loans, funds and the rest are not read. */
export const CitiAccount = z.looseObject({
  checkingAccountSummary: Deposit.nullish(),
  savingsAccountSummary: Deposit.nullish(),
  creditCardAccountSummary: Card.nullish(),
})
export type CitiAccount = z.infer<typeof CitiAccount>

export const CitiTransaction = z.looseObject({
  transactionReferenceId: Id.nullish(),
  transactionDate: Day,
  /** Null as long as it is not in the books. */
  transactionPostingDate: Day.nullish(),
  transactionAmount: Amount,
  currencyCode: z.string().max(10),
  foreignTransactionAmount: Amount.nullish(),
  foreignCurrencyCode: text(10),
  transactionDescription: text(500),
  merchantName: text(200),
  displayAccountNumber: text(60),
})
export type CitiTransaction = z.infer<typeof CitiTransaction>
