import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { ErasedJson, PrivacyJson } from '../../src/http/api.ts'
import { get, Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { Problem } from '../parts/problem.tsx'
import { Apps } from './apps.tsx'
import { Consents } from './consents.tsx'
import { Erased } from './erased.tsx'
import { OwnData } from './own-data.tsx'
import { Reads } from './reads.tsx'
import './privacy.css'

/** The privacy centre: what was allowed, who looked, and how to leave. */
export function PrivacyPage() {
  const { session, locale, words, conversation } = useHere()
  const [privacy, setPrivacy] = useState<PrivacyJson | null>(null)
  const [erased, setErased] = useState<ErasedJson | null>(null)
  const [error, setError] = useState<unknown>(null)
  const personId = session.person?.id

  // biome-ignore lint/correctness/useExhaustiveDependencies: names come in the session's language, and what was allowed and who looked changes while the page is open.
  useEffect(() => {
    if (!personId) return
    get<PrivacyJson>('/api/privacy').then(setPrivacy, (failure: unknown) => {
      if (!(failure instanceof Refused && failure.code === 'not-signed-in')) setError(failure)
    })
  }, [personId, locale, conversation.changes, conversation.looks])

  if (erased) return <Erased erased={erased} />
  return (
    <main className="page stack privacy" id="content">
      <header className="stack">
        <Heading>{words.privacyTitle}</Heading>
        <p className="lead">{words.privacyIntro}</p>
        {personId && (
          <nav className="row jumps" aria-label={words.onThisPage}>
            <a href="#consents">{words.consents}</a>
            {privacy && privacy.apps.length > 0 && <a href="#apps">{words.apps}</a>}
            <a href="#who-looked">{words.whoLooked}</a>
            <a href="#own-data">{words.yours}</a>
          </nav>
        )}
      </header>
      <Problem error={error} />
      {!personId && (
        <div className="card stack">
          <p>{words.needSignIn}</p>
          <div>
            <Link className="button primary" href="/signin?next=/privacy">
              {words.signIn}
            </Link>
          </div>
        </div>
      )}
      {personId && privacy && (
        <>
          <Consents privacy={privacy} onChange={setPrivacy} />
          {privacy.apps.length > 0 && <Apps apps={privacy.apps} onChange={setPrivacy} />}
          {/* What was done is told in one language: another begins the list anew. */}
          <Reads key={locale} privacy={privacy} />
          <OwnData onErased={setErased} />
        </>
      )}
    </main>
  )
}
