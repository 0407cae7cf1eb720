import { type FormEvent, useEffect, useRef, useState } from 'react'
import { formatTime } from '../format.ts'
import type { Messenger, PhoneLine } from './state.ts'
import type { PhoneWords } from './words.ts'

/** A telephone with one messenger open, drawn by us. */
export function Phone(props: {
  messenger: Messenger
  lines: readonly PhoneLine[]
  words: PhoneWords
  locale: 'en' | 'fr'
  onWrite(text: string): Promise<boolean>
  onPress(press: string): void
  onOpen(href: string): void
}) {
  const { messenger, lines, words, locale, onWrite, onPress, onOpen } = props
  const [text, setText] = useState('')
  const chat = useRef<HTMLDivElement>(null)
  const count = lines.length

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line brings the end into view.
  useEffect(() => {
    chat.current?.scrollTo({ top: chat.current.scrollHeight })
  }, [count, messenger])

  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    if (await onWrite(text)) setText('')
  }

  return (
    <section className={`phone ${messenger}`} aria-label={words.phone}>
      <header className="phone-head">
        <span className="phone-face" aria-hidden="true">
          G
        </span>
        <p>
          <strong>{words.guichet}</strong>
          <span>{`${words.names[messenger]}, ${words.simulated}`}</span>
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and is scrolled by keyboard. */}
      <div className="phone-chat" role="log" aria-label={words.chat} tabIndex={0} ref={chat}>
        {count === 0 && <p className="phone-empty">{words.empty}</p>}
        {lines.map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a chat never move.
          <div key={place} className={`phone-line ${line.from}`}>
            <p className="phone-text">
              <span className="hidden-text">{line.from === 'me' ? words.you : words.guichet}: </span>
              {line.text}
            </p>
            {line.link && (
              <a
                className="phone-button"
                href={line.link.href}
                onClick={(event) => {
                  event.preventDefault()
                  onOpen(line.link!.href)
                }}
              >
                {line.link.label}
              </a>
            )}
            {line.buttons.map(({ label, press }) => (
              <button key={press} type="button" className="phone-button" onClick={() => onPress(press)}>
                {label}
              </button>
            ))}
            <time dateTime={new Date(line.at).toISOString()}>{formatTime(line.at, locale)}</time>
          </div>
        ))}
      </div>
      <form className="phone-write" onSubmit={(event) => void send(event)}>
        <input
          type="text"
          aria-label={words.write}
          placeholder={words.write}
          value={text}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" aria-label={words.send}>
          <span aria-hidden="true">↑</span>
        </button>
      </form>
    </section>
  )
}
