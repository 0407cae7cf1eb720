import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSql, DAY, Fault, money, Private, type Tx } from '#kit'
import { CHAT, movableClock, openRooms, payment, scoreOf } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

const readAll = (personId: string) =>
  rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
    async (loan) => reveal(await loan.transactions()),
  )

const keep = (personId: string, items: ReturnType<typeof payment>[]) =>
  rooms.vault.open({ personId, purpose: 'account-view', actor: CHAT, what: 'keep-history' }, (loan) =>
    loan.keep('transaction', items),
  )

test('what is kept for a person comes back to them, newest state of each payment, oldest first', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  const early = payment({ id: 'txn_a', at: Date.UTC(2026, 8, 1) })
  const late = payment({ id: 'txn_b', at: Date.UTC(2026, 10, 1), status: 'pending', postedAt: null })
  await keep(personId, [late, early])
  await keep(personId, [{ ...late, status: 'posted', amount: money(-4650, 'GBP') }])
  const opened = await readAll(personId)
  assert.ok(opened.ok)
  assert.deepEqual(
    opened.value.map(({ id, status, amount }) => [id, status, amount.amountMinor]),
    [
      ['txn_a', 'posted', -4200],
      ['txn_b', 'posted', -4650],
    ],
  )
})

test('the rate of a payment abroad, and whether the bank may still change it, are kept when the bank told them', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  const told = { exchangeRate: '1.1743', isMutable: false }
  await keep(personId, [payment({ id: 'txn_a', ...told }), payment({ id: 'txn_b' })])
  const opened = await readAll(personId)
  assert.ok(opened.ok)
  assert.deepEqual(
    opened.value.map(({ id, exchangeRate, isMutable }) => ({ id, exchangeRate, isMutable })),
    [
      { id: 'txn_a', ...told },
      { id: 'txn_b', exchangeRate: undefined, isMutable: undefined },
    ],
  )
})

test('many small writes are merged and nothing of them is lost', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  for (let i = 0; i < 60; i++) await keep(personId, [payment({ id: `txn_${i}`, amount: money(-i, 'GBP') })])
  const opened = await readAll(personId)
  assert.ok(opened.ok)
  assert.equal(opened.value.length, 60)
  const owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'test' })
  const [{ chunks }] = (await owner.query<{ chunks: number }>(
    `select count(*)::int as chunks from vault.chunk where link_id = $1 and kind = 'transaction'`,
    [linkId],
  )) as [{ chunks: number }]
  await owner.end()
  assert.ok(chunks < 40, `60 writes are still ${chunks} chunks`)
})

test('whoever asks for so many states is read no more than the latest chunks that hold them', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  for (let month = 0; month < 6; month++)
    await keep(
      personId,
      Array.from({ length: 10 }, (_, n) =>
        payment({ id: `txn_${month}_${n}`, at: Date.UTC(2026, 4 + month, 1 + n) }),
      ),
    )
  const counts = await rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
    async (loan) => {
      const found: [number, string][] = []
      for (const most of [1, 10, 11, 60, undefined]) {
        const payments = reveal(await loan.transactions(undefined, most))
        found.push([payments.length, payments[0]!.id])
      }
      return found
    },
  )
  assert.ok(counts.ok)
  assert.deepEqual(counts.value, [
    [10, 'txn_5_0'],
    [10, 'txn_5_0'],
    [20, 'txn_4_0'],
    [60, 'txn_0_0'],
    [60, 'txn_0_0'],
  ])
})

test('a loan is closed when it is given back, whoever kept it', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  let kept: { transactions(): Promise<unknown> } | undefined
  await rooms.vault.open(
    { personId, purpose: 'account-view', actor: CHAT, what: 'answer-balance' },
    async (loan) => {
      kept = loan
    },
  )
  await assert.rejects(() => kept!.transactions(), /this loan is over/)
})

test('a loan lends what its purpose may read and nothing else', async () => {
  const { personId } = await rooms.linkPerson(['bank-offers'])
  const opened = await rooms.vault.open(
    { personId, purpose: 'bank-offers', actor: CHAT, what: 'match-offers' },
    async (loan) => {
      // @ts-expect-error offers may not read transactions
      return loan.transactions
    },
  )
  assert.ok(opened.ok)
  assert.equal(opened.value, undefined)
})

