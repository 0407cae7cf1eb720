import { Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'

/** What went wrong, said where it happened. Nothing when nothing did. */
export function Problem({ error }: { error: unknown }) {
  const { words } = useHere()
  if (!error) return null
  const sentence = error instanceof Refused && error.message ? error.message : words.noConnection
  return (
    <p className="notice bad" role="alert">
      {sentence}
    </p>
  )
}
