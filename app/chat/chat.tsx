import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { BankJson, MessageJson, MessagesJson } from '../../src/http/api.ts'
import { get, post } from '../api.ts'
import { dayOf, formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { Composer } from './composer.tsx'
import { Landing } from './landing.tsx'
import { listen } from './live.ts'
import { Message } from './message.tsx'

const PAGE_SIZE = 50

/** By time; what was said and what was answered in the same instant, in that order. */
const inOrder = (a: MessageJson, b: MessageJson) =>
  a.at - b.at || Number(a.from === 'guichet') - Number(b.from === 'guichet')

/** The conversation. New messages come by the answer to our own and by the live stream; ids keep them from doubling. */
export function Chat() {
  const { session, locale, words, refresh } = useHere()
  const [messages, setMessages] = useState<MessageJson[]>([])
  const [loaded, setLoaded] = useState(false)
  const [earlier, setEarlier] = useState(false)
  const [sending, setSending] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [banks, setBanks] = useState<BankJson[]>([])
  const end = useRef<HTMLDivElement>(null)
  const personId = session.person?.id

  const merge = useCallback((fresh: MessageJson[]) => {
    setMessages((known) => {
      const byId = new Map(known.map((message) => [message.id, message]))
      for (const message of fresh) byId.set(message.id, message)
      return [...byId.values()].sort(inOrder)
    })
  }, [])

  const load = useCallback(
    async (before?: string) => {
      const query = `?limit=${PAGE_SIZE}${before ? `&before=${encodeURIComponent(before)}` : ''}`
      const { messages: page } = await get<MessagesJson>(`/api/chat/messages${query}`)
      setEarlier(page.length === PAGE_SIZE)
      merge(page)
    },
    [merge],
  )

  useEffect(() => {
    if (!personId) {
      setLoaded(true)
      return
    }
    load()
      .catch(setError)
      .finally(() => setLoaded(true))
    return listen({
      onMessage: (message) => merge([message]),
      onReconnect: () => void load().catch(setError),
    })
  }, [personId, load, merge])

  useEffect(() => {
    get<BankJson[]>('/api/banks').then(setBanks, setError)
  }, [])

  const last = messages.at(-1)?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line, or one being sent, is what scrolls.
  useLayoutEffect(() => {
    end.current?.scrollIntoView({ block: 'end' })
  }, [last, sending])

  async function during(work: () => Promise<MessagesJson>, shown: string) {
    setError(null)
    setSending(shown)
    try {
      const { messages: fresh } = await work()
      merge(fresh)
      if (!personId) await refresh()
      return true
    } catch (failure) {
      setError(failure)
      return false
    } finally {
      setSending(null)
    }
  }

  const say = (text: string) => during(() => post<MessagesJson>('/api/chat/messages', { text, locale }), text)

  const act = async (token: string) => {
    await during(() => post<MessagesJson>(`/api/chat/actions/${encodeURIComponent(token)}`), '')
  }

  return (
    <main className="page chat" id="content">
      <h1 className="hidden-text">{words.titles.chat}</h1>
      <Landing banks={banks} />
      {loaded && messages.length === 0 && <Welcome linked={banks.some((bank) => bank.linked)} />}
      {earlier && (
        <button type="button" className="quiet" onClick={() => void load(messages[0]?.id).catch(setError)}>
          {words.earlier}
        </button>
      )}
      <div
        className="transcript"
        role="log"
        aria-label={words.transcript}
        aria-live="polite"
        aria-busy={!loaded}
      >
        {messages.map((message, index) => (
          <Line
            key={message.id}
            message={message}
            previous={messages[index - 1]}
            busy={sending !== null}
            onAction={(token) => void act(token)}
          />
        ))}
        {sending && (
          <div className="message person">
            <div className="bubble">{sending}</div>
          </div>
        )}
      </div>
      <p className="thinking" aria-live="polite">
        {sending === null ? '' : words.thinking}
      </p>
      <Problem error={error} />
      <div ref={end} />
      <Composer busy={sending !== null} fresh={messages.length < 3} onSay={say} />
    </main>
  )
}

function Line(props: {
  message: MessageJson
  previous: MessageJson | undefined
  busy: boolean
  onAction(token: string): void
}) {
  const { message, previous, busy, onAction } = props
  const newDay = !previous || dayOf(previous.at) !== dayOf(message.at)
  return (
    <>
      {newDay && <Day at={message.at} />}
      <Message message={message} busy={busy} onAction={onAction} />
    </>
  )
}

function Day({ at }: { at: number }) {
  const { locale, words } = useHere()
  const day = dayOf(at)
  const now = Date.now()
  const name =
    day === dayOf(now)
      ? words.today
      : day === dayOf(now - 86_400_000)
        ? words.yesterday
        : formatDate(at, locale)
  return <p className="day">{name}</p>
}

function Welcome({ linked }: { linked: boolean }) {
  const { words } = useHere()
  return (
    <section className="card welcome">
      <h2>{words.welcomeTitle}</h2>
      <p>{words.welcome}</p>
      {!linked && (
        <a className="button primary" href="/link">
          {words.linkBank}
        </a>
      )}
    </section>
  )
}