test('no purpose outside the closed list compiles, and none is lent', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  await assert.rejects(
    rooms.vault.open(
      // @ts-expect-error advertising is not a purpose
      { personId, purpose: 'advertising', actor: CHAT, what: 'advertise' },
      async () => 'lent',
    ),
  )
})

test('each reason to refuse is told apart, and every refusal is in the person’s own record', async () => {
  const stranger = await rooms.vault.welcome('en', 'UTC')
  const ask = (personId: string, purpose: 'account-view' | 'spending-insights' = 'account-view') =>
    rooms.vault.open({ personId, purpose, actor: CHAT, what: 'answer-balance' }, async () => 'lent')
  const why = async (run: ReturnType<typeof ask>) => {
    const opened = await run
    return opened.ok ? 'lent' : opened.why
  }
  assert.equal(await why(ask(stranger.id)), 'no-link')

  const { personId, grants } = await rooms.linkPerson(['account-view'])
  assert.equal(await why(ask(personId, 'spending-insights')), 'never-consented')
  assert.equal(await why(ask(personId)), 'lent')
  await rooms.vault.withdraw(personId, grants[0]!.id)
  assert.equal(await why(ask(personId)), 'consent-withdrawn')
  const entries = await rooms.vault.diary.entries(personId, { limit: 10 })
  assert.deepEqual(
    entries
      .filter(({ record }) => record.decision !== 'allowed')
      .map(({ record }) => record.decision)
      .sort(),
    ['refused:consent-withdrawn', 'refused:never-consented'],
  )
})

test('a consent is over at its very instant', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  clock.advance(365 * DAY - 1)
  assert.ok((await readAll(personId)).ok)
  clock.advance(1)
  const opened = await readAll(personId)
  assert.equal(opened.ok ? 'lent' : opened.why, 'consent-expired')
})

test('a loan that has read payments before it keeps some sees them, and how they were judged', async () => {
  const { personId } = await rooms.linkPerson(['fraud-alerts'])
  const opened = await rooms.vault.open(
    { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'check-payment' },
    async (loan) => {
      const span = { from: clock.now() - 90 * DAY, to: clock.now() + DAY }
      const read = async () => {
        const [payments, scores] = await Promise.all([loan.transactions(span), loan.scores(span)])
        return [reveal(payments), reveal(scores)].map((all) => all.map(({ id }) => id))
      }
      const before = await read()
      await loan.keep('transaction', [payment({ id: 'txn_a', at: clock.now() })])
      await loan.keep('payment-score', [scoreOf({ id: 'txn_a', scoredAt: clock.now() })])
      return [before, await read()]
    },
  )
  assert.ok(opened.ok)
  assert.deepEqual(opened.value, [
    [[], []],
    [['txn_a'], ['txn_a']],
  ])
})

test('what a loan kept is gone when the loan fails', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  await assert.rejects(
    rooms.vault.open(
      { personId, purpose: 'account-view', actor: CHAT, what: 'keep-history' },
      async (loan) => {
        await loan.keep('transaction', [payment()])
        throw new Error('the bank answered nonsense')
      },
    ),
  )
  const opened = await readAll(personId)
  assert.ok(opened.ok)
  assert.equal(opened.value.length, 0)
})

test('one person’s rows do not open for another, even when moved in the database', async () => {
  const amina = await rooms.linkPerson(['account-view'])
  const bruno = await rooms.linkPerson(['account-view'])
  await keep(amina.personId, [payment({ id: 'txn_amina' })])
  const owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'test' })
  await owner.query(
    `update vault.chunk set person_id = $1, link_id = $2 where link_id = $3 and kind = 'transaction'`,
    [bruno.personId, bruno.linkId, amina.linkId],
  )
  await owner.end()
  await assert.rejects(
    readAll(bruno.personId),
    (error) => error instanceof Fault && error.code === 'seal-broken',
  )
})

