import { useState } from 'react'
import type { Act, State } from './state.ts'
import type { ControlWords } from './words.ts'

/** How often the linked people pay. */
export function Pace({ pace, words, act }: { pace: State['pace']; words: ControlWords; act: Act }) {
  const [seconds, setSeconds] = useState(pace.secondsBetween)
  return (
    <section className="card" aria-labelledby="pace">
      <h2 id="pace">{words.pace}</h2>
      <div className="row">
        <label className="small">
          {words.seconds}
          <input
            type="number"
            min={1}
            max={600}
            value={seconds}
            onChange={(event) => setSeconds(Number(event.target.value))}
          />
        </label>
        <button
          type="button"
          onClick={() => void act('pace', { secondsBetween: seconds, paused: pace.paused })}
        >
          {words.set}
        </button>
        <button
          type="button"
          onClick={() => void act('pace', { secondsBetween: pace.secondsBetween, paused: !pace.paused })}
        >
          {pace.paused ? words.resume : words.pause}
        </button>
      </div>
    </section>
  )
}
