import { Link } from 'wouter'
import { Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from './problem.tsx'

/** What went wrong; or, when it was only that the person signed in too long ago, the way to do that. */
export function StepUpOr({ error, next }: { error: unknown; next: string }) {
  const { words } = useHere()
  if (!(error instanceof Refused && error.code === 'step-up-needed')) return <Problem error={error} />
  return (
    <div className="notice warn" role="alert">
      <p>{words.stepUp}</p>
      <Link className="button" href={`/signin?next=${next}`}>
        {words.confirmItIsMe}
      </Link>
    </div>
  )
}
