import { z } from 'zod'
import { type Currency, currency, Fault } from '#kit'
import { type FraudEvent, INSTANT_MAX } from './fraud-event.ts'

const id = z.string().min(1).max(200)
const at = z.number().int().min(-INSTANT_MAX).max(INSTANT_MAX)
const text = z.string().min(1).max(200).nullable()

/** The shapes of `FraudEvent`, as a line of a file: what is left out is not known. */
const Line = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('payment-seen'),
    id,
    at,
    holder: id,
    accountId: id,
    card: id,
    amountMinor: z.number().int().nonnegative(),
    currency: z.string(),
    merchant: z.string().max(200),
    category: text.default(null),
    terminal: text.default(null),
    country: text.default(null),
    foreignCurrency: text.default(null),
    city: text.default(null),
    place: z
      .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
      .nullable()
      .default(null),
    entryMode: z.enum(['chip', 'contactless', 'magstripe', 'online', 'atm']).nullable().default(null),
    hour: z.int().min(0).max(23).nullable().default(null),
    weekday: z.int().min(0).max(6),
    home: z.string().length(2).nullable().default(null),
  }),
  z.strictObject({
    kind: z.literal('payment-changed'),
    paymentId: id,
    at,
    change: z.enum(['adjusted', 'posted', 'released', 'reversed']),
    amountMinor: z.number().int().nonnegative().nullable(),
  }),
  z.strictObject({ kind: z.literal('payment-questioned'), paymentId: id, at }),
  z.strictObject({
    kind: z.literal('label-learnt'),
    paymentId: id,
    label: z.enum(['fraud', 'genuine', 'unknown']),
    source: z.enum(['person', 'dispute', 'bank', 'expiry']),
    at,
    report: text.default(null),
  }),
])

/** One line of a file of events, in JSON. Throws `file-malformed` naming the line and the field, never a value. */
export function readEventLine(line: string, number: number): FraudEvent {
  const refuse = (what: string): never => {
    throw new Fault('file-malformed', { detail: `line ${number}: ${what}` })
  }
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return refuse('it is not JSON')
  }
  const read = Line.safeParse(json)
  if (!read.success)
    return refuse(`${read.error.issues[0]?.path.join('.') || 'kind'} does not have the right shape`)
  const event = read.data
  if (event.kind !== 'payment-seen') return event
  return { ...event, currency: knownCurrency(event.currency, () => refuse('currency is not in ISO 4217')) }
}

function knownCurrency(code: string, refuse: () => never): Currency {
  try {
    return currency(code)
  } catch {
    return refuse()
  }
}
