import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { MessengersJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'
import { MESSENGER_WORDS } from './words.ts'

/** A chat came with the code. Whoever holds both sides can read two digits here and there; whoever stole a link cannot. */
export function Match(props: {
  pending: NonNullable<MessengersJson['pending']>
  messenger: string
  onConfirm(digits: string): Promise<void>
}) {
  const { locale } = useHere()
  const words = MESSENGER_WORDS[locale]
  const { pending, messenger, onConfirm } = props
  const [digits, setDigits] = useState('')
  const [busy, setBusy] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)

  // The page has changed by itself under whoever waited on it: this is what it now waits for.
  useEffect(() => heading.current?.focus(), [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    await onConfirm(digits)
    setBusy(false)
  }

  return (
    <section className="card stack" aria-labelledby="match">
      <h2 id="match" ref={heading} tabIndex={-1}>
        {words.matchTitle}
      </h2>
      <p>{pending.name ? words.matchNamed(messenger, pending.name) : words.match(messenger)}</p>
      <p id="match-how">{words.matchHow}</p>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <label className="field digits">
          {words.digits}
          <input
            type="text"
            inputMode="numeric"
            autoComplete="off"
            pattern="[0-9]{2}"
            maxLength={2}
            required
            aria-describedby="match-how"
            value={digits}
            onChange={(event) => setDigits(event.target.value.replace(/\D/g, ''))}
          />
        </label>
        <div>
          <button type="submit" className="primary" disabled={busy || digits.length !== 2}>
            {words.confirm}
          </button>
        </div>
      </form>
    </section>
  )
}
