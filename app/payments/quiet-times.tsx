import { useHere } from '../guichet.tsx'
import { clockOf, minutesOf } from './clock.ts'

export type QuietHours = { from: number; to: number }

/** When quiet hours begin and end. */
export function QuietTimes(props: { quiet: QuietHours; onChange(quiet: QuietHours): void }) {
  const { quiet, onChange } = props
  const { words } = useHere()
  return (
    <div className="row">
      {(['from', 'to'] as const).map((end) => (
        <label key={end} className="field">
          {words.quietEnds[end]}
          <input
            type="time"
            required
            value={clockOf(quiet[end])}
            onChange={(event) => {
              const minutes = minutesOf(event.target.value)
              if (minutes !== null) onChange({ ...quiet, [end]: minutes })
            }}
          />
        </label>
      ))}
    </div>
  )
}
