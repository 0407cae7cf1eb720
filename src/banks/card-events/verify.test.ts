import assert from 'node:assert/strict'
import { createHash, createPrivateKey, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createSigner, httpbis } from 'http-message-signatures'
import { Fault, MINUTE, SECOND } from '#kit'
import type { BankProfile } from '../profile.ts'
import { type SignedMessage, verifyBankMessage } from './verify.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const clock = { now: () => NOW }
const PATH = '/banks/chase/events'
const BODY = Buffer.from('[{"specversion":"1.0"}]')
const CONTENT_TYPE = 'application/cloudevents-batch+json'

function keyNamed(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { kid, privateKey, open: { ...publicKey.export({ format: 'jwk' }), kid } }
}
const own = keyNamed('chase-1')
const next = keyNamed('chase-2')
const others = keyNamed('citi-1')
const profileOf = (...keys: { open: JsonWebKey & { kid: string } }[]) =>
  ({ id: 'chase', eventKeys: keys.map(({ open }) => open) }) as unknown as BankProfile
const chase = profileOf(own, next)

const digestOf = (body: Buffer, hash = 'sha256') => createHash(hash).update(body).digest('base64')

/** A message as the bank signs it, with whatever a test wants different. */
async function signed(
  over: {
    key?: typeof own
    kid?: string
    method?: string
    path?: string
    body?: Buffer
    digest?: string
    contentType?: string
    fields?: string[]
    params?: string[]
    created?: number
    expires?: number
    nonce?: string
    tag?: string
    headers?: Record<string, string>
  } = {},
): Promise<SignedMessage> {
  const { key = own, method = 'POST', path = PATH, body = BODY } = over
  const { headers } = await httpbis.signMessage(
    {
      key: createSigner(
        createPrivateKey(key.privateKey.export({ type: 'pkcs8', format: 'pem' })),
        'ed25519',
        over.kid ?? key.kid,
      ),
      fields: over.fields ?? ['@method', '@path', 'content-type', 'content-digest'],
      params: over.params ?? [
        'created',
        'keyid',
        'nonce',
        'tag',
        ...(over.expires === undefined ? [] : ['expires']),
      ],
      paramValues: {
        created: new Date(over.created ?? NOW),
        ...(over.expires === undefined ? {} : { expires: new Date(over.expires) }),
        nonce: over.nonce ?? randomBytes(18).toString('base64url'),
        tag: over.tag ?? 'guichet-event',
      },
    },
    {
      method,
      url: `https://guichet.example${path}`,
      headers: {
        'content-type': over.contentType ?? CONTENT_TYPE,
        'content-digest': over.digest ?? `sha-256=:${digestOf(body)}:`,
        ...over.headers,
      },
    },
  )
  const lower = Object.fromEntries(
    Object.entries(headers as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return { method, path, headers: lower, body, tag: 'guichet-event' }
}

const check = (message: SignedMessage, profile = chase) => verifyBankMessage(profile, message, clock)
const fails = (code: string) => (error: unknown) => error instanceof Fault && error.code === code
const refuses = (message: SignedMessage, code = 'signature-invalid', why?: string) =>
  assert.rejects(check(message), fails(code), why)

test('a message of the bank is accepted, under any of the keys it registered', async () => {
  const nonce = randomBytes(18).toString('base64url')
  assert.deepEqual(await check(await signed({ nonce })), { nonce, created: NOW, keyId: 'chase-1' })
  assert.equal((await check(await signed({ key: next }))).keyId, 'chase-2')
})

test('a message signed by somebody else is refused, whatever key it names', async () => {
  await refuses(await signed({ key: others }))
  await refuses(await signed({ key: others, kid: 'chase-1' }))
  const { headers, ...message } = await signed()
  const swapped = (await signed({ body: Buffer.from('[]') })).headers.signature
  await refuses({ ...message, headers: { ...headers, signature: swapped } })
})

test('a message without a signature, or with half of one, is refused', async () => {
  const { headers, ...message } = await signed()
  for (const missing of ['signature', 'signature-input', 'content-digest'])
    await refuses({ ...message, headers: { ...headers, [missing]: undefined } }, 'signature-invalid', missing)
  for (const nonsense of ['', 'sig', 'sig=1', 'sig=:AAAA:', 'sig=:====:', '🙂'])
    await refuses({ ...message, headers: { ...headers, signature: nonsense } }, 'signature-invalid', nonsense)
  for (const nonsense of ['', 'sig', 'sig=("@method")', 'sig=();keyid="chase-1"', ')'])
    await refuses(
      { ...message, headers: { ...headers, 'signature-input': nonsense } },
      'signature-invalid',
      nonsense,
    )
})

test('a signature that leaves a part of the message open is refused', async () => {
  const all = ['@method', '@path', 'content-type', 'content-digest']
  for (const missing of all)
    await refuses(
      await signed({ fields: all.filter((field) => field !== missing) }),
      'signature-invalid',
      missing,
    )
  const params = ['created', 'keyid', 'nonce', 'tag']
  for (const missing of params)
    await refuses(
      await signed({ params: params.filter((one) => one !== missing) }),
      'signature-invalid',
      missing,
    )
})

test('a signature over one member of the digest leaves the body open, and is refused', async () => {
  const digest = `sha-256=:${digestOf(BODY)}:, sha-512=:${digestOf(BODY, 'sha512')}:`
  const fields = ['@method', '@path', 'content-type', '"content-digest";key="sha-512"']
  const message = await signed({ digest, fields })
  const forged = Buffer.from('[{"forged":true}]')
  const headers = {
    ...message.headers,
    'content-digest': `sha-256=:${digestOf(forged)}:, sha-512=:${digestOf(BODY, 'sha512')}:`,
  }
  await refuses({ ...message, headers, body: forged })
  await refuses(message)
})

test('a body that was cut short or changed on its way is refused', async () => {
  const message = await signed()
  await refuses({ ...message, body: BODY.subarray(0, -1) })
  await refuses({ ...message, body: Buffer.concat([BODY, Buffer.from(' ')]) })
  await refuses({ ...message, body: Buffer.alloc(0) })
})

test('a digest that is wrong, weak or no digest is refused', async () => {
  for (const digest of [
    `sha-256=:${digestOf(Buffer.from('other'))}:`,
    `sha-256=:${digestOf(BODY).slice(0, 20)}:`,
    `md5=:${digestOf(BODY, 'md5')}:`,
    `sha-256="${digestOf(BODY)}"`,
    'sha-256',
    ':',
  ])
    await refuses(await signed({ digest }), 'signature-invalid', digest)
})

test('a message for another address, method or kind of content is refused', async () => {
  const message = await signed()
  await refuses({ ...message, path: '/banks/citi/events' })
  await refuses({ ...message, path: '/banks/chase/withdraw' })
  await refuses({ ...message, method: 'PUT' })
  await refuses({ ...message, headers: { ...message.headers, 'content-type': 'application/json' } })
})

test('a signed batch of events cannot be used to say that the bank leaves', async () => {
  await refuses({ ...(await signed()), tag: 'guichet-withdraw' })
  await refuses(await signed({ tag: 'guichet-withdraw' }))
})

test('a signature is good for five minutes either way, and not a second more', async () => {
  for (const away of [-5 * MINUTE, 0, 5 * MINUTE]) await check(await signed({ created: NOW + away }))
  for (const away of [-5 * MINUTE - SECOND, 5 * MINUTE + SECOND, -365 * 24 * 60 * MINUTE])
    await refuses(await signed({ created: NOW + away }), 'event-stale')
})

test('a signature that the bank itself let expire is refused', async () => {
  await refuses(await signed({ expires: NOW - 10 * 365 * 24 * 60 * MINUTE }))
})

test('a nonce that could be guessed, or is no text, is refused', async () => {
  for (const nonce of ['1', 'x'.repeat(21), 'x'.repeat(129)])
    await refuses(await signed({ nonce }), 'signature-invalid', nonce)
  await check(await signed({ nonce: 'x'.repeat(22) }))
})

test('every byte of the signature counts', async () => {
  const message = await signed()
  const bytes = Buffer.from(/:(.+):/.exec(String(message.headers.signature))![1]!, 'base64')
  for (const place of [0, 31, 32, 63]) {
    const changed = Buffer.from(bytes)
    changed[place]! ^= 1
    await refuses({
      ...message,
      headers: { ...message.headers, signature: `sig=:${changed.toString('base64')}:` },
    })
  }
})

test('a second signature beside a bad one does not make the bad one good', async () => {
  const good = await signed()
  const bad = await signed({ key: others, kid: 'chase-1' })
  const rename = (text: unknown) => String(text).replace(/^sig=/, 'other=')
  const headers = {
    ...bad.headers,
    signature: `${bad.headers.signature}, ${rename(bad.headers.signature)}`,
    'signature-input': `${bad.headers['signature-input']}, ${rename(bad.headers['signature-input'])}`,
  }
  await refuses({ ...bad, headers })
  await check(good)
})
