import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSql, DAY, Fault, HOUR, type Money, money, Private, type Sql } from '#kit'
import type { Connection } from '#vault'
import { openFraudRoom } from '../../tests/fixtures/fraud-room.ts'
import { CHAT, movableClock, openRooms, scoreOf } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import type { BankEvent } from './bank-event.ts'
import type { Presence } from './bank-reader.ts'
import { createIntake } from './intake.ts'
import { createQuarantine } from './quarantine.ts'
import { bankRow, booked, scriptedBank } from './scripted-bank.fixture.ts'
import { createSync } from './sync.ts'

const clock = movableClock()
let owner: Sql
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
  owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'test' })
})
after(async () => {
  await owner.end()
  await rooms.close()
})

let people = 0

/** Amina, whose one account is at a bank that the test writes the list of. */
async function amina(purposes: Parameters<typeof rooms.linkPerson>[0] = ['account-view']) {
  const linked = await rooms.linkPerson(purposes)
  const bankAccountId = `account-${people++}`
  const { bank, reader } = scriptedBank(bankAccountId)
  const { sql, vault } = rooms
  const quarantine = createQuarantine({ sql: sql.rooms, clock })
  const pull = createSync({ vault, people: rooms.people, reader, quarantine, clock })
  const intake = createIntake({
    sql: sql.rooms,
    vault,
    people: rooms.people,
    score: async (_tx, news) => ({
      scores: new Private(
        new Map(
          news.flatMap(({ fresh }) =>
            reveal(fresh).map(({ id }) => [id, scoreOf({ id, scoredAt: clock.now() })] as const),
          ),
        ),
      ),
      settle() {},
    }),
    contentKey: Buffer.alloc(32, 3),
    clock,
  })
  let sequence = 0
  const common = () => ({
    id: `${bankAccountId}-${++sequence}`,
    bankId: 'chase',
    bankAccountId,
    sequence,
    at: clock.now(),
  })
  return {
    ...linked,
    bank,
    quarantine,
    pull: (present?: Presence, mayReadAgain?: () => Promise<boolean>) =>
      pull({
        personId: linked.personId,
        linkId: linked.linkId,
        days: 60,
        actor: CHAT,
        ...(present && { present }),
        ...(mayReadAgain && { mayReadAgain }),
      }),
    async push(
      type: 'authorised' | 'posted',
      id: string,
      reference: string | null,
      minor = -4_200,
      at = clock.now(),
    ) {
      const { at: _at, bankTransactionIds: _ids, status: _status, postedAt: _postedAt, ...rest } = bankRow(id)
      const payment = {
        ...rest,
        amount: money(minor, 'GBP'),
        bankTransactionId: id,
        referenceTransactionId: reference,
      }
      await intake.receive('chase', [{ ...common(), type, payment, at } as BankEvent])
    },
    /** Several authorisations in one message. */
    async pushTogether(...events: { id: string; sequence: number }[]) {
      const message = events.map(({ id, sequence }) => {
        const {
          at: _at,
          bankTransactionIds: _ids,
          status: _status,
          postedAt: _postedAt,
          ...rest
        } = bankRow(id)
        const payment = { ...rest, bankTransactionId: id, referenceTransactionId: null }
        return {
          ...common(),
          id: `${bankAccountId}-${id}`,
          sequence,
          type: 'authorised',
          payment,
        } as BankEvent
      })
      await intake.receive('chase', message)
    },
    async pushEnd(type: 'released' | 'reversed', id: string, reference: string) {
      const about = { bankTransactionId: id, referenceTransactionId: reference }
      await intake.receive('chase', [{ ...common(), type, ...about }])
    },
    async pushBalance(minor: number, at: number) {
      const none = { available: null, creditLine: null }
      const current = money(minor, 'GBP')
      await intake.receive('chase', [{ ...common(), type: 'balance', at, current, ...none }])
    },
    async keepConnection(over: Partial<Connection>) {
      const opened = await rooms.vault.open(
        { personId: linked.personId, purpose: 'account-view', actor: CHAT, what: 'keep-connection' },
        async (loan) => {
          const [kept] = reveal(await loan.connections())
          await loan.keep('connection', [{ ...kept!, ...over }], linked.linkId)
          return kept!
        },
      )
      assert.ok(opened.ok)
      return opened.value
    },
    /** An event of the bank's that never arrives. */
    loseOne: () => common(),
    /** What is kept of it: each payment's state and amount, oldest first, and the balance. */
    async kept() {
      const opened = await rooms.vault.open(
        { personId: linked.personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
        async (loan) => ({
          payments: reveal(await loan.transactions()).map(
            ({ status, amount }) => `${status} ${amount.amountMinor}`,
          ),
          accounts: reveal(await loan.accounts()).map(({ status }) => status),
          balances: reveal(await loan.balances()).map(({ current }) => current.amountMinor),
        }),
      )
      assert.ok(opened.ok)
      return opened.value
    },
  }
}

const recent = (over: Parameters<typeof bankRow>[1] = {}) => ({ at: clock.now() - 10 * DAY, ...over })
const long = () =>
  booked('long', null, {
    at: clock.now() - 50 * DAY,
    postedAt: clock.now() - 50 * DAY,
    amount: money(-1, 'GBP'),
  })
const isUnsteady = (error: unknown) => error instanceof Fault && error.code === 'bank-answer-unsteady'

test('a pull that is done again changes nothing', async () => {
  const one = await amina()
  one.bank.rows = [bankRow('auth-1', recent()), booked('post-2', 'auth-2', recent())]
  const count = () =>
    rooms.sql.rooms.query<{ changes: number }>(
      `select count(*) as changes from intake.change where link_id = $1`,
      [one.linkId],
    )
  await one.pull()
  const first = [await one.kept(), await count()]
  await one.pull()
  assert.deepEqual([await one.kept(), await count()], first)
})

test('what was pushed and what is pulled of one payment are one payment, whichever comes first', async () => {
  const pushed = await amina()
  pushed.bank.rows = [booked('old', null, recent())]
  await pushed.pull()
  await pushed.push('authorised', 'auth-1', null)
  pushed.bank.rows.push(bankRow('auth-1', { at: clock.now() }))
  await pushed.pull()
  pushed.bank.rows[1] = booked('post-1', 'auth-1', { amount: money(-4_700, 'GBP'), postedAt: clock.now() })
  await pushed.pull()
  await pushed.push('posted', 'post-1', 'auth-1', -4_700)
  assert.deepEqual((await pushed.kept()).payments, ['posted -4200', 'posted -4700'])
})

test('the hold of a refund that is pushed after its posting is that refund', async () => {
  const one = await amina()
  one.bank.rows = [long()]
  await one.pull()
  await one.push('posted', 'refund-1', 'hold-1', 4_200)
  await one.push('authorised', 'hold-1', null, 4_200)
  assert.deepEqual((await one.kept()).payments, ['posted -1', 'posted 4200'])
})

/** The amounts that a person's quiet lines are about now, when they want those above an amount or all; what is due is taken off. */
async function linesOf(one: Awaited<ReturnType<typeof amina>>, above: Money | null = null) {
  const [due] = await rooms.sql.rooms.query<{ writtenAfter: number }>(
    `delete from intake.line_due where link_id = $1 returning written_after as "writtenAfter"`,
    [one.linkId],
  )
  if (!due) return 'none due'
  const fraud = openFraudRoom({ clock, people: rooms.people })
  const ask = {
    personId: one.personId,
    purpose: 'fraud-alerts',
    actor: CHAT,
    what: 'tell-payments',
  } as const
  const opened = await rooms.vault.open(ask, async (loan) => {
    const lines = above === null ? 'all' : 'above'
    await fraud.chooseLines(loan, { cardNumberDisplay: null, lines, above, quiet: null })
    return await fraud.linesDue(loan, { told: new Set(), timeZone: 'Europe/London', ...due })
  })
  assert.ok(opened.ok)
  return reveal(opened.value.payments ?? new Private([])).map(({ amount }) => amount.amountMinor)
}

test('a payment that was too small for a line and that the list has grown has its line', async () => {
  const above = money(5_000, 'GBP')
  const listed = (id: string, reference: string | null, minor: number) =>
    booked(id, reference, { at: clock.now(), postedAt: clock.now(), amount: money(minor, 'GBP') })
  const one = await amina(['account-view', 'fraud-alerts'])
  await one.pull()
  await one.push('authorised', 'fuel', null, -100)
  await one.push('authorised', 'bread', null, -300)
  assert.deepEqual(await linesOf(one, above), [])
  one.bank.rows = [
    listed('bread-1', 'bread', -300),
    bankRow('fuel', { at: clock.now(), amount: money(-100, 'GBP') }),
  ]
  await one.pull()
  assert.equal(await linesOf(one, above), 'none due', 'nothing grew')
  one.bank.rows[1] = listed('fuel-1', 'fuel', -8_000)
  await one.pull()
  assert.deepEqual(await linesOf(one, above), [-8_000])

  await one.push('authorised', 'tea', null, -8_200)
  one.bank.rows[1] = listed('fuel-1', 'fuel', -8_100)
  await one.pull()
  assert.deepEqual(await linesOf(one, above), [-8_200, -8_100], 'what was due before is due still')

  const long = clock.now() - 11 * DAY
  one.bank.rows.push(bankRow('hotel', { at: long, amount: money(-100, 'GBP') }))
  await one.pull()
  one.bank.rows[2] = booked('hotel-1', 'hotel', {
    at: long,
    postedAt: clock.now(),
    amount: money(-9_000, 'GBP'),
  })
  await one.pull()
  assert.ok((await one.kept()).payments.includes('posted -9000'))
  assert.equal(await linesOf(one, above), 'none due', 'it was made too long ago')

  const unasked = await amina(['account-view'])
  await unasked.pull()
  await unasked.push('authorised', 'fuel', null, -100)
  unasked.bank.rows = [listed('fuel-1', 'fuel', -8_000)]
  await unasked.pull()
  assert.equal(await linesOf(unasked, above), 'none due', 'without a consent to alerts')
})

test('a payment that a list told of before its event is judged when that comes, once, and its person is told', async () => {
  const one = await amina(['account-view', 'fraud-alerts'])
  one.bank.rows = [bankRow('auth-1', { at: clock.now() }), bankRow('auth-2', { at: clock.now() - 8 * DAY })]
  await one.pull()
  assert.equal(await linesOf(one), 'none due', 'what is pulled is history')
  await one.push('authorised', 'auth-1', null)
  assert.deepEqual(await linesOf(one), [-4_200])
  await one.push('authorised', 'auth-1', null)
  await one.push('authorised', 'auth-2', null)
  assert.equal(await linesOf(one), 'none due', 'told again, or too long ago')
  assert.deepEqual((await one.kept()).payments, ['pending -4200', 'pending -4200'])

  one.bank.rows.push(
    bankRow('auth-3', { at: clock.now() }),
    booked('post-4', 'auth-4', { at: clock.now(), postedAt: clock.now(), amount: money(-500, 'GBP') }),
  )
  await one.pull()
  await one.push('posted', 'post-3', 'auth-3')
  await one.push('authorised', 'auth-3', null)
  assert.deepEqual(await linesOf(one), [-4_200], 'its posting came first')
  await one.push('authorised', 'auth-4', null, -500)
  assert.deepEqual(await linesOf(one), [-500], 'it was listed as posted')

  const unasked = await amina(['account-view'])
  unasked.bank.rows = [bankRow('auth-1', { at: clock.now() })]
  await unasked.pull()
  await unasked.push('authorised', 'auth-1', null)
  assert.equal(await linesOf(unasked), 'none due', 'without a consent to alerts')
})

test('a bank whose clock runs ahead has no payment judged or told twice', async () => {
  const one = await amina(['account-view', 'fraud-alerts'])
  await one.pull()
  await one.push('authorised', 'auth-1', null)
  assert.deepEqual(await linesOf(one), [-4_200])
  await one.push('authorised', 'auth-1', null, -4_200, clock.now() + 60 * DAY)
  assert.equal(await linesOf(one), 'none due')
  await one.push('authorised', 'auth-2', null, -900, clock.now() + DAY / 2)
  assert.deepEqual(await linesOf(one), [-900])
  await one.push('authorised', 'auth-2', null, -900)
  await one.push('authorised', 'auth-1', null, -4_200, clock.now() + 90 * DAY)
  assert.equal(await linesOf(one), 'none due')
})

test('an undoing that is pushed and listed as a row takes the money back once', async () => {
  for (const order of ['pushed first', 'listed first']) {
    const one = await amina()
    const rows = [long(), booked('post-1', 'auth-1', recent())]
    const undoing = booked('undo-1', 'post-1', recent({ amount: money(4_200, 'GBP') }))
    one.bank.rows = rows
    await one.pull()
    if (order === 'listed first') {
      one.bank.rows = [...rows, undoing]
      await one.pull()
    }
    await one.pushEnd('reversed', 'undo-1', 'post-1')
    one.bank.rows = [...rows, undoing]
    await one.pull()
    const standing = (await one.kept()).payments.filter((text) => text.startsWith('posted'))
    const sum = standing.reduce((total, text) => total + Number(text.split(' ')[1]), 0)
    assert.equal(sum, -1, order)
  }
})

test('a hold that fell off the list is let go after a second look', async () => {
  const one = await amina()
  one.bank.rows = [booked('old', null, recent()), bankRow('auth-1', recent())]
  await one.pull()
  one.bank.rows.pop()
  assert.equal((await one.pull()).ok, true)
  assert.equal(one.bank.readings, 3)
  assert.deepEqual((await one.kept()).payments.sort(), ['posted -4200', 'released -4200'])
})

test('where a list may not be read again, its news are kept and what it left out waits for the next pull', async () => {
  const one = await amina()
  one.bank.rows = [booked('old', null, recent()), bankRow('auth-1', recent())]
  await one.pull()
  one.bank.rows = [booked('old', null, recent()), booked('new', null, recent({ amount: money(-700, 'GBP') }))]
  assert.equal((await one.pull(undefined, async () => false)).ok, true)
  assert.equal(one.bank.readings, 2)
  assert.deepEqual((await one.kept()).payments.sort(), ['pending -4200', 'posted -4200', 'posted -700'])
  await one.pull(undefined, async () => true)
  assert.equal(one.bank.readings, 4)
  assert.deepEqual((await one.kept()).payments.sort(), ['posted -4200', 'posted -700', 'released -4200'])
})

test('an account that its bank lists no longer is closed, its holds are let go, and its holder is told once', async () => {
  const one = await amina()
  const told = () =>
    owner.query<{ change: string }>(
      `select payload->>'change' as change from graphile_worker._private_jobs as job
         join graphile_worker._private_tasks as task on task.id = job.task_id
       where task.identifier = 'account-changed' and payload->>'personId' = $1`,
      [one.personId],
    )
  one.bank.lists = () => ({ account: true, other: true })
  one.bank.rows = [booked('old', null, recent()), bankRow('auth-1', recent())]
  await one.pull()
  one.bank.lists = (reading) => ({ account: reading > 2, other: true })
  await assert.rejects(one.pull(), isUnsteady, 'it came and went')
  one.bank.lists = () => ({ account: false, other: false })
  await one.pull()
  assert.deepEqual((await one.kept()).accounts.sort(), ['open', 'open'], 'an empty list says nothing')
  one.bank.lists = () => ({ account: false, other: true })
  await one.pull(undefined, async () => false)
  assert.deepEqual((await one.kept()).accounts.sort(), ['open', 'open'], 'nor one that was read once')
  await one.pull()
  await one.pull()
  const { accounts, payments } = await one.kept()
  assert.deepEqual(accounts.sort(), ['closed', 'open'])
  assert.deepEqual(payments.sort(), ['posted -4200', 'released -4200'])
  assert.deepEqual(await told(), [{ change: 'gone' }])
  one.bank.lists = () => ({ account: true, other: true })
  await one.pull()
  assert.deepEqual((await one.kept()).accounts, ['open', 'open'], 'shared again, it is open again')
})

test('a bank that skips a page one time and not the next is believed when it shows all', async () => {
  const one = await amina()
  one.bank.rows = [1, 2, 3].map((n) => booked(`post-${n}`, null, recent()))
  one.bank.pageSize = 1
  one.bank.rows.unshift(long())
  await one.pull()
  one.bank.spoil = (pages, reading) => (reading === 2 ? pages.filter((_, i) => i !== 2) : pages)
  await one.pull()
  assert.deepEqual(
    (await one.kept()).payments.filter((text) => text.startsWith('reversed')),
    [],
  )
})

test('of a bank that skips another page each time nothing is kept, and the next try is', async () => {
  const one = await amina()
  one.bank.pageSize = 1
  one.bank.rows = [long(), ...[1, 2, 3].map((n) => booked(`post-${n}`, null, recent()))]
  await one.pull()
  one.bank.rows.push(booked('post-4', null, recent({ amount: money(-9_900, 'GBP') })))
  one.bank.spoil = (pages, reading) => pages.filter((_, i) => i !== (reading % 2) + 1)
  const before = await one.kept()
  await assert.rejects(one.pull(), isUnsteady)
  assert.deepEqual(await one.kept(), before)
  one.bank.spoil = (pages) => pages
  await one.pull()
  assert.equal((await one.kept()).payments.length, before.payments.length + 1)
})

test('a page that comes again makes no payment twice', async () => {
  const one = await amina()
  one.bank.pageSize = 2
  one.bank.rows = [1, 2, 3, 4].map((n) => booked(`post-${n}`, null, recent()))
  one.bank.spoil = (pages) => [pages[0]!, ...pages]
  await one.pull()
  assert.equal((await one.kept()).payments.length, 4)
})

test('a list that is shorter than the bank says is not kept', async () => {
  const one = await amina()
  one.bank.rows = [booked('post-1', null, recent()), booked('post-2', null, recent())]
  one.bank.total = 2
  one.bank.spoil = (pages) => [pages[0]!.slice(1)]
  await assert.rejects(one.pull(), isUnsteady)
  assert.equal((await one.kept()).payments.length, 0)
})

test('a posting that is pushed while an older list is being read is not missed in it', async () => {
  const one = await amina()
  one.bank.rows = [booked('old', null, recent()), bankRow('auth-1', recent())]
  await one.pull()
  one.bank.rows.pop()
  one.bank.onReading = () => one.push('posted', 'post-1', 'auth-1', -4_800)
  await one.pull()
  assert.deepEqual((await one.kept()).payments.sort(), ['posted -4200', 'posted -4800'])
})

test('of two balances the later counts, whichever comes first', async () => {
  const one = await amina()
  one.bank.rows = [booked('old', null, recent())]
  one.bank.balanceMinor = 100
  one.bank.asOf = clock.now()
  await one.pull()
  await one.pushBalance(200, clock.now() + HOUR)
  await one.pull()
  await one.pushBalance(50, clock.now() - HOUR)
  assert.deepEqual((await one.kept()).balances, [200])
})

test('a row that cannot be read is remembered for the operator, and nothing is missed because of it', async () => {
  const one = await amina()
  one.bank.rows = [booked('old', null, recent()), bankRow('auth-1', recent())]
  await one.pull()
  one.bank.rows.pop()
  one.bank.refused = 1
  await one.pull()
  assert.deepEqual((await one.kept()).payments.sort(), ['pending -4200', 'posted -4200'])
  const [row] = await one.quarantine.listQuarantine('chase')
  assert.deepEqual([row!.source, row!.place, row!.why], ['pull', 'transactions[0]', 'amount-malformed'])
})

test('an account whose list the bank refuses is set aside, nothing of it is let go, and the others are read', async () => {
  const one = await amina()
  one.bank.lists = () => ({ account: true, other: true })
  const nameless = bankRow('', recent({ bankTransactionIds: [], amount: money(-300, 'GBP') }))
  one.bank.rows = [booked('old', null, recent()), bankRow('auth-1', recent()), nameless]
  await one.pull()
  await one.push('authorised', 'auth-2', null, -500)
  one.loseOne()
  await one.push('authorised', 'auth-4', null, -600)
  const before = (await one.kept()).payments.sort()
  one.bank.otherRows = [booked('other-1', null, recent({ amount: money(-900, 'GBP') }))]
  one.bank.onReading = async () => {
    throw new Fault('bank-refused', { detail: 'status 403' })
  }
  assert.equal((await one.pull()).ok, true)
  assert.deepEqual((await one.kept()).payments.sort(), [...before, 'posted -900'].sort())
  const rows = await one.quarantine.listQuarantine('chase')
  assert.ok(
    rows.some(({ source, place, why }) => source === 'pull' && place === 'transactions' && why === 'missing'),
  )
  const gaps = await rooms.sql.rooms.query(
    `select 1 from intake.account_sequence where link_id = $1 and gap_since is not null`,
    [one.linkId],
  )
  assert.equal(gaps.length, 1, 'what is missing was not read')
  one.bank.lists = () => ({ account: true, other: false })
  await assert.rejects(one.pull(), (error) => error instanceof Fault && error.code === 'bank-refused')
})

test('for offers alone the payments are kept unread, and are followed once they may be read', async () => {
  const one = await amina(['bank-offers'])
  one.bank.rows = [bankRow('auth-1', recent())]
  assert.equal((await one.pull()).ok, true)
  one.bank.rows = [booked('post-1', 'auth-1', recent())]
  assert.equal((await one.pull()).ok, true)
  const notes = await rooms.sql.rooms.query<{ added: number; modified: number; removed: number }>(
    `select cardinality(added) as added, cardinality(modified) as modified, cardinality(removed) as removed
     from intake.change where link_id = $1 order by version`,
    [one.linkId],
  )
  assert.deepEqual(notes, [
    { added: 1, modified: 0, removed: 0 },
    { added: 0, modified: 1, removed: 0 },
  ])
})

test('whoever erases everything erases what intake remembered of it', async () => {
  const one = await amina(['account-view', 'fraud-alerts'])
  one.bank.rows = [bankRow('auth-1', recent())]
  await one.pull()
  await one.push('authorised', 'auth-2', null)
  const tables = ['change', 'payment', 'account_sequence', 'account_listed', 'line_due']
  const remembering = async () => {
    const found = []
    for (const table of tables) {
      const rows = await rooms.sql.rooms.query(`select 1 from intake.${table} where link_id = $1`, [
        one.linkId,
      ])
      if (rows.length > 0) found.push(table)
    }
    return found
  }
  assert.deepEqual(await remembering(), tables)
  await rooms.vault.erase(one.personId)
  assert.deepEqual(await remembering(), [])
})

test('a gap in what a bank pushes has the link pulled soon, once, and is closed by the pull', async () => {
  const one = await amina()
  const later = clock.now() + DAY
  await rooms.sql.rooms.query(
    `insert into intake.pull (link_id, person_id, bank_id, next_at) values ($1, $2, 'chase', $3)`,
    [one.linkId, one.personId, later],
  )
  const state = async () => {
    const [row] = await rooms.sql.rooms.query<{ next_at: number; gap_since: number | null }>(
      `select next_at, gap_since from intake.pull join intake.account_sequence using (link_id) where link_id = $1`,
      [one.linkId],
    )
    return row!
  }
  one.bank.rows = [booked('old', null, recent())]
  await one.pull()
  await one.push('authorised', 'auth-1', null)
  assert.deepEqual(await state(), { next_at: later, gap_since: null })
  one.loseOne()
  await one.push('authorised', 'auth-3', null)
  const since = clock.now()
  assert.deepEqual(await state(), { next_at: since + 60_000, gap_since: since })
  await rooms.sql.rooms.query(`update intake.pull set next_at = $2 where link_id = $1`, [one.linkId, later])
  one.loseOne()
  await one.push('authorised', 'auth-5', null)
  assert.equal((await state()).next_at, later, 'a gap that is known is not new')
  for (const id of ['auth-1', 'auth-2', 'auth-3', 'auth-4', 'auth-5'])
    one.bank.rows.push(bankRow(id, { at: clock.now() }))
  await one.pull()
  assert.equal((await state()).gap_since, null)
  assert.equal((await one.kept()).payments.filter((text) => text.startsWith('pending')).length, 5)
})

test('a gap within one message is noticed too, and a late number that closes nothing is no new one', async () => {
  const one = await amina()
  const gap = async () => {
    const [row] = await rooms.sql.rooms.query<{ gap_since: number | null }>(
      `select gap_since from intake.account_sequence where link_id = $1`,
      [one.linkId],
    )
    return row!.gap_since
  }
  one.bank.rows = [booked('old', null, recent())]
  await one.pull()
  await one.pushTogether({ id: 'auth-5', sequence: 5 })
  assert.equal(await gap(), null, 'what came before the first is history')
  await one.pushTogether({ id: 'auth-6', sequence: 6 }, { id: 'auth-9', sequence: 9 })
  assert.equal(await gap(), clock.now())
  await one.pull()
  assert.equal(await gap(), null, 'the pull has read what was missing')
  await one.pushTogether({ id: 'auth-7', sequence: 7 }, { id: 'auth-10', sequence: 10 })
  await one.pushTogether({ id: 'auth-8', sequence: 8 })
  assert.equal(await gap(), null)
  await one.pushTogether({ id: 'auth-2', sequence: 2 }, { id: 'auth-12', sequence: 12 })
  assert.equal(await gap(), clock.now(), 'a late one does not stand for the one that is missing')
})

/** A bank whose tokens are good for so many requests and refresh tokens for once, as `invalid_grant` has it. */
function withTokens(bank: Awaited<ReturnType<typeof amina>>['bank'], goodFor: number) {
  const tokens = { renewals: 0, refresh: 'refresh-0', access: 'access-0', left: 0 }
  const issue = (connection: Omit<Connection, 'id'>) => {
    const n = ++tokens.renewals
    Object.assign(tokens, { refresh: `refresh-${n}`, access: `access-${n}`, left: goodFor })
    return { ...connection, accessToken: tokens.access, refreshToken: tokens.refresh }
  }
  bank.refresh = async (_bankId, connection) => {
    if (connection.accessTokenExpiresAt > clock.now()) return { connection, renewed: false }
    if (connection.refreshToken !== tokens.refresh) throw new Fault('bank-access-ended')
    return { connection: { ...issue(connection), accessTokenExpiresAt: clock.now() + HOUR }, renewed: true }
  }
  bank.onRequest = ({ accessToken }) => {
    if (accessToken !== tokens.access || tokens.left-- <= 0) throw new Fault('bank-token-refused')
  }
  return { tokens, issue }
}

test('a token that runs out in the middle of a pull is renewed, also one that was renewed at its start', async () => {
  const one = await amina()
  one.bank.rows = [booked('old', null, recent())]
  const { tokens } = withTokens(one.bank, 1)
  await one.keepConnection({ refreshToken: 'refresh-0', accessTokenExpiresAt: 0 })
  assert.equal((await one.pull()).ok, true)
  assert.equal(tokens.renewals, 2)
  assert.equal((await one.kept()).payments.length, 1)
})

test('a refusal that is not of the token has nothing renewed, and ends no access', async () => {
  const one = await amina()
  const { tokens } = withTokens(one.bank, 9)
  await one.keepConnection({ refreshToken: null, accessTokenExpiresAt: clock.now() + HOUR })
  one.bank.onRequest = () => {
    throw new Fault('bank-refused', { detail: 'status 403' })
  }
  await assert.rejects(one.pull(), (error) => error instanceof Fault && error.code === 'bank-refused')
  assert.equal(tokens.renewals, 0)
})

test('a connection that an order renewed while it was being pulled goes on with what the order was given', async () => {
  const one = await amina()
  one.bank.rows = [booked('old', null, recent())]
  const { tokens, issue } = withTokens(one.bank, 9)
  const kept = await one.keepConnection({ refreshToken: 'refresh-0', accessTokenExpiresAt: 0 })
  one.bank.onReading = async () => {
    one.bank.onReading = async () => {}
    const { accessToken, refreshToken } = issue(kept)
    await one.keepConnection({ accessToken, refreshToken, accessTokenExpiresAt: clock.now() + HOUR })
    throw new Fault('bank-token-refused')
  }
  assert.equal((await one.pull()).ok, true)
  assert.equal(tokens.renewals, 2, 'the pull itself renewed at its start only')
})

test('a bank is told who is there at each request of their own pull, and of nobody at the others', async () => {
  const { bank, pull } = await amina()
  const present = { ipAddress: '203.0.113.7', userAgent: 'Browser/1.0' }
  await pull(present)
  await pull()
  assert.deepEqual(bank.present, [present, present, undefined, undefined])
})
