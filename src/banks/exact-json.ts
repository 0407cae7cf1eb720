import { Fault } from '#kit'

/** A JSON number as it was written: `12.30` stays `12.30`, so that a fraction of a minor unit cannot hide in a float. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Context = { source?: string }

/**
 * Parses JSON with every number kept as its text. Throws `code` when it is not JSON. The engine's own way to the text of a
 * number calls back for every value of a page: instead numbers are made strings with a mark, which no string of JSON begins
 * with unless it is escaped, and an answer with such an escape goes the engine's way.
 */
export function parseExactJson(text: string, code: 'bank-answer-malformed' | 'event-truncated'): unknown {
  try {
    return text.includes(ESCAPED_MARK) ? parseSlowly(text) : unmarked(JSON.parse(marked(text)))
  } catch {
    // The parser's message quotes its input.
    throw new Fault(code)
  }
}

const MARK = 0x01
const ESCAPED_MARK = '\\u0001'
const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const [ZERO, NINE] = [0x30, 0x39]
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

const parseSlowly = (text: string): unknown =>
  (
    JSON.parse as (
      text: string,
      reviver: (key: string, value: unknown, context: Context) => unknown,
    ) => unknown
  )(text, (_key, value, context) => (typeof value === 'number' ? new NumberText(context.source!) : value))

/** The same JSON with each number in quotes, behind the mark. What is not JSON does not become JSON by it. */
function marked(text: string): string {
  let made = ''
  let done = 0
  for (let at = 0; at < text.length; ) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) {
      at = endOfString(text, at)
      continue
    }
    const end = char === MINUS || (char >= ZERO && char <= NINE) ? endOfNumber(text, at) : null
    if (end === null) at++
    else {
      made += `${text.slice(done, at)}"${ESCAPED_MARK}${text.slice(at, end)}"`
      at = done = end
    }
  }
  return made + text.slice(done)
}

/** Behind the quote that closes the string which opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end + 1
  }
  return text.length
}

/** Behind the number that begins at `start`; null when none does. */
function endOfNumber(text: string, start: number): number | null {
  NUMBER.lastIndex = start
  return NUMBER.test(text) ? NUMBER.lastIndex : null
}

function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.charCodeAt(0) === MARK ? new NumberText(value.slice(1)) : value
  if (typeof value !== 'object' || value === null) return value
  const parts = value as Record<string, unknown>
  for (const name of Object.keys(parts)) parts[name] = unmarked(parts[name])
  return value
}
