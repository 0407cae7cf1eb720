import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import type { BankEvent, CardPayment, DeclineReason, DisputeDecision } from '#intake'
import { Fault, type FaultCode, type Money, money, moneyFromDecimal } from '#kit'
import type { BankProfile } from '../profile.ts'
import { cleanText } from '../untrusted-text.ts'

const EVENTS_MAX = 500
const BATCH_BYTES_MAX = 1024 * 1024
const TYPE_PREFIX = 'org.guichet.card.'
const TYPE_VERSION = '.v1'

/** Without control characters and halves of characters: PostgreSQL refuses the first, UTF-8 makes all of the second one. */
const Id = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,128}$/u)
/** An absolute amount; its direction is the memo's. */
const Absolute = z.string().regex(/^\d{1,13}(\.\d{1,4})?$/)
const Signed = z.string().regex(/^-?\d{1,13}(\.\d{1,4})?$/)
const Code = z.string().regex(/^[A-Z]{3}$/)
const coordinate = (limit: number) => z.number().min(-limit).max(limit)

const Payment = z.strictObject({
  transactionId: Id,
  referenceTransactionId: Id.nullable(),
  amount: Absolute,
  debitCreditMemo: z.enum(['DEBIT', 'CREDIT']),
  currency: Code,
  foreignAmount: Absolute.nullable(),
  foreignCurrency: Code.nullable(),
  merchant: z.strictObject({
    descriptor: z.string().min(1).max(200),
    mcc: z
      .string()
      .regex(/^\d{4}$/)
      .nullable(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable(),
    city: z.string().max(80).nullable(),
    latitude: coordinate(90).nullable(),
    longitude: coordinate(180).nullable(),
    terminalId: z.string().min(1).max(40).nullish(),
  }),
  entryMode: z.enum(['chip', 'contactless', 'magstripe', 'online', 'atm']).nullable(),
  cardNumberDisplay: z
    .string()
    .regex(/^\d{4}$/)
    .nullable(),
})
const Declined = z.strictObject({
  ...Payment.shape,
  declineReason: z.enum(['SUSPECTED_FRAUD', 'CARD_BLOCKED', 'INSUFFICIENT_FUNDS', 'OTHER']),
  releasableUntil: z.iso.datetime({ offset: true }).nullable(),
})
const Suspected = z.strictObject({ ...Payment.shape, alertId: Id })
const Outcome = z.strictObject({
  disputeId: Id,
  caseNumber: z.string().min(1).max(40),
  transactionId: Id,
  outcome: z.enum(['IN_FAVOUR', 'AGAINST', 'WITHDRAWN']),
})
const End = z.strictObject({ transactionId: Id, referenceTransactionId: Id.nullable() })
const BalanceData = z.strictObject({
  currentBalance: Signed,
  availableBalance: Signed.nullable(),
  creditLine: Signed.nullable(),
  currency: Code,
})

const DECLINE_REASONS: Record<z.infer<typeof Declined>['declineReason'], DeclineReason> = {
  SUSPECTED_FRAUD: 'suspected-fraud',
  CARD_BLOCKED: 'card-blocked',
  INSUFFICIENT_FUNDS: 'insufficient-funds',
  OTHER: 'other',
}
const DECISIONS: Record<z.infer<typeof Outcome>['outcome'], DisputeDecision> = {
  IN_FAVOUR: 'in-favour',
  AGAINST: 'against',
  WITHDRAWN: 'withdrawn',
}

const Envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: Id,
  source: z.string().min(1).max(300),
  type: z.string().startsWith(TYPE_PREFIX).endsWith(TYPE_VERSION).max(80),
  subject: Id,
  time: z.iso.datetime({ offset: true }),
  sequence: z.string().regex(/^[1-9]\d{0,15}$/),
  datacontenttype: z.literal('application/json'),
  data: z.looseObject({}),
})

/** What is wrong with an event, by the field's path: never its value. */
class EventFault extends Fault {
  readonly field: string

  constructor(code: FaultCode, field: string) {
    super(code, { detail: `field ${field}` })
    this.field = field
  }
}

/**
 * Reads a batch of CloudEvents 1.0 as bank events. One bad event refuses the whole batch, so that the bank can mend it
 * and nothing is half taken. Throws `event-too-large`, `event-truncated`, `event-malformed`, `currency-unknown` or
 * `amount-malformed`.
 */
export function decodeEvents(profile: BankProfile, body: Buffer): BankEvent[] {
  if (body.length > BATCH_BYTES_MAX) throw new Fault('event-too-large')
  const json = parseJson(body)
  if (!Array.isArray(json)) throw new EventFault('event-malformed', 'body')
  if (json.length > EVENTS_MAX) throw new Fault('event-too-large')
  return json.map((one, index) => decode(profile, one, `[${index}]`))
}

