import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Face } from '#readers'
import type { Caller, CheckCall } from './check-call.ts'
import { NotAboutAnybody } from './refusals.ts'

/** A call that has been checked: who makes it, and what it carries. */
export type Call<P = unknown, Q = unknown, B = unknown> = {
  caller: Caller
  params: P
  query: Q
  body: B
  /** Whether the person is at the app, by the app's word for it. */
  attended: boolean
  /** The path and query that the call came with. */
  target: string
}

/** One operation of a face, said once: the server runs it, and the OpenAPI document is made from it. */
export type FaceRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As OpenAPI writes it: `/accounts/{accountId}`. */
  path: string
  name: string
  summary: string
  params: z.ZodType
  query: z.ZodType
  body: z.ZodType | null
  status: 200 | 201 | 204
  /** Null where nothing is sent back. */
  answer: z.ZodType | null
  /** The statuses it refuses with, besides those that every operation has. */
  refuses: readonly number[]
  handle(call: Call<never, never, never>): Promise<unknown>
}

const NOTHING = z.object({})

/** Makes a route whose handler has the types of its own schemas. */
export function route<
  P extends z.ZodType = typeof NOTHING,
  Q extends z.ZodType = typeof NOTHING,
  B extends z.ZodType | null = null,
  A extends z.ZodType | null = null,
>(given: {
  method: FaceRoute['method']
  path: string
  name: string
  summary: string
  params?: P
  query?: Q
  body?: B
  status?: FaceRoute['status']
  answer?: A
  refuses?: readonly number[]
  handle(
    call: Call<z.output<P>, z.output<Q>, B extends z.ZodType ? z.output<B> : undefined>,
  ): Promise<A extends z.ZodType ? z.input<A> : void>
}): FaceRoute {
  return {
    params: NOTHING,
    query: NOTHING,
    body: null,
    status: 200,
    answer: null,
    refuses: [],
    ...given,
  } as FaceRoute
}

/** A face: its routes under one path, and how it says no. */
export type FaceDoor = {
  face: Face
  prefix: string
  title: string
  description: string
  version: string
  routes: readonly FaceRoute[]
  attended(request: FastifyRequest): boolean
  /** What is wrong with a part of a call, by the field at fault: never with the value that was given. */
  malformed(field: string, part: 'params' | 'query' | 'body'): Error
  answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply
  /** The shape of every refusal. */
  error: z.ZodType
}

/** Who makes each call that is under way. */
const callers = new WeakMap<FastifyRequest, Caller>()

/** A UUID by the standards; whatever is as harmless is played back too. */
const INTERACTION_ID = /^[\w.-]{1,128}$/

/** Mounts a face. Whoever calls is checked first: a stranger learns nothing, not even which addresses there are. */
export function mountFace(server: FastifyInstance, door: FaceDoor, checkCall: CheckCall): void {
  server.register((scope, _options, done) => {
    scope.addHook('onRequest', async (request, reply) => {
      const given = request.headers['x-fapi-interaction-id']
      const id = typeof given === 'string' && INTERACTION_ID.test(given) ? given : randomUUID()
      reply.header('x-fapi-interaction-id', id)
    })
    scope.removeContentTypeParser('text/plain')
    scope.setErrorHandler((error, request, reply) => door.answerError(error, request, reply))
    for (const one of door.routes) addRoute(scope, door, one, checkCall)
    // An address that there is not is answered in the face's own words.
    scope.all(`${door.prefix}/*`, async (request) => {
      const { access } = await checkCall(request, door.face)
      if (access === null) throw new NotAboutAnybody('an app speaks for itself')
      throw Object.assign(new Error('no such address or method'), {
        statusCode: isKnown(door, request.url) ? 405 : 404,
      })
    })
    done()
  })
}

/** Whether an address is one of the face's, by whatever method. */
function isKnown({ prefix, routes }: FaceDoor, url: string): boolean {
  const path = url.split('?')[0]!.slice(prefix.length)
  return routes.some((one) => new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
}

function addRoute(scope: FastifyInstance, door: FaceDoor, one: FaceRoute, checkCall: CheckCall): void {
  const read = <T>(schema: z.ZodType<T>, given: unknown, part: 'params' | 'query' | 'body'): T => {
    const parsed = schema.safeParse(given ?? {})
    if (parsed.success) return parsed.data
    throw door.malformed(parsed.error.issues[0]?.path.join('.') ?? '', part)
  }
  scope.route({
    method: one.method,
    url: door.prefix + one.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    // Before a body is read, since what a stranger sends is not looked at; after the limit on calls, which is a route's own
    // first hook, since looking a caller up costs the database.
    async preParsing(request) {
      callers.set(request, await checkCall(request, door.face))
    },
    async handler(request, reply) {
      const caller = callers.get(request)!
      const answer = await one.handle({
        caller,
        params: read(one.params, request.params, 'params'),
        query: read(one.query, request.query, 'query'),
        body: one.body ? read(one.body, request.body, 'body') : undefined,
        attended: door.attended(request),
        target: request.raw.url ?? '/',
      } as Call<never, never, never>)
      if (one.status === 204) return await reply.code(204).send()
      return await reply.code(one.status).type('application/json; charset=utf-8').send(answer)
    },
  })
}
