import { type FormEvent, type KeyboardEvent, type RefObject, useState } from 'react'
import { formatNumber } from '../format.ts'
import { useHere } from '../guichet.tsx'

/** What the server takes at most. */
const CHARACTERS_MAX = 2_000
/** The counter shows up only when it begins to matter. */
const CHARACTERS_TOLD = 200

/** Where the person writes. Enter sends, Shift+Enter makes a line; what could not be sent stays. */
export function Composer(props: {
  field: RefObject<HTMLTextAreaElement | null>
  suggests: boolean
  onSay(text: string): Promise<boolean>
}) {
  const { words, locale } = useHere()
  const { field, suggests, onSay } = props
  const [text, setText] = useState('')
  const left = CHARACTERS_MAX - text.length

  async function send(given: string) {
    const said = given.trim()
    if (!said) return
    setText('')
    // What was written meanwhile is kept behind what could not be sent.
    if (!(await onSay(said))) setText((since) => (since ? `${said}\n${since}` : said))
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(text)
    field.current?.focus()
  }
  // The suggestions go with the first word. Who chose by keyboard goes on in the field; a finger would call up the phone's.
  const suggest = (chip: string, byKeyboard: boolean) => {
    void send(chip)
    if (byKeyboard) field.current?.focus()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send(text)
  }

  return (
    <div className="composer">
      {suggests && (
        <ul className="plain-list chips" aria-label={words.suggestions}>
          {words.chips.map((chip) => (
            <li key={chip}>
              <button type="button" onClick={(event) => suggest(chip, event.detail === 0)}>
                {chip}
              </button>
            </li>
          ))}
        </ul>
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
            aria-describedby="keys"
            onChange={(event) => setText(event.target.value)}
            onKeyDown={press}
          />
        </label>
        <button type="submit" className="primary send" disabled={text.trim() === ''}>
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M10 16V4.5M4.5 10L10 4.5 15.5 10" fill="none" stroke="currentColor" strokeWidth="2.2" />
          </svg>
          <span className="hidden-text">{words.send}</span>
        </button>
      </form>
      <p id="keys" className="hidden-text">
        {words.keys}
      </p>
      {left <= CHARACTERS_TOLD && (
        <p className="small muted counter" aria-live="polite">
          {words.charactersLeft(formatNumber(left, locale))}
        </p>
      )}
    </div>
  )
}
