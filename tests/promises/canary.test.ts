/**
 * Plants values that exist nowhere else in a bank's data, lives the whole journey, then looks for them wherever they must
 * not be: log lines, errors, headers, addresses, what Guichet sends out, jobs, notifications, and the database's files.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Customer } from '../../sim/index.ts'
import { smallCustomers } from '../../sim/testing/small-customers.ts'
import type { MessageJson, PrivacyJson } from '../../src/http/api.ts'
import { eventually, linkIsTold, openTown, type Town } from '../fixtures/town.ts'

/** What is planted, by what it is. Each is unlike anything that chance or another test writes. */
const CANARIES = {
  'an amount': ['7413.97', '7,413.97', '741397'],
  'the amount of the theft': ['8629.43', '8,629.43', '862943'],
  'a merchant': ['quokka emporium', 'Quokka Emporium', 'QUOKKA EMPORIUM'],
  'the thief’s merchant': ['wombat jewellers', 'Wombat Jewellers'],
  'an account number': ['KANARIENVOGEL-0001'],
  'a customer': ['kanarien-kundin-77', 'Quintilla Kanarie'],
  'what the person wrote': ['aardvark-question-4711'],
} as const

/** A value as it could hide: as text, in two bytes a letter, in hex, and in base64 at each of its three alignments. */
function disguises(text: string): Buffer[] {
  const plain = Buffer.from(text)
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift, 'x'), plain]).toString('base64')
    return encoded.slice(Math.ceil((shift * 4) / 3), Math.floor(((plain.length + shift) * 8) / 6) - 1)
  })
  return [
    plain,
    Buffer.from(text, 'utf16le'),
    Buffer.from(plain.toString('hex')),
    ...base64.map((one) => Buffer.from(one)),
  ]
}

function searchIn(
  bytes: Buffer,
  where: string,
  canaries: Record<string, readonly string[]> = CANARIES,
): string[] {
  return Object.entries(canaries).flatMap(([what, forms]) =>
    forms.some((form) => disguises(form).some((needle) => needle.length >= 6 && bytes.includes(needle)))
      ? [`${what} is in ${where}`]
      : [],
  )
}

const logged: string[] = []
const sent: string[] = []
const heard: string[] = []
const answered: string[] = []
const realWrite = fs.writeSync
const realFetch = globalThis.fetch

let town: Town
let owner: pg.Client
before(async () => {
  // The log is written to the descriptor of standard output, by the file system's own call.
  fs.writeSync = ((fd: number, data: unknown, ...rest: never[]) => {
    if (fd === 1) logged.push(String(data))
    return (realWrite as (...all: unknown[]) => number)(fd, data, ...rest)
  }) as typeof fs.writeSync
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const isOut = /\/(fdx|card-control|token|request|jwks)/.test(new URL(url).pathname)
    // The token is the bank's own, and the DPoP proof repeats the address that is searched here as it is.
    const headers = [...new Headers(init?.headers)].filter(
      ([name]) => name !== 'authorization' && name !== 'dpop',
    )
    if (isOut) sent.push(`${url} ${JSON.stringify(headers)} ${String(init?.body ?? '')}`)
    const response = await realFetch(input, init)
    if (new URL(url).hostname === 'localhost') {
      answered.push(`${url} ${response.status} ${JSON.stringify([...response.headers])}`)
      if (response.status >= 400) answered.push(await response.clone().text())
    }
    return response
  }
  town = await openTown({ customers: plantedCustomers })
  owner = new pg.Client({ connectionString: town.database.url })
  owner.on('notification', ({ payload }) => heard.push(payload ?? ''))
  await owner.connect()
  await owner.query('listen guichet_message; listen guichet_changed; listen "jobs:insert"')
})
after(async () => {
  fs.writeSync = realWrite
  globalThis.fetch = realFetch
  await owner.end()
  await town.close()
})

function plantedCustomers(bankId: string, now: number): Customer[] {
  return smallCustomers(bankId)(now).map((customer, index) =>
    index > 0
      ? customer
      : {
          ...customer,
          displayName: 'Quintilla Kanarie',
          customerId: `kanarien-kundin-77-${bankId}`,
          everyday: [],
          accounts: customer.accounts.map((account, at) => ({
            ...account,
            accountId: `KANARIENVOGEL-0001-${bankId}-${at}`,
            openingBalanceMinor: 9_000_000,
            entries: account.entries.map((entry, n) =>
              n === 3 ? { ...entry, amountMinor: -741_397, descriptor: 'quokka emporium 5531' } : entry,
            ),
          })),
        },
  )
}

