import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { type FormEvent, useState } from 'react'
import type { ConsoleSessionJson } from '../../src/http/api.ts'
import { post, Refusal } from './api.ts'
import type { ConsoleWords } from './words.ts'

type Props = {
  words: ConsoleWords
  invited: ConsoleSessionJson['invited']
  onChange(): Promise<void>
}

/** A member comes in by a passkey; somebody who was invited makes theirs, with a code that works once. */
export function SignIn({ words, invited, onChange }: Props) {
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  async function attempt(act: () => Promise<void>, otherwise: string) {
    setBusy(true)
    setProblem(null)
    try {
      await act()
      await onChange()
    } catch (failure) {
      const isTooFast = failure instanceof Refusal && failure.code === 'too-many-requests'
      setProblem(isTooFast ? failure.message : failure instanceof TypeError ? words.noConnection : otherwise)
    } finally {
      setBusy(false)
    }
  }

  const typeCode = (event: FormEvent) => {
    event.preventDefault()
    void attempt(() => post('code', { code }), words.codeWrong)
  }
  const makePasskey = () =>
    void attempt(async () => {
      const optionsJSON =
        await post<Parameters<typeof startRegistration>[0]['optionsJSON']>('passkeys/register/options')
      await post('passkeys/register/verify', await startRegistration({ optionsJSON }))
    }, words.passkeyNotMade)
  const usePasskey = () =>
    void attempt(async () => {
      const optionsJSON =
        await post<Parameters<typeof startAuthentication>[0]['optionsJSON']>('passkeys/login/options')
      await post('passkeys/login/verify', await startAuthentication({ optionsJSON }))
    }, words.passkeyFailed)

  const said = problem && (
    <p className="notice bad" role="alert">
      {problem}
    </p>
  )
  if (!browserSupportsWebAuthn())
    return (
      <>
        <h1>{words.signInTitle}</h1>
        <p>{words.noPasskeys}</p>
      </>
    )
  if (invited)
    return (
      <>
        <header className="stack">
          <h1>{words.enrolTitle(invited.name)}</h1>
          <p className="lead">{words.enrolIntro(invited.bankName)}</p>
        </header>
        {said}
        <div>
          <button type="button" className="primary" disabled={busy} onClick={makePasskey}>
            {words.makePasskey}
          </button>
        </div>
      </>
    )
  return (
    <>
      <header className="stack">
        <h1>{words.signInTitle}</h1>
        <p className="lead">{words.signInIntro}</p>
      </header>
      {said}
      <section className="card stack" aria-labelledby="passkey">
        <h2 id="passkey">{words.passkey}</h2>
        <div>
          <button type="button" className="primary" disabled={busy} onClick={usePasskey}>
            {words.withPasskey}
          </button>
        </div>
      </section>
      <section className="card stack" aria-labelledby="invited">
        <h2 id="invited">{words.codeTitle}</h2>
        <p className="muted">{words.codeIntro}</p>
        <form className="stack" onSubmit={typeCode}>
          <label className="field">
            {words.code}
            <input
              type="text"
              value={code}
              maxLength={64}
              required
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setCode(event.target.value)}
            />
          </label>
          <div>
            <button type="submit" disabled={busy}>
              {words.goOn}
            </button>
          </div>
        </form>
      </section>
    </>
  )
}
