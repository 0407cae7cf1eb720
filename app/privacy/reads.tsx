import { useEffect, useMemo, useState } from 'react'
import type { PrivacyJson, ReadJson, ReadsJson } from '../../src/http/api.ts'
import { get } from '../api.ts'
import { dayOf, formatNumber, nameOfDay } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { foldReads } from './fold-reads.ts'
import { joinNewest, joinOlder, NOTHING_LOADED } from './loaded-reads.ts'
import { LogIdentity } from './log-identity.tsx'
import { RunLine } from './read-line.tsx'
import { useVerdicts } from './use-verdicts.ts'
import { Tally } from './verdict-mark.tsx'

const PAGE_SIZE = 50

const page = (from: string) => get<ReadsJson>(`/api/privacy/reads?limit=${PAGE_SIZE}${from}`)

/** Who looked: every read, the newest first, each verified against the signed log by this very browser. */
export function Reads({ privacy }: { privacy: PrivacyJson }) {
  const { locale, words } = useHere()
  const [{ reads, more }, setLoaded] = useState(NOTHING_LOADED)
  const [purpose, setPurpose] = useState('')
  const [error, setError] = useState<unknown>(null)
  const verdicts = useVerdicts(reads, privacy.log.vkey)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the count is how we know that somebody looked again.
  useEffect(() => {
    page('').then((newest) => setLoaded((known) => joinNewest(known, newest)), setError)
  }, [privacy.reads])

  const readOlder = () => {
    const before = reads.at(-1)?.at
    page(`&before=${before}`).then((older) => setLoaded((known) => joinOlder(known, older)), setError)
  }

  const names = new Map(reads.map((read) => [read.purpose, read.purposeName]))
  const grants = useMemo(
    () =>
      new Map(
        [...privacy.links, ...privacy.apps].flatMap(({ grants }) => grants).map((one) => [one.id, one]),
      ),
    [privacy],
  )
  const shown = purpose ? reads.filter((read) => read.purpose === purpose) : reads
  const verdictOf = (read: ReadJson) => verdicts.get(read.id) ?? { state: 'waiting' as const }
  const now = Date.now()

  return (
    <section className="stack" aria-labelledby="who-looked">
      <h2 id="who-looked">{words.whoLooked}</h2>
      <p>
        {privacy.reads === 0
          ? words.noReads
          : words.whoLookedIntro(privacy.reads, formatNumber(privacy.reads, locale))}
      </p>
      <div className="card reads-card">
        <div className="reads-head">
          <Tally verdicts={shown.map(verdictOf)} />
          {names.size > 1 && (
            <label className="filter">
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
        </div>
        {foldReads(shown, dayOf).map((day) => (
          <section key={day.key}>
            <h3 className="reads-day">{nameOfDay(day.at, locale, now, words)}</h3>
            <ul className="plain-list reads">
              {day.runs.map((run) => (
                <RunLine key={run.key} run={run} verdictOf={verdictOf} grants={grants} />
              ))}
            </ul>
          </section>
        ))}
        <Problem error={error} />
        {more && (
          <p className="reads-more">
            <button type="button" onClick={readOlder}>
              {words.more}
            </button>
          </p>
        )}
      </div>
      <LogIdentity log={privacy.log} />
    </section>
  )
}
