import { type FormEvent, useState } from 'react'
import type { ErasedJson } from '../../src/http/api.ts'
import { post } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { StepUpOr } from '../parts/step-up-or.tsx'

/** The end of it all. The word is typed out, because nothing can undo this. */
export function Erase({ onErased }: { onErased(erased: ErasedJson): void }) {
  const { words, refresh } = useHere()
  const [busy, setBusy] = useState(false)
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<unknown>(null)
  const isConfirmed = typed.trim().toUpperCase() === words.eraseWord

  async function erase(event: FormEvent) {
    event.preventDefault()
    if (!isConfirmed || busy) return
    setBusy(true)
    setError(null)
    try {
      onErased(await post<ErasedJson>('/api/erase', { confirm: true }))
      await refresh()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }

  return (
    <form className="card stack erase" onSubmit={(event) => void erase(event)}>
      <h3>{words.erase}</h3>
      <p>{words.eraseIntro}</p>
      <label className="field">
        {words.eraseType(words.eraseWord)}
        <input
          type="text"
          value={typed}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <StepUpOr error={error} next="/privacy" />
      <div>
        <button type="submit" className="danger" disabled={busy || !isConfirmed}>
          {busy ? words.busy : words.eraseConfirm}
        </button>
      </div>
    </form>
  )
}
