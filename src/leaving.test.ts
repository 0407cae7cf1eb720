import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createLogger, Fault, type FaultCode } from '#kit'
import { movableClock, openRooms } from '../tests/fixtures/rooms.ts'
import type { BankDoor } from './http/index.ts'
import { createLeaving } from './leaving.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

/** The house around a departure, with a bank that is told, or fails as a test says. */
function openLeaving() {
  const bank = { told: [] as string[], fails: null as FaultCode | null }
  const banks = {
    async revoke(_bankId: string, connection: { accessToken: string }) {
      if (bank.fails) throw new Fault(bank.fails)
      bank.told.push(connection.accessToken)
    },
  } as unknown as BankDoor
  const forgotten: string[] = []
  const leaving = createLeaving({
    sql: rooms.sql.rooms,
    vault: rooms.vault,
    people: rooms.people,
    consents: rooms.consents,
    banks,
    chat: {
      async forget(personId) {
        forgotten.push(personId)
      },
    },
    clock,
    log: createLogger({ level: 'silent' }),
  })
  return { bank, forgotten, leaving }
}

const fails = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

async function withdrawAll({ personId, grants }: Awaited<ReturnType<typeof rooms.linkPerson>>) {
  await Promise.all(grants.map(({ id }) => rooms.vault.withdraw(personId, id)))
}

test('a bank that is down when somebody withdraws is told as soon as it answers, and once', async () => {
  const { bank, leaving } = openLeaving()
  const person = await rooms.linkPerson(['account-view'])
  await withdrawAll(person)
  bank.fails = 'bank-unreachable'
  for (let attempt = 0; attempt < 3; attempt++)
    await assert.rejects(
      leaving.afterWithdrawal(person.personId, person.linkId),
      fails('bank-unreachable'),
      'it is to be tried again',
    )
  bank.fails = null
  await leaving.afterWithdrawal(person.personId, person.linkId)
  await leaving.afterWithdrawal(person.personId, person.linkId)
  assert.deepEqual(bank.told, ['access'])
})

test('whoever withdraws and links again at once keeps the new access: only the old one is handed back', async () => {
  const { bank, leaving } = openLeaving()
  const person = await rooms.linkPerson(['account-view'])
  await withdrawAll(person)
  const { personId, linkId, bankId, subject } = person
  await rooms.vault.admit({
    personId,
    bankId,
    bankName: 'Chase',
    subject,
    purposes: ['fraud-alerts'],
    connection: {
      accessToken: 'a new access',
      accessTokenExpiresAt: clock.now() + 60_000,
      refreshToken: 'refresh',
      dpopJwk: {},
      bankConsentId: 'consent-2',
      subject,
    },
    act: { locale: 'en', via: 'bank-consent-page' },
  })
  await leaving.afterWithdrawal(personId, linkId)
  assert.deepEqual(bank.told, [])
})

test('of two purposes withdrawn at the same moment one is the last, and the bank is told', async () => {
  const { bank, leaving } = openLeaving()
  for (let round = 0; round < 5; round++) {
    const person = await rooms.linkPerson(['account-view', 'fraud-alerts', 'bank-offers'])
    await withdrawAll(person)
    bank.told.length = 0
    await leaving.afterWithdrawal(person.personId, person.linkId)
    assert.equal(bank.told.length, 1)
  }
})

test('a withdrawal that is heard of by several workers at once is told to the bank once', async () => {
  const { bank, leaving } = openLeaving()
  for (let round = 0; round < 3; round++) {
    const person = await rooms.linkPerson(['account-view'])
    await withdrawAll(person)
    bank.told.length = 0
    await Promise.all([1, 2, 3, 4].map(() => leaving.afterWithdrawal(person.personId, person.linkId)))
    assert.equal(bank.told.length, 1)
  }
})

test('a purpose that is left keeps the access', async () => {
  const { bank, leaving } = openLeaving()
  const person = await rooms.linkPerson(['account-view', 'fraud-alerts'])
  await rooms.vault.withdraw(person.personId, person.grants[0]!.id)
  await leaving.afterWithdrawal(person.personId, person.linkId)
  assert.deepEqual(bank.told, [])
})

test('a bank that has ended the access itself is not asked for ever', async () => {
  const { bank, leaving } = openLeaving()
  const person = await rooms.linkPerson(['account-view'])
  await withdrawAll(person)
  bank.fails = 'bank-refused'
  await leaving.afterWithdrawal(person.personId, person.linkId)
  bank.fails = null
  await leaving.afterWithdrawal(person.personId, person.linkId)
  assert.deepEqual(bank.told, [])
})

test('somebody leaves even while their bank is down, and their ways to come back go with them', async () => {
  const { bank, forgotten, leaving } = openLeaving()
  const { personId } = await rooms.linkPerson(['account-view'])
  const sql = rooms.sql.rooms
  const keepWayBack = async () => {
    await sql.query(
      `insert into web.session (token_hash, person_id, locale, created_at, seen_at) values ($1, $2, 'en', 0, 0)`,
      [Buffer.from(personId), personId],
    )
    await sql.query(
      `insert into web.passkey (person_id, credential_id, public_key, counter, transports, created_at)
       values ($1, $1, $2, 0, '{}', 0)`,
      [personId, Buffer.from('key')],
    )
  }
  const waysBack = async () =>
    (
      await sql.query(
        `select 1 from web.session where person_id = $1 union all select 1 from web.passkey where person_id = $1`,
        [personId],
      )
    ).length
  await keepWayBack()
  bank.fails = 'bank-unreachable'
  const shreds = await leaving.erase(personId)
  assert.deepEqual(
    shreds.map(({ kind }) => kind),
    ['person', 'link'],
  )
  assert.equal(await waysBack(), 0)

  // As if Guichet had stopped between the erasing and the forgetting: the announcement of it finishes the work.
  await keepWayBack()
  await leaving.finishErasing(personId)
  assert.equal(await waysBack(), 0)
  assert.deepEqual(forgotten, [personId, personId])
})

test('a bank that is linked in another tab while somebody erases everything is erased too, or not linked', async () => {
  const { leaving } = openLeaving()
  for (let round = 0; round < 8; round++) {
    const { personId } = await rooms.linkPerson(['account-view'])
    const subject = `late-${round}`
    const late = new Promise((resolve) => setTimeout(resolve, round * 4)).then(() =>
      rooms.vault.admit({
        personId,
        bankId: 'citi',
        bankName: 'Citi',
        subject,
        purposes: ['account-view'],
        connection: {
          accessToken: 'late',
          accessTokenExpiresAt: clock.now() + 60_000,
          refreshToken: 'refresh',
          dpopJwk: {},
          bankConsentId: 'consent-late',
          subject,
        },
        act: { locale: 'en', via: 'bank-consent-page' },
      }),
    )
    const [erased, linked] = await Promise.allSettled([leaving.erase(personId), late])
    assert.equal(erased.status, 'fulfilled')
    if (linked.status === 'rejected') assert.ok(fails('key-shredded')(linked.reason), String(linked.reason))
    const links = await rooms.people.links(rooms.sql.rooms, personId)
    assert.ok(links.every(({ state }) => state === 'erased'))
    const keys = links.flatMap(({ id }) => [`data:${id}`, `diary:${id}`])
    assert.deepEqual(await rooms.sql.keys.query(`select 1 from wrapped_key where id = any($1)`, [keys]), [])
    if (erased.status === 'fulfilled')
      assert.equal(
        erased.value.filter(({ kind }) => kind === 'link').length,
        links.length,
        'each is in the log',
      )
  }
})
