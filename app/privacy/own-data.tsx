import { useState } from 'react'
import type { ErasedJson } from '../../src/http/api.ts'
import { postForFile } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { saveFile } from '../parts/save-file.ts'
import { StepUpOr } from '../parts/step-up-or.tsx'
import { Erase } from './erase.tsx'
import { Passkey } from './passkey.tsx'

/** The person's own copy, their passkey, and the end of it all. */
export function OwnData({ onErased }: { onErased(erased: ErasedJson): void }) {
  const { words } = useHere()
  return (
    <section className="stack" aria-labelledby="own-data">
      <h2 id="own-data">{words.yours}</h2>
      <Download />
      <Passkey />
      <Erase onErased={onErased} />
    </section>
  )
}

function Download() {
  const { words } = useHere()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  async function download() {
    setBusy(true)
    setError(null)
    try {
      saveFile(await postForFile('/api/export'))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="card stack">
      <h3>{words.download}</h3>
      <p>{words.downloadIntro}</p>
      <StepUpOr error={error} next="/privacy" />
      <div>
        <button type="button" className="primary" disabled={busy} onClick={() => void download()}>
          {busy ? words.busy : words.download}
        </button>
      </div>
    </div>
  )
}
