import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { readFrontier, type Sequenced } from '#accesslog'
import { createSql, Fault, type Queryable, type Sql, seeded } from '#kit'
import { openLog, read, turn } from '../../tests/fixtures/access-log.ts'
import { leafHash, rootOfHashes } from './hashing.ts'
import { parseCheckpoint, parseNote, verifyProof, verifyStatement } from './proof/index.ts'

const sizeOf = (note: string) => parseCheckpoint(parseNote(note).text).size
const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

async function rootFromEntries(sql: Sql): Promise<Buffer> {
  const rows = await sql.query<{ entry: Buffer }>(`select entry from accesslog.leaf order by leaf_index`)
  return rootOfHashes(Buffer.concat(rows.map(({ entry }) => leafHash(entry))))
}

test('a read that is logged can be proven by the person, and its number follows the one before', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  const [first] = await log.append([read('amina')])
  const [second] = await log.append([read('amina', { what: 'answer-spending' })])
  assert.deepEqual([first!.seq, second!.seq], [1, 2])
  assert.equal(await log.proofOf('amina', 1, turn), null, 'nothing is signed yet')
  const note = await log.checkpoint()
  assert.equal(sizeOf(note), 2)

  const proven = await verifyProof((await log.proofOf('amina', 2, turn))!, log.vkey)
  const before = await verifyProof((await log.proofOf('amina', 1, turn))!, log.vkey)
  assert.ok(proven.ok && before.ok)
  assert.equal(proven.record.what, 'answer-spending')
  assert.equal(proven.record.prev, before.leaf)
  assert.equal(before.record.prev, '')
  assert.deepEqual([proven.index, proven.size, proven.origin], [1, 2, log.origin])
  assert.deepEqual(await log.head('amina'), { count: 2, last: proven.leaf })
  assert.deepEqual(await log.head('nobody'), { count: 0, last: null })
})

test('one leaf for a whole batch still proves each person’s own read', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  await log.append([read('amina')])
  const people = ['amina', 'bruno', 'claire', 'david', 'amina']
  const entries = await log.appendBatch(people.map((person) => read(person)))
  assert.deepEqual(
    entries.map(({ chain, seq, leafIndex }) => [chain, seq, leafIndex]),
    [
      ['amina', 2, 1],
      ['bruno', 1, 1],
      ['claire', 1, 1],
      ['david', 1, 1],
      ['amina', 3, 1],
    ],
  )
  assert.ok(await log.isSequenced(entries))
  await log.checkpoint()
  const second = await verifyProof((await log.proofOf('amina', 2, turn))!, log.vkey)
  const third = await verifyProof((await log.proofOf('amina', 3, turn))!, log.vkey)
  assert.ok(second.ok && third.ok)
  assert.deepEqual(third.batch, { index: 4, size: 5 })
  assert.equal(third.record.prev, second.leaf)
  for (const person of ['bruno', 'claire', 'david']) {
    const proven = await verifyProof((await log.proofOf(person, 1, turn))!, log.vkey)
    assert.ok(proven.ok)
    assert.equal(proven.record.sub, `sub-of-${person}`)
  }
})

test('many who log at once share a commit, and every chain stays whole', async (t) => {
  let commits = 0
  const { log, openProcess, owner, close } = await openLog({
    sql: (real) => ({
      ...real,
      transaction: (work) => {
        commits++
        return real.transaction(work)
      },
    }),
  })
  t.after(close)
  const other = await openProcess()
  const people = ['amina', 'bruno', 'claire']
  const calls = Array.from({ length: 300 }, (_, i) => {
    const here = i % 2 === 0 ? log : other
    return i % 10 === 0
      ? here.appendBatch(people.map((person) => read(person)))
      : here.append([read(people[i % 3]!), read(people[(i + 1) % 3]!)])
  })
  const appended = (await Promise.all(calls)).flat()
  assert.ok(commits < 100, `${commits} commits for 300 callers`)
  assert.ok(await log.isSequenced(appended))
  for (const person of people) {
    const numbers = appended.filter(({ chain }) => chain === person).map(({ seq }) => seq)
    const sorted = [...numbers].sort((a, b) => a - b)
    assert.deepEqual(
      sorted,
      Array.from({ length: numbers.length }, (_, i) => i + 1),
    )
  }
  const leaves = 30 + 270 * 2
  const note = await other.checkpoint()
  assert.equal(sizeOf(note), leaves)
  assert.deepEqual(Buffer.from(parseCheckpoint(parseNote(note).text).root), await rootFromEntries(owner))

  for (const person of people) {
    const { count } = await log.head(person)
    let before = ''
    for (let seq = 1; seq <= count; seq++) {
      const proven = await verifyProof((await log.proofOf(person, seq, turn, note))!, log.vkey)
      assert.ok(proven.ok, `${person} ${seq}`)
      assert.equal(proven.record.prev, before)
      before = proven.leaf
    }
  }
})

