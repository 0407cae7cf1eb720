import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '#kit'
import { loadProfiles, parseProfile } from './profile.ts'

const PROFILE = {
  id: 'chase',
  name: 'Chase',
  legalName: 'JPMorgan Chase Bank, N.A.',
  simulated: false,
  issuer: 'https://login.bank.example',
  api: { standard: 'fdx-6', baseUrl: 'https://api.bank.example/fdx/v6' },
  authorisation: { kind: 'fapi2' },
  cardControlUrl: 'https://api.bank.example/card-control/v1',
  clientId: 'guichet',
  eventKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'chase-1' }],
  country: 'US',
  timeZone: 'America/New_York',
  currency: 'USD',
}

const OPEN = 'https://login.bank.example/oauth2'
const oauth2 = (over: object) => ({
  authorisation: {
    kind: 'oauth2',
    scopes: ['accounts'],
    clientAuth: 'private_key_jwt',
    person: 'api',
    ...over,
  },
})

const parse = (over: object, name = 'chase.json') =>
  parseProfile(name, JSON.stringify({ ...PROFILE, ...over }))
const says = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault)
  assert.equal(error.code, 'setting-wrong')
  assert.match(error.detail ?? '', pattern)
  return true
}

test('a bank’s profile is read, and a telephone number may be in it', () => {
  assert.deepEqual(parse({}), { ...PROFILE, limits: { unattendedPullsPerDay: 4 } })
  assert.equal(parse({ supportPhone: '+1 800 000 0000' }).supportPhone, '+1 800 000 0000')
})

test('a mistake in a profile names the file and the field', () => {
  const mistakes: [string, object][] = [
    ['id', { id: 'Chase Bank' }],
    ['id', { id: '../chase' }],
    ['name', { name: '' }],
    ['legalName', { legalName: undefined }],
    ['simulated', { simulated: 'no' }],
    ['issuer', { issuer: 'login.bank.example' }],
    ['api.standard', { api: { ...PROFILE.api, standard: 'fdx-7' } }],
    ['api.baseUrl', { api: { ...PROFILE.api, baseUrl: 'ftp://api.bank.example' } }],
    ['api.identity', { api: { ...PROFILE.api, identity: 'entryReference' } }],
    ['api.paths.account', { api: { ...PROFILE.api, paths: { account: 'accounts' } } }],
    ['api.paths.accounts', { api: { ...PROFILE.api, paths: { accounts: '//evil.example/' } } }],
    ['api.provider', { api: { ...PROFILE.api, paths: { accounts: 'accounts/{provider}' } } }],
    ['api.provider', { api: { ...PROFILE.api, provider: 'mikomo' } }],
    ['api.headers.authorization', { api: { ...PROFILE.api, headers: { authorization: 'Bearer x' } } }],
    ['api.amounts', { api: { ...PROFILE.api, standard: 'citi' } }],
    ['api.paths', { api: { ...PROFILE.api, standard: 'obie-4.0', paths: { accounts: 'a' } } }],
    ['authorisation', { authorisation: undefined }],
    ['authorisation.kind', { authorisation: { kind: 'password' } }],
    ['limits.unattendedPullsPerDay', { limits: { unattendedPullsPerDay: 0 } }],
    ['limits.historyDays', { limits: { historyDays: -1 } }],
    ['cardControlUrl', { cardControlUrl: 'https://guichet:secret@api.bank.example' }],
    ['clientId', { clientId: '' }],
    ['eventKeys', { eventKeys: [] }],
    ['eventKeys.0.crv', { eventKeys: [{ ...PROFILE.eventKeys[0], crv: 'X25519' }] }],
    ['eventKeys.0.x', { eventKeys: [{ ...PROFILE.eventKeys[0], x: 'short' }] }],
    ['eventKeys.0.kid', { eventKeys: [{ ...PROFILE.eventKeys[0], kid: undefined }] }],
    ['country', { country: 'USA' }],
    ['timeZone', { timeZone: 'New York' }],
    ['currency', { currency: 'usd' }],
    ['the file', { advertisingPartner: 'x' }],
  ]
  for (const [field, over] of mistakes)
    assert.throws(() => parse(over), says(new RegExp(`^chase\\.json: ${field}: .`)), JSON.stringify(over))
})

test('a bank that only serves accounts needs no keys of events and no card control', () => {
  const { cardControlUrl, eventKeys } = parse({ cardControlUrl: undefined, eventKeys: undefined })
  assert.deepEqual([cardControlUrl, eventKeys], [undefined, undefined])
})

