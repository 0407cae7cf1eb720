import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { useHere } from '../guichet.tsx'

const CHARACTERS_MAX = 2_000
/** The counter shows up only when it begins to matter. */
const CHARACTERS_TOLD = 200

/** Where the person writes. Enter sends, Shift+Enter makes a line; what could not be sent stays. */
export function Composer(props: { busy: boolean; fresh: boolean; onSay(text: string): Promise<boolean> }) {
  const { words } = useHere()
  const { busy, fresh, onSay } = props
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const left = CHARACTERS_MAX - text.length

  async function send(given: string) {
    const said = given.trim()
    if (!said || busy) return
    setText('')
    if (!(await onSay(said))) setText(said)
    field.current?.focus()
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(text)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send(text)
  }

  return (
    <div className="composer">
      {fresh && (
        <div className="chips">
          {words.chips.map((chip) => (
            <button key={chip} type="button" disabled={busy} onClick={() => void send(chip)}>
              {chip}
            </button>
          ))}
        </div>
      )}
      <form onSubmit={submit}>
        <label>
          <span className="hidden-text">{words.write}</span>
          <textarea
            ref={field}
            rows={1}
            value={text}
            maxLength={CHARACTERS_MAX}
            placeholder={words.writeHint}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={press}
          />
        </label>
        <button type="submit" className="primary" disabled={busy || text.trim() === ''}>
          {words.send}
        </button>
      </form>
      {left <= CHARACTERS_TOLD && (
        <p className="small muted" aria-live="polite">
          {words.charactersLeft(left)}
        </p>
      )}
    </div>
  )
}
