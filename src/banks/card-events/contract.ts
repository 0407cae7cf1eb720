import { z } from 'zod'

/**
 * What a bank may push, as shapes. They decode (`decode.ts`) and they are what is published (`publish.ts`), so that the
 * two cannot differ. The names are those of FDX 6 where it has one. Nothing is said here but what JSON Schema can say: an event is
 * taken by the published schema alone (`fits.ts`).
 */

export const EVENTS_MAX = 500
export const BATCH_BYTES_MAX = 1024 * 1024
export const TYPE_PREFIX = 'org.guichet.card.'
export const TYPE_VERSION = '.v1'

/** Without control characters and halves of characters: PostgreSQL refuses the first, UTF-8 makes all of the second one. */
const Id = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,128}$/u)
  .describe('Yours: up to 128 characters, none of them a control character.')
/** Counted in characters, as JSON Schema counts, and not in halves of them. */
const text = (least: number, most: number) =>
  z.string().regex(new RegExp(`^[\\s\\S]{${least},${most}}$`, 'u'))
const Absolute = z
  .string()
  .regex(/^\d{1,13}(\.\d{1,4})?$/)
  .describe(
    'A decimal without a sign; its direction is the memo’s. No more digits than ISO 4217 gives the currency.',
  )
const Signed = z
  .string()
  .regex(/^-?\d{1,13}(\.\d{1,4})?$/)
  .describe('A signed decimal; of a card, negative is owed. No more digits than ISO 4217 gives the currency.')
const Code = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe('ISO 4217')
const Instant = z.iso.datetime({ offset: true }).describe('RFC 3339, with an offset or Z.')
const Digits = z
  .string()
  .regex(/^\d{4}$/)
  .describe('The last four digits.')
const coordinate = (limit: number) => z.number().min(-limit).max(limit).describe('Degrees.')

export const Payment = z.strictObject({
  transactionId: Id,
  referenceTransactionId: Id.nullable().describe(
    'The authorisation that this one settles or changes; null when it is the first.',
  ),
  amount: Absolute,
  debitCreditMemo: z.enum(['DEBIT', 'CREDIT']).describe('DEBIT is money out.'),
  currency: Code,
  foreignAmount: Absolute.nullable().describe(
    'In the merchant’s currency; null together with foreignCurrency.',
  ),
  foreignCurrency: Code.nullable(),
  merchant: z.strictObject({
    descriptor: text(1, 200).describe('What the terminal wrote.'),
    mcc: z
      .string()
      .regex(/^\d{4}$/)
      .nullable()
      .describe('ISO 18245'),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable()
      .describe('ISO 3166-1'),
    city: text(0, 80).nullable(),
    latitude: coordinate(90).nullable(),
    longitude: coordinate(180).nullable(),
    terminalId: text(1, 40).nullish().describe('ISO 8583, field 41'),
  }),
  entryMode: z.enum(['chip', 'contactless', 'magstripe', 'online', 'atm']).nullable(),
  cardNumberDisplay: Digits.nullable(),
})
export const Declined = z.strictObject({
  ...Payment.shape,
  declineReason: z.enum(['SUSPECTED_FRAUD', 'CARD_BLOCKED', 'INSUFFICIENT_FUNDS', 'OTHER']),
  releasableUntil: Instant.nullable().describe('Until when you can approve it if its holder vouches for it.'),
})
export const Suspected = z.strictObject({ ...Payment.shape, alertId: Id })
export const Outcome = z.strictObject({
  disputeId: Id,
  caseNumber: text(1, 40),
  transactionId: Id,
  outcome: z.enum(['IN_FAVOUR', 'AGAINST', 'WITHDRAWN']),
})
export const End = z.strictObject({ transactionId: Id, referenceTransactionId: Id.nullable() })
export const BalanceData = z.strictObject({
  currentBalance: Signed.describe('Posted entries only; of a card, negative is owed.'),
  availableBalance: Signed.nullable(),
  creditLine: Signed.nullable(),
  currency: Code,
})
export const AccountData = z.strictObject({
  customerIds: z
    .array(Id)
    .min(1)
    .max(16)
    .describe('Who holds it and agreed that Guichet may see it: the `sub` of their OpenID tokens.'),
  status: z.enum(['OPEN', 'CLOSED']),
  accountType: z.enum(['CHECKING', 'SAVINGS', 'CREDITCARD']),
  productName: text(1, 120).describe('What its holder calls it, or the product.'),
  accountNumberDisplay: z
    .string()
    .regex(/^\d{2,6}$/)
    .describe('The last digits; never the whole number.'),
  currency: Code,
  formerAccountId: Id.nullable().describe(
    'The id it had before, when it was renumbered: the account stays the same one to its holder.',
  ),
})

/** Every kind of event: the shape of its `data`, and what it tells. */
export const EVENT_KINDS = {
  authorised: { data: Payment, says: 'A payment begins; this is what fraud is checked on.' },
  adjusted: { data: Payment, says: 'The amount of a pending payment changed.' },
  posted: {
    data: Payment,
    says: 'A payment is final. Its own transactionId differs; referenceTransactionId is the authorisation’s.',
  },
  reversed: { data: End, says: 'A posted payment was undone.' },
  released: { data: End, says: 'A hold was let go; nothing was paid.' },
  declined: { data: Declined, says: 'You refused a payment; no money moved.' },
  suspected: { data: Suspected, says: 'Your own fraud system’s alert about a payment.' },
  'dispute-outcome': { data: Outcome, says: 'How a dispute ended.' },
  balance: { data: BalanceData, says: 'What the account holds at `time`; the latest `time` counts.' },
  account: {
    data: AccountData,
    says: 'The account as it is at `time`: opened, renamed, closed, or renumbered.',
  },
} as const
export type EventKind = keyof typeof EVENT_KINDS

export const KINDS = Object.keys(EVENT_KINDS) as EventKind[]

/** The kind that an event's `type` names; null for none of ours. */
export function kindOf(type: string): EventKind | null {
  const kind = type.slice(TYPE_PREFIX.length, -TYPE_VERSION.length)
  return Object.hasOwn(EVENT_KINDS, kind) ? (kind as EventKind) : null
}

/** CloudEvents 1.0 in JSON; what others add to it by their own extensions is not read. */
export const Envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: Id.describe('Unique for ever. The same id with another content is refused.'),
  source: text(1, 300).describe('The issuer of your profile.'),
  type: z.string().startsWith(TYPE_PREFIX).endsWith(TYPE_VERSION).max(80),
  subject: Id.describe('Your id of the account.'),
  time: Instant.describe('When it happened.'),
  sequence: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .describe('Counts up by one for each event of the account, so that a gap shows.'),
  datacontenttype: z.literal('application/json'),
  data: z.looseObject({}),
})
