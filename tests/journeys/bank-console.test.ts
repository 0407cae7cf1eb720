/** The bank console through its door: who comes in, what they may do there, and what they never see. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createStaff } from '#http'
import { createSql, type Sql, systemClock, systemRandom } from '#kit'
import type {
  ConsoleImportJson,
  ConsoleRequestJson,
  ImportLineJson,
  StatementReportJson,
} from '../../src/http/api.ts'
import { createAuthenticator } from '../fixtures/authenticator.ts'
import { type Clerk, openClerk } from '../fixtures/console.ts'
import { camtFile } from '../fixtures/statements/index.ts'
import { eventually, linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

const DAY = 86_400_000
const ACCOUNT = `acc_${createHash('sha256').update('chase amina current').digest('base64url').slice(0, 16)}`
const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 10)

let town: Town
let sql: Sql
let amina: Visitor
let claire: Clerk
const device = () => createAuthenticator(town.url)
const invite = (bankId: string, name: string) =>
  createStaff({ sql, clock: systemClock, random: systemRandom }).invite(bankId, name)

before(async () => {
  town = await openTown({ quiet: true })
  sql = createSql({ url: town.database.urls.rooms, connectionsMax: 2, application: 'test' })
  amina = town.visitor()
  await amina.link('chase', ['account-view'], 'amina')
  await linkIsTold(amina)
  claire = openClerk(town.url)
  await claire.enrol((await invite('chase', 'Claire')).code, device())
})
after(async () => {
  await sql.end()
  await town.close()
})

const reportOf = (lines: ImportLineJson[]): StatementReportJson => {
  const last = lines.at(-1)!
  assert.ok('report' in last, JSON.stringify(last))
  return last.report
}

test('a code lets one passkey in, however it is typed, and once', async () => {
  const { code } = await invite('chase', 'David')
  const david = openClerk(town.url)
  await david.arrive()
  assert.equal((await david.call('POST', '/api/console/code', { code: 'WRNG-WRNG-WRNG-WRNG' })).status, 404)
  const passkey = device()
  const session = await david.enrol(` ${code.toLowerCase().replaceAll('-', ' ')}`, passkey)
  assert.deepEqual(session.member, { name: 'David', bankName: 'Chase' })

  const another = openClerk(town.url)
  await another.arrive()
  assert.equal((await another.call('POST', '/api/console/code', { code })).status, 404)

  const elsewhere = openClerk(town.url)
  await elsewhere.arrive()
  const before = elsewhere.cookies.get('guichet-staff')
  assert.equal(await elsewhere.signInWith(passkey), 204)
  assert.notEqual(elsewhere.cookies.get('guichet-staff'), before)
  assert.equal((await elsewhere.arrive()).member!.name, 'David')
})

test('two browsers with one code: the second passkey is refused', async () => {
  const { code } = await invite('chase', 'David')
  const [one, other] = [openClerk(town.url), openClerk(town.url)]
  for (const clerk of [one, other]) {
    await clerk.arrive()
    assert.equal((await clerk.call('POST', '/api/console/code', { code })).status, 200)
  }
  assert.equal(await one.addPasskey(device()), 204)
  assert.notEqual(await other.addPasskey(device()), 204)
  assert.equal((await other.arrive()).member, null)
})

test('a person’s session and passkey are nothing in the console, and a member’s are nothing outside', async () => {
  const passkey = device()
  const options = await amina.post<{ challenge: string }>('/api/passkeys/register/options')
  assert.equal(
    (await amina.call('POST', '/api/passkeys/register/verify', passkey.create(options))).status,
    204,
  )
  const stranger = openClerk(town.url)
  await stranger.arrive()
  assert.equal(await stranger.signInWith(passkey), 401)
  for (const [name, value] of amina.cookies) stranger.cookies.set(name, value)
  assert.equal((await stranger.call('GET', '/api/console/imports')).status, 401)
  assert.equal((await stranger.upload('x')).status, 401)
  assert.equal((await claire.call('GET', '/api/cards')).status, 401)
})

test('a request that the console’s own page did not make is refused', async () => {
  const form = new FormData()
  form.set('file', new Blob(['x']))
  for (const over of [{ origin: 'https://evil.example' }, { 'x-csrf-token': 'another' }] as Record<
    string,
    string
  >[])
    assert.equal((await claire.call('POST', '/api/console/imports', form, over)).status, 403)
})

test('a file is tried, imported, and on the list with who did it; the person finds the payment', async () => {
  const file = camtFile(ACCOUNT, [[day(1), -4_321, 'CONSOLE-1', 'Zanzibar Records']])
  const tried = await claire.upload(file, { dryRun: 'true' })
  assert.deepEqual([reportOf(tried.lines).dryRun, reportOf(tried.lines).rows.new], [true, 1])
  assert.ok(tried.lines.some((line) => 'progress' in line))
  const taken = reportOf((await claire.upload(file, { dryRun: 'false' })).lines)
  assert.equal(taken.rows.new, 1)
  assert.equal(reportOf((await claire.upload(file)).lines).rows.same, 1)

  const answer = await claire.call('GET', '/api/console/imports')
  const imports = (await answer.json()) as ConsoleImportJson[]
  assert.deepEqual(
    imports.slice(0, 3).map(({ by, dryRun, rows }) => [by, dryRun, rows!.new, rows!.same]),
    [
      ['Claire', false, 0, 1],
      ['Claire', false, 1, 0],
      ['Claire', true, 1, 0],
    ],
  )
  assert.equal(imports[0]!.sha256, createHash('sha256').update(file).digest('hex'))
  assert.doesNotMatch(JSON.stringify([imports, tried.lines]), /Zanzibar|43\.21|4321(?!\d)|acc_|per_|lnk_/)
  assert.match(JSON.stringify(await amina.say('Show my last payments')), /Zanzibar Records/)
})

test('another bank’s staff import nothing for this bank’s people, and see nothing of this bank’s list', async () => {
  const bruno = openClerk(town.url)
  const session = await bruno.enrol((await invite('citi', 'Bruno')).code, device())
  assert.deepEqual(session.member, { name: 'Bruno', bankName: 'Citi' })
  const file = camtFile(ACCOUNT, [[day(1), -100, 'CONSOLE-2', 'Intruder']])
  const report = reportOf((await bruno.upload(file)).lines)
  assert.deepEqual([report.rows.new, report.rows.unlinked], [0, 1])
  const imports = (await (await bruno.call('GET', '/api/console/imports')).json()) as ConsoleImportJson[]
  assert.deepEqual(
    imports.map(({ by }) => by),
    ['Bruno'],
  )
  assert.doesNotMatch(JSON.stringify(await amina.say('Show my last payments')), /Intruder/)
})

test('a file that is none says so in the language of the page, and where it stops', async () => {
  const good = camtFile(ACCOUNT, [[day(1), -100, 'CONSOLE-3', 'Corner Coffee']])
  await claire.call('POST', '/api/console/session/locale', { locale: 'fr' })
  const cases: [string | Uint8Array, string, Record<string, string>][] = [
    ['', 'statement-empty', {}],
    [good.slice(0, 500), 'statement-cut-short', {}],
    [Buffer.from('504b030414000000', 'hex'), 'statement-archive', {}],
    ['Date;Montant\n', 'statement-unrecognised', {}],
    ['!Type:Bank\nD1/1/26\nT1\n^\n', 'mapping-needed', {}],
    [good, 'mapping-wrong', { mapping: '{"format":"csv"}' }],
    [good, 'mapping-wrong', { mapping: '{' }],
  ]
  for (const [contents, code, fields] of cases) {
    const line = (await claire.upload(contents, fields)).lines.at(-1)
    assert.ok(line && 'fault' in line, code)
    assert.equal(line.fault.code, code)
    assert.match(line.fault.sentence, /fichier|format/)
  }
  await claire.call('POST', '/api/console/session/locale', { locale: 'en' })
  assert.equal((await claire.upload(Buffer.alloc(17 * 1024 * 1024, 32))).status, 413)
  assert.equal((await claire.call('POST', '/api/console/imports', { file: 'x' })).status, 400)
})

test('whoever is removed is signed out and cannot come back', async () => {
  const { code, member } = await invite('chase', 'David')
  const passkey = device()
  const david = openClerk(town.url)
  await david.enrol(code, passkey)
  await createStaff({ sql, clock: systemClock, random: systemRandom }).remove(member.id)
  assert.equal((await david.call('GET', '/api/console/imports')).status, 401)
  const again = openClerk(town.url)
  await again.arrive()
  assert.equal(await again.signInWith(passkey), 401)
})

test('with the last who could come in, the person who spoke with them is answered by the assistant again', async () => {
  const { code } = await invite('citi', 'Bruno')
  const bruno = openClerk(town.url)
  await bruno.enrol(code, device())
  const person = town.visitor()
  await person.link('citi', ['account-view'], 'amina')
  await person.say('I want to talk to someone')
  const list = async () =>
    (await (await bruno.call('GET', '/api/console/requests')).json()) as ConsoleRequestJson[]
  const [waiting] = await list()
  assert.equal((await bruno.call('POST', `/api/console/requests/${waiting!.id}/take`)).status, 200)
  const staff = createStaff({ sql, clock: systemClock, random: systemRandom })
  for (const { id } of await staff.list('citi')) await staff.remove(id)
  assert.equal((await bruno.call('GET', '/api/console/requests')).status, 401)
  await eventually('that the assistant answers again', async () =>
    (await person.messages()).some(({ text }) => /automatic assistant answers you again/.test(text)),
  )
})

test('codes cannot be guessed in bulk', async () => {
  const guesser = openClerk(town.url)
  await guesser.arrive()
  const statuses: number[] = []
  for (let n = 0; n < 12; n++)
    statuses.push((await guesser.call('POST', '/api/console/code', { code: `GUESS-${n}` })).status)
  assert.ok(statuses.includes(429), statuses.join(' '))
})
