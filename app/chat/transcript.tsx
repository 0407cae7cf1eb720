import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { MessageJson } from '../../src/http/api.ts'
import { dayOf, nameOfDay } from '../format.ts'
import { useHere } from '../guichet.tsx'
import type { OnAct } from './actions.tsx'
import type { KindProps } from './kinds/content.tsx'
import { Message } from './message.tsx'

/** Nearer to the end than this counts as being there. */
const END_PX = 120
/** Quicker answers come without being announced first: who listens would hear of nothing else. */
const ANNOUNCED_AFTER_MS = 1_000

/** Every line of the conversation. It follows what is said, unless the person is reading further up. */
export function Transcript({ onAct, children }: { onAct: OnAct; children: ReactNode }) {
  const { words, conversation } = useHere()
  const { messages, isRead, hasEarlier, sending, arrived, readEarlier } = conversation
  const frame = useRef<HTMLDivElement>(null)
  const seen = useRef<{
    first: string | undefined
    last: string | undefined
    height: number
    atEnd: boolean
  }>({
    first: undefined,
    last: undefined,
    height: 0,
    atEnd: true,
  })
  const [missed, setMissed] = useState(false)
  const first = messages[0]?.id
  const last = messages.at(-1)?.id
  // Who listens hears what is said from here on, in the log; what comes in above it was said before.
  const [beginning, setBeginning] = useState<string>()
  const found = messages.findIndex(({ id }) => id === beginning)
  if (isRead && found === -1 && beginning !== first) setBeginning(first)
  const above = Math.max(0, found)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new first or last line, or one being sent, is what moves the page.
  useLayoutEffect(() => {
    const scroller = frame.current
    if (!scroller) return
    const before = seen.current
    const added = before.last !== last
    // An alert is shown wherever one is: it is a question that cannot wait.
    const waits = added && !before.atEnd && sending.length === 0 && messages.at(-1)?.kind !== 'alert'
    if (waits && before.last !== undefined) {
      setMissed(true)
    } else if (added || sending.length > 0) {
      // The end, but never past the beginning of what is new: a long answer is read from its top. Whoever comes in begins at
      // the question about a payment that waits for them.
      const question = messages[unanswered(messages) - 1]?.id
      const end = scroller.scrollHeight - scroller.clientHeight
      const topAfter = (id: string | undefined) => {
        const line = id === undefined ? null : scroller.querySelector(`[data-after="${id}"]`)
        return Math.min(end, line instanceof HTMLElement ? line.offsetTop - 16 : end)
      }
      const top = topAfter(before.last ?? question)
      // Nor past a question that waits: what is told after it would push its answers out of sight.
      const most = sending.length > 0 ? end : topAfter(question)
      scroller.scrollTop = Math.min(top, most)
      if (most < top) setMissed(true)
    } else if (before.first !== first) {
      // Earlier lines came in above: what was being read stays where it was.
      scroller.scrollTop += scroller.scrollHeight - before.height
    }
    seen.current = { ...before, first, last, height: scroller.scrollHeight }
  }, [first, last, sending])

  const follow = () => {
    const scroller = frame.current!
    seen.current.height = scroller.scrollHeight
    seen.current.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < END_PX
    if (seen.current.atEnd) setMissed(false)
  }
  // The button goes with the last of them: who pressed it by keyboard is where they can read on.
  useEffect(() => {
    if (above > 0 && !hasEarlier && document.activeElement === document.body)
      frame.current?.focus({ preventScroll: true })
  }, [above, hasEarlier])
  const lines = messages.map((message, index) => (
    <Line
      key={message.id}
      message={message}
      previous={messages[index - 1]}
      isLive={arrived.has(message.id)}
      onAct={onAct}
    />
  ))
  const toEnd = () => frame.current?.scrollTo({ top: frame.current.scrollHeight })

  return (
    <div className="transcript-frame">
      <section
        ref={frame}
        className="transcript"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        tabIndex={0}
        aria-label={words.transcript}
        onScroll={follow}
      >
        <div className="chat-width lines">
          {hasEarlier && (
            <button type="button" className="quiet earlier" onClick={readEarlier}>
              {words.earlier}
            </button>
          )}
          {above > 0 && (
            <section className="spoken" aria-label={words.earlierLines}>
              {lines.slice(0, above)}
            </section>
          )}
          <div className="spoken" role="log" aria-busy={!isRead}>
            {children}
            {lines.slice(above)}
            {sending.filter(Boolean).map((words, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they leave in the order they came.
              <div key={`${place} ${words}`} className="message person sending" aria-hidden="true">
                <p className="bubble">{words}</p>
              </div>
            ))}
            <p className="thinking" aria-hidden="true">
              {sending.length > 0 && <Dots />}
            </p>
          </div>
        </div>
      </section>
      <p className="hidden-text" role="status">
        {above > 0 ? words.earlierShown(above) : ''}
      </p>
      <Answering busy={sending.length > 0} />
      {missed && (
        <button type="button" className="missed" onClick={toEnd}>
          {words.newBelow} <span aria-hidden="true">↓</span>
        </button>
      )}
    </div>
  )
}

/** Where the latest alert stands that came since its person last wrote, and waits for their answer; -1 without one. */
const unanswered = (messages: readonly MessageJson[]): number => {
  const since = messages.findLastIndex(({ from }) => from === 'person')
  return messages.findLastIndex(
    ({ kind, actions }, place) => place > since && kind === 'alert' && actions.length > 0,
  )
}

function Line({ previous, ...props }: KindProps & { previous: MessageJson | undefined }) {
  const { message } = props
  const newDay = !previous || dayOf(previous.at) !== dayOf(message.at)
  return (
    <div className="line" data-after={previous?.id}>
      {newDay && <Day at={message.at} />}
      <Message {...props} />
    </div>
  )
}

function Day({ at }: { at: number }) {
  const { locale, words } = useHere()
  return <p className="day">{nameOfDay(at, locale, Date.now(), words)}</p>
}

/** That an answer is being made. Their place is kept free, so that nothing moves. */
function Dots() {
  return (
    <span className="dots">
      <i />
      <i />
      <i />
    </span>
  )
}

/** The same for who listens: not in the log, where it would stay between what was said. */
function Answering({ busy }: { busy: boolean }) {
  const { words } = useHere()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    if (!busy) return
    const timer = setTimeout(() => setLong(true), ANNOUNCED_AFTER_MS)
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [busy])
  return (
    <p className="hidden-text" role="status">
      {isLong ? words.thinking : ''}
    </p>
  )
}