test('a read whose record cannot be sealed is not logged, and does not spoil its neighbours', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  const failing = {
    ...read('bruno'),
    sealRecord: () => {
      throw new Error('no key')
    },
  }
  const [amina, both, claire] = await Promise.allSettled([
    log.append([read('amina')]),
    log.append([read('bruno'), failing]),
    log.append([read('claire'), read('bruno')]),
  ])
  assert.equal(both!.status, 'rejected')
  assert.ok(amina!.status === 'fulfilled' && claire!.status === 'fulfilled')
  assert.ok(await log.isSequenced([...amina.value, ...claire.value]))
  assert.equal((await log.head('bruno')).count, 1, 'the number is given to the next one')
  assert.equal(sizeOf(await log.checkpoint()), 3)
})

test('a record that no verifier could read is refused before it is logged', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  await assert.rejects(log.append([read('amina', { t: 'yesterday' })]), /record's t is wrong/)
  await assert.rejects(log.append([read('amina', { decision: 'perhaps' })]), /record's decision is wrong/)
  assert.deepEqual(await log.head('amina'), { count: 0, last: null })
})

test('a commit that fails leaves nothing behind, and the next one takes its place', async (t) => {
  let failing = false
  const failingWhenAdding = <Q extends Queryable>(real: Q): Q => ({
    ...real,
    query: async (text, values) => {
      if (failing && text.includes('insert into accesslog.leaf')) throw new Error('the power went')
      return await real.query(text, values)
    },
  })
  const { log, owner, close } = await openLog({
    sql: (real) => ({
      ...failingWhenAdding(real),
      transaction: (work) => real.transaction((tx) => work(failingWhenAdding(tx))),
    }),
  })
  t.after(close)
  await log.append([read('amina')])
  failing = true
  const lost = await Promise.allSettled([
    log.append([read('amina'), read('bruno')]),
    log.appendPlain('guichet.consent/1', Buffer.from('receipt')),
    log.dailyHeads('2026-11-23'),
  ])
  assert.deepEqual(
    lost.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  )
  failing = false
  const [{ leaves, records, chains }] = (await owner.query(
    `select (select count(*) from accesslog.leaf) as leaves, (select count(*) from accesslog.record) as records,
       (select count(*) from accesslog.chain) as chains`,
  )) as [{ leaves: number; records: number; chains: number }]
  assert.deepEqual({ leaves, records, chains }, { leaves: 1, records: 1, chains: 1 })
  const [entry] = await log.append([read('amina')])
  assert.deepEqual([entry!.seq, entry!.leafIndex], [2, 1])
  assert.ok((await verifyProof((await proofAfter())!, log.vkey)).ok)

  async function proofAfter() {
    await log.checkpoint()
    return await log.proofOf('amina', 2, turn)
  }
})

test('processes that append by turns and at once continue each other, and the whole is one sound log', async (t) => {
  const { log, openProcess, close } = await openLog()
  t.after(close)
  const other = await openProcess()
  for (let turn = 0; turn < 6; turn++)
    await (turn % 2 ? log : other).append([read('amina'), read(`b${turn}`)])
  await Promise.all(
    Array.from({ length: 40 }, (_, i) => (i % 2 ? log : other).appendBatch([read('amina'), read(`c${i}`)])),
  )
  await log.append([read('amina')])
  assert.equal((await log.head('amina')).count, 47)
  const records = await log.recordsOf('amina', { limit: 100 })
  assert.deepEqual(
    records.map(({ seq }) => seq).sort((a, b) => a - b),
    Array.from({ length: 47 }, (_, i) => i + 1),
  )
  await log.checkpoint()
  await log.audit()
  for (const seq of [1, 20, 47])
    assert.ok((await verifyProof((await log.proofOf('amina', seq, turn))!, log.vkey)).ok)
})

test('who looked where the log stands appends by one statement, also after another process', async (t) => {
  const said: string[] = []
  const { log, database, openProcess, owner, close } = await openLog({
    sql: (real) => ({
      ...real,
      query: (text, values) => {
        said.push(text.includes('insert into accesslog.leaf') ? 'added' : 'asked')
        return real.query(text, values)
      },
      transaction: (work) => {
        said.push('locked')
        return real.transaction(work)
      },
    }),
  })
  const vault = createSql({ url: database.urls.vault, connectionsMax: 1, application: 'test' })
  t.after(async () => {
    await vault.end()
    await close()
  })
  const other = await openProcess()
  const look = async () => {
    const heads = await vault.query<{ chain: string; count: number; last: Buffer }>(
      `select chain, count, last_hash as last from accesslog.chain`,
    )
    return {
      frontier: await readFrontier(vault),
      heads: new Map(heads.map(({ chain, ...head }) => [chain, head])),
    }
  }
  const appended = async (process: typeof log, standing?: Awaited<ReturnType<typeof look>>) => {
    said.length = 0
    await process.appendBatch([read('amina')], standing)
    return said.join(' ')
  }
  await appended(log)
  const early = await look()
  await appended(other)
  // This one finds out that it is not alone, and asks each time from then on.
  assert.equal(await appended(log), 'added locked')
  await appended(other)
  assert.equal(await appended(log), 'locked')

  await appended(other)
  assert.equal(await appended(log, await look()), 'added')
  // One that knows nothing is told what is out of date, and is put right.
  assert.equal(await appended(await openProcess(), early), 'added locked')

  assert.equal((await log.head('amina')).count, 8)
  await log.checkpoint()
  await log.audit()
  for (let seq = 1; seq <= 8; seq++)
    assert.ok((await verifyProof((await log.proofOf('amina', seq, turn))!, log.vkey)).ok)
  assert.deepEqual(
    await rootFromEntries(owner),
    Buffer.from(parseCheckpoint(parseNote(await log.checkpoint()).text).root),
  )
})

test('what a process appended and left unsigned when it died is signed by the next that looks', {
  timeout: 30_000,
}, async (t) => {
  const { log, openProcess, owner, close } = await openLog()
  t.after(close)
  const dying = await openProcess()
  await log.start({ everyMs: 20 })
  // Until the other has signed what was its own.
  await setTimeout(500)
  await dying.append([read('amina')])
  await dying.stop()
  const [state] = await owner.query<{ size: number }>(`select size from accesslog.state`)
  while ((await log.provableSize()) < state!.size) await setTimeout(10)
})

test('only an entry that is in the log, in that very chain, counts as logged', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  const [amina, bruno] = await log.append([read('amina'), read('bruno')])
  assert.ok(await log.isSequenced([amina!, bruno!]))
  const forged = [
    { ...amina!, chain: 'bruno' },
    { ...amina!, seq: 2 },
    { ...amina!, leafIndex: 7 },
    { ...amina!, leafIndex: bruno!.leafIndex },
    { ...amina!, leafHash: bruno!.leafHash },
  ]
  for (const claim of forged) assert.equal(await log.isSequenced([bruno!, claim]), false)
})

