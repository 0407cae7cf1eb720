import { useCallback, useEffect, useState } from 'react'
import type { PrivacyJson } from '../../src/http/api.ts'
import { get, Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { Consents } from './consents.tsx'
import { OwnData } from './own-data.tsx'
import { Reads } from './reads.tsx'

/** The privacy centre: what was allowed, who looked, and how to leave. */
export function Privacy() {
  const { session, locale, words } = useHere()
  const [privacy, setPrivacy] = useState<PrivacyJson | null>(null)
  const [error, setError] = useState<unknown>(null)

  const load = useCallback(() => {
    get<PrivacyJson>('/api/privacy').then(setPrivacy, (failure: unknown) => {
      if (!(failure instanceof Refused && failure.code === 'not-signed-in')) setError(failure)
    })
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the names of purposes come in the session's language.
  useEffect(load, [load, locale])

  return (
    <main className="page stack" id="content">
      <h1>{words.privacyTitle}</h1>
      <p>{words.privacyIntro}</p>
      <Problem error={error} />
      {session.person ? (
        privacy && (
          <>
            <Consents privacy={privacy} onChange={setPrivacy} />
            <Reads privacy={privacy} />
            <OwnData />
          </>
        )
      ) : (
        <p className="notice">
          {words.needSignIn} <a href="/signin">{words.signIn}</a>
        </p>
      )}
    </main>
  )
}