test('a profile of before is told what became of its field', () => {
  assert.throws(
    () => parse({ api: undefined, fdxBaseUrl: OPEN }),
    says(/^chase\.json: fdxBaseUrl: is now "api": \{"standard": "fdx-6"/),
  )
})

test('plain OAuth is described by data: scopes, tokens, endpoints, and the files of secrets by name', () => {
  const { authorisation } = parse(oauth2({ clientAuth: 'client_secret_basic', clientSecret: 'chase.secret' }))
  assert.ok(authorisation.kind === 'oauth2')
  assert.deepEqual(
    [authorisation.bearer, authorisation.consent, authorisation.person, authorisation.clientSecret],
    ['access-token', 'none', 'api', 'chase.secret'],
  )
})

test('a way of access that cannot work is refused with the field', () => {
  const secret = { clientAuth: 'client_secret_post', clientSecret: 'chase.secret' }
  const mistakes: [string, object][] = [
    ['scopes', { scopes: [] }],
    ['scopes.0', { scopes: ['two words'] }],
    ['scopes', { bearer: 'id-token' }],
    ['person', { person: 'id-token' }],
    ['clientAuth', { clientAuth: 'none' }],
    ['clientSecret', { clientAuth: 'client_secret_post' }],
    ['clientSecret', { clientSecret: 'chase.secret' }],
    ['clientSecret', { ...secret, clientSecret: '../database.secret' }],
    ['mtls', { clientAuth: 'tls_client_auth' }],
    ['mtls.key', { mtls: { certificate: 'chase.pem', key: '/etc/ssl/private/chase.key' } }],
    ['endpoints.token', { endpoints: { authorization: OPEN } }],
    ['parameters', { parameters: { redirect_uri: 'https://elsewhere.example' } }],
    ['consent', { consent: 'fdx' }],
    ['refreshClientAuth', { refreshClientAuth: 'client_secret_post' }],
    ['clientKey.algorithm', { clientKey: { key: 'a.key', kid: '1', algorithm: 'RS256' } }],
    ['signature.keyId', { signature: { keyId: 'a"b', key: 'bank.key' } }],
    ['signature.headers.0', { signature: { keyId: 'a', key: 'bank.key', headers: ['authorization'] } }],
  ]
  for (const [field, over] of mistakes)
    assert.throws(
      () => parse(oauth2(over)),
      says(new RegExp(`^chase\\.json: authorisation\\.${field}: .`)),
      JSON.stringify(over),
    )
})

test('a private key that slips into a profile is refused, and not repeated', () => {
  const eventKeys = [{ ...PROFILE.eventKeys[0], d: 'the-private-half' }]
  assert.throws(
    () => parse({ eventKeys }),
    (error: unknown) => {
      says(/^chase\.json: eventKeys\.0/)(error)
      return !/the-private-half/.test((error as Fault).message)
    },
  )
})

test('two keys of one name would leave open which is meant, and are refused', () => {
  const eventKeys = [PROFILE.eventKeys[0], { ...PROFILE.eventKeys[0], x: 'B'.repeat(43) }]
  assert.throws(() => parse({ eventKeys }), says(/^chase\.json: eventKeys: /))
})

test('a real bank is reached with TLS and in public; a simulated one may be on this machine', () => {
  const here = [
    'http://127.0.0.1:4401',
    'http://localhost:4401',
    'https://127.0.0.1',
    'https://localhost',
    'https://10.1.2.3',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]',
    'https://[fd00::1]',
    'https://[::ffff:10.0.0.1]',
    'https://0x7f.1',
  ]
  for (const url of here)
    for (const [field, over] of [
      ['issuer', { issuer: url }],
      ['api.baseUrl', { api: { standard: 'fdx-6', baseUrl: url } }],
      ['cardControlUrl', { cardControlUrl: url }],
      ['authorisation.endpoints.token', oauth2({ endpoints: { authorization: OPEN, token: url } })],
    ] as const)
      assert.throws(() => parse(over), says(new RegExp(`^chase\\.json: ${field}: `)), url)
  assert.equal(parse({ simulated: true, issuer: 'http://127.0.0.1:4401' }).issuer, 'http://127.0.0.1:4401')
  assert.throws(() => parse({ simulated: true, issuer: 'http://bank.example' }), says(/issuer/))
})

test('a file that is no JSON, or carries another name than its bank, is refused', () => {
  assert.throws(() => parseProfile('chase.json', '{'), says(/^chase\.json is not JSON/))
  assert.throws(() => parse({}, 'citi.json'), says(/name the file chase\.json/))
})

test('a folder of profiles is read in order; what is no profile in it is left alone', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-profiles-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'chase.json'), JSON.stringify(PROFILE))
  await writeFile(join(folder, 'alpha.json'), JSON.stringify({ ...PROFILE, id: 'alpha' }))
  await writeFile(join(folder, 'README.md'), 'profiles')
  assert.deepEqual(
    (await loadProfiles(folder)).map(({ id }) => id),
    ['alpha', 'chase'],
  )
  await assert.rejects(loadProfiles(join(folder, 'nowhere')), says(/cannot be read/))
})
