import { useEffect, useMemo, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { MessageJson, SealedJson } from '../../src/http/api.ts'
import { post, Refused } from '../api.ts'
import { merge } from '../chat/merge.ts'
import { Message } from '../chat/message.tsx'
import { useHere } from '../guichet.tsx'
import { MESSENGER_WORDS } from '../messengers/words.ts'
import { Heading } from '../parts/heading.tsx'
import { Problem } from '../parts/problem.tsx'
import '../chat/chat.css'

/**
 * What a link in a messenger stands for. Messengers fetch the links that they carry, so coming here opens nothing: the
 * person opens it, by a button, signed in.
 */
export function SealedPage() {
  const { session, locale, words: all, conversation } = useHere()
  const words = MESSENGER_WORDS[locale]
  const [path] = useLocation()
  const [opened, setOpened] = useState<MessageJson[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const signIn = `/signin?next=${encodeURIComponent(path)}`
  const code = error instanceof Refused ? error.code : null
  const { messages, arrived, sending, act } = conversation

  // What its buttons are answered belongs under it.
  const shown = useMemo(
    () =>
      opened &&
      merge(
        opened,
        messages.filter(({ id }) => arrived.has(id)),
      ),
    [opened, messages, arrived],
  )

  // Below a long message nobody would see what their tap was answered.
  const end = useRef<HTMLDivElement>(null)
  const answers = shown && opened ? shown.length - opened.length : 0
  useEffect(() => {
    if (answers > 0) end.current?.scrollIntoView({ block: 'nearest' })
  }, [answers])

  async function open() {
    setBusy(true)
    setError(null)
    try {
      const token = path.slice('/o/'.length)
      setOpened((await post<SealedJson>(`/api/sealed/${encodeURIComponent(token)}`)).messages)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{all.titles.sealed}</Heading>
        {!opened && <p className="lead">{words.sealedIntro}</p>}
      </header>
      {!session.person && (
        <div className="card stack">
          <p>{words.sealedSignIn}</p>
          <div>
            <Link className="button primary" href={signIn}>
              {all.signIn}
            </Link>
          </div>
        </div>
      )}
      {code === 'not-found' && (
        <p className="notice bad" role="alert" tabIndex={-1} ref={goTo}>
          <span>
            {words.sealedNotYours} <Link href={signIn}>{words.otherPerson}</Link>
          </span>
        </p>
      )}
      {code === 'already-done' && (
        <p className="notice" role="alert" tabIndex={-1} ref={goTo}>
          {words.sealedDone}
        </p>
      )}
      {code !== 'not-found' && code !== 'already-done' && <Problem error={error} />}
      {session.person && !opened && code !== 'not-found' && code !== 'already-done' && (
        <div>
          <button type="button" className="primary" disabled={busy} onClick={() => void open()}>
            {words.sealedOpen}
          </button>
        </div>
      )}
      {shown && (
        <div className="lines" role="log" aria-label={words.sealedMessages} tabIndex={-1} ref={goTo}>
          {shown.map((message) => (
            <div key={message.id} className="line" ref={message === shown.at(-1) ? end : null}>
              <Message message={message} isLive={arrived.has(message.id)} onAct={act} />
            </div>
          ))}
        </div>
      )}
      {shown && <Problem error={conversation.error} />}
      {shown && <p role="status">{sending.length > 0 ? all.thinking : ''}</p>}
      {(shown || code === 'already-done') && (
        <p>
          <Link className="button" href="/">
            {words.sealedRead}
          </Link>
        </p>
      )}
    </main>
  )
}

/** What took the button's place, for who pressed it by keyboard. */
function goTo(shown: HTMLElement | null): void {
  shown?.focus()
}
