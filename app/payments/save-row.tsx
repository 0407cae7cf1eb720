import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import type { useSaving } from './use-saving.ts'

/** The button that keeps a choice, and beside it how that went. `of` is what the choice is about, for who does not see the page. */
export function SaveRow(props: {
  saving: Pick<ReturnType<typeof useSaving>, 'busy' | 'saved' | 'error'>
  of: string
  isPrimary?: boolean
  isWrong: boolean
}) {
  const { saving, of, isPrimary = false, isWrong } = props
  const { busy, saved, error } = saving
  const { words } = useHere()
  return (
    <div className="row">
      <button type="submit" className={isPrimary ? 'primary' : undefined} disabled={busy || isWrong}>
        {busy ? words.busy : words.save}
        <span className="hidden-text"> ({of})</span>
      </button>
      <div role="status">{saved && <span className="small">{words.linesSaved}</span>}</div>
      <Problem error={error} />
    </div>
  )
}
