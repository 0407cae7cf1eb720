import { createContext, useContext } from 'react'
import type { Locale, SessionJson } from '../src/http/api.ts'
import type { Conversation } from './chat/conversation.ts'
import { en, type Words } from './words/en.ts'
import { fr } from './words/fr.ts'

export const WORDS: Record<Locale, Words> = { en, fr }

/** What every part of a page may need: who is here, in which language, and their conversation. */
export type Here = {
  session: SessionJson
  locale: Locale
  words: Words
  conversation: Conversation
  refresh(): Promise<SessionJson>
  setLocale(locale: Locale): Promise<void>
}

const Context = createContext<Here | null>(null)
export const HereProvider = Context.Provider

export function useHere(): Here {
  const here = useContext(Context)
  if (!here) throw new Error('used outside of a page')
  return here
}
