import { StrictMode, useCallback, useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Locale, SessionJson } from '../src/http/api.ts'
import { getSession, post } from './api.ts'
import { Chat } from './chat/chat.tsx'
import { type Here, HereProvider, WORDS } from './guichet.tsx'
import { Link } from './link/link.tsx'
import { Top } from './parts/top.tsx'
import { Privacy } from './privacy/privacy.tsx'
import { SignIn } from './signin/signin.tsx'
import './styles/base.css'
import './styles/pages.css'

const PAGES = {
  '/': { key: 'chat', Page: Chat },
  '/link': { key: 'link', Page: Link },
  '/signin': { key: 'signin', Page: SignIn },
  '/privacy': { key: 'privacy', Page: Privacy },
} as const

function Guichet() {
  const [session, setSession] = useState<SessionJson | null>(null)
  const [failed, setFailed] = useState(false)
  const page = PAGES[location.pathname as keyof typeof PAGES] ?? PAGES['/']

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

  useEffect(() => {
    document.documentElement.lang = locale
    document.title = `${words.titles[page.key]} · Guichet`
  }, [locale, words, page])

  const here = useMemo<Here | null>(() => {
    if (!session) return null
    const setLocale = async (wanted: Locale) => {
      setSession(await post<SessionJson>('/api/session/locale', { locale: wanted }))
    }
    return { session, locale, words, refresh, setLocale }
  }, [session, locale, words, refresh])

  if (failed) {
    return (
      <main className="page">
        <h1>Guichet</h1>
        <p role="alert">{words.noConnection}</p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          {words.tryAgain}
        </button>
      </main>
    )
  }
  if (!here) {
    return (
      <main className="page" aria-busy="true">
        <h1 className="hidden-text">Guichet</h1>
      </main>
    )
  }
  return (
    <HereProvider value={here}>
      <a className="skip button" href="#content">
        {words.skip}
      </a>
      <Top current={page.key} />
      <page.Page />
    </HereProvider>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Guichet />
  </StrictMode>,
)
