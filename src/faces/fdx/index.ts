import type { FastifyRequest } from 'fastify'
import { Fault } from '#kit'
import type { Readers } from '#readers'
import { challenge } from '../challenge.ts'
import type { ReadChanges } from '../changes.ts'
import { CallRefused } from '../check-call.ts'
import type { Lent } from '../lent.ts'
import { NotAboutAnybody, NotAllowed } from '../refusals.ts'
import type { FaceDoor } from '../route.ts'
import { fdxRoutes } from './routes.ts'
import { FdxErrorBody } from './shapes.ts'
import { FdxError, fdxErrorOf } from './words.ts'

/** The face by the names of FDX 6. */
export function fdxDoor(needs: {
  lent: Lent
  accesses: Readers['accesses']
  readChanges: ReadChanges
  publicUrl: URL
  onError(error: unknown, request: FastifyRequest, status: number): void
}): FaceDoor {
  return {
    face: 'fdx',
    prefix: '/fdx/v6',
    title: 'Guichet, FDX 6-shaped',
    description: 'What a person let an app of theirs read, by the names of FDX 6.',
    version: '6',
    routes: fdxRoutes({ ...needs, names: { provider: 'Guichet', home: needs.publicUrl.origin } }),
    attended(request) {
      const given = request.headers.fdxapiactortype
      if (given === undefined || given === 'USER') return true
      if (given === 'BATCH') return false
      throw new FdxError('malformed', 'FdxApiActorType is USER or BATCH')
    },
    malformed: (field) =>
      new FdxError('malformed', `${field || 'the body'} does not have the standard’s shape`),
    error: FdxErrorBody,
    answerError(error, request, reply) {
      const said = asFdx(error)
      needs.onError(error, request, said.status)
      if (said.status === 401) challenge(reply)
      return reply.code(said.status).type('application/json; charset=utf-8').send(said.body)
    },
  }
}

function asFdx(error: unknown): FdxError {
  if (error instanceof FdxError) return error
  if (error instanceof CallRefused)
    return error.why === 'stale'
      ? new FdxError('unauthorized', 'A DPoP-bound access token that is still good is needed')
      : new FdxError('forbidden', 'This token is for another standard')
  if (error instanceof NotAllowed)
    return new FdxError('unauthorized', 'The consent behind this token is over')
  if (error instanceof NotAboutAnybody)
    return new FdxError('forbidden', 'This token is the app’s own: nobody allowed it anything')
  if (error instanceof Fault) return fdxErrorOf(error.code)
  const { statusCode } = error as { statusCode?: number }
  if (statusCode === 429) return new FdxError('too-many-requests')
  if (statusCode === 405) return new FdxError('method-unknown', 'This address has no such method')
  if (statusCode === 404) return new FdxError('consent-unknown', 'There is no such address')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new FdxError('malformed', 'The body is not JSON of the standard’s shape')
  return new FdxError('internal')
}