/** Amounts are text in this contract, and a number is refused in their place: only coordinates are read as floats. */
function parseJson(body: Buffer): unknown {
  // Read as UTF-8 regardless, two different ids could become one.
  if (!isUtf8(body)) throw new Fault('event-truncated')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // The parser's message quotes its input.
    throw new Fault('event-truncated')
  }
}

function decode(profile: BankProfile, json: unknown, at: string): BankEvent {
  const envelope = read(Envelope, json, at)
  if (envelope.source !== profile.issuer) throw new EventFault('event-malformed', `${at}.source`)
  const common = {
    id: envelope.id,
    bankId: profile.id,
    bankAccountId: envelope.subject,
    sequence: Number(envelope.sequence),
    at: Date.parse(envelope.time),
  }
  if (!Number.isSafeInteger(common.sequence)) throw new EventFault('event-malformed', `${at}.sequence`)
  const type = envelope.type.slice(TYPE_PREFIX.length, -TYPE_VERSION.length)
  switch (type) {
    case 'authorised':
    case 'adjusted':
    case 'posted':
      return {
        ...common,
        type,
        payment: decodePayment(read(Payment, envelope.data, `${at}.data`), `${at}.data`),
      }
    case 'declined': {
      const data = read(Declined, envelope.data, `${at}.data`)
      return {
        ...common,
        type,
        payment: decodePayment(data, `${at}.data`),
        reason: DECLINE_REASONS[data.declineReason],
        releasableUntil: data.releasableUntil === null ? null : Date.parse(data.releasableUntil),
      }
    }
    case 'suspected':
      return {
        ...common,
        type,
        payment: decodePayment(read(Suspected, envelope.data, `${at}.data`), `${at}.data`),
      }
    case 'dispute-outcome': {
      const { transactionId, caseNumber, outcome } = read(Outcome, envelope.data, `${at}.data`)
      return { ...common, type, bankTransactionId: transactionId, caseNumber, decided: DECISIONS[outcome] }
    }
    case 'reversed':
    case 'released': {
      const { transactionId, referenceTransactionId } = read(End, envelope.data, `${at}.data`)
      return { ...common, type, bankTransactionId: transactionId, referenceTransactionId }
    }
    case 'balance': {
      const data = read(BalanceData, envelope.data, `${at}.data`)
      const amount = (text: string, field: string) => decimal(text, data.currency, `${at}.data.${field}`)
      return {
        ...common,
        type,
        current: amount(data.currentBalance, 'currentBalance'),
        available: data.availableBalance === null ? null : amount(data.availableBalance, 'availableBalance'),
        creditLine: data.creditLine === null ? null : amount(data.creditLine, 'creditLine'),
      }
    }
    default:
      throw new EventFault('event-malformed', `${at}.type`)
  }
}

function decodePayment(data: z.infer<typeof Payment>, at: string): CardPayment {
  const signed = (text: string, code: string, field: string): Money => {
    const { amountMinor, currency } = decimal(text, code, `${at}.${field}`)
    return money(data.debitCreditMemo === 'DEBIT' && amountMinor !== 0 ? -amountMinor : amountMinor, currency)
  }
  if ((data.foreignAmount === null) !== (data.foreignCurrency === null)) {
    throw new EventFault('event-malformed', `${at}.foreignCurrency`)
  }
  const { merchant } = data
  return {
    bankTransactionId: data.transactionId,
    referenceTransactionId: data.referenceTransactionId,
    amount: signed(data.amount, data.currency, 'amount'),
    foreign:
      data.foreignAmount === null ? null : signed(data.foreignAmount, data.foreignCurrency!, 'foreignAmount'),
    descriptor: cleanText(merchant.descriptor),
    mcc: merchant.mcc,
    country: merchant.country,
    city: merchant.city === null ? null : cleanText(merchant.city),
    latitude: merchant.latitude,
    longitude: merchant.longitude,
    entryMode: data.entryMode,
    cardNumberDisplay: data.cardNumberDisplay,
    terminalId: merchant.terminalId ?? null,
  }
}

function decimal(text: string, code: string, field: string): Money {
  try {
    return moneyFromDecimal(text, code)
  } catch (error) {
    if (error instanceof Fault) throw new EventFault(error.code, field)
    throw error
  }
}

function read<T>(shape: z.ZodType<T>, json: unknown, at: string): T {
  const result = shape.safeParse(json)
  if (result.success) return result.data
  const path = result.error.issues[0]?.path.join('.')
  throw new EventFault('event-malformed', path ? `${at}.${path}` : at)
}
