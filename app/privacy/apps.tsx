import { useState } from 'react'
import type { AppJson, PrivacyJson } from '../../src/http/api.ts'
import { post } from '../api.ts'
import { formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'

/** The apps of the person's own that may read, or could; each is ended here, at every bank at once. */
export function Apps(props: { apps: AppJson[]; onChange(fresh: PrivacyJson): void }) {
  const { words } = useHere()
  const { apps, onChange } = props
  return (
    <section className="stack" aria-labelledby="apps">
      <h2 id="apps">{words.apps}</h2>
      <p>{words.appsIntro}</p>
      <ul className="plain-list card">
        {apps.map((app) => (
          <AppLine key={app.id} app={app} onChange={onChange} />
        ))}
      </ul>
    </section>
  )
}

function AppLine({ app, onChange }: { app: AppJson; onChange(fresh: PrivacyJson): void }) {
  const { locale, words } = useHere()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const isOn = app.state === 'given'

  async function end() {
    setBusy(true)
    setError(null)
    try {
      onChange(await post<PrivacyJson>(`/api/apps/${encodeURIComponent(app.id)}/withdraw`))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <li className="grant">
      <div className="grant-words">
        <p className="row">
          <strong>{app.name}</strong>
          <span className={isOn ? 'tag good' : 'tag plain'}>{words.appState[app.state]}</span>
        </p>
        <p>
          {app.banks.map(({ bank, accounts }) => words.appAccounts(accounts, bank)).join(', ')}
          {' · '}
          {app.clusters.map((cluster) => words.clusters[cluster] ?? cluster).join(', ')}
        </p>
        <p className="small muted">
          {isOn
            ? words.until(formatDate(app.until, locale))
            : words.endedOn.expired(formatDate(app.endedAt ?? app.until, locale))}
          {app.grants.map((grant) => (
            <span key={grant.id}>
              {' · '}
              <a href={grant.receiptHref} download>
                {words.receipt}
                <span className="hidden-text"> {app.name}</span>
              </a>
            </span>
          ))}
        </p>
      </div>
      {isOn && (
        <button type="button" className="small-button" disabled={busy} onClick={() => void end()}>
          {words.appEnd}
          <span className="hidden-text"> {app.name}</span>
        </button>
      )}
      <Problem error={error} />
    </li>
  )
}
