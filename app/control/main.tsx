import { StrictMode, useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { BankCard } from './bank-card.tsx'
import { Pace } from './pace.tsx'
import type { State } from './state.ts'
import { CONTROL_WORDS } from './words.ts'
import '../styles/fonts.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/parts.css'
import './control.css'

const REFRESH_MS = 1_000

/** The demo's control page: whoever opens it plays the thief, the shops and the banks. */
function Control() {
  const [locale, setLocale] = useState<'en' | 'fr'>(navigator.language.startsWith('fr') ? 'fr' : 'en')
  const [state, setState] = useState<State | null>(null)
  const [message, setMessage] = useState<{ good: boolean; text: string } | null>(null)
  const words = CONTROL_WORDS[locale]

  useEffect(() => {
    document.documentElement.lang = locale
    document.title = words.title
  }, [locale, words])

  const load = useCallback(async () => {
    const response = await fetch('/api/state')
    if (response.ok) setState((await response.json()) as State)
  }, [])

  useEffect(() => {
    const again = () => {
      load().catch(() => setMessage({ good: false, text: words.failed }))
    }
    again()
    const timer = setInterval(again, REFRESH_MS)
    return () => clearInterval(timer)
  }, [load, words])

  const act = async (what: string, body: Record<string, unknown>) => {
    setMessage(null)
    try {
      const response = await fetch(`/api/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const json = (await response.json().catch(() => null)) as { error?: { sentence?: string } } | null
      setMessage(
        response.ok
          ? { good: true, text: words.done }
          : { good: false, text: json?.error?.sentence ?? words.failed },
      )
      await load()
    } catch {
      setMessage({ good: false, text: words.failed })
    }
  }

  return (
    <main className="control stack">
      <div className="row spread">
        <h1>{words.title}</h1>
        <button
          type="button"
          lang={locale === 'en' ? 'fr' : 'en'}
          onClick={() => setLocale(locale === 'en' ? 'fr' : 'en')}
        >
          {words.other}
        </button>
      </div>
      <p>{words.intro}</p>
      <p className={message && !message.good ? 'notice bad' : 'notice'} role="status" hidden={!message}>
        {message?.text}
      </p>
      <div className="banks">
        {state?.banks.map((bank) => (
          <BankCard key={bank.id} bank={bank} choices={state.choices} words={words} act={act} />
        ))}
      </div>
      {state && <Pace pace={state.pace} words={words} act={act} />}
      <section className="card" aria-labelledby="events">
        <h2 id="events">{words.events}</h2>
        {state?.recentEvents.length === 0 && <p className="muted">{words.noEvents}</p>}
        <ol className="plain-list">
          {state?.recentEvents.slice(0, 15).map((event) => (
            <li key={`${event.at} ${event.bankId} ${event.type}`} className="small">
              <time className="muted" dateTime={new Date(event.at).toISOString()}>
                {new Date(event.at).toLocaleTimeString(locale)}
              </time>{' '}
              {event.bankId} · {event.type}
            </li>
          ))}
        </ol>
      </section>
    </main>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Control />
  </StrictMode>,
)
