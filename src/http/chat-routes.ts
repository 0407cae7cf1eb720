import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Fault } from '#kit'
import type { MessagesJson, SessionJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { localeOf, presenceOf, requireOwnPage, type sessionCookie, signedIn, timeZoneOf } from './security.ts'
import type { Session, Sessions } from './sessions.ts'
import type { Streams } from './streams.ts'

const MESSAGES_PER_PAGE_MAX = 100

const Locale = z.enum(['en', 'fr'])
const Say = z.strictObject({ text: z.string().min(1), locale: Locale })
const History = z.strictObject({
  before: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(MESSAGES_PER_PAGE_MAX).default(50),
})
/** Which of a person's open pages this is: random, made by the page itself. */
const Tab = z.strictObject({ tab: z.string().max(64).default('') })
const Chosen = z.strictObject({ chosen: z.array(z.string().max(200)).max(50).default([]) })
const Token = z.strictObject({ token: z.string().regex(/^[\w-]{16,64}$/) })

const tabOf = ({ headers }: FastifyRequest): string =>
  typeof headers['x-tab'] === 'string' ? headers['x-tab'] : ''

/** The conversation: session, messages, buttons, and the live stream of new messages. */
export function addChatRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { sessions: Sessions; cookie: ReturnType<typeof sessionCookie>; streams: Streams },
): void {
  const { vault, people, chat, sessions, cookie, streams, publicUrl, controlUrl, sql } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)

  /** Whoever writes becomes somebody: an anonymous person with nothing but a conversation. */
  const personOf = (request: FastifyRequest): Promise<string> =>
    sessions.personOf(request.session!, () => vault.welcome(localeOf(request), timeZoneOf(request)))

  async function describe(session: Session): Promise<SessionJson> {
    const { personId } = session
    const passkeys = personId
      ? await sql.query(`select 1 from web.passkey where person_id = $1 limit 1`, [personId])
      : []
    const links = personId ? await people.links(sql, personId) : []
    return {
      csrf: sessions.csrfOf(session),
      person: personId
        ? {
            id: personId,
            hasLink: links.some((link) => link.state === 'linked'),
            hasPasskey: passkeys.length > 0,
            steppedUp: session.steppedUp,
          }
        : null,
      locale: session.locale,
      controlUrl,
    }
  }

  server.get('/api/session', async (request, reply): Promise<SessionJson> => {
    if (request.session) return await describe(request.session)
    const session = await sessions.start(localeOf(request))
    cookie.write(reply, session)
    return await describe(session)
  })

  server.post('/api/session/locale', { preHandler: ownPage }, async (request): Promise<SessionJson> => {
    const { locale } = parse(z.strictObject({ locale: Locale }), request.body)
    const session = request.session!
    await sessions.setLocale(session, locale)
    if (session.personId) await people.setLocale(sql, session.personId, locale, timeZoneOf(request))
    return await describe({ ...session, locale })
  })

  server.post('/api/signout', { preHandler: ownPage }, async (request, reply) => {
    await sessions.end(request.session!)
    cookie.clear(reply)
    return await reply.code(204).send()
  })

  server.get('/api/chat/messages', async (request): Promise<MessagesJson> => {
    if (!request.session?.personId) return { messages: [] }
    const { before, limit } = parse(History, request.query)
    const messages = await chat.history(request.session.personId, {
      ...(before === undefined ? {} : { before }),
      limit,
      locale: localeOf(request),
    })
    return { messages }
  })

  server.post('/api/chat/messages', { preHandler: ownPage }, async (request): Promise<MessagesJson> => {
    const { text, locale } = parse(Say, request.body)
    if (text.length > 2_000) throw new Fault('message-too-long')
    const personId = await personOf(request)
    const context = { locale, timeZone: timeZoneOf(request), present: presenceOf(request) }
    const messages = await streams.answer(personId, tabOf(request), () => chat.hear(personId, text, context))
    return { messages }
  })

  server.post('/api/chat/actions/:token', { preHandler: ownPage }, async (request): Promise<MessagesJson> => {
    const { token } = parse(Token, request.params)
    const { chosen } = parse(Chosen, request.body ?? {})
    const { personId } = signedIn(request)
    const context = {
      locale: localeOf(request),
      timeZone: timeZoneOf(request),
      present: presenceOf(request),
    }
    const messages = await streams.answer(personId, tabOf(request), () =>
      chat.act(personId, token, context, chosen),
    )
    return { messages }
  })

  server.get('/api/events', async (request: FastifyRequest, reply: FastifyReply) => {
    const session = signedIn(request)
    const { tab } = parse(Tab, request.query)
    streams.open(session, tab, request, reply)
    return reply
  })
}
