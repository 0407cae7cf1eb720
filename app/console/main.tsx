import { StrictMode, useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { ConsoleSessionJson } from '../../src/http/api.ts'
import { getSession, post } from './api.ts'
import { Requests } from './requests.tsx'
import { SignIn } from './sign-in.tsx'
import { StatementFiles } from './statement-files.tsx'
import { CONSOLE_WORDS } from './words.ts'
import '../styles/fonts.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/parts.css'
import '../styles/page.css'
import '../parts/top.css'
import './console.css'

/** The bank console, a document of its own: nothing of a person's session is loaded beside it. */
function Console() {
  const [session, setSession] = useState<ConsoleSessionJson | null>(null)
  const [failed, setFailed] = useState(false)
  const refresh = useCallback(async () => setSession(await getSession()), [])

  useEffect(() => {
    refresh().catch(() => setFailed(true))
  }, [refresh])

  const locale = session?.locale ?? (navigator.language.startsWith('fr') ? 'fr' : 'en')
  const words = CONSOLE_WORDS[locale]
  useEffect(() => {
    document.documentElement.lang = locale
    document.title = `${words.title} · Guichet`
  }, [locale, words])

  const turn = async () => {
    const wanted = locale === 'en' ? 'fr' : 'en'
    setSession(await post<ConsoleSessionJson>('session/locale', { locale: wanted }))
  }
  const leave = async () => {
    await post('signout')
    location.assign('/console')
  }
  const asked = (act: () => Promise<void>) => void act().catch(() => setFailed(true))

  return (
    <>
      <a className="skip button" href="#content">
        {words.skip}
      </a>
      <header className="top">
        <div className="top-row">
          <span className="wordmark">Guichet</span>
          <span className="muted">{session?.member ? words.of(session.member.bankName) : words.title}</span>
          <div className="top-side">
            {session && (
              <button
                type="button"
                className="top-link"
                lang={locale === 'en' ? 'fr' : 'en'}
                onClick={() => asked(turn)}
              >
                {words.other}
              </button>
            )}
            {session?.member && (
              <button type="button" className="top-link" onClick={() => asked(leave)}>
                {words.signOut}
              </button>
            )}
          </div>
        </div>
      </header>
      <main className="page stack" id="content" aria-busy={!session && !failed}>
        {failed && (
          <p className="notice bad" role="alert">
            {words.noConnection}
          </p>
        )}
        {!session && <h1 className="hidden-text">{words.title}</h1>}
        {session?.member && <Requests words={words} locale={locale} />}
        {session?.member && <StatementFiles words={words} locale={locale} />}
        {session && !session.member && <SignIn words={words} invited={session.invited} onChange={refresh} />}
      </main>
    </>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Console />
  </StrictMode>,
)