test('a search that finds what is planted in plain sight', async () => {
  const planted = { 'the planted one': ['platypus-in-plain-sight'] }
  await owner.query(`create table public.plain (words text)`)
  await owner.query(`insert into public.plain values ('platypus-in-plain-sight')`)
  assert.deepEqual(await searchDatabaseFiles(planted), ['the planted one is in the database files'])
  const hidden = Buffer.from(`{"x":"${Buffer.from('so 7413.97 it was').toString('base64')}"}`)
  assert.deepEqual(searchIn(hidden, 'a base64 field'), ['an amount is in a base64 field'])
})

test('after a whole journey no figure, merchant or account is found anywhere in the clear', async () => {
  const visitor = town.visitor()

  await visitor.link('chase', ['account-view', 'fraud-alerts', 'spending-insights', 'bank-offers'])
  await linkIsTold(visitor, 'Chase')
  const shown: MessageJson[] = []
  for (const question of [
    'What’s my balance?',
    'show my last 20 payments',
    'find the £7,413.97 payment',
    'what did I spend at quokka emporium this year',
    'what was my biggest payment this year',
    'compare this month with last',
    'any offers?',
    'aardvark-question-4711',
  ]) {
    shown.push(...(await visitor.say(question)))
  }
  assert.ok(JSON.stringify(shown).includes('741397'), 'the person themselves sees the payment')

  town.bank('chase').authorise('amina', {
    amount: '8629.43',
    descriptor: 'wombat jewellers',
    entryMode: 'magstripe',
    country: 'ES',
    city: 'Barcelona',
    latitude: 41.39,
    longitude: 2.17,
  })
  await town.bank('chase').flush()
  const alert = await eventually('the alert', async () =>
    (await visitor.messages()).find((message) => message.kind === 'alert'),
  )
  await visitor.tap(alert.actions.find((action) => action.style === 'danger')!)
  await visitor.call('POST', '/api/chat/messages', {
    text: '8629.43 wombat jewellers'.repeat(200),
    locale: 'en',
  })
  await visitor.call('GET', '/api/privacy/reads/lnk_x.1/proof')
  const file = await (await visitor.call('POST', '/api/export', {})).text()
  assert.ok(file.includes('741397'), 'the person’s own copy holds it')

  const faults = [
    ...searchIn(Buffer.from(logged.join('')), 'a log line'),
    ...searchIn(Buffer.from(answered.join('\n')), 'an address, a header or an error'),
    ...searchIn(Buffer.from(heard.join('\n')), 'a notification'),
    // The account's own path at its own bank is FDX's way of asking for it; nothing else may carry it.
    ...sent.flatMap((request) =>
      searchIn(
        Buffer.from(request.replaceAll(/\/accounts\/KANARIENVOGEL-0001[^/? ]*/g, '/accounts/ID')),
        'a request to a bank',
      ),
    ),
    ...searchIn(
      Buffer.from(
        JSON.stringify((await owner.query('select payload::text from graphile_worker._private_jobs')).rows),
      ),
      'a job',
    ),
    ...(await searchDatabaseFiles()),
  ]
  assert.ok(
    logged.length > 0 && answered.length > 10 && heard.length > 0 && sent.length > 3,
    'there was something to search',
  )
  assert.deepEqual(faults, [])

  const { links } = await visitor.get<PrivacyJson>('/api/privacy')
  await visitor.post(`/api/grants/${links[0]!.grants[0]!.id}/withdraw`)
  await visitor.call('POST', '/api/erase', { confirm: true })
  assert.deepEqual(searchIn(Buffer.from(logged.join('')), 'a log line'), [])
  assert.deepEqual(await searchDatabaseFiles(), [])
})

/** Both databases' files and the write-ahead log, as they are on disk. */
async function searchDatabaseFiles(
  canaries: Record<string, readonly string[]> = CANARIES,
): Promise<string[]> {
  await owner.query('checkpoint')
  const { rows } = await owner.query<{ folder: string; name: string }>(
    `select current_setting('data_directory') as folder, current_database() as name`,
  )
  const { folder, name } = rows[0]!
  const databases = await owner.query<{ oid: number }>(
    `select oid from pg_database where datname in ($1::text, $1::text || '_keys')`,
    [name],
  )
  assert.equal(databases.rows.length, 2)
  const folders = [
    ...databases.rows.map(({ oid }) => join(folder, 'base', String(oid))),
    join(folder, 'pg_wal'),
  ]
  const found = new Set<string>()
  for (const one of folders) {
    for (const entry of await readdir(one, { withFileTypes: true })) {
      if (!entry.isFile()) continue
      // Recycled write-ahead files may go while we look.
      const bytes = await readFile(join(one, entry.name)).catch(() => Buffer.alloc(0))
      for (const fault of searchIn(bytes, 'the database files', canaries)) found.add(fault)
    }
  }
  return [...found]
}
