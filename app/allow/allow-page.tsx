import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { AppAnswerJson, AppAskedJson, RedirectJson } from '../../src/http/api.ts'
import { get, post, Refused } from '../api.ts'
import { formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { StepUpOr } from '../parts/step-up-or.tsx'
import { BankAccounts } from './bank-accounts.tsx'
import '../link/link.css'

const DAY_MS = 86_400_000
const DAYS_OFFERED = [30, 90, 180, 365]

/** Where a person decides about an app of theirs: who asks, what for, which accounts, until when. Nothing is ticked beforehand. */
export function AllowPage() {
  const { session, locale, words } = useHere()
  const here = location.pathname
  const [asked, setAsked] = useState<AppAskedJson | null>(null)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [days, setDays] = useState(90)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const personId = session.person?.id

  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server says is in the session's language.
  useEffect(() => {
    if (!personId) return
    get<AppAskedJson>(`${here}/asked`).then(
      (answer) => {
        setAsked(answer)
        setDays((wanted) => Math.min(wanted, answer.daysMax))
      },
      (failure: unknown) => {
        if (!(failure instanceof Refused && failure.code === 'not-signed-in')) setError(failure)
      },
    )
  }, [personId, locale, here])

  async function answer(given: AppAnswerJson) {
    setBusy(true)
    setError(null)
    try {
      location.assign((await post<RedirectJson>(`${here}/answer`, given)).redirect)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }

  function toggle(id: string) {
    const next = new Set(ticked)
    if (!next.delete(id)) next.add(id)
    setTicked(next)
  }

  const chosen = (asked?.banks ?? [])
    .map(({ linkId, accounts }) => ({
      linkId,
      accountIds: (accounts ?? []).map(({ id }) => id).filter((id) => ticked.has(id)),
    }))
    .filter(({ accountIds }) => accountIds.length > 0)
  const choices = [...new Set([...DAYS_OFFERED, asked?.daysMax ?? 365])]
    .filter((one) => one <= (asked?.daysMax ?? 365))
    .sort((a, b) => a - b)

  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{asked ? words.allowTitle(asked.app.name) : words.titles.allow}</Heading>
        {asked && <p className="lead">{words.allowIntro(asked.app.name, asked.app.returnsTo)}</p>}
      </header>
      {!personId && (
        <div className="card stack">
          <p>{words.allowSignIn}</p>
          <div>
            <Link className="button primary" href={`/signin?next=${here}`}>
              {words.signIn}
            </Link>
          </div>
        </div>
      )}
      <StepUpOr error={error} next={here} />
      {asked && (
        <form
          className="link-form"
          onSubmit={(event) => {
            event.preventDefault()
            void answer({ agree: true, days, accounts: chosen })
          }}
        >
          <section className="card stack" aria-labelledby="what-for">
            <h2 id="what-for">{asked.purpose.name}</h2>
            <p>{asked.purpose.sentence}</p>
            <dl className="facts">
              <dt>{words.dataKinds}</dt>
              <dd>{asked.clusters.map((cluster) => words.clusters[cluster] ?? cluster).join(', ')}</dd>
              {asked.from !== null && (
                <>
                  <dt>{words.allowPaymentsFrom}</dt>
                  <dd>{formatDate(asked.from, locale)}</dd>
                </>
              )}
            </dl>
          </section>
          {asked.banks.length === 0 && <p className="notice">{words.noLinks}</p>}
          {asked.banks.map((bank) => (
            <BankAccounts key={bank.linkId} bank={bank} ticked={ticked} onToggle={toggle} />
          ))}
          <label>
            {words.allowDays}{' '}
            <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {choices.map((one) => (
                <option key={one} value={one}>
                  {words.until(formatDate(Date.now() + one * DAY_MS, locale))}
                </option>
              ))}
            </select>
          </label>
          {chosen.length === 0 && <p className="muted">{words.allowTickFirst}</p>}
          <div className="row">
            <button type="submit" className="primary" disabled={busy || chosen.length === 0}>
              {words.allowYes(asked.app.name)}
            </button>
            <button type="button" disabled={busy} onClick={() => void answer({ agree: false })}>
              {words.allowNo}
            </button>
          </div>
        </form>
      )}
    </main>
  )
}
