import type { FastifyRequest } from 'fastify'
import { type Clock, Fault } from '#kit'
import type { Readers } from '#readers'
import { challenge } from '../challenge.ts'
import { CallRefused } from '../check-call.ts'
import type { Lent } from '../lent.ts'
import { NotAboutAnybody, NotAllowed } from '../refusals.ts'
import type { FaceDoor } from '../route.ts'
import { ukRoutes } from './routes.ts'
import { UkErrorBody } from './shapes.ts'
import { UkError, ukErrorOf } from './words.ts'

/** The account-information face of UK Open Banking v4. */
export function ukDoor(needs: {
  lent: Lent
  accesses: Readers['accesses']
  publicUrl: URL
  clock: Clock
  onError(error: unknown, request: FastifyRequest, status: number): void
}): FaceDoor {
  return {
    face: 'uk',
    prefix: '/obie/v4.0/aisp',
    title: 'Guichet, UK Open Banking v4 account information',
    description: 'What a person let an app of theirs read, by the names of UK Open Banking v4.',
    version: '4.0',
    routes: ukRoutes(needs),
    // The standard has the address of a person who is at the app in this header, and none otherwise.
    attended: (request) => request.headers['x-fapi-customer-ip-address'] !== undefined,
    malformed: (field, part) =>
      part === 'params'
        ? new UkError('resource-unknown', 'There is no such resource', field)
        : new UkError('field-invalid', 'This does not have the standard’s shape', field || undefined),
    error: UkErrorBody,
    answerError(error, request, reply) {
      const said = asUk(error)
      needs.onError(error, request, said.status)
      if (said.status === 401) challenge(reply)
      return reply.code(said.status).type('application/json; charset=utf-8').send(said.body)
    },
  }
}

function asUk(error: unknown): UkError {
  if (error instanceof UkError) return error
  if (error instanceof CallRefused)
    return error.why === 'stale'
      ? new UkError('unauthorized', 'A DPoP-bound access token that is still good is needed')
      : new UkError('forbidden', 'This token is for another standard')
  if (error instanceof NotAllowed) return new UkError('unauthorized', 'The consent behind this token is over')
  if (error instanceof NotAboutAnybody)
    return new UkError('unauthorized', 'This token is the app’s own: nobody allowed it anything')
  if (error instanceof Fault) return ukErrorOf(error.code)
  const { statusCode } = error as { statusCode?: number }
  if (statusCode === 429) return new UkError('too-many-requests', 'That was too fast')
  if (statusCode === 404) return new UkError('address-unknown', 'There is no such address')
  if (statusCode === 405) return new UkError('method-unknown', 'This address has no such method')
  if (statusCode === 415) return new UkError('media-type', 'A body is application/json')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new UkError('field-invalid', 'The body is not JSON of the standard’s shape')
  return new UkError('internal', 'Something went wrong here')
}
