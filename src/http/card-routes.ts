import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { CardJson, CardsJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { localeOf, requireOwnPage, signedIn, steppedUp, timeZoneOf } from './security.ts'
import type { Sessions } from './sessions.ts'

const Id = z.string().regex(/^[\w-]{1,80}$/)
const Order = z.strictObject({
  linkId: Id,
  accountId: Id,
  cardNumberDisplay: z.string().regex(/^[\w*]{1,19}$/),
  kind: z.enum(['block', 'unblock', 'replace']),
})

/** The page of a person's cards: what a message may never do is done here, by whoever has just signed in. */
export function addCardRoutes(server: FastifyInstance, needs: HttpNeeds & { sessions: Sessions }): void {
  const { chat, sessions, publicUrl } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)

  server.get('/api/cards', async (request): Promise<CardsJson> => {
    const { personId } = signedIn(request)
    return { cards: await chat.cards(personId), said: [] }
  })

  server.post('/api/cards/orders', { preHandler: ownPage }, async (request): Promise<CardsJson> => {
    const order = parse(Order, request.body)
    // Anybody in front of an open session may stop a card; only its holder sets it free.
    const { personId } = order.kind === 'block' ? signedIn(request) : steppedUp(request)
    const context = { locale: localeOf(request), timeZone: timeZoneOf(request) }
    const messages = await chat.orderForCard(personId, order, context)
    const cards: CardJson[] = await chat.cards(personId)
    return { cards, said: messages.slice(-1).map(({ text }) => text) }
  })
}
