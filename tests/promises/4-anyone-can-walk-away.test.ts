/** Promise 4: a person, a bank or the operator can walk away at any time, and the log shows it. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createSql, Fault, Private } from '#kit'
import { CHAT, movableClock, openRooms, payment } from '../fixtures/rooms.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const ask = (personId: string) =>
  ({ personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' }) as const

async function asOwner<T>(look: (owner: ReturnType<typeof createSql>) => Promise<T>): Promise<T> {
  const owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'auditor' })
  try {
    return await look(owner)
  } finally {
    await owner.end()
  }
}

/** That the log holds the leaf a shred row names, and that the leaf commits to the row's statement. */
async function logShowsShred(id: string): Promise<void> {
  await asOwner(async (owner) => {
    const [shred] = await owner.query<{ leaf_index: number; leaf_nonce: Buffer; statement: string }>(
      `select leaf_index, leaf_nonce, statement from vault.shred where id = $1`,
      [id],
    )
    const [leaf] = await owner.query<{ entry: Buffer }>(
      `select entry from accesslog.leaf where leaf_index = $1`,
      [shred!.leaf_index],
    )
    const commitment = createHmac('sha256', shred!.leaf_nonce).update(shred!.statement).digest()
    assert.deepEqual(leaf!.entry, Buffer.concat([Buffer.from('guichet.shred/1\n'), commitment]))
  })
}

test('a person who erases everything cannot be read again, even from a copy of the whole database', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  await rooms.vault.open(ask(personId), (loan) => loan.keep('transaction', [payment()]))
  const copy = await asOwner((owner) => owner.query(`select * from vault.chunk where link_id = $1`, [linkId]))
  assert.ok(copy.length > 0)
  await rooms.vault.erase(personId)
  await logShowsShred(linkId)
  await logShowsShred(personId)

  // The rows come back from a backup: without the key they are noise.
  await asOwner(async (owner) => {
    await owner.query(`update people.link set state = 'linked' where id = $1`, [linkId])
    await owner.query(`update consent.grant set state = 'given' where link_id = $1`, [linkId])
  })
  await assert.rejects(rooms.vault.open(ask(personId), (loan) => loan.transactions()))
})

test('erasing leaves the proof of what was agreed, and nothing of what was read', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  await rooms.vault.open(ask(personId), (loan) => loan.keep('transaction', [payment()]))
  await rooms.vault.erase(personId)
  const [grant] = await rooms.consents.of(rooms.sql.rooms, personId)
  assert.equal(grant!.state, 'withdrawn')
  assert.ok(grant!.receipt.split('.').length === 3)
  await asOwner(async (owner) => {
    assert.deepEqual(await owner.query(`select 1 from vault.chunk where link_id = $1`, [linkId]), [])
    assert.deepEqual(await owner.query(`select 1 from people.account where link_id = $1`, [linkId]), [])
  })
})

test('a bank that leaves takes all its people’s data and keys, and the log shows it', async () => {
  const people = await Promise.all([1, 2, 3].map(() => rooms.linkPerson(['account-view'], 'us-bank')))
  for (const { personId } of people)
    await rooms.vault.open(ask(personId), (loan) => loan.keep('transaction', [payment()]))
  assert.deepEqual(await rooms.vault.bankLeaves('us-bank'), { links: 3 })
  await logShowsShred('us-bank')
  for (const { personId } of people) {
    const opened = await rooms.vault.open(ask(personId), async () => 'lent')
    assert.equal(opened.ok ? 'lent' : opened.why, 'bank-withdrawn')
  }
  assert.deepEqual(await rooms.kms.epochs('us-bank'), [], 'its key-encryption keys are destroyed')
  assert.deepEqual(await rooms.sql.keys.query(`select 1 from wrapped_key where bank_id = 'us-bank'`), [])
  await assert.rejects(rooms.vault.bankLeaves('us-bank'), /already-done/)
})

test('an answer drawn from two banks goes when one of them leaves', async () => {
  const first = await rooms.linkPerson(['account-view'], 'chase', 'both-1')
  await rooms.vault.admit({
    personId: first.personId,
    bankId: 'citi',
    bankName: 'Citi',
    subject: 'both-2',
    purposes: ['account-view'],
    connection: {
      accessToken: 'a',
      accessTokenExpiresAt: 0,
      refreshToken: null,
      dpopJwk: {},
      bankConsentId: 'c',
      subject: 'both-2',
    },
    act: { locale: 'en', via: 'bank-consent-page' },
  })
  const sealed = await rooms.vault.open(ask(first.personId), async (loan) => {
    assert.equal(loan.links.length, 2)
    return loan.seal('answer', new Private('£42 here and £17 there'))
  })
  assert.ok(sealed.ok)
  await rooms.vault.bankLeaves('citi')
  await assert.rejects(
    rooms.vault.open(ask(first.personId), async (loan) => loan.unseal('answer', sealed.value)),
    (error) => error instanceof Fault && error.code === 'seal-broken',
  )
})

test('a crash between the commit and the shredding is finished at the next start', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  await asOwner(async (owner) => {
    await owner.query(
      `insert into vault.shred (id, kind, leaf_index, leaf_nonce, statement, shredded_at)
       values ($1, 'link', 0, '', '', 0), ($2, 'person', 0, '', '', 0)`,
      [linkId, personId],
    )
  })
  await rooms.vault.start()
  const left = await rooms.sql.keys.query(`select 1 from wrapped_key where id like $1 or id like $2`, [
    `%${linkId}`,
    `%${personId}`,
  ])
  assert.deepEqual(left, [])
})
