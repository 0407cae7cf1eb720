import { type FormEvent, useState } from 'react'
import type { Act, State } from './state.ts'
import type { ControlWords } from './words.ts'

/** How often the linked people pay. */
export function Pace({ pace, words, act }: { pace: State['pace']; words: ControlWords; act: Act }) {
  const [seconds, setSeconds] = useState(pace.secondsBetween)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void act('pace', { secondsBetween: seconds, paused: pace.paused })
  }
  return (
    <section className="card stack" aria-labelledby="pace">
      <h2 id="pace">{words.pace}</h2>
      <form className="pace" onSubmit={submit}>
        <label className="field">
          {words.seconds}
          <input
            type="number"
            min={1}
            max={600}
            value={seconds}
            onChange={(event) => setSeconds(Number(event.target.value))}
          />
        </label>
        <div className="row">
          <button type="submit">{words.set}</button>
          <button
            type="button"
            onClick={() => void act('pace', { secondsBetween: pace.secondsBetween, paused: !pace.paused })}
          >
            {pace.paused ? words.resume : words.pause}
          </button>
        </div>
      </form>
    </section>
  )
}
