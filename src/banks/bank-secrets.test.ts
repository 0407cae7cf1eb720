// The library that makes certificates wants it first.
import 'reflect-metadata'
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { inspect } from 'node:util'
import { cryptoProvider, PemConverter, X509CertificateGenerator } from '@peculiar/x509'
import { Secret } from '#kit'
import { fetchWithCertificate, loadBankSecrets } from './bank-secrets.ts'
import { fails } from './door.fixture.ts'
import { parseProfile } from './profile.ts'

cryptoProvider.set(webcrypto as Crypto)

const way = (over: object) =>
  parseProfile(
    'plain.json',
    JSON.stringify({
      id: 'plain',
      name: 'Plain Bank',
      legalName: 'Plain Bank plc',
      simulated: false,
      issuer: 'https://login.bank.example',
      api: { standard: 'fdx-5', baseUrl: 'https://api.bank.example/fdx/v5' },
      authorisation: { kind: 'oauth2', scopes: ['accounts'], person: 'api', ...over },
      clientId: 'guichet',
      country: 'GB',
      timeZone: 'Europe/London',
      currency: 'GBP',
    }),
  )
const BY_SECRET = way({ clientAuth: 'client_secret_basic', clientSecret: 'plain.secret' })

async function keysFolder(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-secrets-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'banks'))
  for (const [name, words] of Object.entries(files)) await writeFile(join(folder, 'banks', name), words)
  return folder
}

/** A certificate that signs itself, and its key, as PEM. */
async function certificate(name: string): Promise<{ certificate: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys: keys as CryptoKeyPair,
    signingAlgorithm: algorithm,
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: made.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}

test('secrets come from files of the keys folder, without the line end, and print as nothing', async (t) => {
  const folder = await keysFolder(t, { 'plain.secret': 'open-sesame\n' })
  const found = (await loadBankSecrets(folder, [BY_SECRET])).get('plain')!
  assert.equal(found.clientSecret!.reveal(), 'open-sesame')
  assert.doesNotMatch(`${inspect(found, { depth: 9 })} ${JSON.stringify(found)}`, /sesame/)
})

test('a secret that is not there, or empty, is named with its bank and its place before Guichet starts', async (t) => {
  const folder = await keysFolder(t, { 'plain.secret': ' \n' })
  await assert.rejects(loadBankSecrets(folder, [BY_SECRET]), (error: unknown) => {
    fails('setting-wrong')(error)
    return /plain\.secret, which plain\.json names, is empty/.test(String(error))
  })
  await assert.rejects(loadBankSecrets(join(folder, 'nowhere'), [BY_SECRET]), (error: unknown) => {
    fails('setting-wrong')(error)
    return /plain\.json names the file plain\.secret, which cannot be read/.test(String(error))
  })
})

test('a bank that wants TLS both ways is shown our certificate, and nobody else’s is asked for', async (t) => {
  const [bank, ours] = await Promise.all([certificate('localhost'), certificate('guichet')])
  const seen: string[] = []
  const server = createServer(
    {
      cert: bank.certificate,
      key: bank.key,
      ca: ours.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      seen.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/accounts`
  const folder = await keysFolder(t, { 'plain.pem': ours.certificate, 'plain.key': ours.key })
  const profile = way({
    clientAuth: 'tls_client_auth',
    mtls: { certificate: 'plain.pem', key: 'plain.key' },
  })
  const { tls } = (await loadBankSecrets(folder, [profile])).get('plain')!
  const fetch = fetchWithCertificate(tls!, { ca: bank.certificate, servername: 'localhost' })
  assert.deepEqual(await (await fetch(url)).json(), { ok: true })
  assert.deepEqual(seen, ['guichet'])
  const other = await certificate('somebody else')
  const stranger = fetchWithCertificate(
    { certificate: other.certificate, key: new Secret(other.key) },
    { ca: bank.certificate, servername: 'localhost' },
  )
  await assert.rejects(stranger(url))
  await assert.rejects(
    fetchWithCertificate(tls!)(url),
    'a bank whose own certificate nobody vouches for is not spoken to',
  )
  assert.deepEqual(seen, ['guichet'])
})
