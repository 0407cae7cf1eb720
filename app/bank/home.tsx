import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Monogram } from '../parts/monogram.tsx'
import type { Home } from './details.ts'
import { BANK_WORDS } from './words.ts'
import '../styles/fonts.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/parts.css'
import './bank.css'

/** A simulated bank's own website: what a page looks like that has the chat in it. */
function BankHome() {
  const [home, setHome] = useState<Home | null>(null)
  const [failed, setFailed] = useState(false)
  const locale = navigator.language.startsWith('fr') ? 'fr' : 'en'
  const words = BANK_WORDS[locale]
  const name = home?.bank.name ?? ''

  useEffect(() => {
    fetch('/home')
      .then(async (response) => setHome((await response.json()) as Home))
      .catch(() => setFailed(true))
  }, [])

  useEffect(() => {
    document.documentElement.lang = locale
    if (!home) return
    document.documentElement.dataset.bank = home.bank.id
    document.title = `${home.bank.name} (${words.simulated})`
  }, [home, words, locale])

  return (
    <>
      <header>
        <p className="ribbon">{words.ribbon}</p>
        <div className="bank-head">
          <Monogram name={name} />
          <strong>{name}</strong>
        </div>
      </header>
      <main className="bank-page stack">
        {failed && (
          <p className="notice bad" role="alert">
            {words.failed}
          </p>
        )}
        <h1>{words.homeTitle}</h1>
        <p>{words.homeSays}</p>
        <section className="card stack" aria-labelledby="how">
          <h2 id="how">{words.homeHow}</h2>
          <p>
            <code>{`<script src="${home?.guichetUrl ?? ''}/embed.js" async></script>`}</code>
          </p>
          <p>{words.homeLearns}</p>
        </section>
      </main>
    </>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <BankHome />
  </StrictMode>,
)
