import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Presence } from '#intake'
import { Fault, type Locale } from '#kit'
import type { Session, Sessions } from './sessions.ts'

const USER_AGENT_LENGTH_MAX = 300

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null
  }
  interface FastifyContextConfig {
    /** The origins whose pages may have this one in a frame; nobody's may, when there are none. */
    framedBy?: readonly string[]
    /** Loaded by other people's pages, as the script that embeds the chat is. */
    loadedByOthers?: boolean
  }
}

const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/**
 * Headers of every answer. No third-party origin appears: a page of ours loads nothing from anybody else. Linking ends in a
 * redirect to the bank's own page, which the browser counts as a form's or script's navigation only: no exception to the
 * policy is needed for it.
 */
export function securityHeaders(
  publicUrl: URL,
  { framedBy = [], loadedByOthers = false }: { framedBy?: readonly string[]; loadedByOthers?: boolean } = {},
): Record<string, string> {
  return {
    'content-security-policy': `${CONTENT_POLICY}; frame-ancestors ${framedBy.join(' ') || "'none'"}`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    // It knows nobody and everybody only; where somebody may, the policy above says who.
    ...(framedBy.length === 0 ? { 'x-frame-options': 'DENY' } : {}),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': loadedByOthers ? 'cross-origin' : 'same-origin',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), payment=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
    ...(publicUrl.protocol === 'https:'
      ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }
      : {}),
  }
}

export function addSecurityHeaders(server: FastifyInstance, publicUrl: URL): void {
  server.addHook('onSend', async (request, reply) => {
    reply.headers(securityHeaders(publicUrl, request.routeOptions.config))
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}

/** The session cookie: with the `__Host-` prefix wherever there is TLS. Plain http is for localhost only. */
export function sessionCookie(publicUrl: URL): {
  name: string
  write(reply: FastifyReply, session: Session): void
  clear(reply: FastifyReply): void
} {
  const secure = publicUrl.protocol === 'https:'
  const name = secure ? '__Host-guichet' : 'guichet'
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  return {
    name,
    write: (reply, session) => void reply.setCookie(name, session.token, options),
    clear: (reply) => void reply.clearCookie(name, options),
  }
}

/**
 * Refuses a changing request that one of our own pages did not make: the Origin must be ours, and the CSRF token must
 * fit the session (ASVS 5, V3.5). Bank messages are signed instead, and do not pass here.
 */
export function requireOwnPage(publicUrl: URL, sessions: Sessions) {
  return async (request: FastifyRequest): Promise<void> => {
    const { origin } = request.headers
    if (origin !== publicUrl.origin) throw new Fault('origin-refused')
    const token = request.headers['x-csrf-token']
    if (
      !request.session ||
      !sessions.csrfFits(request.session, typeof token === 'string' ? token : undefined)
    ) {
      throw new Fault('origin-refused')
    }
  }
}

/** The session, its person included. Throws `not-signed-in`. */
export function signedIn(request: FastifyRequest): Session & { personId: string } {
  const { session } = request
  if (!session?.personId) throw new Fault('not-signed-in')
  return session as Session & { personId: string }
}

/** For what cannot be undone: the person must have proved who they are in this session, minutes ago. */
export function steppedUp(request: FastifyRequest): Session & { personId: string } {
  const session = signedIn(request)
  if (!session.steppedUp) throw new Fault('step-up-needed')
  return session
}

/** The language of a request: the session's, else the browser's first that we speak, else English. */
export function localeOf(request: FastifyRequest): Locale {
  if (request.session) return request.session.locale
  const wanted = (request.headers['accept-language'] ?? '').split(',').map((tag) => tag.trim().slice(0, 2))
  return wanted.find((tag): tag is Locale => tag === 'en' || tag === 'fr') ?? 'en'
}

/** The person's time zone as their browser tells it (an IANA name); UTC when it is missing or unknown. */
export function timeZoneOf(request: FastifyRequest): string {
  const given = request.headers['x-time-zone']
  if (typeof given !== 'string' || given.length > 64) return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone
  } catch (error) {
    if (error instanceof RangeError) return 'UTC'
    throw error
  }
}

/** Where a request came from, for a bank that its person has read: it is told to that bank, and kept nowhere. */
export const presenceOf = ({ ip, headers }: FastifyRequest): Presence => ({
  ipAddress: ip,
  userAgent: headers['user-agent']?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
})