test('a statement in the log is proven by whoever keeps its text and nonce', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  const payload = Buffer.from('a receipt')
  const { index, nonce } = await log.appendPlain('guichet.consent/1', payload)
  assert.equal(await log.statementProofOf(index, nonce, payload), null)
  await log.checkpoint()
  const proof = (await log.statementProofOf(index, nonce, payload))!
  const proven = await verifyStatement(proof, log.vkey, 'guichet.consent/1')
  assert.ok(proven.ok)
  assert.equal(Buffer.from(proven.payload).toString(), 'a receipt')
  assert.deepEqual(await verifyStatement(proof, log.vkey, 'guichet.shred/1'), {
    ok: false,
    why: 'not-in-log',
  })
  const changed = (await log.statementProofOf(index, nonce, Buffer.from('another')))!
  assert.deepEqual(await verifyStatement(changed, log.vkey, 'guichet.consent/1'), {
    ok: false,
    why: 'not-in-log',
  })
})

test('the person’s list of reads is the newest first, in pages', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
  for (let i = 1; i <= 5; i++) await log.append([read('amina', { t: at(i) }), read('bruno', { t: at(i) })])
  const page = await log.recordsOf('amina', { limit: 2 })
  assert.deepEqual(
    page.map(({ seq }) => seq),
    [5, 4],
  )
  const older = await log.recordsOf('amina', { limit: 9, beforeAt: page[1]!.at })
  assert.deepEqual(
    older.map(({ seq }) => seq),
    [3, 2, 1],
  )
  assert.deepEqual(await log.recordsOf('amina', { limit: 9, beforeSeq: 2 }), older.slice(2))
})

