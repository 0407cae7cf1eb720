import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { MessageJson, MessagesJson } from '../../src/http/api.ts'
import { get } from '../api.ts'
import { MessageText } from '../chat/message-text.tsx'
import { Show } from '../chat/show/show.tsx'
import { dayOf, formatDay, formatMoment, formatTime } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { Problem } from '../parts/problem.tsx'
import { TRANSCRIPT_WORDS } from './words.ts'
import '../chat/chat.css'
import './transcript.css'

const PAGE_SIZE = 100

/** The whole conversation, to print or to save: reading it again is a read like any other, and is in the log. */
export function TranscriptPage() {
  const { session, locale, words: all } = useHere()
  const words = TRANSCRIPT_WORDS[locale]
  const [messages, setMessages] = useState<MessageJson[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [madeAt] = useState(Date.now)
  const personId = session.person?.id

  // biome-ignore lint/correctness/useExhaustiveDependencies: answers are told in the session's language.
  useEffect(() => {
    if (personId) readAll().then(setMessages, setError)
  }, [personId, locale])

  return (
    <main className="page stack" id="content">
      <header className="stack not-printed">
        <Heading>{all.titles.transcript}</Heading>
        <p className="lead">{words.intro}</p>
        {!personId && (
          <p>
            <Link className="button primary" href="/signin?next=/transcript">
              {all.signIn}
            </Link>
          </p>
        )}
        <Problem error={error} />
        {messages && (
          <div className="row">
            <button type="button" className="primary" onClick={() => window.print()}>
              {words.print}
            </button>
            <Link className="button" href="/">
              {words.back}
            </Link>
          </div>
        )}
      </header>
      {messages && (
        <section className="printed" aria-labelledby="printed">
          <h2 id="printed">{words.title}</h2>
          <p className="muted">{words.madeAt(formatMoment(madeAt, locale))}</p>
          {messages.length === 0 && <p>{words.empty}</p>}
          {messages.map((message, place) => (
            <Said key={message.id} message={message} previous={messages[place - 1]} />
          ))}
        </section>
      )}
    </main>
  )
}

/** Who said it, when, and what: without its buttons, which are for the chat. */
function Said({ message, previous }: { message: MessageJson; previous: MessageJson | undefined }) {
  const { locale, words } = useHere()
  const { from, bank, at, text, lang, show, withheld } = message
  const isNewDay = !previous || dayOf(previous.at) !== dayOf(at)
  const who = { person: words.you, guichet: words.guichet, human: words.person(bank ?? '') }[from]
  return (
    <>
      {/* With its year: paper is read in another one. */}
      {isNewDay && <h3>{formatDay(at, locale, 0)}</h3>}
      <article className="printed-message">
        <p className="printed-who">
          <strong>{who}</strong> <time dateTime={new Date(at).toISOString()}>{formatTime(at, locale)}</time>
        </p>
        {withheld ? (
          <p>{words.withheld[withheld]}</p>
        ) : (
          <div lang={lang}>
            <MessageText text={text} />
            {show && <Show show={show} />}
          </div>
        )}
      </article>
    </>
  )
}

async function readAll(): Promise<MessageJson[]> {
  const messages: MessageJson[] = []
  for (;;) {
    const before = messages[0] ? `&before=${encodeURIComponent(messages[0].id)}` : ''
    const page = (await get<MessagesJson>(`/api/chat/messages?limit=${PAGE_SIZE}${before}`)).messages
    messages.unshift(...page)
    if (page.length < PAGE_SIZE) return messages
  }
}
