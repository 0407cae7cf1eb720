import fastifyCookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { Fault } from '#kit'
import { addAppRoutes } from './app-routes.ts'
import { addBankRoutes } from './bank-routes.ts'
import { addCardRoutes } from './card-routes.ts'
import { addChatRoutes } from './chat-routes.ts'
import { addConsoleRoutes } from './console/console-routes.ts'
import { addEmbedRoutes } from './embed-routes.ts'
import { createAnswerFault } from './faults.ts'
import { createLeftBehind } from './left-behind.ts'
import { addLineRoutes } from './line-routes.ts'
import { addLinkRoutes } from './link-routes.ts'
import { addMessengerRoutes } from './messenger-routes.ts'
import type { HttpNeeds } from './needs.ts'
import { addPasskeyRoutes } from './passkey-routes.ts'
import { addPrivacyRoutes } from './privacy-routes.ts'
import { addPublicRoutes } from './public-routes.ts'
import { addPushRoutes } from './push-routes.ts'
import { addSecurityHeaders, securityHeaders, sessionCookie } from './security.ts'
import { createSessions } from './sessions.ts'
import { createStreams } from './streams.ts'
import { addWebhookRoutes } from './webhook-routes.ts'

/** A chat message is 2,000 characters at most: 64 KiB leaves room for every encoding of it. */
const BODY_BYTES_MAX = 64 * 1024
const REQUESTS_PER_MINUTE_MAX = 600
const SWEEP_MS = 60_000
/** Where nobody comes with a session of ours: no look at the database is spent on one. */
const WITHOUT_SESSION = [
  '/assets/',
  '/banks/',
  '/webhooks/',
  '/oauth/',
  '/fdx/',
  '/obie/',
  '/api/console/',
  '/embed',
  '/api/push/shown',
]

export type HttpServer = {
  server: FastifyInstance
  listen(host: string, port: number): Promise<string>
  stop(): Promise<void>
}

/** The web server: pages, their JSON, the log's public side, and the banks' messages. */
export async function createHttpServer(needs: HttpNeeds): Promise<HttpServer> {
  const { publicUrl, sql, clock, random, serverKey, sessionIdleMinutes, chat, onFault } = needs
  const answerFault = createAnswerFault(onFault)
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    // Behind a proxy on this machine everybody would otherwise come from one address, and share one limit.
    trustProxy: 'loopback',
    // An address that cannot be read: the library's own answer repeats it, and passes by the hooks below.
    frameworkErrors: (error, request, reply) =>
      void answerFault(error, request, reply.headers(securityHeaders(publicUrl))),
  })
  const sessions = createSessions({
    sql,
    clock,
    random,
    csrfKey: serverKey,
    idleMinutes: sessionIdleMinutes,
    ended: createLeftBehind(needs),
  })
  const cookie = sessionCookie(publicUrl)
  const streams = createStreams({
    sql,
    message: chat.message,
    onError: (error) =>
      onFault({
        code: error instanceof Fault ? error.code : 'internal',
        route: '/api/events',
        status: 500,
        error,
      }),
  })
  const all = { ...needs, sessions, cookie, streams, answerFault }

  server.setErrorHandler(answerFault)
  server.setNotFoundHandler(async (request, reply) =>
    isForABrowser(request)
      ? await reply.code(404).header('cache-control', 'no-store').sendFile('index.html')
      : answerFault(new Fault('not-found'), request, reply),
  )
  addSecurityHeaders(server, publicUrl)
  await server.register(fastifyCookie)
  // Signed bank messages are many by nature and checked by their signature instead.
  await server.register(rateLimit, {
    max: REQUESTS_PER_MINUTE_MAX,
    timeWindow: '1 minute',
    allowList: (request) => ['/banks/', '/log/', '/webhooks/'].some((path) => request.url.startsWith(path)),
    errorResponseBuilder: () => new Fault('too-many-requests'),
  })
  server.decorateRequest('session', null)
  // After the limit above, which is a route's own hook: whoever is turned away costs no look at the database.
  server.addHook('preParsing', async (request) => {
    if (WITHOUT_SESSION.some((path) => request.url.startsWith(path))) return
    request.session = await sessions.find(request.cookies[cookie.name])
  })

  addPublicRoutes(server, needs)
  addEmbedRoutes(server, needs)
  addChatRoutes(server, all)
  addLinkRoutes(server, all)
  addCardRoutes(server, all)
  addLineRoutes(server, all)
  addPrivacyRoutes(server, all)
  addPasskeyRoutes(server, all)
  addBankRoutes(server, all)
  addMessengerRoutes(server, all)
  addPushRoutes(server, all)
  addWebhookRoutes(server, all)
  const consoleDoor = addConsoleRoutes(server, all)
  addAppRoutes(server, all)
  needs.apps.mount(server, securityHeaders(publicUrl))

  let sweep: NodeJS.Timeout | undefined
  return {
    server,
    async listen(host, port) {
      await streams.start()
      sweep = setInterval(
        () =>
          void Promise.all([sessions.sweep(), consoleDoor.sweep()]).catch((error: unknown) =>
            onFault({ code: 'internal', route: 'sweep', status: 500, error }),
          ),
        SWEEP_MS,
      )
      return await server.listen({ host, port })
    },
    async stop() {
      clearInterval(sweep)
      await streams.stop()
      await server.close()
    },
  }
}

/** Whether somebody came here by a link or by hand: they read a page, and no JSON. */
const isForABrowser = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html')
