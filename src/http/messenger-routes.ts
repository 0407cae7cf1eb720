import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { MessengerCodeJson, MessengersJson, SealedJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { requireOwnPage, signedIn } from './security.ts'
import type { Sessions } from './sessions.ts'

const Begin = z.strictObject({ messenger: z.string().regex(/^[a-z]{1,20}$/) })
const Confirm = z.strictObject({ digits: z.string().regex(/^\d{2}$/) })
const Order = z.strictObject({ ids: z.array(z.string().regex(/^[\w-]{1,64}$/)).max(20) })
const Chosen = z.strictObject({ wording: z.enum(['plain', 'neutral']) })
const Address = z.strictObject({ address: z.email().max(254) })
const Code = z.strictObject({ code: z.string().min(1).max(20) })
const Id = z.strictObject({ id: z.string().regex(/^[\w-]{1,64}$/) })
const Seen = z.strictObject({ same: z.boolean() })
const Token = z.strictObject({ token: z.string().regex(/^[\w-]{16,64}$/) })

/** The page of a person's chat apps, and the page that a sealed link opens. */
export function addMessengerRoutes(server: FastifyInstance, needs: HttpNeeds & { sessions: Sessions }): void {
  const { messengers, sessions, publicUrl } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)

  server.get('/api/messengers', async (request): Promise<MessengersJson> => {
    const { personId } = signedIn(request)
    return await messengers.describe(personId)
  })

  server.post(
    '/api/messengers/codes',
    { preHandler: ownPage },
    async (request): Promise<MessengerCodeJson> => {
      const { messenger } = parse(Begin, request.body)
      return await messengers.begin(signedIn(request).personId, messenger)
    },
  )

  server.post(
    '/api/messengers/confirm',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> => {
      const { digits } = parse(Confirm, request.body)
      return await messengers.confirm(signedIn(request).personId, digits)
    },
  )

  server.post('/api/messengers/order', { preHandler: ownPage }, async (request): Promise<MessengersJson> => {
    const { ids } = parse(Order, request.body)
    return await messengers.order(signedIn(request).personId, ids)
  })

  server.post(
    '/api/messengers/wording',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> => {
      const { wording } = parse(Chosen, request.body)
      return await messengers.setWording(signedIn(request).personId, wording)
    },
  )

  server.delete(
    '/api/messengers/addresses/:id',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> => {
      const { id } = parse(Id, request.params)
      return await messengers.unlink(signedIn(request).personId, id)
    },
  )

  server.post(
    '/api/messengers/addresses/:id/verification',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> => {
      const { id } = parse(Id, request.params)
      return await messengers.verify(signedIn(request).personId, id)
    },
  )

  server.post(
    '/api/messengers/addresses/:id/verification/conclude',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> => {
      const { id } = parse(Id, request.params)
      const { same } = parse(Seen, request.body)
      return await messengers.concludeVerification(signedIn(request).personId, id, same)
    },
  )

  server.post('/api/messengers/mail', { preHandler: ownPage }, async (request): Promise<MessengersJson> => {
    const { address } = parse(Address, request.body)
    return await messengers.beginMail(signedIn(request).personId, address)
  })

  server.post(
    '/api/messengers/mail/confirm',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> => {
      const { code } = parse(Code, request.body)
      return await messengers.confirmMail(signedIn(request).personId, code)
    },
  )

  server.delete('/api/messengers/mail', { preHandler: ownPage }, async (request): Promise<MessengersJson> => {
    return await messengers.removeMail(signedIn(request).personId, 'all')
  })

  server.delete(
    '/api/messengers/mail/waiting',
    { preHandler: ownPage },
    async (request): Promise<MessengersJson> =>
      await messengers.removeMail(signedIn(request).personId, 'waiting'),
  )

  // A GET of the link shows the same empty page to everybody and uses nothing up: messengers fetch the links they carry.
  server.post('/api/sealed/:token', { preHandler: ownPage }, async (request): Promise<SealedJson> => {
    const { token } = parse(Token, request.params)
    return { messages: await messengers.openSealed(signedIn(request).personId, token) }
  })
}
