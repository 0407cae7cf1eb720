import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { FAULTS, Fault, type FaultCode } from '#kit'
import type { HttpNeeds } from './needs.ts'

const YEAR_SECONDS = 31_536_000
/** Routes of the pages: the same document answers them all, and the browser draws the right one. */
const PAGES = [
  ...['/', '/link', '/signin', '/cards', '/payments', '/messengers', '/transcript', '/privacy'],
  ...['/allow/:uid', '/o/:token'],
]
/** What a phone asks for that puts Guichet on its home screen: iOS hands alerts to no other page. */
const HOME_SCREEN = [
  ...['manifest.webmanifest', 'icon-192.png', 'icon-512.png', 'icon-maskable-512.png'],
  'apple-touch-icon.png',
]
/** In the demo, and nowhere else, these are shown beside a simulated phone. */
const BESIDE_A_PHONE = ['/', '/messengers', '/o/:token']

/** What anybody may read: the pages, the log, our public keys, and whether we are well. */
export function addPublicRoutes(server: FastifyInstance, needs: HttpNeeds): void {
  const { pagesFolder, controlUrl, log, receipts, banks, sql } = needs

  server.register(fastifyStatic, {
    root: pagesFolder,
    serve: false,
    cacheControl: false,
  })

  for (const path of PAGES) {
    const framedBy = BESIDE_A_PHONE.includes(path) && controlUrl ? [new URL(controlUrl).origin] : []
    server.get(path, { config: { framedBy } }, async (_request, reply) => {
      if (!existsSync(`${pagesFolder}/index.html`)) {
        throw new Fault('internal', { detail: 'the pages are not built: run `npm run build`' })
      }
      return await reply.sendFile('index.html')
    })
  }

  server.get('/console', async (_request, reply) => {
    if (!existsSync(`${pagesFolder}/console.html`)) {
      throw new Fault('internal', { detail: 'the pages are not built: run `npm run build`' })
    }
    return await reply.sendFile('console.html')
  })

  for (const name of HOME_SCREEN)
    server.get(`/${name}`, async (_request, reply) => await reply.sendFile(name))

  // File names carry a hash of their content, so what was fetched once never changes.
  server.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) => {
    reply.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`)
    return await reply.sendFile(`assets/${request.params['*']}`)
  })

  server.get('/log/*', async (request, reply) => {
    const file = await log.publicFile(new URL(request.raw.url ?? '/', needs.publicUrl).pathname)
    if (!file) throw new Fault('not-found')
    return await reply
      .type(file.contentType)
      .header('cache-control', file.immutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-store')
      .header('access-control-allow-origin', '*')
      .send(file.body)
  })

  // A page that a redirect lands on has only a code in its address: here is the sentence for it.
  server.get<{ Params: { code: string }; Querystring: { locale?: string } }>(
    '/api/faults/:code',
    async ({ params, query }) => {
      const code = Object.hasOwn(FAULTS, params.code) ? (params.code as FaultCode) : 'internal'
      return { sentence: FAULTS[code][query.locale === 'fr' ? 'fr' : 'en'] }
    },
  )

  // The same text as in docs/: a bank's tools read it from the Guichet that they will push to.
  for (const [name, document] of Object.entries(banks.contract())) {
    const text = `${JSON.stringify(document, null, 2)}\n`
    server.get(`/docs/${name}`, async (_request, reply) =>
      reply
        .type(name.endsWith('.schema.json') ? 'application/schema+json' : 'application/json')
        .header('access-control-allow-origin', '*')
        .send(text),
    )
  }

  server.get('/.well-known/jwks.json', async () => banks.clientJwks())

  server.get('/.well-known/guichet.json', async () => ({
    log: { origin: log.origin, vkey: log.vkey },
    receipts: receipts.jwks,
  }))

  server.get('/health', async () => {
    await sql.query('select 1')
    return { ok: true }
  })
}
