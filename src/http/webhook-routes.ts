import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { AnswerFault } from './faults.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'
import { addSignedRoutes, bytesOf } from './signed-routes.ts'

const Door = z.strictObject({ messenger: z.string().regex(/^[a-z]{1,20}$/) })
const Query = z.record(z.string(), z.string().max(500).optional().catch(undefined))

/** What messengers tell us. It is committed, then answered, then worked: they wait for no conversation. */
export function addWebhookRoutes(
  server: FastifyInstance,
  { messengers, answerFault }: HttpNeeds & { answerFault: AnswerFault },
): void {
  addSignedRoutes(server, answerFault, (signed) => {
    signed.addHook('onResponse', async ({ method, params, headers }, reply) => {
      const door = Door.safeParse(params)
      if (method === 'POST' && door.success)
        messengers.answered(door.data.messenger, headers, reply.statusCode)
    })

    signed.get('/webhooks/:messenger', async (request, reply) => {
      const { messenger } = parse(Door, request.params)
      const text = messengers.challenge(messenger, parse(Query, request.query))
      return await reply.type('text/plain; charset=utf-8').send(text)
    })

    signed.post('/webhooks/:messenger', async (request, reply) => {
      const { messenger } = parse(Door, request.params)
      await messengers.receive(messenger, request.headers, bytesOf(request))
      return await reply.type('text/plain; charset=utf-8').send('ok')
    })
  })
}
