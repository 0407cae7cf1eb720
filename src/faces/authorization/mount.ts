import type { FastifyInstance } from 'fastify'
import type Provider from 'oidc-provider'

/** Where the authorization server stands: its issuer is this path of our own address. */
export const PREFIX = '/oauth'

/** Mounts the authorization server, which reads its own bodies and writes its own answers. */
export function mountProvider(
  server: FastifyInstance,
  needs: { provider: Provider; publicUrl: URL; headers: Record<string, string> },
): void {
  const { provider, publicUrl, headers } = needs
  const answer = provider.callback()
  server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    scope.all(`${PREFIX}/*`, (request, reply) => {
      const { raw } = request
      for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value)
      // Addresses are made of ours, whatever the caller says that our name is.
      raw.headers.host = publicUrl.host
      delete raw.headers['x-forwarded-host']
      raw.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1)
      Object.assign(raw, { originalUrl: raw.url, url: raw.url!.slice(PREFIX.length) })
      reply.hijack()
      void answer(raw, reply.raw)
    })
    done()
  })
}
