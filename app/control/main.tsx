import { StrictMode, useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { BankCard } from './bank-card.tsx'
import { Events } from './events.tsx'
import { Pace } from './pace.tsx'
import type { State } from './state.ts'
import { CONTROL_WORDS } from './words.ts'
import '../styles/fonts.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/parts.css'
import '../styles/page.css'
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
        headers: { 'content-type': 'application/json', 'accept-language': locale },
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
    <main className="page control stack">
      <header className="stack">
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
        <p className="lead">{words.intro}</p>
        {state?.phoneUrl && (
          <p>
            <a href={state.phoneUrl}>{words.phone}</a>
          </p>
        )}
      </header>
      <dl className="card deeds">
        <dt>{words.steal}</dt>
        <dd>{words.stealHint}</dd>
        <dt>{words.pay}</dt>
        <dd>{words.payHint}</dd>
        <dt>{words.stop}</dt>
        <dd>{words.stopHint}</dd>
        <dt>{words.alert}</dt>
        <dd>{words.alertHint}</dd>
        <dt>
          {words.open} · {words.close}
        </dt>
        <dd>{words.accountsHint}</dd>
      </dl>
      <div className="said" role="status">
        {message && <p className={message.good ? 'notice' : 'notice bad'}>{message.text}</p>}
      </div>
      <section className="stack" aria-labelledby="banks">
        <h2 id="banks">{words.banks}</h2>
        <div className="control-banks">
          {state?.banks.map((bank) => (
            <BankCard key={bank.id} bank={bank} choices={state.choices} words={words} act={act} />
          ))}
        </div>
      </section>
      {state && <Pace pace={state.pace} words={words} act={act} />}
      {state && <Events state={state} words={words} locale={locale} />}
    </main>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Control />
  </StrictMode>,
)
