import type { Locale } from '#kit'
import { en } from './en.ts'
import { fr } from './fr.ts'
import type { Words } from './sentences.ts'

/** Every sentence in a language. Both have the same type: one that is missing in either does not compile. */
export const wordsIn: Record<Locale, Words> = { en, fr }
