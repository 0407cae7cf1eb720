import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, type TestContext, test } from 'node:test'
import pg from 'pg'
import { readSettings } from '#config'
import { type FreshDatabase, freshDatabase } from '../../tests/postgres.ts'
import { startSmtp } from '../channels/mail/smtp.fixture.ts'
import { tellFinding } from './check.ts'
import { checkBanks } from './check-banks.ts'
import { checkChannels } from './check-channels.ts'
import { checkConnections } from './check-connections.ts'
import {
  checkClock,
  checkJobs,
  checkMigrations,
  checkQuarantine,
  checkRoles,
  type FoundDatabase,
} from './check-database.ts'
import { checkJudges } from './check-judges.ts'
import { checkFolders } from './check-machine.ts'
import { checkMail } from './check-mail.ts'
import { mendOf, WRONG, wrongIn } from './refused-rows.ts'

let database: FreshDatabase
let found: FoundDatabase
let folder: string

before(async () => {
  database = await freshDatabase()
  found = { ownerUrl: database.url, urls: database.urls, leave: async () => {} }
})
after(() => database.drop())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-doctor-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function asOwner(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(text)
  await client.end()
}

const statesOf = (findings: { state: string }[]) => findings.map(({ state }) => state)

test('a database that Guichet made is found right in every respect', async () => {
  assert.deepEqual(statesOf(await checkRoles(found)), ['right', 'right', 'right', 'right', 'right'])
  assert.deepEqual(
    statesOf([await checkMigrations(found), await checkClock(found), await checkJobs(found)]),
    ['right', 'right', 'right'],
  )
})

test('a rule and a model that were stopped are named with the reason, until somebody decides anew', async () => {
  assert.deepEqual(statesOf(await checkJudges(found)), ['right'])
  const [set, model] = ['rules-00000000000000aa', 'ab'.repeat(32)]
  await asOwner(`insert into fraud.rule_set (id, status, text, added_at, decided_at, decided_by, reason)
    values ('${set}', 'live', 'rule greedy asks when amountZ > 1', 5, 5, 'Amina', 'as tried')`)
  await asOwner(`insert into fraud.model (id, status, file, added_at, decided_at, decided_by, reason)
    values ('${model}', 'champion', '{}', 5, 5, 'Amina', 'as tried')`)
  await asOwner(`insert into fraud.stopped (judge_id, rule, since, why, payments, of_payments, at) values
    ('${set}', 'greedy', 5, 'asked', 201, 950, 60000), ('${set}', 'silence', 4, 'spared', 1000, 1000, 0),
    ('${model}', '', 5, 'asked', 201, 300, 120000)`)
  const [rule, champion, ...others] = await checkJudges(found)
  assert.equal(
    rule?.says,
    'The fraud rule greedy was stopped on 1970-01-01 00:01 UTC: it asked about 201 of 950 payments',
  )
  assert.ok(rule?.state === 'wrong' && rule.mend.includes('guichet rules promote'))
  assert.match(champion!.says, /model abababababab was stopped .*: it asked about 201 of 300 payments/)
  assert.deepEqual(others, [])
  await asOwner(`update fraud.rule_set set decided_at = 6`)
  await asOwner(`update fraud.model set status = 'retired'`)
  assert.deepEqual(statesOf(await checkJudges(found)), ['right'])
})

test('how the links to each bank are doing is shown, by counts alone', async () => {
  assert.deepEqual(statesOf(await checkConnections(found)), ['right'])
  await asOwner(`insert into intake.pull (link_id, person_id, bank_id, next_at, failing_since, why) values
    ('lnk_1', 'per_1', 'chase', 9, null, null), ('lnk_2', 'per_2', 'chase', null, 5, 'bank-access-ended'),
    ('lnk_3', 'per_3', 'citi', 9, 60000, 'bank-unreachable'), ('lnk_4', 'per_4', 'citi', 9, null, null)`)
  await asOwner(`insert into intake.account_sequence values ('lnk_1', 'acc_1', 7, 5)`)
  const [chase, citi] = await checkConnections(found)
  assert.deepEqual(chase, {
    state: 'right',
    says: 'Connections to chase: 2 linked, 1 ended at the bank, 1 with events missing, to be pulled',
  })
  assert.ok(citi?.state === 'wrong')
  assert.equal(
    citi.says,
    'Connections to citi: 2 linked, 1 cannot be read since 1970-01-01 00:01 UTC (bank-unreachable)',
  )
})

