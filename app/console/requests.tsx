import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { ConsoleMessageJson, ConsoleRequestJson, Locale } from '../../src/http/api.ts'
import { get, post, Refusal } from './api.ts'
import type { ConsoleWords } from './words.ts'

const LOOK_MS = 4_000
type Props = { words: ConsoleWords; locale: Locale }

/** Who waits for the bank's people, looked at every few seconds: the list says nothing of who they are. */
export function Requests({ words, locale }: Props) {
  const [requests, setRequests] = useState<ConsoleRequestJson[]>([])
  const [problem, setProblem] = useState('')
  const look = useCallback(async () => setRequests(await get<ConsoleRequestJson[]>('requests')), [])
  useEffect(() => {
    const now = () => void look().catch(() => setProblem(words.noConnection))
    now()
    const timer = setInterval(now, LOOK_MS)
    return () => clearInterval(timer)
  }, [look, words])

  const act = async (path: string, body: unknown = {}): Promise<boolean> => {
    try {
      setRequests(await post<ConsoleRequestJson[]>(path, body))
      setProblem('')
      return true
    } catch (failure) {
      setProblem(failure instanceof Refusal && failure.message ? failure.message : words.noConnection)
      return false
    }
  }

  return (
    <section className="stack" aria-labelledby="requests">
      <h2 id="requests">{words.requestsTitle}</h2>
      <p className="muted">{words.requestsIntro}</p>
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
      {requests.length === 0 && <p>{words.noRequests}</p>}
      <ul className="plain-list imports">
        {requests.map((one) => (
          <li key={one.id} className="card stack">
            <Request request={one} words={words} locale={locale} act={act} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type Act = (path: string, body?: unknown) => Promise<boolean>

function Request({ request, words, locale, act }: Props & { request: ConsoleRequestJson; act: Act }) {
  const { id, number, kind, askedAt, answersHere, taken } = request
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const minutes = Math.floor((Date.now() - askedAt) / 60_000)
  return (
    <>
      <h3>
        {number} · {words.requestKinds[kind]}
      </h3>
      <p className="imports-head">
        <span>{time.format(askedAt)}</span>
        <span>{words.waits(minutes)}</span>
        {taken && <span className="tag plain">{words.takenBy(taken.by)}</span>}
      </p>
      {!answersHere && <p>{words.notHere}</p>}
      {taken?.byMe && <Written request={request} words={words} locale={locale} act={act} />}
      <div className="imports-head">
        {answersHere && !taken && (
          <button type="button" className="primary" onClick={() => void act(`requests/${id}/take`)}>
            {words.take(number)}
          </button>
        )}
        {(!taken || taken.byMe) && (
          <button type="button" onClick={() => void act(`requests/${id}/settle`)}>
            {words.settle(number)}
          </button>
        )}
      </div>
    </>
  )
}

/** What was written since they asked. Fetched only when there is more: each fetch is a read in the person's log. */
function Written({ request, words, locale, act }: Props & { request: ConsoleRequestJson; act: Act }) {
  const { id, last } = request
  const [messages, setMessages] = useState<ConsoleMessageJson[]>([])
  const [text, setText] = useState('')
  const known = useRef(0)
  useEffect(() => {
    if (last <= known.current) return
    const after = known.current
    known.current = last
    get<ConsoleMessageJson[]>(`requests/${id}/messages?after=${after}`).then(
      (fresh) => setMessages((before) => [...before, ...fresh.filter(({ seq }) => seq > after)]),
      () => {
        known.current = after
      },
    )
  }, [id, last])
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() && (await act(`requests/${id}/replies`, { text }))) setText('')
  }
  return (
    <>
      <p className="muted">{words.readsLogged}</p>
      <div role="log" aria-label={words.written} className="stack">
        {messages.map(({ seq, from, at, text: said }) => (
          <p key={seq} className="said">
            <strong>{from === 'human' ? words.us : words.them}</strong> · {time.format(at)}
            <br />
            {said}
          </p>
        ))}
      </div>
      <form className="stack" onSubmit={(event) => void send(event)}>
        <label htmlFor={`reply-${id}`}>{words.reply}</label>
        <textarea
          id={`reply-${id}`}
          rows={3}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div>
          <button type="submit" className="primary">
            {words.send}
          </button>
        </div>
      </form>
    </>
  )
}
