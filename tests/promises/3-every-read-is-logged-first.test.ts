/** Promise 3: every read is in a tamper-evident log before the data is handed over. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Sequenced, verifyProof } from '#accesslog'
import { createSql, Fault } from '#kit'
import { CHAT, movableClock, openRooms, payment } from '../fixtures/rooms.ts'
import { waysOfReading } from '../fixtures/ways-of-reading.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const ask = (personId: string) =>
  ({ personId, purpose: 'account-view', actor: CHAT, what: 'answer-balance' }) as const

for (const [way, read] of Object.entries(waysOfReading(() => rooms))) {
  test(`at the moment the data is handed over, its read ${way} is already durable in the log`, async () => {
    const person = await rooms.linkCustomer(['account-view'])
    // Another connection, as another process would: it sees only what is committed.
    const owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'auditor' })
    const countOf = async () =>
      (await owner.query(`select 1 from accesslog.record where chain = $1`, [person.linkId])).length
    const before = await countOf()
    let during = 0
    const use = async () => {
      during = await countOf()
    }
    assert.equal(await read({ ...person, use }), true)
    assert.equal(during, before + 1)
    await owner.end()
  })

  test(`a read ${way} that was not logged gets no key: the keyring asks the log itself`, async () => {
    const person = await rooms.linkCustomer(['account-view'])
    const forged = { chain: person.linkId, seq: 999, leafIndex: 10_000_000, leafHash: Buffer.alloc(32, 1) }
    await assert.rejects(
      whileAppending(
        () => Promise.resolve([forged]),
        () => read({ ...person, use: () => assert.fail('it was lent') }),
      ),
      (error) => error instanceof Fault && error.code === 'log-unsequenced',
    )
  })

  test(`when the log cannot be written, nothing is lent ${way}`, async () => {
    const person = await rooms.linkCustomer(['account-view'])
    await assert.rejects(
      whileAppending(
        () => Promise.reject(new Error('the log is down')),
        () => read({ ...person, use: () => assert.fail('it was lent') }),
      ),
      /the log is down/,
    )
  })
}

/** Does something while the log appends otherwise than it does. */
async function whileAppending(
  otherwise: () => Promise<Sequenced[]>,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const { append, appendBatch } = rooms.log
  Object.assign(rooms.log, { append: otherwise, appendBatch: otherwise })
  try {
    return await work()
  } finally {
    Object.assign(rooms.log, { append, appendBatch })
  }
}

test('a person sees who read what, why and under which consent, and each line proves itself offline', async () => {
  const { personId, grants } = await rooms.linkPerson(['account-view'])
  await rooms.vault.open(ask(personId), (loan) => loan.keep('transaction', [payment()]))
  await rooms.log.checkpoint()
  const entries = await rooms.vault.diary.entries(personId, { limit: 10 })
  assert.ok(entries.length >= 2)
  for (const { linkId, seq, record } of entries) {
    const proof = await rooms.vault.diary.proof(personId, linkId, seq)
    const checked = await verifyProof(proof!, rooms.log.vkey)
    assert.ok(checked.ok)
    assert.deepEqual(checked.record, record)
    assert.equal(record.purpose, 'account-view')
    assert.equal(record.consent, grants[0]!.id)
  }
})

test('a proof does not verify once anything of it is changed, nor under another log’s key', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  await rooms.log.checkpoint()
  const proof = (await rooms.vault.diary.proof(personId, linkId, 1))!
  const lines = proof.split('\n')
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue
    const changed = [...lines]
    changed[at] = line.replace(/[A-Za-z0-9](?=[^A-Za-z0-9]*$)/, (last) => (last === 'A' ? 'B' : 'A'))
    const checked = await verifyProof(changed.join('\n'), rooms.log.vkey)
    assert.equal(checked.ok, false, `line ${at + 1} changed`)
  }
  const other = rooms.log.vkey.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  await assert.doesNotReject(verifyProof(proof, other).then(({ ok }) => assert.equal(ok, false)))
})

test('a leaf of the public log holds nothing about a person', async () => {
  const { personId, linkId, grants } = await rooms.linkPerson(['account-view'])
  const owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'auditor' })
  const leaves = await owner.query<{ entry: Buffer }>(`select entry from accesslog.leaf`)
  await owner.end()
  for (const { entry } of leaves) {
    for (const name of [personId, linkId, grants[0]!.id, 'account-view', 'chase']) {
      assert.ok(!entry.includes(name), `a leaf holds ${name}`)
    }
    assert.match(entry.toString('latin1'), /^guichet\.[a-z]+\/1\n/)
  }
})

test('the log’s own role can add to it and never change it', async () => {
  await assert.rejects(rooms.sql.log.query(`delete from accesslog.leaf`), /permission denied/)
  await assert.rejects(rooms.sql.log.query(`update accesslog.leaf set entry = ''`), /permission denied/)
  // The vault sees where the log stands, and can neither read nor write it.
  for (const statement of [
    `select * from accesslog.leaf`,
    `select * from accesslog.record`,
    `select heads_salt from accesslog.state`,
    `update accesslog.state set size = 0`,
    `update accesslog.chain set count = 0`,
  ])
    await assert.rejects(rooms.sql.vault.query(statement), /permission denied/)
})
