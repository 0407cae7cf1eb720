import { createHash } from 'node:crypto'
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

/** What the first line of a file of events names. */
const EVENT_FORMAT = 'guichet.events/1'
const First = z.object({ format: z.string() })

/** `sha256` (hexadecimal, and optional) is of all lines of events, each with a line feed behind it and nothing else between them. */
const Last = z.strictObject({
  events: z.int().nonnegative(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})

/**
 * The events of a file, one a line in JSON, between a first line that says what it is and a last one that counts them. Throws
 * `file-malformed` for a file of another version, cut short, altered or with a line that is no event, naming the line and the
 * field, never a value; what it gave before that is worth nothing then.
 */
export async function* readEventFile(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<FraudEvent> {
  const digest = createHash('sha256')
  let number = 0
  let isNamed = false
  let events = 0
  let end: z.infer<typeof Last> | null = null
  for await (const line of lines) {
    number++
    if (line.trim() === '') continue
    if (end) throw refusal(`line ${number} is behind the last line: files were joined, or lines lost`)
    const json = jsonOf(line, number)
    if (!isNamed) {
      mustName(json, number)
      isNamed = true
    } else if (typeof json === 'object' && json !== null && 'events' in json && !('kind' in json)) {
      end = shaped(Last.safeParse(json), number)
    } else {
      digest.update(`${line}\n`)
      events++
      yield eventOf(json, number)
    }
  }
  if (!end) throw refusal(`the file is cut short: its last line must count its events: {"events": …}`)
  if (end.events !== events)
    throw refusal(
      `its last line counts ${end.events} events, and there are ${events}: lines were lost or added`,
    )
  if (end.sha256 !== undefined && end.sha256 !== digest.digest('hex'))
    throw refusal(
      'its events do not match the digest in its last line: they were altered, or it is of other lines',
    )
}

const refusal = (detail: string): Fault => new Fault('file-malformed', { detail })

function jsonOf(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw refusal(`line ${number}: it is not JSON`)
  }
}

function mustName(json: unknown, number: number): void {
  const first = First.safeParse(json)
  if (!first.success) throw refusal(`line ${number} must say what the file is: {"format":"${EVENT_FORMAT}"}`)
  if (first.data.format !== EVENT_FORMAT)
    throw refusal(`line ${number}: it is of another format, and this version reads ${EVENT_FORMAT}`)
}

function shaped<T>(read: z.ZodSafeParseResult<T>, number: number): T {
  if (read.success) return read.data
  throw refusal(
    `line ${number}: ${read.error.issues[0]?.path.join('.') || 'kind'} does not have the right shape`,
  )
}

function eventOf(json: unknown, number: number): FraudEvent {
  const event = shaped(Line.safeParse(json), number)
  if (event.kind !== 'payment-seen') return event
  return { ...event, currency: knownCurrency(event.currency, number) }
}

function knownCurrency(code: string, number: number): Currency {
  try {
    return currency(code)
  } catch {
    throw refusal(`line ${number}: currency is not in ISO 4217`)
  }
}