test('a webhook that fails is shown with since when and how to mend it; what was not for us, and what waits for people to write, by counts', async () => {
  const day = 86_400_000
  assert.deepEqual(statesOf(await checkChannels(found, day)), ['note'])
  await asOwner(`insert into channels.webhook values
    ('messenger', 60000, 180000, 120000, 403), ('telegram', 60000, null, null, 200)`)
  await asOwner(`insert into channels.passed_by values
    ('messenger', 0, 'group', 2), ('messenger', 1, 'group', 3), ('messenger', 1, 'reaction', 9), ('telegram', -9, 'group', 1)`)
  const [messenger, telegram] = await checkChannels(found, day)
  assert.equal(
    messenger?.says,
    'The webhook of messenger: last accepted 1970-01-01 00:01 UTC, failing since 1970-01-01 00:02 UTC with status 403; not for us since yesterday: group 5',
  )
  assert.ok(messenger?.state === 'wrong' && /app secret/.test(messenger.mend))
  assert.deepEqual(telegram, {
    state: 'right',
    says: 'The webhook of telegram: last accepted 1970-01-01 00:01 UTC',
  })
  await asOwner(`insert into channels.outbox (person_id, id, cause, notice, urgency, made_at, ends_at, state, next_at) values
    ('per_1', 'out_1', 'a', 'human-answered', 'answer', 0, 1, 'waiting', 1),
    ('per_1', 'out_2', 'b', 'human-answered', 'answer', 0, 1, 'waiting', 1),
    ('per_2', 'out_3', 'a', 'message-waiting', 'news', 0, 1, 'over', 1)`)
  await asOwner(`insert into channels.delivery (person_id, outbox_id, door, state, changed_at) values
    ('per_1', 'out_1', 'whatsapp', 'closed', 0), ('per_1', 'out_2', 'whatsapp', 'closed', 0),
    ('per_2', 'out_3', 'whatsapp', 'closed', 0)`)
  const closed = (await checkChannels(found, day)).at(-1)!
  assert.equal(
    closed.says,
    'Outside the hours in which whatsapp takes our messages: 1 told of what waits once they write again',
  )
  await asOwner('delete from channels.webhook; delete from channels.passed_by; delete from channels.outbox')
})

test('rows that a bank sent and could not be read are shown by fault, with where the newest stood', async () => {
  assert.deepEqual(statesOf(await checkQuarantine(found)), ['right'])
  await asOwner(`insert into intake.quarantine values
    ('chase', 'acc_1', 'pull', 'transactions[3]', 'amount', 'missing', 1, 1),
    ('chase', '', 'pull', 'transactions[9]', 'amount', 'missing', 2, 2)`)
  assert.deepEqual(await checkQuarantine(found), [
    {
      state: 'note',
      says: 'Rows of chase (pull): 2 refused, amount is missing, last at transactions[9]',
      mend: 'Tell the bank which field it is and where it stood. The other rows are kept; this one is as soon as the bank lists it put right.',
    },
  ])
  await asOwner('delete from intake.quarantine')
})

test('whatever a row was refused for, an operator reads in words what is wrong and what to do', async () => {
  for (const [i, why] of Object.keys(WRONG).entries())
    await asOwner(`insert into intake.quarantine values
      ('chase', '', '${i % 2 ? 'pull' : 'file:0a'}', 'line ${i}', 'Amt', '${why}', 1, 1)`)
  for (const finding of await checkQuarantine(found)) {
    const told = tellFinding(finding)
    assert.doesNotMatch(
      told,
      /[a-z]-(malformed|unknown|mismatched|ahead|long|contradicted|booked|reused)|Amt missing/,
    )
    assert.match(told, /\n +(Tell|Correct|Ask|Nothing to do)/)
  }
  assert.match(mendOf('not-booked', 'pull'), /^Nothing to do/)
  assert.match(mendOf('amount-malformed', 'file:0a'), /import it once more/)
  assert.match(wrongIn('of-another-version'), /\(of-another-version\)/)
  await asOwner('delete from intake.quarantine')
})

