import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { MessengersJson, PushJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { requireOwnPage, signedIn } from './security.ts'
import type { Sessions } from './sessions.ts'

const base64url = (least: number, most: number) =>
  z.string().regex(new RegExp(`^[\\w-]{${least},${most}}={0,2}$`))
const endpoint = z.url().max(1_000)
const Endpoint = z.strictObject({ endpoint })
/** An uncompressed point of P-256, and 16 bytes that only the browser and we know (RFC 8291). */
const Subscription = z.strictObject({
  endpoint,
  keys: z.strictObject({ p256dh: base64url(87, 87), auth: base64url(22, 22) }),
})
const Moved = z.strictObject({ from: endpoint, renewal: base64url(43, 43), to: Subscription })
const Id = z.strictObject({ id: z.string().regex(/^[\w-]{1,64}$/) })
const Shown = z.strictObject({ receipt: base64url(43, 43) })

/** Warnings on a person's own browser: to turn on and off there, and what the browser says once it showed one. */
export function addPushRoutes(server: FastifyInstance, needs: HttpNeeds & { sessions: Sessions }): void {
  const { messengers, sessions, publicUrl } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)

  server.get('/push-worker.js', async (_request, reply) => reply.sendFile('push-worker.js'))

  server.post('/api/push', { preHandler: ownPage }, async (request): Promise<PushJson> => {
    return await messengers.subscribePush(signedIn(request).personId, parse(Subscription, request.body))
  })

  server.post('/api/push/look', { preHandler: ownPage }, async (request): Promise<PushJson> => {
    const { endpoint } = parse(Endpoint, request.body)
    return await messengers.lookPush(signedIn(request).personId, endpoint)
  })

  server.delete('/api/push', { preHandler: ownPage }, async (request): Promise<PushJson> => {
    const { endpoint } = parse(Endpoint, request.body)
    return await messengers.unsubscribePush(signedIn(request).personId, endpoint)
  })

  // From a service worker too, whose browser has another address now.
  server.post('/api/push/moved', async (request): Promise<PushJson> => {
    const { from, renewal, to } = parse(Moved, request.body)
    return await messengers.movePush(from, renewal, to)
  })

  server.delete(
    '/api/push/devices/:id',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> => {
      const { id } = parse(Id, request.params)
      return await messengers.removePush(signedIn(request).personId, id)
    },
  )

  // From a service worker, which may have no session any more: the receipt itself came encrypted for this browser alone.
  server.post('/api/push/shown', async (request, reply) => {
    await messengers.pushShown(parse(Shown, request.body).receipt)
    return await reply.code(204).send()
  })
}
