import { z } from 'zod'

/**
 * A bank's id of something. Without control characters and halves of characters: PostgreSQL refuses the first, UTF-8 makes all
 * of the second one. It becomes a step of a path, where one or two dots would lead to another.
 */
export const BankId = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u)
  .refine((id) => id !== '.' && id !== '..')