test('a run-time role that owns a table is found, because an owner passes row-level security', async () => {
  await asOwner(
    'create table public.mine (); grant usage on schema public to guichet_rooms; alter table public.mine owner to guichet_rooms',
  )
  const wrongs = (await checkRoles(found)).filter(({ state }) => state === 'wrong')
  assert.equal(wrongs.length, 1)
  assert.match(wrongs[0]!.says, /guichet_rooms may do more than it should/)
  await asOwner('drop table public.mine')
})

test('a role whose password somebody else has set is found, with what it means', async () => {
  const other = new URL(found.urls.log)
  other.password = 'another'
  const findings = await checkRoles({ ...found, urls: { ...found.urls, log: other.href } })
  const [wrong] = findings.filter((finding) => finding.state === 'wrong')
  assert.match(wrong!.says, /guichet_log: its password is another/)
})

test('an announcement that was given up is found, so that no alert dies silently', async () => {
  await asOwner(`select graphile_worker.add_job('case-raised', '{}', max_attempts => 1)`)
  await asOwner(`update graphile_worker._private_jobs set attempts = max_attempts`)
  const finding = await checkJobs(found)
  assert.equal(finding.state, 'wrong')
  assert.match(finding.says, /1 given up/)
})

test('a key that other users may read is found, with the command that closes it', {
  skip: process.platform === 'win32' && 'Windows has no such modes',
}, async () => {
  const settings = readSettings({ GUICHET_DATA: folder })
  await mkdir(settings.keysFolder, { mode: 0o700 })
  await writeFile(join(settings.keysFolder, 'database.secret'), 'x', { mode: 0o600 })
  assert.equal((await checkFolders(settings))[0]!.state, 'right')
  await chmod(join(settings.keysFolder, 'database.secret'), 0o644)
  const [keys] = await checkFolders(settings)
  assert.ok(keys?.state === 'wrong')
  assert.match(keys.says, /other users may open .*database\.secret/)
  assert.match(keys.mend, /^chmod -R go= /)
})

