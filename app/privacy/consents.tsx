import { useState } from 'react'
import type { GrantJson, PrivacyJson } from '../../src/http/api.ts'
import { post } from '../api.ts'
import { formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'

type LinkOfPrivacy = PrivacyJson['links'][number]

/** What the person allowed, bank by bank and purpose by purpose; each can be withdrawn here. */
export function Consents({
  privacy,
  onChange,
}: {
  privacy: PrivacyJson
  onChange(fresh: PrivacyJson): void
}) {
  const { words } = useHere()
  return (
    <section className="stack" aria-labelledby="consents">
      <h2 id="consents">{words.consents}</h2>
      {privacy.links.length === 0 && <p>{words.noLinks}</p>}
      {privacy.links.map((link) => (
        <LinkCard key={link.id} link={link} onChange={onChange} />
      ))}
      <a className="button" href="/link">
        {words.linkBank}
      </a>
    </section>
  )
}

function LinkCard({ link, onChange }: { link: LinkOfPrivacy; onChange(fresh: PrivacyJson): void }) {
  const { locale, words } = useHere()
  // One line a purpose: the newest grant stands for those it renewed or replaced.
  const newest = link.grants.filter(
    (grant, at) => link.grants.findIndex((one) => one.purpose === grant.purpose) === at,
  )
  return (
    <div className="card">
      <div className="row spread">
        <h3>{link.bank}</h3>
        <span className="muted small">
          {words.linkStatus[link.status]} · {words.since(formatDate(link.since, locale))}
        </span>
      </div>
      <ul className="plain-list">
        {newest.map((grant) => (
          <Grant key={grant.id} grant={grant} link={link} onChange={onChange} />
        ))}
      </ul>
      {link.status === 'linked' && (
        <a className="button quiet" href={`/link?bank=${encodeURIComponent(link.bankId)}`}>
          {words.addPurpose}
        </a>
      )}
    </div>
  )
}

function Grant(props: { grant: GrantJson; link: LinkOfPrivacy; onChange(fresh: PrivacyJson): void }) {
  const { locale, words } = useHere()
  const { grant, link, onChange } = props
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const live = grant.state === 'given'

  async function withdraw() {
    setBusy(true)
    setError(null)
    try {
      onChange(await post<PrivacyJson>(`/api/grants/${encodeURIComponent(grant.id)}/withdraw`))
      setAsking(false)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <li className="grant">
      <div className="row spread">
        <strong>{grant.name}</strong>
        <span className={live ? 'tag' : 'muted small'}>{words.grantState[grant.state]}</span>
      </div>
      <p className="small">{grant.sentence}</p>
      <div className="row">
        <span className="muted small">
          {live
            ? words.until(formatDate(grant.expiresAt, locale))
            : words.endedOn(formatDate(grant.endedAt ?? grant.expiresAt, locale))}
        </span>
        <a className="small" href={grant.receiptHref} download>
          {words.receipt}
        </a>
        {live && !asking && (
          <button type="button" className="quiet" onClick={() => setAsking(true)}>
            {words.withdraw}
            <span className="hidden-text"> {grant.name}</span>
          </button>
        )}
        {!live && link.status === 'linked' && (
          <a
            className="button quiet"
            href={`/link?bank=${encodeURIComponent(link.bankId)}&purpose=${encodeURIComponent(grant.purpose)}`}
          >
            {words.grantAgain}
          </a>
        )}
      </div>
      {asking && (
        <fieldset className="notice bad" aria-label={words.withdraw}>
          <p>{words.withdrawAsk(grant.name)}</p>
          <div className="row">
            <button type="button" className="danger" disabled={busy} onClick={() => void withdraw()}>
              {words.withdrawConfirm}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {words.cancel}
            </button>
          </div>
        </fieldset>
      )}
      <Problem error={error} />
    </li>
  )
}
