import { formatTime } from '../format.ts'
import type { State } from './state.ts'
import type { ControlWords } from './words.ts'

const SHOWN_MAX = 15

/** What the banks have just sent: its kind and time. What was paid is the customer's. */
export function Events({ state, words, locale }: { state: State; words: ControlWords; locale: 'en' | 'fr' }) {
  const names = new Map(state.banks.map((bank) => [bank.id, bank.name]))
  const shown = state.recentEvents.slice(0, SHOWN_MAX)
  return (
    <section className="card stack" aria-labelledby="events">
      <h2 id="events">{words.events}</h2>
      {shown.length === 0 && <p className="muted">{words.noEvents}</p>}
      <ol className="plain-list events">
        {shown.map(({ at, type, bankId }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two events of one kind may come in one millisecond.
          <li key={`${at} ${index}`}>
            <time className="muted" dateTime={new Date(at).toISOString()}>
              {formatTime(at, locale)}
            </time>
            <span>{words.eventTypes[type] ?? type}</span>
            <span className="muted">{names.get(bankId) ?? bankId}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
