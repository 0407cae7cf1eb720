import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { LineChoiceJson, LinesJson } from '../../src/http/api.ts'
import { get, post, Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { Problem } from '../parts/problem.tsx'
import { BankLines } from './bank-lines.tsx'
import { WorthKnowing } from './worth-knowing.tsx'
import './payments.css'

/** Which payments have a quiet line in the chat, bank by bank and card by card, and when. */
export function PaymentsPage() {
  const { session, locale, words } = useHere()
  const [links, setLinks] = useState<LinesJson[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const personId = session.person?.id

  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server says is in the session's language.
  useEffect(() => {
    if (!personId) return
    get<LinesJson[]>('/api/lines').then(setLinks, (failure: unknown) => {
      if (!(failure instanceof Refused && failure.code === 'not-signed-in')) setError(failure)
    })
  }, [personId, locale])

  async function save(linkId: string, choice: LineChoiceJson): Promise<void> {
    setLinks(await post<LinesJson[]>('/api/lines', { linkId, ...choice }))
  }

  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{words.linesTitle}</Heading>
        <p className="lead">{words.linesIntro}</p>
      </header>
      {!personId && (
        <div className="card stack">
          <p>{words.needSignIn}</p>
          <div>
            <Link className="button primary" href="/signin?next=/payments">
              {words.signIn}
            </Link>
          </div>
        </div>
      )}
      <Problem error={error} />
      {links?.length === 0 && (
        <div className="card stack">
          <p>{words.noLines}</p>
          <div>
            <Link className="button" href="/link">
              {words.banks}
            </Link>
          </div>
        </div>
      )}
      {links?.map((link) => (
        <BankLines key={link.linkId} link={link} onSave={(choice) => save(link.linkId, choice)} />
      ))}
      {personId && <WorthKnowing />}
    </main>
  )
}
