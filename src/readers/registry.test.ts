import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Fault, systemRandom } from '#kit'
import { createReaders, type Readers } from '#readers'
import { openRooms } from '../../tests/fixtures/rooms.ts'

let rooms: Awaited<ReturnType<typeof openRooms>>
let readers: Readers
before(async () => {
  rooms = await openRooms()
  readers = createReaders({ ...rooms, sql: rooms.sql.rooms, random: systemRandom })
})
after(() => rooms.close())

const KEYS = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'app-1' }] }
const BUDGET = {
  name: 'Budget & Co',
  redirectUris: ['https://budget.example/back'],
  jwks: KEYS,
  faces: ['uk', 'fdx'],
}

test('an operator adds an app, sees it, and has it out', async () => {
  const { id } = await readers.registry.add(BUDGET)
  assert.equal((await readers.registry.find(id))?.name, 'Budget & Co')
  assert.deepEqual(await readers.accesses.withdrawReader(id), { ended: 0 })
  assert.equal(await readers.registry.find(id), null, 'it is nobody any more')
  const [listed] = await readers.registry.list()
  assert.notEqual(listed!.withdrawnAt, null, 'and the list says since when')
  await assert.rejects(
    readers.accesses.withdrawReader(id),
    (error) => error instanceof Fault && error.code === 'not-found',
  )
})

const REFUSED: Record<string, Record<string, unknown>> = {
  'an address without TLS': { redirectUris: ['http://budget.example/back'] },
  'an address with a star': { redirectUris: ['https://*.budget.example/back'] },
  'an address with a fragment': { redirectUris: ['https://budget.example/back#x'] },
  'an address with a script': { redirectUris: ['javascript:alert(1)'] },
  'no address': { redirectUris: [] },
  'no keys at all': { jwks: undefined },
  'keys and an address of keys': { jwksUri: 'https://budget.example/jwks' },
  'an address of keys without TLS': { jwks: undefined, jwksUri: 'http://budget.example/jwks' },
  'a private key': { jwks: { keys: [{ ...KEYS.keys[0], d: 'secret' }] } },
  'a shared secret': { jwks: { keys: [{ kty: 'oct', k: 'secret', kid: 'x' }] } },
  'a key without a name': { jwks: { keys: [{ ...KEYS.keys[0], kid: undefined }] } },
  'a name that is a sentence to the person': { name: 'Budget (approved by your bank!)' },
  'a name that turns the writing round': { name: 'Bud\u202eteg' },
  'a name too long to be shown': { name: 'B'.repeat(61) },
  'an unknown standard': { faces: ['stet'] },
  'a field that nobody knows': { purposes: ['own-app'] },
}
for (const [what, over] of Object.entries(REFUSED))
  test(`an app with ${what} is not added, and the answer names the field and not its value`, async () => {
    const given = { ...BUDGET, ...over }
    await assert.rejects(readers.registry.add(given), (error) => {
      assert.ok(error instanceof Fault && error.code === 'app-refused')
      assert.doesNotMatch(error.message, /secret|\*\.budget|javascript/)
      return true
    })
  })

test('a request that nobody answered within a day is over, and one that was refused cannot be answered', async () => {
  const { id } = await readers.registry.add(BUDGET)
  const asked = { clusters: ['ACCOUNT_BASIC'], permissions: [], from: null, to: null, until: null }
  const over = (error: unknown) => error instanceof Fault && error.code === 'app-request-over'
  const chosen = {
    accounts: new Map(),
    until: Number.MAX_SAFE_INTEGER,
    act: { locale: 'en', via: 'privacy-centre' },
  } as const
  const first = await readers.accesses.ask(id, 'uk', asked)
  assert.equal(first.state, 'asked')
  await readers.accesses.reject(first.id)
  assert.equal((await readers.accesses.find(first.id))?.state, 'rejected')
  await assert.rejects(readers.accesses.give(first.id, 'per_amina', chosen), over)

  const second = await readers.accesses.ask(id, 'uk', asked)
  ;(rooms.clock as unknown as { advance(ms: number): void }).advance(86_400_000)
  assert.equal((await readers.accesses.find(second.id))?.state, 'expired')
  await assert.rejects(readers.accesses.give(second.id, 'per_amina', chosen), over)
})

test('a no that comes at the same time as the yes does not hide what the app may read', async () => {
  const { id } = await readers.registry.add(BUDGET)
  const amina = await rooms.linkPerson(['account-view'])
  const [link] = await rooms.people.linksById(rooms.sql.rooms, [amina.linkId])
  const account = await rooms.sql.rooms.transaction((tx) => rooms.people.accountId(tx, link!, 'current'))
  const asked = { clusters: ['ACCOUNT_BASIC'], permissions: [], from: null, to: null, until: null }
  const access = await readers.accesses.ask(id, 'uk', asked)
  await readers.accesses.give(access.id, amina.personId, {
    accounts: new Map([[amina.linkId, { bankName: 'Chase', accountIds: [account] }]]),
    until: Number.MAX_SAFE_INTEGER,
    act: { locale: 'en', via: 'app-page' },
  })
  // Found as it was before the yes, and taken back by the app then.
  await readers.accesses.revoke(access, { reason: 'USER_ACTION', initiator: 'DATA_RECIPIENT' })
  assert.equal((await readers.accesses.find(access.id))?.state, 'given')
  await readers.accesses.withdraw(amina.personId, access.id)
  assert.equal((await readers.accesses.find(access.id))?.state, 'ended')
  const until = (await readers.accesses.find(access.id))!.grants[0]!.expiresAt - rooms.clock.now()
  assert.equal(until, 365 * 86_400_000, 'however long was wished for, a year is the most')
})
