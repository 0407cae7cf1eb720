import { formatNumber } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Tick } from '../parts/tick.tsx'
import { tallyOf, type Verdict } from './verify-read.ts'

/** What checking one line came to, at its end. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const { words } = useHere()
  switch (verdict.state) {
    case 'verified':
      return (
        <span className="verdict good">
          <Tick />
          {words.verified}
        </span>
      )
    case 'wrong':
      return (
        <span className="verdict bad">
          <Cross />
          {words.wrong}
        </span>
      )
    case 'unsigned':
      return <span className="verdict muted">{words.notYet}</span>
    case 'waiting':
      return <span className="verdict muted">{words.verifying}</span>
    case 'unreachable':
      return <span className="verdict muted">{words.unchecked}</span>
  }
}

/** What checking all the lines came to, said once: how far it has come is shown, and only its end is announced. */
export function Tally({ verdicts }: { verdicts: readonly Verdict[] }) {
  const { locale, words } = useHere()
  const all = verdicts.length
  const { done, wrong } = tallyOf(verdicts)
  const number = (count: number) => formatNumber(count, locale)
  const holds = all > 0 && done === all && wrong === 0
  return (
    <div>
      {wrong === 0 && done < all && (
        <p className="tally">{words.tally.checking(number(done), number(all))}</p>
      )}
      <div role="status">
        {holds && (
          <p className="tally good">
            <Tick />
            <strong>{words.tally.verified(all, number(all))}</strong>
          </p>
        )}
      </div>
      {wrong > 0 && (
        <div className="tally bad" role="alert">
          <Cross />
          <p>
            <strong>{words.tally.failed(wrong, number(wrong))}</strong>
            <span className="under">{words.failedSays}</span>
          </p>
        </div>
      )}
    </div>
  )
}

function Cross() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 4l8 8M12 4l-8 8" fill="none" stroke="currentColor" strokeWidth="2.2" />
    </svg>
  )
}