test('a checkpoint asked for covers what was logged before, and asking twice signs once', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  assert.equal(sizeOf(await log.checkpoint()), 0)
  assert.equal(await log.provableSize(), 0)
  const notes = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const [entry] = await log.append([read(`person ${i}`)])
      return { entry: entry!, note: await log.checkpoint() }
    }),
  )
  for (const { entry, note } of notes) assert.ok(sizeOf(note) > entry.leafIndex)
  const [again, oncemore] = [await log.checkpoint(), await log.checkpoint()]
  assert.equal(again, oncemore)
  assert.equal(await log.provableSize(), 20)
})

test('connections that are lost while several processes append leave one sound log, and in it all that was told', async (t) => {
  const { log, openProcess, owner, database, close } = await openLog()
  const pools = Array.from({ length: 3 }, () =>
    createSql({ url: database.urls.log, connectionsMax: 3, application: 'unlucky' }),
  )
  t.after(async () => {
    for (const pool of pools) await pool.end()
    await close()
  })
  const processes = await Promise.all(pools.map((sql) => openProcess({ sql })))
  const chance = seeded(5)
  const told: Sequenced[] = []
  let lost = 0
  let appending = true
  const append = async (n: number) => {
    const chains = Array.from({ length: 3 }, (_, i) => (i === 0 ? 'shared' : `own-${n}-${i}`))
    const reads = chains.map((chain) => read(chain))
    const process = processes[n % processes.length]!
    try {
      told.push(...(await (chance() < 0.5 ? process.append(reads) : process.appendBatch(reads))))
    } catch {
      // It may be there all the same: the answer was lost, and who does not know does not read.
      lost++
    }
  }
  const lose = async () => {
    while (appending) {
      await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'unlucky' order by random() limit 1`,
      )
      // However slow the machine: the next connection is lost once something was told behind this one.
      const before = told.length
      while (appending && told.length === before) await setTimeout(20)
    }
  }
  const appended = Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      for (let i = 0; i < 40; i++) await append(n)
    }),
  ).finally(() => {
    appending = false
  })
  await Promise.all([lose(), appended])
  assert.ok(lost > 0 && told.length > 0, `${lost} lost, ${told.length} told`)

  assert.ok(await log.isSequenced(told))
  const note = await log.checkpoint()
  await log.audit()
  for (const chain of ['shared', told.find(({ chain }) => chain !== 'shared')!.chain]) {
    let before = ''
    for (let seq = 1; seq <= (await log.head(chain)).count; seq++) {
      const proven = await verifyProof((await log.proofOf(chain, seq, turn, note))!, log.vkey)
      assert.ok(proven.ok, `${chain} ${seq}`)
      assert.equal(proven.record.prev, before)
      before = proven.leaf
    }
    assert.equal((await log.head(chain)).last, before)
  }
})

test('a process that loses its connection while it signs, and is overtaken, does not take the log for a changed one', async (t) => {
  const { log: other, signer, openSigner, openProcess, owner, faults, close } = await openLog()
  t.after(close)
  const elsewhere = await openSigner()
  let isOvertaken = true
  const log = await openProcess({
    signer: {
      ...elsewhere,
      async sign(proposal) {
        if (isOvertaken) {
          isOvertaken = false
          await owner.query(
            `select pg_terminate_backend(pid) from pg_locks
             where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
          )
          await other.append([read('bruno')])
          await other.checkpoint()
        }
        return await elsewhere.sign(proposal)
      },
    },
  })
  t.after(() => log.stop())
  await other.append([read('amina')])
  await assert.rejects(log.checkpoint(), (error) => !isFault('log-inconsistent')(error))
  await log.append([read('claire')])
  assert.equal(sizeOf(await log.checkpoint()), 3)
  assert.equal((await signer.last()).size, 3)
  assert.deepEqual(faults.filter(isFault('log-inconsistent')), [])
})

test('the log’s own role can neither change nor remove a leaf', async (t) => {
  const { log, sql, close } = await openLog()
  t.after(close)
  await log.append([read('amina')])
  for (const statement of [
    `update accesslog.leaf set entry = ''`,
    `delete from accesslog.leaf`,
    `delete from accesslog.record`,
    `update accesslog.record set sealed = ''`,
    `delete from accesslog.chain`,
    `truncate accesslog.leaf cascade`,
  ])
    await assert.rejects(sql.query(statement), /permission denied/)
})

test('the log refuses to start as the owner of its tables', async (t) => {
  const { openProcess, owner, close } = await openLog()
  t.after(close)
  const asOwner = await openProcess({ sql: owner })
  await assert.rejects(asOwner.start({ everyMs: 1_000 }), isFault('role-too-strong'))
})
