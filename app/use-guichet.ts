import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Locale, SessionJson } from '../src/http/api.ts'
import { getSession, post } from './api.ts'
import { useConversation } from './chat/conversation.ts'
import { type Here, WORDS } from './guichet.tsx'

/** Who is here, in which language, and their conversation: `here` is null until the server has said, `failed` when it does not. */
export function useGuichet() {
  const [session, setSession] = useState<SessionJson | null>(null)
  const [failed, setFailed] = useState(false)

  const refresh = useCallback(async () => {
    const fresh = await getSession()
    setSession(fresh)
    return fresh
  }, [])

  useEffect(() => {
    refresh().catch(() => setFailed(true))
  }, [refresh])

  const locale = session?.locale ?? (navigator.language.startsWith('fr') ? 'fr' : 'en')
  const words = WORDS[locale]
  const conversation = useConversation({ session, locale, refresh })

  const here = useMemo<Here | null>(() => {
    if (!session) return null
    const setLocale = async (wanted: Locale) => {
      setSession(await post<SessionJson>('/api/session/locale', { locale: wanted }))
    }
    return { session, locale, words, conversation, refresh, setLocale }
  }, [session, locale, words, conversation, refresh])

  return { here, failed, locale, words }
}
