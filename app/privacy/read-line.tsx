import type { GrantJson, ReadJson } from '../../src/http/api.ts'
import { formatNumber, formatTime } from '../format.ts'
import { useHere } from '../guichet.tsx'
import type { Run } from './fold-reads.ts'
import { ReadDetails } from './read-details.tsx'
import { VerdictMark } from './verdict-mark.tsx'
import { foldVerdicts, type Verdict } from './verify-read.ts'

type Given = { verdictOf(read: ReadJson): Verdict; grants: ReadonlyMap<string, GrantJson> }

/** One line of the list: a read, or many of one kind folded together. */
export function RunLine({ run, ...given }: { run: Run } & Given) {
  const { locale, words } = useHere()
  const { first, reads } = run
  if (reads.length === 1) return <ReadLine read={first} {...given} />
  // From and to, once when they are the same minute.
  const times = [reads.at(-1)!, first].map((read) => formatTime(read.at, locale))
  return (
    <li>
      <details className="read">
        <summary>
          <Line
            read={first}
            when={[...new Set(times)].join(' – ')}
            times={words.times(formatNumber(reads.length, locale))}
            verdict={foldVerdicts(reads.map(given.verdictOf))}
          />
        </summary>
        <ul className="plain-list reads folded">
          {reads.map((read) => (
            <ReadLine key={read.id} read={read} {...given} />
          ))}
        </ul>
      </details>
    </li>
  )
}

function ReadLine({ read, verdictOf, grants }: { read: ReadJson } & Given) {
  const { locale } = useHere()
  const verdict = verdictOf(read)
  return (
    <li>
      <details className="read">
        <summary>
          <Line read={read} when={formatTime(read.at, locale)} verdict={verdict} />
        </summary>
        <ReadDetails read={read} verdict={verdict} grant={grants.get(read.consent ?? '')} />
      </details>
    </li>
  )
}

function Line(props: { read: ReadJson; when: string; times?: string; verdict: Verdict }) {
  const { words } = useHere()
  const { read, when, times, verdict } = props
  const by = words.actors[read.actor.kind] ?? read.actor.role
  return (
    <span className="read-line">
      <span>
        {read.what} {times && <span className="tag plain">{times}</span>}{' '}
        {read.decision === 'refused' && <span className="tag warn">{words.refused}</span>}
      </span>
      <VerdictMark verdict={verdict} />
      <span className="read-facts small muted">{[when, read.bank, read.purposeName, by].join(' · ')}</span>
    </span>
  )
}
