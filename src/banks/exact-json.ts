import { Fault } from '#kit'

/** A JSON number as it was written: `12.30` stays `12.30`, so that a fraction of a minor unit cannot hide in a float. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Context = { source?: string }

/** Parses JSON with every number kept as its text. Throws `code` when it is not JSON. */
export function parseExactJson(text: string, code: 'bank-answer-malformed' | 'event-truncated'): unknown {
  try {
    return (
      JSON.parse as (
        text: string,
        reviver: (key: string, value: unknown, context: Context) => unknown,
      ) => unknown
    )(text, (_key, value, context) => (typeof value === 'number' ? new NumberText(context.source!) : value))
  } catch {
    // The parser's message quotes its input.
    throw new Fault(code)
  }
}
