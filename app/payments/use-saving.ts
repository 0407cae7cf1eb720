import { useState } from 'react'

/** Something that is kept as soon as it is chosen, and how that went: shown beside what was pressed. */
export function useSaving() {
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)

  async function save(keep: () => Promise<void>): Promise<void> {
    setBusy(true)
    setSaved(false)
    setError(null)
    try {
      await keep()
      setSaved(true)
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }
  return { busy, saved, error, setError, save }
}
