import { type DestinationStream, pino } from 'pino'
import { Fault } from './errors.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Ids, codes, counts and durations; never a person's words or figures. `error` is reduced to what names nobody. */
export type LogFields = { error?: unknown } & Record<string, unknown>

/** Writes one JSON line per call. `event` is a fixed sentence of ours, such as `a job failed`. */
export type Logger = Record<Exclude<LogLevel, 'silent'>, (event: string, fields?: LogFields) => void>

/** Where nothing is written: for tests and for rooms started without a log. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Lines go to `destination`, standard output when none is named. */
export function createLogger(options: { level: LogLevel; destination?: DestinationStream }): Logger {
  const lines = pino(
    {
      level: options.level,
      base: undefined,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  )
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) =>
      lines[level](keepIdsAndCodes(fields), event)
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** Ids, codes, route patterns, names of ours and instants look like this. A sentence, an amount with its sign, or a name does not. */
const ID_OR_CODE = /^[A-Za-z0-9/][\w.:/@*-]{0,127}$/

/** Every long run of digits could be an account or card number. */
const LONG_NUMBER = /\d{12,}/

function keepIdsAndCodes(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'error') kept[name] = describeError(value)
    else if (typeof value === 'boolean' || value === null) kept[name] = value
    else if (typeof value === 'number') kept[name] = value
    else if (typeof value === 'string')
      kept[name] = ID_OR_CODE.test(value) && !LONG_NUMBER.test(value) ? value : '•••'
    else if (value !== undefined) kept[name] = '•••'
  }
  return kept
}

export type ErrorDescription = {
  type: string
  code?: string
  detail?: string
  table?: string
  constraint?: string
  at?: string[]
  cause?: ErrorDescription
}

/**
 * What may be written of an error. Messages are dropped, because a database error likes to quote the row and a parser
 * its input; a fault's own detail is ours and names nobody. A private value that is thrown says only what it is.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, table, constraint } = error as { code?: unknown; table?: unknown; constraint?: unknown }
  const at = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim().slice(3))
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' && ID_OR_CODE.test(code) && { code }),
    ...(error instanceof Fault && error.detail !== undefined && { detail: error.detail }),
    ...(typeof table === 'string' && { table }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(at.length > 0 && { at }),
    ...(error.cause !== undefined && depth < 4 && { cause: describeError(error.cause, depth + 1) }),
  }
}