test('words sealed in a loan open only under the same links, and go with any one of them', async () => {
  const { personId } = await rooms.linkPerson(['account-view'])
  const ask = { personId, purpose: 'account-view', actor: CHAT, what: 'answer-balance' } as const
  const sealed = await rooms.vault.open(ask, async (loan) =>
    loan.seal('message 1', new Private('you have £42')),
  )
  assert.ok(sealed.ok)
  const opened = await rooms.vault.open(ask, async (loan) => reveal(loan.unseal('message 1', sealed.value)))
  assert.ok(opened.ok)
  assert.equal(opened.value, 'you have £42')
  await assert.rejects(
    rooms.vault.open(ask, async (loan) => loan.unseal('message 2', sealed.value)),
    (error) => error instanceof Fault && error.code === 'seal-broken',
  )
})

test('erasing shreds the keys, and nobody can read the person again', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  await keep(personId, [payment()])
  const words = await rooms.vault.sealWords(personId, 'm', new Private('hello'))
  await rooms.vault.erase(personId)
  const opened = await readAll(personId)
  assert.equal(opened.ok ? 'lent' : opened.why, 'erased')
  await assert.rejects(
    rooms.vault.unsealWords(personId, 'm', words),
    (error) => error instanceof Fault && error.code === 'key-shredded',
  )
  const keys = await rooms.sql.keys.query(`select id from wrapped_key where id like $1 or id like $2`, [
    `%${linkId}`,
    `%${personId}`,
  ])
  assert.deepEqual(keys, [])
})

test('erasing somebody and reading several of their links never wait for each other', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  let earlier = linkId
  let later = linkId
  // Until two were linked in the order that is not their ids'.
  for (let n = 0; earlier <= later; n++) {
    earlier = later
    clock.advance(1)
    const { link } = await rooms.vault.admit({
      personId,
      bankId: `bank-${n}`,
      bankName: 'A bank',
      subject: 'amina',
      purposes: ['account-view'],
      connection: {
        accessToken: 'access',
        accessTokenExpiresAt: 0,
        refreshToken: null,
        dpopJwk: {},
        bankConsentId: 'consent',
        subject: 'amina',
      },
      act: { locale: 'en', via: 'bank-consent-page' },
    })
    later = link.id
  }
  const hold = (tx: Tx, id: string) =>
    tx.query(`select from consent.grant where link_id = $1 and state = 'given' for share`, [id])
  let erasure: Promise<unknown> | undefined
  await rooms.vault.transaction(async (reader) => {
    await hold(reader, later)
    erasure = rooms.vault.erase(personId)
    await rooms.untilItWaits(erasure)
    await hold(reader, earlier)
  })
  await erasure
  assert.equal((await readAll(personId)).ok, false)
})

test('a key store restored from a backup brings nobody back: shreds are replayed at the start', async () => {
  const { personId, linkId } = await rooms.linkPerson(['account-view'])
  const backup = await rooms.sql.keys.query<Record<string, unknown>>(
    `select * from wrapped_key where id like $1`,
    [`%${linkId}`],
  )
  await rooms.vault.erase(personId)
  for (const row of backup) {
    await rooms.sql.keys.query(`insert into wrapped_key values ($1, $2, $3, $4, $5, $6)`, [
      row.id,
      row.kind,
      row.bank_id,
      row.epoch,
      row.wrapped,
      row.created_at,
    ])
  }
  await rooms.vault.start()
  assert.deepEqual(
    await rooms.sql.keys.query(`select 1 from wrapped_key where id like $1`, [`%${linkId}`]),
    [],
  )
})

test('a new epoch wraps the living anew and destroys the key that wrapped them before', async () => {
  const { personId } = await rooms.linkPerson(['account-view'], 'citi')
  const [epoch] = await rooms.kms.epochs('citi')
  clock.advance(31 * DAY)
  await rooms.vault.rotateKeys()
  assert.deepEqual(await rooms.kms.epochs('citi'), [epoch! + 1])
  assert.ok((await readAll(personId)).ok, 'the living are still readable')
})

test('keys that two processes wrap anew while people’s data is written lose nobody’s', async () => {
  const { personId } = await rooms.linkPerson(['account-view'], 'citi')
  for (let round = 0; round < 5; round++) {
    clock.advance(31 * DAY)
    const write = (n: number) => keep(personId, [payment({ id: `txn_${round}_${n}`, at: clock.now() })])
    await Promise.all([
      write(1),
      write(2),
      rooms.vault.rotateKeys(),
      rooms.vault.rotateKeys(),
      write(3),
      write(4),
    ])
  }
  const opened = await readAll(personId)
  assert.ok(opened.ok)
  assert.equal(opened.value.length, 20)
})

