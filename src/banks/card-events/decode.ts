import { isUtf8 } from 'node:buffer'
import type { z } from 'zod'
import type { AccountFacts, BankEvent, CardPayment, DeclineReason, DisputeDecision } from '#intake'
import { currency, Fault, type FaultCode, type Money, money, moneyFromDecimal } from '#kit'
import type { BankProfile } from '../profile.ts'
import { cleanText } from '../untrusted-text.ts'
import {
  AccountData,
  BATCH_BYTES_MAX,
  BalanceData,
  Declined,
  End,
  Envelope,
  EVENTS_MAX,
  kindOf,
  Outcome,
  Payment,
  Suspected,
} from './contract.ts'
import { fitsContract } from './fits.ts'

const DECLINE_REASONS: Record<z.infer<typeof Declined>['declineReason'], DeclineReason> = {
  SUSPECTED_FRAUD: 'suspected-fraud',
  CARD_BLOCKED: 'card-blocked',
  INSUFFICIENT_FUNDS: 'insufficient-funds',
  OTHER: 'other',
}
const ACCOUNT_KINDS: Record<z.infer<typeof AccountData>['accountType'], AccountFacts['kind']> = {
  CHECKING: 'checking',
  SAVINGS: 'savings',
  CREDITCARD: 'card',
}
const DECISIONS: Record<z.infer<typeof Outcome>['outcome'], DisputeDecision> = {
  IN_FAVOUR: 'in-favour',
  AGAINST: 'against',
  WITHDRAWN: 'withdrawn',
}

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
  const read: Read = fitsContract(json) ? asItIs : readOrTell
  const envelope = read(Envelope, json, at)
  if (envelope.source !== profile.issuer) throw new EventFault('event-malformed', `${at}.source`)
  const common = {
    id: envelope.id,
    bankId: profile.id,
    bankAccountId: envelope.subject,
    sequence: Number(envelope.sequence),
    at: Date.parse(envelope.time),
  }
  const type = kindOf(envelope.type)
  if (type === null) throw new EventFault('event-malformed', `${at}.type`)
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
    case 'account': {
      const data = read(AccountData, envelope.data, `${at}.data`)
      return {
        ...common,
        type,
        subjects: data.customerIds,
        formerBankAccountId: data.formerAccountId,
        account: {
          name: cleanText(data.productName),
          kind: ACCOUNT_KINDS[data.accountType],
          numberDisplay: data.accountNumberDisplay,
          currency: named(`${at}.data.currency`, () => currency(data.currency)),
          status: data.status === 'CLOSED' ? 'closed' : 'open',
        },
      }
    }
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

const decimal = (text: string, code: string, field: string): Money =>
  named(field, () => moneyFromDecimal(text, code))

/** Tells which field a fault is about. */
function named<T>(field: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof Fault) throw new EventFault(error.code, field)
    throw error
  }
}

/** Part of an event as what `shape` says it is. */
type Read = <T>(shape: z.ZodType<T>, json: unknown, at: string) => T

const asItIs: Read = (_, json) => json as never

/** Throws `event-malformed` with the field that is wrong. */
function readOrTell<T>(shape: z.ZodType<T>, json: unknown, at: string): T {
  const result = shape.safeParse(json)
  if (result.success) return result.data
  const path = result.error.issues[0]?.path.join('.')
  throw new EventFault('event-malformed', path ? `${at}.${path}` : at)
}
