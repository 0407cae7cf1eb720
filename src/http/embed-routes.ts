import type { FastifyInstance } from 'fastify'
import type { EmbedJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'

/** A bank changes nothing on its page when the script changes: it is asked for anew soon. */
const SCRIPT_SECONDS = 600

/**
 * The chat within another page, where the operator named that page's origin. The script there makes a button and a frame of
 * our own origin, and learns nothing of what is said in it.
 */
export function addEmbedRoutes(server: FastifyInstance, { embedOrigins }: HttpNeeds): void {
  if (embedOrigins.length === 0) return

  server.get('/embed.js', { config: { loadedByOthers: true } }, async (_request, reply) =>
    reply.header('cache-control', `public, max-age=${SCRIPT_SECONDS}`).sendFile('embed.js'),
  )

  // In a frame on another site no browser sends our session along, and we want no other one there: the chat opens beside it.
  server.get('/embed', { config: { framedBy: embedOrigins } }, async (request, reply) =>
    request.headers['sec-fetch-site'] === 'cross-site'
      ? await reply.redirect('/embed/elsewhere')
      : await reply.sendFile('embed.html'),
  )
  server.get('/embed/elsewhere', { config: { framedBy: embedOrigins } }, async (_request, reply) =>
    reply.sendFile('embed.html'),
  )

  server.get('/api/embed', async (): Promise<EmbedJson> => ({ origins: [...embedOrigins] }))
}
