import { startAuthentication } from '@simplewebauthn/browser'
import { useEffect, useState } from 'react'
import type { BankJson, RedirectJson } from '../../src/http/api.ts'
import { get, post } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'

/** A returning person: a passkey, or their bank's own login. */
export function SignIn() {
  const { words } = useHere()
  const [banks, setBanks] = useState<BankJson[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [refused, setRefused] = useState(false)
  const notFound = new URLSearchParams(location.search).get('error') === 'not-found'

  useEffect(() => {
    get<BankJson[]>('/api/banks').then(setBanks, setError)
  }, [])

  async function withPasskey() {
    setBusy(true)
    setRefused(false)
    try {
      const optionsJSON = await post<Parameters<typeof startAuthentication>[0]['optionsJSON']>(
        '/api/passkeys/login/options',
      )
      await post('/api/passkeys/login/verify', await startAuthentication({ optionsJSON }))
      location.assign('/?signed-in=1')
    } catch {
      // Whether the person turned away or the server said no, the way on is the same.
      setRefused(true)
      setBusy(false)
    }
  }

  async function through(bankId: string) {
    setBusy(true)
    setError(null)
    try {
      location.assign((await post<RedirectJson>('/api/signin/bank', { bankId })).redirect)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }

  return (
    <main className="page stack" id="content">
      <h1>{words.signInTitle}</h1>
      {notFound && (
        <p className="notice bad" role="alert">
          {words.notFoundHere} <a href="/link">{words.linkBank}</a>
        </p>
      )}
      <p>{words.signInIntro}</p>
      <button type="button" className="primary" disabled={busy} onClick={() => void withPasskey()}>
        {words.withPasskey}
      </button>
      {refused && (
        <p className="notice bad" role="alert">
          {words.passkeyFailed}
        </p>
      )}
      <h2>{words.throughBank}</h2>
      <div className="choices">
        {banks
          .filter((bank) => bank.status === 'open')
          .map((bank) => (
            <button key={bank.id} type="button" disabled={busy} onClick={() => void through(bank.id)}>
              {bank.name}
            </button>
          ))}
      </div>
      <Problem error={error} />
    </main>
  )
}
