import { z } from 'zod'
import { Secret } from '#kit'

export type About = { says: string; accepts: string; standard: string; secret?: true }

/** A setting: how its text is read, and what the documentation says of it. */
export const setting = <T>(about: About, read: z.ZodType<T, string>) => read.optional().meta(about)

/** A key as it is sent: nothing in it that a header would not carry. */
export const key = () =>
  z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .transform((text) => new Secret(text))
