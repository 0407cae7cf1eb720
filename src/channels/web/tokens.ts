import { createHash } from 'node:crypto'
import type { Random } from '#kit'

/** A button's name: 192 random bits that say nothing and cannot be guessed. */
export const newToken = (random: Random): string => random(24).toString('base64url')

/** What is kept of a token. It is random and long, so that a plain hash cannot be searched. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
