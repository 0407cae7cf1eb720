/** Passkeys through the doors, with an authenticator that does as it should, and then not. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { SessionJson } from '../../src/http/api.ts'
import { type Authenticator, createAuthenticator, type Deviation } from '../fixtures/authenticator.ts'
import { openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
let amina: Visitor
let bruno: Visitor
before(async () => {
  town = await openTown({ quiet: true })
  amina = town.visitor()
  bruno = town.visitor()
  await amina.link('chase', ['account-view'], 'amina')
  await bruno.link('chase', ['account-view'], 'bruno')
})
after(() => town.close())

type Options = { challenge: string }

const personOf = async (visitor: Visitor) => (await visitor.get<SessionJson>('/api/session')).person
const statusAndCode = async (response: Response) =>
  response.status === 204 ? '204' : `${response.status} ${(await response.json()).error.code}`

async function add(visitor: Visitor, device: Authenticator, over: Deviation = {}): Promise<string> {
  const options = await visitor.post<Options>('/api/passkeys/register/options')
  return statusAndCode(
    await visitor.call('POST', '/api/passkeys/register/verify', device.create(options, over)),
  )
}

async function comeBack(visitor: Visitor, device: Authenticator, over: Deviation = {}): Promise<string> {
  await visitor.arrive()
  const options = await visitor.post<Options>('/api/passkeys/login/options')
  const answer = await statusAndCode(
    await visitor.call('POST', '/api/passkeys/login/verify', device.get(options, over)),
  )
  await visitor.arrive()
  return answer
}

test('a passkey brings its owner back in another browser, under a new session', async () => {
  const device = createAuthenticator(town.url)
  assert.equal(await add(amina, device), '204')
  assert.ok((await personOf(amina))!.hasPasskey)
  const elsewhere = town.visitor()
  await elsewhere.arrive()
  const before = elsewhere.cookies.get('guichet')
  assert.equal(await comeBack(elsewhere, device), '204')
  assert.notEqual(elsewhere.cookies.get('guichet'), before, 'a session is never kept across a sign-in')
  const person = await personOf(elsewhere)
  assert.equal(person!.id, (await personOf(amina))!.id)
  assert.ok(person!.steppedUp)
})

test('a passkey made or used with anything that does not fit is refused', async () => {
  const device = createAuthenticator(town.url)
  const wrong: Deviation[] = [
    { challenge: Buffer.from('another challenge').toString('base64url') },
    { origin: 'https://evil.example' },
    { origin: town.url.replace('localhost', '127.0.0.1') },
    { rpId: 'evil.example' },
    { isVerified: false },
  ]
  for (const over of wrong)
    assert.equal(await add(bruno, device, over), '400 request-malformed', JSON.stringify(over))
  assert.equal((await personOf(bruno))!.hasPasskey, false)

  assert.equal(await add(bruno, device), '204')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (const over of [...wrong, { key: privateKey }, { credentialId: Buffer.alloc(32, 1) }]) {
    const thief = town.visitor()
    assert.equal(await comeBack(thief, device, over), '401 not-signed-in')
    assert.equal(await personOf(thief), null)
  }
})

test('an answer that was used once, or was given to another browser, opens nothing', async () => {
  const device = createAuthenticator(town.url)
  assert.equal(await add(bruno, device), '204')
  const visitor = town.visitor()
  await visitor.arrive()
  const options = await visitor.post<Options>('/api/passkeys/login/options')
  const answer = device.get(options)
  const thief = town.visitor()
  await thief.arrive()
  await thief.post('/api/passkeys/login/options')
  const verify = (who: Visitor) => who.call('POST', '/api/passkeys/login/verify', answer)
  assert.equal(await statusAndCode(await verify(thief)), '401 not-signed-in', 'made for another browser')
  assert.equal(await statusAndCode(await verify(visitor)), '204')
  await visitor.arrive()
  assert.equal(await statusAndCode(await verify(visitor)), '400 request-malformed', 'used before')
  assert.equal(await statusAndCode(await verify(thief)), '400 request-malformed')
  assert.equal(await personOf(thief), null)
})

test('of two answers to one challenge at the same moment one counts', async () => {
  const device = createAuthenticator(town.url)
  assert.equal(await add(bruno, device), '204')
  const visitor = town.visitor()
  await visitor.arrive()
  const answer = device.get(await visitor.post<Options>('/api/passkeys/login/options'))
  const both = await Promise.all([1, 2].map(() => visitor.call('POST', '/api/passkeys/login/verify', answer)))
  const codes = await Promise.all(both.map(statusAndCode))
  assert.equal(codes.filter((code) => code === '204').length, 1)
})

test('nobody adds a passkey under the name of somebody else’s', async () => {
  const device = createAuthenticator(town.url)
  assert.equal(await add(amina, device), '204')
  const impostor = createAuthenticator(town.url)
  assert.equal(await add(bruno, impostor, { credentialId: device.id }), '409 already-done')
  const elsewhere = town.visitor()
  assert.equal(await comeBack(elsewhere, impostor, { credentialId: device.id }), '401 not-signed-in')
  assert.equal(await comeBack(elsewhere, device), '204')
  assert.equal((await personOf(elsewhere))!.id, (await personOf(amina))!.id)
})

test('a challenge for signing in does not add a passkey', async () => {
  const device = createAuthenticator(town.url)
  const options = await amina.post<Options>('/api/passkeys/login/options')
  const answer = await amina.call('POST', '/api/passkeys/register/verify', device.create(options))
  assert.equal(await statusAndCode(answer), '400 request-malformed')
  assert.equal(await comeBack(town.visitor(), device), '401 not-signed-in')
})

test('whoever erases everything cannot come back with their passkey', async () => {
  const device = createAuthenticator(town.url)
  const leaver = town.visitor()
  await leaver.link('citi', ['account-view'], 'bruno')
  assert.equal(await add(leaver, device), '204')
  await leaver.post('/api/erase', { confirm: true })
  assert.equal(await comeBack(town.visitor(), device), '401 not-signed-in')
})
