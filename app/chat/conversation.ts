import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Locale, MessageJson, MessagesJson, SessionJson } from '../../src/http/api.ts'
import { get, post } from '../api.ts'
import { listen } from './live.ts'
import { merge, replace } from './merge.ts'

const PAGE_SIZE = 50

/** The conversation of whoever is here, kept while they go from page to page. */
export type Conversation = {
  messages: MessageJson[]
  isRead: boolean
  hasEarlier: boolean
  /** What is on its way, in order: the person's words, '' for a tap. */
  sending: readonly string[]
  error: unknown
  isConnected: boolean
  /** Messages that came while the page was open: only these are announced. */
  arrived: ReadonlySet<string>
  /** An alert came while another page was shown. */
  isWaiting: boolean
  /** Counts what the server told to have changed about consents. */
  changes: number
  /** Counts what the server told of somebody having looked. */
  looks: number
  /** The chat is shown: until the returned function is called, what comes is seen. */
  enter(): () => void
  say(text: string): Promise<boolean>
  /** Presses a button, with the payments that were ticked above it. */
  act(token: string, chosen?: readonly string[]): Promise<boolean>
  readEarlier(): void
}

/**
 * Messages come as the answer to our own and by the live stream; ids keep them from doubling. The transcript is read only
 * once the chat is shown, because reading it again is a read like any other, and is logged.
 */
export function useConversation(needs: {
  session: SessionJson | null
  locale: Locale
  refresh(): Promise<SessionJson>
}): Conversation {
  const { session, locale, refresh } = needs
  const personId = session?.person?.id
  const [messages, setMessages] = useState<MessageJson[]>([])
  const [isRead, setRead] = useState(false)
  const [hasEarlier, setEarlier] = useState(false)
  const [sending, setSending] = useState<readonly string[]>([])
  const [error, setError] = useState<unknown>(null)
  const [isConnected, setConnected] = useState(true)
  const [arrived, setArrived] = useState<ReadonlySet<string>>(new Set())
  const [isWaiting, setWaiting] = useState(false)
  const [changes, setChanges] = useState(0)
  const [looks, setLooks] = useState(0)
  /** The live stream stands, or was given up on for now. */
  const [hears, setHears] = useState(false)
  const [wanted, setWanted] = useState(false)
  const shown = useRef(false)
  const turn = useRef<Promise<unknown>>(Promise.resolve())

  const add = useCallback((fresh: MessageJson[]) => setMessages((known) => merge(known, fresh)), [])

  const read = useCallback(async () => {
    const { messages: newest } = await get<MessagesJson>(`/api/chat/messages?limit=${PAGE_SIZE}`)
    setEarlier(newest.length === PAGE_SIZE)
    setMessages((known) => replace(known, newest))
    setRead(true)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: answers are told in the session's language, and a consent that ended takes those it carried along.
  useEffect(() => {
    if (!wanted) return
    if (personId) {
      // Not before the stream stands, or what is said in between would reach neither.
      if (hears) read().catch(setError)
    } else {
      // Whoever has just left takes their conversation along.
      setMessages([])
      setRead(true)
    }
  }, [wanted, hears, personId, read, locale, changes])

  useEffect(() => {
    setHears(false)
    if (!personId) return
    return listen({
      onMessage(message) {
        setArrived((known) => new Set(known).add(message.id))
        add([message])
        if (message.kind === 'alert' && !shown.current) setWaiting(true)
      },
      onChanged(what) {
        if (what === 'consents') setChanges((count) => count + 1)
        if (what === 'reads') setLooks((count) => count + 1)
      },
      onBreak() {
        setConnected(false)
        // The conversation can be read without it; whatever is missed is fetched once it stands again.
        setHears(true)
      },
      onOpen(afterBreak) {
        setConnected(true)
        setHears(true)
        if (afterBreak) refresh().then(() => setChanges((count) => count + 1), setError)
      },
    })
  }, [personId, add, refresh])

  const enter = useCallback(() => {
    shown.current = true
    setWanted(true)
    setWaiting(false)
    return () => {
      shown.current = false
    }
  }, [])

  return useMemo(() => {
    /** One after the other: who writes fast is answered in order, and a tap is never lost to an answer under way. */
    function inTurn(work: () => Promise<MessagesJson>, words: string): Promise<boolean> {
      setSending((waiting) => [...waiting, words])
      const done = turn.current.then(() => attempt(work))
      turn.current = done
      return done
    }
    async function attempt(work: () => Promise<MessagesJson>): Promise<boolean> {
      setError(null)
      try {
        const { messages: fresh } = await work()
        setArrived((known) => new Set([...known, ...fresh.map(({ id }) => id)]))
        add(fresh)
        if (!personId) await refresh()
        return true
      } catch (failure) {
        setError(failure)
        return false
      } finally {
        setSending(([, ...waiting]) => waiting)
      }
    }
    const say = (text: string) =>
      inTurn(() => post<MessagesJson>('/api/chat/messages', { text, locale }), text)
    const act = (token: string, chosen: readonly string[] = []) =>
      inTurn(() => post<MessagesJson>(`/api/chat/actions/${encodeURIComponent(token)}`, { chosen }), '')
    const readEarlier = () => {
      const before = messages[0] ? `&before=${encodeURIComponent(messages[0].id)}` : ''
      get<MessagesJson>(`/api/chat/messages?limit=${PAGE_SIZE}${before}`).then(({ messages: page }) => {
        setEarlier(page.length === PAGE_SIZE)
        add(page)
      }, setError)
    }
    return {
      messages,
      isRead,
      hasEarlier,
      sending,
      error,
      isConnected,
      arrived,
      isWaiting,
      changes,
      looks,
      enter,
      say,
      act,
      readEarlier,
    }
  }, [
    messages,
    isRead,
    hasEarlier,
    sending,
    error,
    isConnected,
    arrived,
    isWaiting,
    changes,
    looks,
    enter,
    add,
    personId,
    locale,
    refresh,
  ])
}
