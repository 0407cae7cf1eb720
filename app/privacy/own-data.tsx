import { startRegistration } from '@simplewebauthn/browser'
import { type FormEvent, useState } from 'react'
import { post, postForFile, Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'

/** The person's own copy, their passkey, and the end of it all. */
export function OwnData() {
  const { session, words, refresh } = useHere()
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [typed, setTyped] = useState('')
  const needsStepUp = error instanceof Refused && error.code === 'step-up-needed'

  async function during(work: () => Promise<string | null>) {
    setBusy(true)
    setError(null)
    setDone(null)
    try {
      setDone(await work())
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  const download = () =>
    during(async () => {
      const { name, blob } = await postForFile('/api/export')
      const link = document.createElement('a')
      link.href = URL.createObjectURL(blob)
      link.download = name
      link.click()
      URL.revokeObjectURL(link.href)
      return null
    })

  const addPasskey = () =>
    during(async () => {
      const optionsJSON = await post<Parameters<typeof startRegistration>[0]['optionsJSON']>(
        '/api/passkeys/register/options',
      )
      await post('/api/passkeys/register/verify', await startRegistration({ optionsJSON }))
      await refresh()
      return words.passkeyAdded
    })

  const erase = (event: FormEvent) => {
    event.preventDefault()
    void during(async () => {
      await post('/api/erase', { confirm: true })
      location.assign('/?erased=1')
      return null
    })
  }

  return (
    <section className="stack" aria-labelledby="own-data">
      <h2 id="own-data">{words.yours}</h2>
      {needsStepUp ? (
        <p className="notice bad" role="alert">
          {words.stepUp} <a href="/signin">{words.signIn}</a>
        </p>
      ) : (
        <Problem error={error} />
      )}
      {done && (
        <p className="notice" role="status">
          {done}
        </p>
      )}
      <div className="card">
        <h3>{words.download}</h3>
        <p>{words.downloadIntro}</p>
        <button type="button" className="primary" disabled={busy} onClick={() => void download()}>
          {busy ? words.busy : words.download}
        </button>
      </div>
      <div className="card">
        <h3>{words.passkeys}</h3>
        <p>{session.person?.hasPasskey ? words.passkeyHave : words.passkeyIntro}</p>
        <button type="button" disabled={busy} onClick={() => void addPasskey()}>
          {words.passkeyAdd}
        </button>
      </div>
      <form className="card" onSubmit={erase}>
        <h3>{words.erase}</h3>
        <p>{words.eraseIntro}</p>
        <label>
          {words.eraseType(words.eraseWord)}
          <input
            type="text"
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <p />
        <button
          type="submit"
          className="danger"
          disabled={busy || typed.trim().toUpperCase() !== words.eraseWord}
        >
          {words.eraseConfirm}
        </button>
      </form>
    </section>
  )
}
