import type { FastifyInstance, FastifyReply } from 'fastify'

/** Where a bank can be made to misbehave. */
export const ENDPOINTS = [
  'discovery',
  'par',
  'token',
  'accounts',
  'account',
  'transactions',
  'customer',
  'consent',
  'revocation',
  'block',
  'unblock',
  'replacement',
  'release',
  'dispute',
] as const
export type Endpoint = (typeof ENDPOINTS)[number]

/** How. The first five fit every endpoint; the others change what an FDX answer says. */
export const FAULT_KINDS = [
  'answer-500',
  'answer-429',
  'answer-403',
  'hang',
  'malformed-json',
  'another-persons-account',
  'currency-unknown',
  'amount-fraction',
  'pages-without-end',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

const OAUTH_PATHS: Record<string, Endpoint> = {
  '/.well-known/openid-configuration': 'discovery',
  '/request': 'par',
  '/token': 'token',
}

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: Endpoint
  }
}

export type Faults = ReturnType<typeof createFaults>

/** The switches by which tests and the control page make a bank fail. Nothing here is remembered over a restart. */
export function createFaults() {
  const set = new Map<Endpoint, FaultKind>()
  const hanging = new Set<FastifyReply>()

  return {
    set(endpoint: Endpoint, kind: FaultKind | null): void {
      if (kind) set.set(endpoint, kind)
      else set.delete(endpoint)
    },
    clear: () => set.clear(),
    on: (endpoint: Endpoint): FaultKind | undefined => set.get(endpoint),
    list: () => [...set].map(([endpoint, kind]) => ({ endpoint, kind })),

    /** Lets go of the requests that were left hanging. */
    release(): void {
      for (const reply of hanging) reply.raw.destroy()
      hanging.clear()
    },

    install(app: FastifyInstance): void {
      app.addHook('onRequest', async (request, reply) => {
        const endpoint = request.routeOptions.config.endpoint ?? OAUTH_PATHS[request.url.split('?')[0]!]
        switch (endpoint && set.get(endpoint)) {
          case 'answer-500':
            return reply.code(500).send({ code: '500', message: 'Internal server error', debugMessage: '' })
          case 'answer-429':
            return reply
              .code(429)
              .header('retry-after', '1')
              .send({ code: '1207', message: 'Too many requests', debugMessage: '' })
          case 'answer-403':
            return reply.code(403).send({ code: '706', message: 'Forbidden', debugMessage: '' })
          case 'malformed-json':
            return reply.code(200).type('application/json').send('{"accounts":[{"accountId":')
          case 'hang':
            reply.hijack()
            hanging.add(reply)
            request.raw.socket.once('close', () => hanging.delete(reply))
        }
      })
    },
  }
}
