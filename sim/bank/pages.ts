import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** `embeds` is another origin that a page takes a script and a frame from. */
const contentPolicy = (embeds = '') =>
  `default-src 'none'; script-src 'self' ${embeds}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; ` +
  `connect-src 'self'; frame-src ${embeds || "'none'"}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** Serves the built assets at `/assets/`, and gives the sender of one built page. */
export async function installPages(app: FastifyInstance, pagesFolder: string) {
  const assets = join(pagesFolder, 'assets')
  if (existsSync(assets)) {
    await app.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      index: false,
      immutable: true,
      maxAge: '1y',
      cacheControl: true,
    })
  }
  /** `chat` is the Guichet that the page has in it: by its script, in the page's language, or in a frame alone. */
  return async function sendPage(
    reply: FastifyReply,
    name: string,
    chat?: { guichetUrl: string; language?: 'en' | 'fr' },
  ) {
    const html = await readFile(join(pagesFolder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (html === null) {
      return reply.code(503).type('text/plain').send(`${name} is not built: node scripts/setup.mjs --pages\n`)
    }
    const script = chat?.language
      ? `<script src="${chat.guichetUrl}/embed.js" data-lang="${chat.language}" async></script>`
      : ''
    return reply
      .header('content-security-policy', contentPolicy(chat?.guichetUrl))
      .type('text/html; charset=utf-8')
      .send(html.replace('</body>', `${script}</body>`))
  }
}
