import { StrictMode, useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Monogram } from '../parts/monogram.tsx'
import { ConsentForm } from './consent-form.tsx'
import type { Details } from './details.ts'
import { LoginForm } from './login-form.tsx'
import { BANK_WORDS } from './words.ts'
import '../styles/fonts.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/parts.css'
import './bank.css'

const path = location.pathname.replace(/\/$/, '')

/** The simulated bank's own page: log in, then approve or refuse what Guichet asks. */
function Bank() {
  const [details, setDetails] = useState<Details | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const words = BANK_WORDS[details?.locale ?? (navigator.language.startsWith('fr') ? 'fr' : 'en')]

  useEffect(() => {
    read<Details>(fetch(`${path}/details`)).then(setDetails, (error: Error) => setProblem(error.message))
  }, [])

  useEffect(() => {
    if (!details) return
    document.documentElement.lang = details.locale
    document.documentElement.dataset.bank = details.bank.id
    document.title = `${words.titles[details.prompt]} · ${details.bank.name} (${words.simulated})`
  }, [details, words])

  const submit = useCallback(
    async (step: 'login' | 'consent', body: Record<string, unknown>) => {
      setBusy(true)
      setProblem(null)
      try {
        const { redirect } = await read<{ redirect: string }>(
          fetch(`${path}/${step}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ ...body, csrf: details!.csrf }),
          }),
        )
        location.assign(redirect)
      } catch (error) {
        setProblem((error as Error).message)
        setBusy(false)
      }
    },
    [details],
  )

  return (
    <>
      <header>
        <p className="ribbon">{words.ribbon}</p>
        <div className="bank-head">
          <Monogram name={details?.bank.name ?? ''} />
          <strong>{details?.bank.name ?? ''}</strong>
        </div>
      </header>
      <main className="bank-page stack">
        {problem && (
          <p className="notice bad" role="alert">
            {problem || words.failed}
          </p>
        )}
        {details?.prompt === 'login' && <LoginForm details={details} busy={busy} onSubmit={submit} />}
        {details?.prompt === 'consent' && <ConsentForm details={details} busy={busy} onSubmit={submit} />}
      </main>
    </>
  )
}

/** The answer's JSON, or an error with the bank's own sentence. */
async function read<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  const json = (await response.json().catch(() => null)) as { error?: { sentence?: string } } | null
  if (!response.ok) throw new Error(json?.error?.sentence ?? '')
  return json as T
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Bank />
  </StrictMode>,
)
