import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { GrantJson, PrivacyJson } from '../../src/http/api.ts'
import { post } from '../api.ts'
import { formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'

/** One purpose of one bank: whether it is on, until when, its receipt, and the way out or back in. */
export function GrantLine(props: {
  grant: GrantJson
  link: PrivacyJson['links'][number]
  onChange(fresh: PrivacyJson): void
}) {
  const { locale, words } = useHere()
  const { grant, link, onChange } = props
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const line = useRef<HTMLLIElement>(null)
  const isOn = grant.state === 'given'

  // The button that was pressed goes, and would take the focus along.
  function close() {
    setAsking(false)
    line.current?.focus()
  }

  async function withdraw() {
    setBusy(true)
    setError(null)
    try {
      onChange(await post<PrivacyJson>(`/api/grants/${encodeURIComponent(grant.id)}/withdraw`))
      close()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <li ref={line} tabIndex={-1} className="grant">
      <div className="grant-words">
        <p className="row">
          <strong>{grant.name}</strong>
          <span className={isOn ? 'tag good' : 'tag plain'}>{words.grantState[grant.state]}</span>
        </p>
        {isOn && <p>{grant.sentence}</p>}
        <p className="small muted">
          {grant.state === 'given'
            ? words.until(formatDate(grant.expiresAt, locale))
            : words.endedOn[grant.state](formatDate(grant.endedAt ?? grant.expiresAt, locale))}
          {' · '}
          <a href={grant.receiptHref} download>
            {words.receipt}
            <span className="hidden-text"> {grant.name}</span>
          </a>
        </p>
      </div>
      {isOn && !asking && (
        <button type="button" className="small-button" onClick={() => setAsking(true)}>
          {words.withdraw}
          <span className="hidden-text"> {grant.name}</span>
        </button>
      )}
      {!isOn && link.status === 'linked' && (
        <Link
          className="button small-button"
          href={`/link?bank=${encodeURIComponent(link.bankId)}&purpose=${encodeURIComponent(grant.purpose)}`}
        >
          {words.grantAgain}
          <span className="hidden-text"> {grant.name}</span>
        </Link>
      )}
      {asking && (
        <fieldset className="notice bad asking" aria-label={words.withdraw}>
          <p>{words.withdrawAsk(grant.name)}</p>
          <div className="row">
            <button
              type="button"
              className="danger"
              // biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone, and the focus with it.
              autoFocus
              disabled={busy}
              onClick={() => void withdraw()}
            >
              {words.withdrawConfirm}
            </button>
            <button type="button" onClick={close}>
              {words.cancel}
            </button>
          </div>
        </fieldset>
      )}
      <Problem error={error} />
    </li>
  )
}
