import { Link } from 'wouter'
import { Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'

/** What went wrong; or, when it was only that the person signed in too long ago, the way to do that. */
export function StepUpOr({ error }: { error: unknown }) {
  const { words } = useHere()
  if (!(error instanceof Refused && error.code === 'step-up-needed')) return <Problem error={error} />
  return (
    <div className="notice warn" role="alert">
      <p>{words.stepUp}</p>
      <Link className="button" href="/signin?next=/privacy">
        {words.confirmItIsMe}
      </Link>
    </div>
  )
}
