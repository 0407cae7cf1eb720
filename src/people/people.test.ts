import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Fault, type FaultCode } from '#kit'
import { movableClock, openRooms } from '../../tests/fixtures/rooms.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const fails = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

const arrive = (
  personId: string,
  subject: string,
  over: { bankId?: string; purposes?: readonly string[] } = {},
) =>
  rooms.vault.admit({
    personId,
    bankId: 'chase',
    bankName: 'Chase',
    subject,
    connection: {
      accessToken: 'access',
      accessTokenExpiresAt: clock.now() + 60_000,
      refreshToken: 'refresh',
      dpopJwk: {},
      bankConsentId: 'consent',
      subject,
    },
    act: { locale: 'en', via: 'bank-consent-page' },
    ...over,
    purposes: (over.purposes ?? ['account-view']) as ['account-view'],
  })

test('a bank’s customer who is linked in two browsers at once is linked to one person', async () => {
  for (let round = 0; round < 5; round++) {
    const both = [await rooms.vault.welcome('en', 'UTC'), await rooms.vault.welcome('fr', 'UTC')]
    const subject = `customer-at-once-${round}`
    const results = await Promise.allSettled(both.map(({ id }) => arrive(id, subject)))
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    const [lost] = results.filter((result) => result.status === 'rejected')
    assert.ok(fails('already-done')(lost!.reason), String(lost!.reason))
    assert.ok(await rooms.people.linkOfSubject(rooms.sql.rooms, 'chase', subject))
  }
})

test('the same purposes granted twice at the same moment are one consent, renewed', async () => {
  const { personId, linkId, subject } = await rooms.linkPerson(['account-view', 'fraud-alerts'])
  await Promise.all([
    arrive(personId, subject, { purposes: ['account-view', 'fraud-alerts'] }),
    arrive(personId, subject, { purposes: ['fraud-alerts', 'account-view'] }),
    arrive(personId, subject, { purposes: ['spending-insights'] }),
    arrive(personId, subject, { purposes: ['spending-insights', 'account-view'] }),
  ])
  const grants = (await rooms.consents.of(rooms.sql.rooms, personId)).filter(
    (grant) => grant.linkId === linkId,
  )
  for (const purpose of ['account-view', 'fraud-alerts', 'spending-insights']) {
    const of = grants.filter((grant) => grant.purpose === purpose)
    assert.equal(of.filter(({ state }) => state === 'given').length, 1, purpose)
    assert.equal(new Set(of.map(({ lineage }) => lineage)).size, 1, `${purpose} shares one lineage`)
  }
})

test('nobody is linked to a bank that leaves at the same moment', async () => {
  for (let round = 0; round < 5; round++) {
    const bankId = `leaving-${round}`
    const { id } = await rooms.vault.welcome('en', 'UTC')
    const [linked, left] = await Promise.allSettled([
      arrive(id, 'customer', { bankId }),
      rooms.vault.bankLeaves(bankId),
    ])
    assert.equal(left.status, 'fulfilled')
    if (linked.status === 'rejected') assert.ok(fails('bank-withdrawn')(linked.reason), String(linked.reason))
    assert.deepEqual(await rooms.people.linksOfBank(rooms.sql.rooms, bankId), [])
    await assert.rejects(arrive(id, 'customer-2', { bankId }), fails('bank-withdrawn'))
  }
})

test('somebody who has erased everything is not linked again under the same name', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  await rooms.vault.erase(personId)
  await assert.rejects(arrive(personId, 'customer-new'), fails('key-shredded'))
  assert.equal(await rooms.people.linkOfSubject(rooms.sql.rooms, 'chase', 'customer-new'), null)
})

test('a customer who left and comes back is somebody new, and the tables do not say that they are the same', async () => {
  const first = await rooms.linkPerson(['account-view'], 'chase', 'customer-back')
  await rooms.vault.erase(first.personId)
  const second = await rooms.linkPerson(['account-view'], 'chase', 'customer-back')
  const [before] = await rooms.people.links(rooms.sql.rooms, first.personId)
  const [now] = await rooms.people.links(rooms.sql.rooms, second.personId)
  assert.notEqual(before!.pseudonym, now!.pseudonym)
  const [row] = await rooms.sql.rooms.query<{ subject_index: Buffer | null }>(
    `select subject_index from people.link where id = $1`,
    [first.linkId],
  )
  assert.equal(row!.subject_index, null)
})

test('a customer of one bank is nobody at another, whatever their number', async () => {
  const { personId } = await rooms.linkPerson(['account-view'], 'chase', 'customer-same-number')
  assert.equal(
    (await rooms.people.linkOfSubject(rooms.sql.rooms, 'chase', 'customer-same-number'))?.personId,
    personId,
  )
  assert.equal(await rooms.people.linkOfSubject(rooms.sql.rooms, 'citi', 'customer-same-number'), null)
})
