import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Fault } from '#kit'
import type { AnswerFault } from './faults.ts'
import type { HttpNeeds } from './needs.ts'
import { parse } from './parse.ts'

/** Messengers batch what they tell us; a single event is a few kilobytes. */
const BODY_BYTES_MAX = 1024 * 1024

const Door = z.strictObject({ messenger: z.string().regex(/^[a-z]{1,20}$/) })
const Query = z.record(z.string(), z.string().max(500).optional().catch(undefined))

/** What messengers tell us. It is committed, then answered, then worked: they wait for no conversation. */
export function addWebhookRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { answerFault: AnswerFault },
): void {
  const { messengers, webhookSeen } = needs

  // Signatures are over the bytes as they came: nothing may parse them first.
  server.register((signed, _options, ready) => {
    signed.removeAllContentTypeParsers()
    signed.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => done(null, body),
    )

    signed.get('/webhooks/:messenger', async (request, reply) => {
      const { messenger } = parse(Door, request.params)
      const text = messengers.challenge(messenger, parse(Query, request.query))
      return await reply.type('text/plain; charset=utf-8').send(text)
    })

    signed.post('/webhooks/:messenger', async (request, reply) => {
      const { messenger } = parse(Door, request.params)
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      try {
        await messengers.receive(messenger, request.headers, body)
      } catch (error) {
        // Strangers may knock as they like: only what carries the messenger's own signature says something of the way in.
        const isStranger = error instanceof Fault && ['webhook-unsigned', 'not-found'].includes(error.code)
        if (!isStranger) webhookSeen(messenger, false)
        throw error
      }
      webhookSeen(messenger, true)
      return await reply.type('text/plain; charset=utf-8').send('ok')
    })

    signed.setErrorHandler((error, request, reply) => {
      const tooLarge = (error as { code?: string }).code === 'FST_ERR_CTP_BODY_TOO_LARGE'
      return needs.answerFault(tooLarge ? new Fault('event-too-large') : error, request, reply)
    })
    ready()
  })
}