test('a bank that leaves takes its people’s data with it, and another bank’s stay', async () => {
  const leaving = await rooms.linkPerson(['account-view'], 'us-bank')
  const staying = await rooms.linkPerson(['account-view'], 'wells-fargo')
  assert.deepEqual(await rooms.vault.bankLeaves('us-bank'), { links: 1 })
  const opened = await readAll(leaving.personId)
  assert.equal(opened.ok ? 'lent' : opened.why, 'bank-withdrawn')
  assert.ok((await readAll(staying.personId)).ok)
  assert.deepEqual(await rooms.kms.epochs('us-bank'), [])
  await assert.rejects(rooms.linkPerson(['account-view'], 'us-bank'), /bank-withdrawn/)
})

test('nobody but the vault’s own role may read the vault, and it sees only the links of its loan', async () => {
  for (const role of ['rooms', 'log'] as const) {
    await assert.rejects(rooms.sql[role].query('select * from vault.chunk'), /permission denied/)
  }
  const { personId } = await rooms.linkPerson(['account-view'])
  await keep(personId, [payment()])
  assert.deepEqual(
    await rooms.sql.vault.query('select * from vault.chunk'),
    [],
    'outside a loan no row is visible',
  )
})

test('many people’s data is lent together under one leaf of the log, and each sees a read of their own', async () => {
  const people = await Promise.all(Array.from({ length: 4 }, () => rooms.linkPerson(['account-view'])))
  for (const [n, { personId }] of people.entries()) await keep(personId, [payment({ id: `txn_${n}` })])
  const [, , withdrawn] = people
  await rooms.vault.withdraw(withdrawn!.personId, withdrawn!.grants[0]!.id)
  const stranger = { personId: people[0]!.personId, linkId: people[1]!.linkId }
  const size = async () => {
    await rooms.log.checkpoint()
    return await rooms.log.provableSize()
  }
  const before = await size()
  const opened = await rooms.vault.openEach(
    { purpose: 'account-view', actor: CHAT, what: 'answer-transactions', links: [...people, stranger] },
    async (loan, place) => [place, ...reveal(await loan.transactions()).map(({ id }) => id)],
  )
  assert.deepEqual(
    opened.map((one) => (one.ok ? one.value : one.why)),
    [[0, 'txn_0'], [1, 'txn_1'], 'consent-withdrawn', [3, 'txn_3'], 'no-link'],
  )
  assert.equal((await size()) - before, 2, 'one leaf for those who are read, one for the refusal')
  for (const { personId, linkId } of people) {
    const [entry] = await rooms.vault.diary.entries(personId, { limit: 1 })
    const isWithdrawn = personId === withdrawn!.personId
    assert.equal(entry!.record.decision, isWithdrawn ? 'refused:consent-withdrawn' : 'allowed')
    assert.equal(entry!.record.what, 'answer-transactions')
    assert.ok(await rooms.vault.diary.proof(personId, linkId, entry!.seq))
  }
})

test('when one of many loans fails, nothing of any is kept, and all are over', async () => {
  const people = await Promise.all(Array.from({ length: 3 }, () => rooms.linkPerson(['account-view'])))
  let slow: { transactions(): Promise<unknown> } | undefined
  await assert.rejects(
    rooms.vault.openEach(
      { purpose: 'account-view', actor: CHAT, what: 'keep-history', links: people },
      async (loan, place) => {
        if (place === 0) slow = loan
        await loan.keep('transaction', [payment()])
        if (place === 2) throw new Error('the bank answered nonsense')
      },
    ),
    /nonsense/,
  )
  await assert.rejects(slow!.transactions(), /this loan is over/)
  for (const { personId } of people) {
    const read = await readAll(personId)
    assert.ok(read.ok)
    assert.equal(read.value.length, 0)
  }
})

test('many loans at once all go through', async () => {
  const everyone = await Promise.all(Array.from({ length: 6 }, () => rooms.linkPerson(['account-view'])))
  const all = await Promise.all(
    Array.from({ length: 48 }, (_, i) => readAll(everyone[i % everyone.length]!.personId)),
  )
  assert.ok(all.every((opened) => opened.ok))
})
