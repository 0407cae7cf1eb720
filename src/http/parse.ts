import type { z } from 'zod'
import { Fault } from '#kit'

/** What was wrong with a request, by field: never with the value that was given. */
export class RequestFault extends Fault {
  readonly field: string

  constructor(field: string) {
    super('request-malformed', { detail: `field ${field || 'body'}` })
    this.field = field
  }
}

/** Reads a request's part by its schema. Throws `request-malformed`, naming the first field at fault. */
export function parse<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given ?? {})
  if (result.success) return result.data
  throw new RequestFault(result.error.issues[0]?.path.join('.') ?? '')
}
