import { useCallback, useEffect, useState } from 'react'
import type { PrivacyJson, ReadJson, ReadsJson } from '../../src/http/api.ts'
import { get } from '../api.ts'
import { dayOf, formatDate, formatMoment, formatTime } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { foldReads, type Run } from './fold-reads.ts'
import { useVerdict, VerdictMark } from './verdict.tsx'

/** Who looked: every read, the newest first, each verified against the signed log by this very browser. */
export function Reads({ privacy }: { privacy: PrivacyJson }) {
  const { locale, words } = useHere()
  const [reads, setReads] = useState<ReadJson[]>([])
  const [more, setMore] = useState(false)
  const [purpose, setPurpose] = useState('')
  const [error, setError] = useState<unknown>(null)

  const load = useCallback(async (before?: number) => {
    const page = await get<ReadsJson>(`/api/privacy/reads?limit=50${before ? `&before=${before}` : ''}`)
    setMore(page.more)
    setReads((known) =>
      before ? [...known, ...page.reads.filter((one) => !known.some(({ id }) => id === one.id))] : page.reads,
    )
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was done is told in the session's language.
  useEffect(() => {
    load().catch(setError)
  }, [load, locale, privacy.reads])

  const names = new Map(reads.map((read) => [read.purpose, read.purposeName]))
  const shown = purpose ? reads.filter((read) => read.purpose === purpose) : reads
  const oldest = reads.at(-1)

  return (
    <section className="stack" aria-labelledby="who-looked">
      <h2 id="who-looked">{words.whoLooked}</h2>
      <p>{privacy.reads === 0 ? words.noReads : words.whoLookedIntro(privacy.reads)}</p>
      {names.size > 1 && (
        <label className="row small">
          {words.filterPurpose}
          <select value={purpose} onChange={(event) => setPurpose(event.target.value)}>
            <option value="">{words.allPurposes}</option>
            {[...names].map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <ul className="plain-list reads">
        {foldReads(shown, dayOf).map((run) => (
          <RunLine key={run.key} run={run} vkey={privacy.log.vkey} />
        ))}
      </ul>
      <Problem error={error} />
      {more && oldest && (
        <button type="button" onClick={() => void load(oldest.at).catch(setError)}>
          {words.more}
        </button>
      )}
      <details className="small">
        <summary>{words.logIdentity}</summary>
        <p>{privacy.log.origin}</p>
        <p>
          <code>{privacy.log.vkey}</code>
        </p>
      </details>
    </section>
  )
}

function RunLine({ run, vkey }: { run: Run; vkey: string }) {
  const { locale, words } = useHere()
  const { first, reads } = run
  const by = words.actors[first.actor.kind] ?? first.actor.role
  if (reads.length === 1) return <ReadLine read={first} vkey={vkey} />
  return (
    <li>
      <details>
        <summary>
          {first.what} · {words.times(reads.length)}
        </summary>
        <ul className="plain-list reads">
          {reads.map((read) => (
            <ReadLine key={read.id} read={read} vkey={vkey} />
          ))}
        </ul>
      </details>
      <span className="muted small">
        {first.bank} · {first.purposeName} · {by} · {formatDate(first.at, locale)}
      </span>
    </li>
  )
}

function ReadLine({ read, vkey }: { read: ReadJson; vkey: string }) {
  const { locale, words } = useHere()
  const { line, verdict } = useVerdict(read, vkey)
  const by = words.actors[read.actor.kind] ?? read.actor.role
  const proof = `/api/privacy/reads/${encodeURIComponent(read.id)}/proof`
  return (
    <li ref={line}>
      <div className="read-line">
        <span>
          {read.what} {read.decision === 'refused' && <span className="tag">{words.refused}</span>}
        </span>
        <VerdictMark verdict={verdict} />
        <span className="muted small">
          {read.bank} · {read.purposeName} · {by} · {formatDate(read.at, locale)}{' '}
          {formatTime(read.at, locale)}
        </span>
      </div>
      <details className="small">
        <summary>{words.details}</summary>
        <dl className="facts">
          <dt>{words.date}</dt>
          <dd>{formatMoment(read.at, locale)}</dd>
          <dt>{words.by}</dt>
          <dd>{`${by} (${read.actor.id})`}</dd>
          <dt>{words.purpose}</dt>
          <dd>{read.purposeName}</dd>
          <dt>{words.consent}</dt>
          <dd>{read.consent ?? '—'}</dd>
          <dt>{words.dataKinds}</dt>
          <dd>{read.clusters.join(', ') || '—'}</dd>
          <dt>{words.number}</dt>
          <dd>{read.seq}</dd>
          {verdict.state === 'verified' && (
            <>
              <dt>{words.logIndex}</dt>
              <dd>{verdict.index}</dd>
              <dt>{words.logSize}</dt>
              <dd>{verdict.size}</dd>
            </>
          )}
        </dl>
        <a href={proof} download>
          {words.proofFile}
        </a>
      </details>
    </li>
  )
}
