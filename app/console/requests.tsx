import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { ConsoleMessageJson, ConsoleRequestJson, Locale } from '../../src/http/api.ts'
import { daysAgo, formatDate, formatTime } from '../format.ts'
import { get, post, Refusal } from './api.ts'
import type { ConsoleWords } from './words.ts'

const LOOK_MS = 4_000
type Props = { words: ConsoleWords; locale: Locale }

/** Who waits for the bank's people, looked at every few seconds: the list says nothing of who they are. */
export function Requests({ words, locale }: Props) {
  const [requests, setRequests] = useState<ConsoleRequestJson[] | null>(null)
  const [isConnected, setConnected] = useState(true)
  const [problem, setProblem] = useState('')
  const [settled, setSettled] = useState('')
  const heading = useRef<HTMLHeadingElement>(null)
  // Of two answers the one that was asked for last counts: a look under way never puts back what an act has changed.
  const asked = useRef(0)
  const ask = useCallback(async (list: () => Promise<ConsoleRequestJson[]>) => {
    asked.current += 1
    const mine = asked.current
    const found = await list()
    if (mine === asked.current) setRequests(found)
  }, [])
  const look = useCallback(async () => {
    await ask(() => get<ConsoleRequestJson[]>('requests'))
    setConnected(true)
  }, [ask])
  useEffect(() => {
    const now = () => void look().catch(() => setConnected(false))
    now()
    const timer = setInterval(now, LOOK_MS)
    return () => clearInterval(timer)
  }, [look])

  const act = async (path: string, body: unknown = {}): Promise<boolean> => {
    setSettled('')
    try {
      await ask(() => post<ConsoleRequestJson[]>(path, body))
      setProblem('')
      return true
    } catch (failure) {
      setProblem(failure instanceof Refusal && failure.message ? failure.message : words.noConnection)
      return false
    }
  }
  const settle = async ({ id, number }: ConsoleRequestJson) => {
    if (!(await act(`requests/${id}/settle`))) return
    setSettled(number)
    // Its button is gone with it: whoever pressed it by keyboard goes on at the head of the list.
    heading.current?.focus()
  }

  const problemShown = problem || (isConnected ? '' : words.noConnection)
  return (
    <section className="stack" aria-labelledby="requests">
      <header className="stack">
        <h1 id="requests" ref={heading} tabIndex={-1}>
          {words.requestsTitle}
        </h1>
        <p className="lead">{words.requestsIntro}</p>
      </header>
      {problemShown && (
        <p className="notice bad" role="alert">
          {problemShown}
        </p>
      )}
      <p role="status" className={settled ? 'notice' : 'hidden-text'}>
        {settled && words.settled(settled)}
      </p>
      {requests?.length === 0 && <p className="muted">{words.noRequests}</p>}
      {requests && requests.length > 0 && (
        <ul className="plain-list imports">
          {requests.map((one) => (
            <li key={one.id} className="card stack">
              <Request request={one} words={words} locale={locale} act={act} onSettle={() => settle(one)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

type Act = (path: string, body?: unknown) => Promise<boolean>
type RequestProps = Props & { request: ConsoleRequestJson; act: Act }

function Request({ request, words, locale, act, onSettle }: RequestProps & { onSettle(): Promise<void> }) {
  const { id, number, kind, askedAt, answersHere, taken } = request
  const [tookNow, setTookNow] = useState(false)
  const minutes = Math.floor((Date.now() - askedAt) / 60_000)
  return (
    <>
      <h2>
        {number} · {words.requestKinds[kind]}
      </h2>
      <p className="imports-head muted">
        <time dateTime={new Date(askedAt).toISOString()}>{momentOf(askedAt, locale)}</time>
        <span>{words.waits(minutes)}</span>
        {taken && <span className="tag plain">{words.takenBy(taken.by)}</span>}
      </p>
      {!answersHere && <p>{words.notHere}</p>}
      {taken?.byMe && (
        <Written request={request} words={words} locale={locale} act={act} beginsHere={tookNow} />
      )}
      <div className="imports-head">
        {answersHere && !taken && (
          <button
            type="button"
            className="primary"
            onClick={() => void act(`requests/${id}/take`).then(setTookNow)}
          >
            {words.take(number)}
          </button>
        )}
        {(!taken || taken.byMe) && (
          <button type="button" onClick={() => void onSettle()}>
            {taken ? words.handBack(number) : words.settle(number)}
          </button>
        )}
      </div>
    </>
  )
}

/** What was written since they asked. Fetched only when there is more: each fetch is a read in the person's log. */
function Written({ request, words, locale, act, beginsHere }: RequestProps & { beginsHere: boolean }) {
  const { id, last } = request
  const [messages, setMessages] = useState<ConsoleMessageJson[]>([])
  const [text, setText] = useState('')
  const known = useRef(0)
  const [tries, setTries] = useState(0)
  const field = useRef<HTMLTextAreaElement>(null)
  // The button that took it over is gone: whoever pressed it goes on writing.
  useEffect(() => {
    if (beginsHere) field.current?.focus()
  }, [beginsHere])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what could not be fetched is fetched again.
  useEffect(() => {
    if (last <= known.current) return
    const after = known.current
    known.current = last
    let timer: ReturnType<typeof setTimeout> | undefined
    get<ConsoleMessageJson[]>(`requests/${id}/messages?after=${after}`).then(
      (fresh) =>
        setMessages((before) => {
          const newest = before.at(-1)?.seq ?? 0
          return [...before, ...fresh.filter(({ seq }) => seq > newest)]
        }),
      () => {
        known.current = after
        timer = setTimeout(() => setTries((count) => count + 1), LOOK_MS)
      },
    )
    return () => clearTimeout(timer)
  }, [id, last, tries])
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() && (await act(`requests/${id}/replies`, { text }))) setText('')
  }
  return (
    <>
      <p className="muted">{words.readsLogged}</p>
      <div role="log" aria-label={words.written} className="stack">
        {messages.length === 0 && <p className="muted">{words.nothingWritten}</p>}
        {messages.map(({ seq, from, at, text: said }) => (
          <div key={seq} className={`written ${from}`}>
            <p className="muted">
              <strong>{from === 'human' ? words.us : words.them}</strong> ·{' '}
              <time dateTime={new Date(at).toISOString()}>
                {daysAgo(at, Date.now()) === 0 ? formatTime(at, locale) : momentOf(at, locale)}
              </time>
            </p>
            <p className="written-words">{said}</p>
          </div>
        ))}
      </div>
      <form className="stack" onSubmit={(event) => void send(event)}>
        <label className="field">
          {words.reply}
          <textarea ref={field} rows={3} value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <div>
          <button type="submit" className="primary">
            {words.send}
          </button>
        </div>
      </form>
    </>
  )
}

const momentOf = (at: number, locale: Locale) => `${formatDate(at, locale)}, ${formatTime(at, locale)}`
