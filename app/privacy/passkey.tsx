import { browserSupportsWebAuthn, startRegistration } from '@simplewebauthn/browser'
import { useState } from 'react'
import { post, Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { StepUpOr } from '../parts/step-up-or.tsx'

/** A way to come back without the bank. Whoever has one is offered another only in passing. */
export function Passkey() {
  const { session, words, refresh } = useHere()
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const has = session.person?.hasPasskey ?? false
  if (!browserSupportsWebAuthn()) return null

  async function add() {
    setBusy(true)
    setError(null)
    setSaid(null)
    try {
      const optionsJSON = await post<Parameters<typeof startRegistration>[0]['optionsJSON']>(
        '/api/passkeys/register/options',
      )
      await post('/api/passkeys/register/verify', await startRegistration({ optionsJSON }))
      await refresh()
      setSaid(words.passkeyAdded)
    } catch (failure) {
      // What is not the server's word is the browser's: the person turned away, or the device has one already.
      if (failure instanceof Refused) setError(failure)
      else setSaid(words.passkeyNotAdded)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="card stack">
      <h3>{words.passkeys}</h3>
      <p>{has ? words.passkeyHave : words.passkeyIntro}</p>
      <StepUpOr error={error} next="/privacy" />
      {said && (
        <p className="notice" role="status">
          {said}
        </p>
      )}
      <div>
        <button type="button" className={has ? 'quiet' : ''} disabled={busy} onClick={() => void add()}>
          {has ? words.passkeyAnother : words.passkeyAdd}
        </button>
      </div>
    </div>
  )
}
