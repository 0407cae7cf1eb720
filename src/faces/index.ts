/**
 * faces: the door for people's own apps and institutions' own tools, by standards they know. An authorization server, and a
 * face a standard in a folder of its own; each only reads what `readers` lends it under a person's consent. Owns no schema.
 */
import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Clock, Fault, type Random, type Sql } from '#kit'
import type { Readers } from '#readers'
import { createDecisions, type Decisions } from './authorization/decision.ts'
import { createKeep } from './authorization/keep.ts'
import { mountProvider, PREFIX } from './authorization/mount.ts'
import { createProvider, readSigningKey } from './authorization/provider.ts'
import type { ReadChanges } from './changes.ts'
import { CallRefused, createCheckCall } from './check-call.ts'
import { fdxDoor } from './fdx/index.ts'
import { createLent } from './lent.ts'
import { mountDocuments } from './openapi/mount.ts'
import { NotAboutAnybody, NotAllowed } from './refusals.ts'
import { mountFace } from './route.ts'
import { ukDoor } from './uk/index.ts'

export type Faces = Decisions & {
  /** Mounts the authorization server and the faces; `headers` go with every answer of the former. */
  mount(server: FastifyInstance, headers: Record<string, string>): void
}

/** `key` is 32 bytes of the server's own; the signing key is made in `keysFolder` at the first start. */
export async function createFaces(needs: {
  sql: Sql
  readers: Readers
  readChanges: ReadChanges
  publicUrl: URL
  keysFolder: string
  key: Buffer
  clock: Clock
  random: Random
  onFault(fault: { code: string; route: string; status: number; error: unknown }): void
}): Promise<Faces> {
  const { sql, readers, publicUrl, key, clock, random, onFault } = needs
  const { accesses, registry } = readers
  const audience = publicUrl.origin
  const issuer = `${publicUrl.origin}${PREFIX}`
  const signingKey = await readSigningKey(join(needs.keysFolder, 'oauth.jwk'))
  const provider = createProvider({
    issuer,
    audience,
    keep: createKeep({ sql, registry, key, clock, random }),
    signingKey,
    cookieKey: key,
    accesses,
    onError: (error) => onFault({ code: 'internal', route: PREFIX, status: 500, error }),
  })
  const checkCall = createCheckCall({ provider, signingKey, issuer, audience, readers, clock })
  const lent = createLent(readers)

  function onError(error: unknown, request: FastifyRequest, status: number): void {
    onFault({ code: codeOf(error), route: request.routeOptions.url ?? 'unknown', status, error })
  }
  const doors = [
    ukDoor({ lent, accesses, publicUrl, clock, onError }),
    fdxDoor({ lent, accesses, readChanges: needs.readChanges, publicUrl, onError }),
  ]

  return {
    ...createDecisions({ provider, readers, audience, clock }),
    mount(server, headers) {
      mountProvider(server, { provider, publicUrl, headers })
      for (const door of doors) mountFace(server, door, checkCall)
      mountDocuments(server, { doors, origin: publicUrl.origin, issuer })
    },
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Fault) return error.code
  if (error instanceof NotAllowed) return error.why
  if (error instanceof CallRefused || error instanceof NotAboutAnybody) return 'not-signed-in'
  const { status, statusCode } = error as { status?: number; statusCode?: number }
  return (status ?? statusCode ?? 500) < 500 ? 'request-malformed' : 'internal'
}
