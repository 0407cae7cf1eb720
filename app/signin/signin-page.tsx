import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser'
import { useEffect, useState } from 'react'
import { Link, useSearch } from 'wouter'
import type { BankJson, RedirectJson } from '../../src/http/api.ts'
import { get, post } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { goToBank } from '../parts/go-to-bank.ts'
import { Heading } from '../parts/heading.tsx'
import { Monogram } from '../parts/monogram.tsx'
import { Problem } from '../parts/problem.tsx'
import { keepReturnTo, takeReturnTo } from './return-to.ts'
import './signin.css'

/** A returning person: a passkey, or their bank's own login. `?next=` brings them back to where they were. */
export function SignInPage() {
  const { session, words } = useHere()
  const query = new URLSearchParams(useSearch())
  const [banks, setBanks] = useState<BankJson[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [refused, setRefused] = useState(false)
  const next = query.get('next')
  // A bank that does not say who its customer is cannot sign anybody in.
  const doors = banks.filter((bank) => bank.status === 'open' && bank.signsIn)

  useEffect(() => {
    get<BankJson[]>('/api/banks').then(setBanks, setError)
    const wake = () => setBusy(false)
    addEventListener('pageshow', wake)
    return () => removeEventListener('pageshow', wake)
  }, [])

  async function withPasskey() {
    setBusy(true)
    setError(null)
    setRefused(false)
    try {
      const optionsJSON = await post<Parameters<typeof startAuthentication>[0]['optionsJSON']>(
        '/api/passkeys/login/options',
      )
      await post('/api/passkeys/login/verify', await startAuthentication({ optionsJSON }))
      keepReturnTo(next)
      location.assign(takeReturnTo() ?? '/?signed-in=1')
    } catch {
      // Whether the person turned away or the server said no, the way on is the same.
      setRefused(true)
      setBusy(false)
    }
  }

  async function through(bankId: string) {
    setBusy(true)
    setError(null)
    setRefused(false)
    try {
      const { redirect } = await post<RedirectJson>('/api/signin/bank', { bankId })
      keepReturnTo(next)
      goToBank(redirect)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }

  return (
    <main className="page stack signin" id="content">
      <header className="stack">
        <Heading>{next && session.person ? words.stepUpTitle : words.signInTitle}</Heading>
        <p className="lead">{words.signInIntro}</p>
      </header>
      {query.get('error') === 'not-found' && (
        <p className="notice bad" role="alert">
          <span>
            {words.notFoundHere} <Link href="/link">{words.linkBank}</Link>
          </span>
        </p>
      )}
      <Problem error={error} />
      {browserSupportsWebAuthn() && (
        <section className="card stack" aria-labelledby="passkey">
          <h2 id="passkey">{words.passkey}</h2>
          <p className="muted">{words.passkeySays}</p>
          {refused && (
            <p className="notice bad" role="alert">
              {words.passkeyFailed}
            </p>
          )}
          <div>
            <button type="button" className="primary" disabled={busy} onClick={() => void withPasskey()}>
              {words.withPasskey}
            </button>
          </div>
        </section>
      )}
      {(banks.length === 0 || doors.length > 0) && (
        <section className="card stack" aria-labelledby="through-bank">
          <h2 id="through-bank">{words.throughBank}</h2>
          <p className="muted">{words.throughBankSays}</p>
          <ul className="plain-list bank-doors">
            {doors.map((bank) => (
              <li key={bank.id}>
                <button type="button" disabled={busy} onClick={() => void through(bank.id)}>
                  <Monogram name={bank.name} />
                  <span>
                    {bank.name}
                    {bank.simulated && <span className="under">{words.simulated}</span>}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  )
}
