import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'

const BODY_BYTES_MAX = 64 * 1024

/**
 * Takes a port before anything is built on it: a bank's issuer names its port. With `port` 0 the `preferred` one is tried
 * first, because an issuer that changes at a restart would not be the same bank any more.
 */
export async function listen(host: string, port: number, preferred: number | null): Promise<Server> {
  if (port !== 0 || preferred === null) return await listenOn(host, port)
  return await listenOn(host, preferred).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') return listenOn(host, 0)
    throw error
  })
}

function listenOn(host: string, port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

export const portOf = (server: Server) => (server.address() as AddressInfo).port

/** A Fastify application on a server that already listens. */
export function createApp(server: Server): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    serverFactory: (handler) => {
      server.on('request', handler as RequestListener)
      return server
    },
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  return app
}

export async function close(app: FastifyInstance, server: Server): Promise<void> {
  server.closeAllConnections()
  await app.close()
  if (server.listening) await new Promise((resolve) => server.close(resolve))
}
