import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '#kit'
import type { AnswerFault } from './faults.ts'

/** Banks and messengers batch what they tell us; a single event is a few kilobytes. */
const BODY_BYTES_MAX = 1024 * 1024

/** Routes whose messages are signed: over the bytes as they came, so that nothing may parse them first. */
export function addSignedRoutes(
  server: FastifyInstance,
  answerFault: AnswerFault,
  addRoutes: (signed: FastifyInstance) => void,
): void {
  server.register((signed, _options, ready) => {
    signed.removeAllContentTypeParsers()
    signed.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => done(null, body),
    )
    addRoutes(signed)
    signed.setErrorHandler((error, request, reply) => {
      const tooLarge = (error as { code?: string }).code === 'FST_ERR_CTP_BODY_TOO_LARGE'
      return answerFault(tooLarge ? new Fault('event-too-large') : error, request, reply)
    })
    ready()
  })
}

/** The bytes of a signed message; none when it came without a body. */
export const bytesOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))
