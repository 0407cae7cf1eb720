import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Sql, tellPages } from '#kit'
import type { ChangedJson, MessageJson } from './api.ts'
import type { Session } from './sessions.ts'

const HEARTBEAT_MS = 20_000
/** Pages one person may keep open at a time. */
const STREAMS_PER_PERSON_MAX = 8
/** How many messages a page is remembered to have: more than it can be answered at once. */
const TOLD_MAX = 50

/** One open page, and the session that opened it (the hash of its token). `told` are the messages it was given as the answer to its own request. */
type Page = {
  reply: FastifyReply
  sessionHash: string
  tab: string
  told: Set<string>
  /** Settles with the last of its requests; null while it has none. */
  answering: Promise<void> | null
}

export type Streams = ReturnType<typeof createStreams>

/**
 * Server-sent events to the pages that are open. PostgreSQL carries the news between processes, ids only. A message is
 * read, through the gate and so into the log, only when some page does not have it yet, and then once for all that wait.
 */
export function createStreams(needs: {
  sql: Sql
  message(personId: string, messageId: string): Promise<MessageJson | null>
  onError(error: unknown): void
}) {
  const { sql, message, onError } = needs
  const open = new Map<string, Set<Page>>()
  const stops: { stop(): Promise<void> }[] = []
  let heartbeat: NodeJS.Timeout | undefined

  const pagesOf = (personId: string): Page[] => [...(open.get(personId) ?? [])]

  const send = (pages: readonly Page[], event: string, data: unknown) => {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    for (const { reply } of pages) reply.raw.write(text)
  }

  const deliver = async (payload: string) => {
    const { personId, messageId } = JSON.parse(payload) as { personId: string; messageId: string }
    const tell = async (pages: readonly Page[]) => {
      const open = pagesOf(personId)
      const lacking = pages.filter((page) => open.includes(page) && !page.told.has(messageId))
      if (lacking.length === 0) return
      const found = await message(personId, messageId)
      if (found) send(lacking, 'message', found)
    }
    const pages = pagesOf(personId)
    const asking = pages.filter((page) => page.answering)
    // A page that waits for an answer may be about to get this in it; the others are not kept waiting for that.
    await Promise.all([
      tell(pages.filter((page) => !asking.includes(page))),
      ...asking.map(async (page) => {
        await page.answering
        await tell([page])
      }),
    ])
  }

  return {
    async start(): Promise<void> {
      const hear = async (channel: string, heard: (payload: string) => void) => {
        stops.push(await sql.listen(channel, heard))
      }
      await hear('guichet_message', (payload) => void deliver(payload).catch(onError))
      await hear('guichet_changed', (payload) => {
        const { personIds, what } = JSON.parse(payload) as { personIds: string[] } & ChangedJson
        for (const personId of personIds) send(pagesOf(personId), 'changed', { what })
      })
      // Whoever signs out, or signs in as somebody else, is shown nothing more: not on any page they left open.
      await hear('guichet_session_ended', (hash) => {
        for (const pages of open.values())
          for (const { reply, sessionHash } of pages) if (sessionHash === hash) reply.raw.end()
      })
      heartbeat = setInterval(() => {
        for (const pages of open.values()) for (const { reply } of pages) reply.raw.write(': still here\n\n')
      }, HEARTBEAT_MS)
    },

    open(
      session: Session & { personId: string },
      tab: string,
      request: FastifyRequest,
      reply: FastifyReply,
    ): void {
      const { personId, hash } = session
      const mine = open.get(personId) ?? new Set()
      open.set(personId, mine)
      const oldest = mine.size >= STREAMS_PER_PERSON_MAX ? mine.values().next().value : undefined
      oldest?.reply.raw.end()
      reply.hijack()
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      })
      reply.raw.write('retry: 2000\n\n')
      const page: Page = {
        reply,
        sessionHash: hash.toString('hex'),
        tab,
        told: new Set(),
        answering: null,
      }
      mine.add(page)
      request.raw.on('close', () => {
        mine.delete(page)
        if (mine.size === 0) open.delete(personId)
      })
    },

    /** Answers a page's own request: what the answer holds is not sent to that page a second time. */
    async answer(personId: string, tab: string, work: () => Promise<MessageJson[]>): Promise<MessageJson[]> {
      const asking = pagesOf(personId).find((page) => page.tab === tab)
      const answering = work().then((messages) => {
        for (const { id } of messages) asking?.told.add(id)
        return messages
      })
      if (asking) {
        // A page may ask twice before it is answered once.
        const all: Promise<void> = Promise.allSettled([asking.answering, answering]).then(() => {
          if (asking.answering === all) asking.answering = null
        })
        asking.answering = all
      }
      const messages = await answering
      for (const id of asking?.told ?? []) if (asking!.told.size > TOLD_MAX) asking!.told.delete(id)
      return messages
    },

    /** Tells a person's pages, in every process, that something they show has changed. */
    async changed(personId: string, what: ChangedJson['what']): Promise<void> {
      await tellPages(sql, personId, what)
    },

    async stop(): Promise<void> {
      clearInterval(heartbeat)
      for (const one of stops) await one.stop()
      for (const pages of open.values()) for (const { reply } of pages) reply.raw.end()
      open.clear()
    },
  }
}
