import { StrictMode, useCallback, useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Phone } from './phone.tsx'
import { MESSENGERS, type Messenger, type PhoneState } from './state.ts'
import { PHONE_WORDS } from './words.ts'
import '../styles/fonts.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/parts.css'
import '../styles/page.css'
import './phone.css'

const REFRESH_MS = 500

const asked = new URL(location.href)
/** What a link that begins a chat carries, for the telephone alone; it is read once. */
const toOpen = asked.hash.length > 1 ? `https://${asked.hash.slice(1)}` : null
if (toOpen) history.replaceState(null, '', `${asked.pathname}${asked.search}`)

/** A messenger on a telephone, Guichet's own page beside it, and what the messenger's company was handed. */
function PhonePage() {
  const [locale, setLocale] = useState<'en' | 'fr'>(navigator.language.startsWith('fr') ? 'fr' : 'en')
  const words = PHONE_WORDS[locale]
  const named = asked.searchParams.get('messenger')
  const [messenger, setMessenger] = useState<Messenger>(
    MESSENGERS.find((one) => one === named) ?? 'messenger',
  )
  const [state, setState] = useState<PhoneState | null>(null)
  const [failed, setFailed] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const frame = useRef<HTMLIFrameElement>(null)
  const opening = useRef(toOpen)

  useEffect(() => {
    document.documentElement.lang = locale
    document.title = words.title
  }, [locale, words])

  const load = useCallback(async () => {
    const response = await fetch(`/api/phone/${messenger}`)
    if (response.ok) setState((await response.json()) as PhoneState)
    setFailed(!response.ok)
  }, [messenger])

  const act = useCallback(
    async (what: string, body: Record<string, string>): Promise<boolean> => {
      try {
        const response = await fetch(`/api/phone/${what}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ messenger, locale, ...body }),
        })
        setFailed(!response.ok)
        await load()
        return response.ok
      } catch {
        setFailed(true)
        return false
      }
    },
    [messenger, locale, load],
  )

  useEffect(() => {
    const again = () => void load().catch(() => setFailed(true))
    again()
    const timer = setInterval(again, REFRESH_MS)
    return () => clearInterval(timer)
  }, [load])

  useEffect(() => {
    const url = opening.current
    opening.current = null
    if (url) void act('open', { url })
  }, [act])

  const open = (href: string) => {
    setShown(href)
    frame.current?.focus()
    frame.current?.scrollIntoView({ block: 'nearest' })
  }
  const address = shown ?? (state && new URL('/messengers', state.guichetUrl).href)

  return (
    <main className="page phone-page stack">
      <header className="stack">
        <div className="row spread">
          <h1>{words.title}</h1>
          <div className="row">
            <a className="button" href="/">
              {words.controls}
            </a>
            <button
              type="button"
              lang={locale === 'en' ? 'fr' : 'en'}
              onClick={() => setLocale(locale === 'en' ? 'fr' : 'en')}
            >
              {words.other}
            </button>
          </div>
        </div>
        <p className="lead">{words.intro}</p>
      </header>
      <fieldset className="row messengers">
        <legend className="hidden-text">{words.choose}</legend>
        {MESSENGERS.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="messenger"
              checked={messenger === one}
              onChange={() => {
                setState(null)
                setMessenger(one)
              }}
            />
            {words.names[one]}
          </label>
        ))}
      </fieldset>
      <div role="status">{failed && <p className="notice bad">{words.failed}</p>}</div>
      <div className="beside">
        <Phone
          messenger={messenger}
          lines={state?.lines ?? []}
          words={words}
          locale={locale}
          onWrite={(text) => act('write', { text })}
          onPress={(press) => void act('press', { press })}
          onOpen={open}
        />
        <section className="own-page" aria-labelledby="own-page">
          <div className="row spread">
            <h2 id="own-page">{words.page}</h2>
            {address && (
              <a href={address} target="_blank" rel="noreferrer">
                {words.alone} <span aria-hidden="true">↗</span>
                <span className="hidden-text"> {words.newTab}</span>
              </a>
            )}
          </div>
          {address && <iframe key={address} ref={frame} src={address} title={words.page} />}
        </section>
      </div>
      <section className="stack" aria-labelledby="handed">
        <h2 id="handed">{words.handed}</h2>
        <p className="muted">{words.handedIntro}</p>
        {state?.handed.length === 0 && <p>{words.nothing}</p>}
        <ol className="handed" reversed>
          {state?.handed.map((body, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two bodies may be the same, and none moves but down.
            <li key={state.handed.length - place}>
              <pre>{JSON.stringify(JSON.parse(body), null, 2)}</pre>
            </li>
          ))}
        </ol>
      </section>
    </main>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <PhonePage />
  </StrictMode>,
)