/** A bank's own addresses, each answering as it should until a test says otherwise. */
async function startBank(t: TestContext) {
  const answers: Record<string, { status?: number; body?: unknown }> = {}
  const bank = createServer((request, response) => {
    const { status = 401, body = {} } = answers[request.url!] ?? {}
    response.writeHead(status).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => bank.once('listening', listening))
  const stop = () => {
    bank.closeAllConnections()
    return new Promise((closed) => bank.close(closed))
  }
  t.after(stop)
  const base = `http://127.0.0.1:${(bank.address() as AddressInfo).port}`
  const metadata: Record<string, unknown> = {
    issuer: base,
    authorization_endpoint: `${base}/auth`,
    token_endpoint: `${base}/token`,
    pushed_authorization_request_endpoint: `${base}/request`,
    dpop_signing_alg_values_supported: ['ES256'],
    jwks_uri: `${base}/jwks`,
  }
  answers['/.well-known/openid-configuration'] = { status: 200, body: metadata }
  answers['/jwks'] = { status: 200, body: { keys: [{ kty: 'EC' }] } }
  const profile = {
    id: 'chase',
    name: 'Chase',
    legalName: 'JPMorgan Chase Bank, N.A.',
    simulated: true,
    issuer: base,
    api: { standard: 'fdx-6', baseUrl: `${base}/fdx/v6` },
    authorisation: { kind: 'fapi2' },
    cardControlUrl: `${base}/card-control/v1`,
    clientId: 'guichet',
    eventKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k1' }],
    country: 'US',
    timeZone: 'America/New_York',
    currency: 'USD',
  }
  const settings = readSettings({ GUICHET_DATA: folder })
  await mkdir(settings.banksFolder)
  const keep = (over: object = {}) =>
    writeFile(join(settings.banksFolder, 'chase.json'), JSON.stringify({ ...profile, ...over }))
  await keep()
  return { answers, metadata, settings, keep, stop, base }
}

test('a bank whose addresses answer as they should is found right, step by step', async (t) => {
  const { settings } = await startBank(t)
  const found = await checkBanks(settings)
  assert.deepEqual(
    found.map(({ state, says }) => [state, says]),
    [
      ['right', 'Chase: its sign-in answers and is who it should be'],
      ['right', 'Chase: it publishes 1 key'],
      ['right', 'Chase: its accounts ask for a token (401)'],
      ['right', 'Chase: its card control address answers'],
    ],
  )
})

test('a bank that does not answer, or not as it should, is told by the address that fails', async (t) => {
  const { settings, answers, metadata, stop } = await startBank(t)
  const says = async () =>
    (await checkBanks(settings)).flatMap(({ state, says }) => (state === 'wrong' ? [says] : []))
  answers['/card-control/v1'] = { status: 503 }
  assert.match((await says())[0]!, /Chase: the card control address .* answers 503/)
  answers['/card-control/v1'] = {}
  answers['/fdx/v6/accounts'] = { status: 200 }
  assert.match((await says())[0]!, /Chase: the accounts address .* answers 200 to anybody/)
  answers['/fdx/v6/accounts'] = {}
  answers['/jwks'] = { status: 200, body: { keys: [] } }
  assert.match((await says())[0]!, /Chase: there are no keys at /)
  metadata.dpop_signing_alg_values_supported = undefined
  assert.match((await says())[0]!, /Chase: its sign-in does not offer dpop_signing_alg_values_supported/)
  metadata.issuer = 'https://elsewhere.example'
  assert.match((await says())[0]!, /is not of the issuer/)
  await stop()
  assert.match((await says())[0]!, /the sign-in address .* does not answer \(ECONNREFUSED\)/)
})

test('a secret that a profile names and that is not there is found before the bank is asked', async (t) => {
  const { settings, keep, base } = await startBank(t)
  await keep({
    authorisation: {
      kind: 'oauth2',
      scopes: ['accounts'],
      clientAuth: 'client_secret_basic',
      clientSecret: 'chase.secret',
      person: 'none',
      endpoints: { authorization: `${base}/auth`, token: `${base}/token` },
    },
  })
  const [lacking] = await checkBanks(settings)
  assert.match(lacking!.says, /chase\.json names what is not there: .*banks.chase\.secret/)
  await mkdir(join(settings.keysFolder, 'banks'), { recursive: true })
  await writeFile(join(settings.keysFolder, 'banks', 'chase.secret'), 'secret')
  assert.deepEqual(statesOf(await checkBanks(settings)), ['right', 'right', 'right'])
  await writeFile(join(settings.banksFolder, 'chase.json'), '{')
  assert.match((await checkBanks(settings))[0]!.says, /chase\.json is not JSON/)
})

test('the mail server is tried without sending anything, and what it has against us is told by its code', async (t) => {
  const smtp = await startSmtp()
  t.after(() => smtp.stop())
  const settingsOf = (url: string) =>
    readSettings({ GUICHET_SMTP_URL: url, GUICHET_SMTP_FROM: 'Guichet <guichet@bank.example>' })
  assert.equal((await checkMail(settingsOf(smtp.url))).state, 'right')
  const refused = await checkMail(settingsOf(smtp.url.replace('//', '//user:wrong-word@')))
  assert.equal(refused.state, 'wrong')
  assert.doesNotMatch(tellFinding(refused), /wrong-word/)
  assert.equal(smtp.taken.length, 0)
  await smtp.stop()
  assert.equal((await checkMail(settingsOf(smtp.url))).state, 'wrong')
  assert.equal((await checkMail(readSettings({}))).state, 'note')
})
