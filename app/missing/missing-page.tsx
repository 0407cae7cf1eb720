import { Link } from 'wouter'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'

/** An address that leads nowhere, mistyped or of long ago. */
export function MissingPage() {
  const { words } = useHere()
  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{words.titles.missing}</Heading>
        <p className="lead">{words.missing}</p>
      </header>
      <div>
        <Link className="button primary" href="/">
          {words.backToChat}
        </Link>
      </div>
    </main>
  )
}
