import { StrictMode, useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import type { Locale } from '../../src/http/api.ts'
import { ChatPage } from '../chat/chat-page.tsx'
import { HereProvider } from '../guichet.tsx'
import { useGuichet } from '../use-guichet.ts'
import { joinPage, type ToPage, UNREAD_MAX } from './page-around.ts'
import { EMBED_WORDS } from './words.ts'
import '../styles/fonts.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/parts.css'
import '../styles/page.css'
import './embed.css'

/** The language of the page around, as its script gave it. */
const LANGUAGE: Locale = location.hash === '#fr' ? 'fr' : 'en'

/** Links leave the frame: linking, signing in and the privacy centre are pages that nobody can frame. */
const usePageBeside = (): [string, (path: string) => void] => [
  '/embed',
  (path) => void window.open(path, '_blank', 'noopener'),
]
const useNoSearch = () => ''

/** The chat within another page. */
function Embed() {
  const { here, failed, locale, words } = useGuichet()
  const [isOpen, setOpen] = useState(true)
  const [tell, setTell] = useState<(message: ToPage) => void>()
  const [joinFailed, setJoinFailed] = useState(false)
  const said = here?.conversation.messages.filter(
    ({ id, from }) => from !== 'person' && here.conversation.arrived.has(id),
  ).length
  const seen = useRef(0)

  useEffect(() => {
    joinPage(setOpen).then(
      (teller) => setTell(() => teller),
      () => setJoinFailed(true),
    )
  }, [])

  useEffect(() => {
    document.documentElement.lang = locale
    document.title = EMBED_WORDS[locale].title
  }, [locale])

  // Who has not chosen a language reads on in that of the page around.
  const { session, setLocale, refresh } = here ?? {}
  useEffect(() => {
    if (session && !session.person && session.locale !== LANGUAGE) void setLocale?.(LANGUAGE)
  }, [session, setLocale])

  // Whoever comes back from one of our pages may have signed in there.
  useEffect(() => {
    if (!refresh) return
    const again = () => void refresh().catch(() => {})
    addEventListener('focus', again)
    return () => removeEventListener('focus', again)
  }, [refresh])

  const isReady = here !== null
  useEffect(() => {
    if (isOpen && isReady) document.querySelector('textarea')?.focus()
  }, [isOpen, isReady])

  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) tell?.({ guichet: 'close' })
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [tell])

  useEffect(() => {
    if (said === undefined) return
    if (isOpen) seen.current = said
    tell?.({ guichet: 'unread', count: Math.min(UNREAD_MAX, said - seen.current) })
  }, [said, isOpen, tell])

  if (failed || joinFailed) {
    return (
      <main className="page">
        <p role="alert">{words.noConnection}</p>
      </main>
    )
  }
  if (!here) return <main className="page" aria-busy="true" />
  return (
    <HereProvider value={here}>
      <Router hook={usePageBeside} searchHook={useNoSearch}>
        <OwnPage locale={locale} />
        <ChatPage />
      </Router>
    </HereProvider>
  )
}

/** In a frame on another site: the way to the chat, and no session. */
function Elsewhere() {
  const words = EMBED_WORDS[LANGUAGE]
  useEffect(() => {
    document.documentElement.lang = LANGUAGE
    document.title = words.title
    const leave = joinPage(() => {})
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void leave.then((tell) => tell({ guichet: 'close' }))
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [words])
  return (
    <main className="page stack">
      <h1>Guichet</h1>
      <p>{words.elsewhere}</p>
      <p>
        <a className="button primary" href="/" target="_blank" rel="noopener">
          {words.openElsewhere} <span className="hidden-text">{words.newTab}</span>
        </a>
      </p>
    </main>
  )
}

function OwnPage({ locale }: { locale: Locale }) {
  const words = EMBED_WORDS[locale]
  return (
    <header className="embed-top">
      <span className="embed-name">Guichet</span>
      <a href="/" target="_blank" rel="noopener">
        {words.ownPage} <span aria-hidden="true">↗</span>
        <span className="hidden-text">{words.newTab}</span>
      </a>
    </header>
  )
}

if (parent === window) location.replace('/')
else
  createRoot(document.getElementById('root')!).render(
    <StrictMode>{location.pathname === '/embed' ? <Embed /> : <Elsewhere />}</StrictMode>,
  )
