import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Sql } from '#kit'
import type { ChangedJson, MessageJson } from './api.ts'

const HEARTBEAT_MS = 20_000
/** Pages one person may keep open at a time. */
const STREAMS_PER_PERSON_MAX = 8

export type Streams = ReturnType<typeof createStreams>

/**
 * Server-sent events to the pages that are open. PostgreSQL carries the news between processes, ids only; each message
 * is then read through the chat, which passes the gate, once for all of a person's pages.
 */
export function createStreams(needs: {
  sql: Sql
  message(personId: string, messageId: string): Promise<MessageJson | null>
  onError(error: unknown): void
}) {
  const { sql, message, onError } = needs
  const open = new Map<string, Set<FastifyReply>>()
  let stops: { stop(): Promise<void> }[] = []
  let heartbeat: NodeJS.Timeout | undefined

  const send = (personId: string, event: string, data: unknown) => {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    for (const reply of open.get(personId) ?? []) reply.raw.write(text)
  }

  const deliver = async (payload: string) => {
    const { personId, messageId } = JSON.parse(payload) as { personId: string; messageId: string }
    if (!open.has(personId)) return
    const found = await message(personId, messageId)
    if (found) send(personId, 'message', found)
  }

  return {
    async start(): Promise<void> {
      stops = [
        await sql.listen('guichet_message', (payload) => void deliver(payload).catch(onError)),
        await sql.listen('guichet_changed', (payload) => {
          const { personId, what } = JSON.parse(payload) as { personId: string } & ChangedJson
          send(personId, 'changed', { what })
        }),
      ]
      heartbeat = setInterval(() => {
        for (const replies of open.values()) for (const reply of replies) reply.raw.write(': still here\n\n')
      }, HEARTBEAT_MS)
    },

    open(personId: string, request: FastifyRequest, reply: FastifyReply): void {
      const mine = open.get(personId) ?? new Set()
      open.set(personId, mine)
      const oldest = mine.size >= STREAMS_PER_PERSON_MAX ? mine.values().next().value : undefined
      if (oldest) oldest.raw.end()
      reply.hijack()
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      })
      reply.raw.write('retry: 2000\n\n')
      mine.add(reply)
      request.raw.on('close', () => {
        mine.delete(reply)
        if (mine.size === 0) open.delete(personId)
      })
    },

    /** Tells a person's pages, in every process, that something they show has changed. */
    async changed(personId: string, what: ChangedJson['what']): Promise<void> {
      await sql.query(`select pg_notify('guichet_changed', $1)`, [JSON.stringify({ personId, what })])
    },

    async stop(): Promise<void> {
      clearInterval(heartbeat)
      for (const one of stops) await one.stop()
      for (const replies of open.values()) for (const reply of replies) reply.raw.end()
      open.clear()
    },
  }
}
