import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { localeOf, securityHeaders, sessionCookie, timeZoneOf } from './security.ts'
import type { Session } from './sessions.ts'

const request = (headers: Record<string, string>) => ({ headers, session: null }) as unknown as FastifyRequest

test('with TLS the session cookie is bound to this host, and the browser never comes back without TLS', () => {
  const written: unknown[] = []
  const reply = { setCookie: (...all: unknown[]) => written.push(all) } as unknown as FastifyReply
  sessionCookie(new URL('https://guichet.example')).write(reply, { token: 'secret' } as Session)
  assert.deepEqual(written, [
    ['__Host-guichet', 'secret', { path: '/', httpOnly: true, sameSite: 'lax', secure: true }],
  ])
  assert.match(
    securityHeaders(new URL('https://guichet.example'))['strict-transport-security']!,
    /max-age=\d{8}/,
  )
  assert.equal(securityHeaders(new URL('http://localhost:4400'))['strict-transport-security'], undefined)
})

test('a browser that asks for a language we do not speak, or for nonsense, is answered in English', () => {
  for (const [asked, locale] of [
    ['fr-CA,fr;q=0.9,en;q=0.8', 'fr'],
    ['de,fr', 'fr'],
    ['en-GB', 'en'],
    ['de', 'en'],
    ['', 'en'],
    ['\u0000,,;;q=', 'en'],
    [`${'x,'.repeat(4_000)}fr`, 'fr'],
  ] as const)
    assert.equal(localeOf(request({ 'accept-language': asked })), locale)
})

test('a time zone that does not exist is taken for UTC', () => {
  assert.equal(timeZoneOf(request({ 'x-time-zone': 'Europe/Paris' })), 'Europe/Paris')
  for (const zone of ['', 'Mars/Olympus', '../../etc', 'x'.repeat(65), 'Europe/Paris\u0000'])
    assert.equal(timeZoneOf(request({ 'x-time-zone': zone })), 'UTC', zone)
  assert.equal(timeZoneOf(request({})), 'UTC')
})
