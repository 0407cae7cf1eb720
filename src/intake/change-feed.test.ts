/** The lives of payments are drawn at random, told by push and by pull; whoever follows the changes ends with what is kept. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { currency, DAY, Fault, HOUR, money, Private } from '#kit'
import type { Transaction } from '#vault'
import { CHAT, movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import type { BankEvent, CardPayment } from './bank-event.ts'
import type { BankTransaction } from './bank-reader.ts'
import type { FeedEntry } from './change-feed.ts'
import { stands } from './change-kind.ts'
import { createIntake } from './intake.ts'
import { createQuarantine } from './quarantine.ts'
import { bankRow, booked, scriptedBank } from './scripted-bank.fixture.ts'
import { createSync } from './sync.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

let accounts = 0

/** Bruno’s account: its bank’s books, what the bank has still to push, and ways to have both taken in. */
async function bruno() {
  const linked = await rooms.linkPerson(['account-view'])
  let bankAccountId = `feed-${accounts++}`
  const { sql, vault, people } = rooms
  const [link] = await people.links(sql.rooms, linked.personId)
  const accountId = await sql.rooms.transaction((tx) => people.accountId(tx, link!, bankAccountId))
  const { bank, reader } = scriptedBank(bankAccountId)
  bank.pageSize = 3
  const quarantine = createQuarantine({ sql: sql.rooms, clock })
  const pull = createSync({ vault, people, reader, quarantine, clock })
  const intake = createIntake({
    sql: sql.rooms,
    vault,
    people,
    score: async () => ({ scores: new Private(new Map()), settle() {} }),
    contentKey: Buffer.alloc(32, 3),
    clock,
  })
  const prefix = bankAccountId
  // The bank's list reaches back to its first row.
  const first = clock.now() - 20 * DAY
  bank.rows = [booked(`${prefix}-0`, null, { at: first, postedAt: first, amount: money(-1, 'GBP') })]
  const outbox: BankEvent[] = []
  let ids = 0
  let sequence = 0
  const nextId = () => `${prefix}-${++ids}`
  /** Ids under which payments were refused, and those of them that may yet be approved. */
  const refused = new Set<string>()
  const waiting: string[] = []
  /** Rows that are together nothing: a payment, and its undoing under an id of its own. */
  const nothings: [string, string][] = []
  /** Holds that are a further part of another: it is settled for all, and let go with all. */
  const parts = new Map<BankTransaction, BankTransaction>()

  const paymentOf = (row: BankTransaction): CardPayment => {
    const { bankTransactionIds: ids, at: _at, status: _status, postedAt: _postedAt, ...rest } = row
    return {
      ...rest,
      bankTransactionId: ownIdOf(row),
      referenceTransactionId: ids.length > 1 ? ids[0]! : null,
    }
  }
  function tell(type: 'authorised' | 'adjusted' | 'posted', row: BankTransaction): void {
    const at = type === 'adjusted' ? clock.now() : (row.postedAt ?? row.at)
    outbox.push({ ...common(), at, type, payment: paymentOf(row) })
  }
  const common = () => {
    sequence++
    return {
      id: `${prefix}-evt-${sequence}`,
      bankId: 'chase',
      bankAccountId,
      sequence,
      at: clock.now(),
    }
  }
  const holds = () => bank.rows.filter(({ status }) => status === 'pending')
  const isNothing = (row: BankTransaction) => nothings.some((pair) => pair.includes(ownIdOf(row)))
  const booking = () => bank.rows.filter((row, i) => i > 0 && row.status === 'posted' && !isNothing(row))
  const drop = (row: BankTransaction) => {
    bank.rows = bank.rows.filter((one) => one !== row)
  }
  const end = (type: 'released' | 'reversed', id: string, reference: string) =>
    outbox.push({ ...common(), type, bankTransactionId: id, referenceTransactionId: reference })
  const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]
  /** The id by which what follows names a hold: what was approved after all goes by the id under which it was refused. */
  const authorisationOf = (hold: BankTransaction) => {
    const [first] = hold.bankTransactionIds
    return !parts.has(hold) && first !== undefined && refused.has(first) ? first : ownIdOf(hold)
  }
  const list = (row: BankTransaction) => {
    bank.rows.push(row)
    return row
  }
  const dropParts = (hold: BankTransaction) => {
    for (const part of holds().filter((one) => parts.get(one) === hold)) {
      drop(part)
      end('released', nextId(), ownIdOf(part))
    }
  }

  /** One step at the bank: the list changes and something is to be pushed. */
  async function live({ at, which, minor }: Step): Promise<void> {
    const hold = pick(holds(), which)
    const row = pick(booking(), which)
    const now = clock.now()
    const isOdd = minor % 2 === 1
    switch (at) {
      case 'pay':
        return tell('authorised', list(bankRow(nextId(), { at: now, amount: money(-minor, 'GBP') })))
      case 'pay-more': {
        // A further part of an authorisation, as a hotel asks for one: a hold beside the first.
        if (!hold || isRefund(hold) || parts.has(hold)) return
        const ids = [authorisationOf(hold), nextId()]
        const more = bankRow('', { bankTransactionIds: ids, at: now, amount: money(-minor, 'GBP') })
        parts.set(more, hold)
        return tell('authorised', list(more))
      }
      case 'adjust': {
        if (!hold) return
        hold.amount = money(isRefund(hold) ? minor : -minor, 'GBP')
        return tell('adjusted', hold)
      }
      case 'post': {
        if (!hold || parts.has(hold)) return
        drop(hold)
        dropParts(hold)
        const sums = minor % 3 === 0 ? [minor, 77] : [minor]
        for (const part of sums) {
          const amount = money(isRefund(hold) ? part : -part, 'GBP')
          tell(
            'posted',
            list(booked(nextId(), authorisationOf(hold), { at: hold.at, postedAt: now, amount })),
          )
        }
        return
      }
      case 'release':
        if (!hold) return
        drop(hold)
        end('released', nextId(), authorisationOf(hold))
        dropParts(hold)
        return
      case 'refund': {
        if (!row || isRefund(row)) return
        const amount = money(minor, 'GBP')
        return tell('posted', list(booked(nextId(), ownIdOf(row), { at: now, postedAt: now, amount })))
      }
      case 'hold-refund': {
        if (!row || isRefund(row)) return
        const ids = isOdd ? [ownIdOf(row), nextId()] : [nextId()]
        return tell(
          'authorised',
          list(bankRow('', { bankTransactionIds: ids, at: now, amount: money(minor, 'GBP') })),
        )
      }
      case 'reverse':
        if (!row) return
        drop(row)
        end('reversed', nextId(), ownIdOf(row))
        return
      case 'undo': {
        if (!row) return
        const undoing = booked(nextId(), ownIdOf(row), {
          at: now,
          postedAt: now,
          amount: money(-row.amount.amountMinor, 'GBP'),
        })
        bank.rows.push(undoing)
        nothings.push([ownIdOf(row), ownIdOf(undoing)])
        end('reversed', ownIdOf(undoing), ownIdOf(row))
        return
      }
      case 'decline': {
        const id = nextId()
        refused.add(id)
        waiting.push(id)
        const row = bankRow(id, { at: now, status: 'declined', amount: money(-minor, 'GBP') })
        if (isOdd) list(row)
        outbox.push({
          ...common(),
          type: 'declined',
          payment: paymentOf(row),
          reason: 'other',
          releasableUntil: null,
        })
        return
      }
      case 'approve': {
        const id = waiting.pop()
        if (id === undefined) return
        const ids = isOdd ? [id, nextId()] : [id]
        if (!isOdd) bank.rows = bank.rows.filter((one) => ownIdOf(one) !== id)
        return tell(
          'authorised',
          list(bankRow('', { bankTransactionIds: ids, at: now, amount: money(-minor, 'GBP') })),
        )
      }
      case 'rename': {
        if (!row) return
        const old = ownIdOf(row)
        row.bankTransactionIds = isOdd ? [nextId()] : [old, nextId()]
        return
      }
      case 'take-out':
        if (row) drop(row)
        return
      case 'renumber': {
        const formerBankAccountId = bankAccountId
        bankAccountId = nextId()
        bank.bankAccountId = bankAccountId
        // Told before anything under the new number.
        await intake.receive('chase', [
          {
            ...common(),
            type: 'account',
            subjects: [linked.subject],
            formerBankAccountId,
            account: {
              name: 'Everyday',
              kind: 'checking',
              numberDisplay: '0042',
              currency: currency('GBP'),
              status: 'open',
            },
          },
        ])
      }
    }
  }

  return {
    live,
    /** Some of what is to be pushed, in another order, some of it twice; some comes later than what follows, some is lost. */
    async push(seed: number): Promise<void> {
      const events = outbox.splice(0)
      outbox.push(...events.filter((_, i) => (seed + i) % 7 === 1))
      const kept = events.filter((_, i) => (seed + i) % 5 !== 0 && (seed + i) % 7 !== 1)
      if (kept.length === 0) return
      if (seed % 2 === 0) kept.reverse()
      if (seed % 4 < 2) for (const event of kept) await intake.receive('chase', [event])
      else await intake.receive('chase', kept)
      if (seed % 3 === 0) await intake.receive('chase', kept.slice(0, 2))
    },
    pull: () => pull({ personId: linked.personId, linkId: linked.linkId, days: 90, actor: CHAT }),
    async read(cursor: string | null, limit: number) {
      const opened = await rooms.vault.open(
        { personId: linked.personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
        async (loan) => {
          const page = await intake.changes(loan, accountId, cursor, limit)
          return { ...page, entries: reveal(page.entries) }
        },
      )
      assert.ok(opened.ok)
      return opened.value
    },
    async kept(): Promise<Transaction[]> {
      const opened = await rooms.vault.open(
        { personId: linked.personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
        async (loan) => reveal(await loan.transactions()),
      )
      assert.ok(opened.ok)
      return opened.value.filter(stands)
    },
    /** What the bank lists, but for pairs that are nothing and of which neither is among what is kept. */
    listed(kept: readonly Transaction[]) {
      const has = new Set(kept.flatMap(({ bankTransactionIds }) => bankTransactionIds.at(-1)!))
      const left = new Set(nothings.filter((pair) => !pair.some((id) => has.has(id))).flat())
      return bank.rows
        .filter((row) => row.status !== 'declined' && !left.has(ownIdOf(row)))
        .map(({ status, amount }) => `${status} ${amount.amountMinor}`)
        .sort()
    },
    accountId,
    personId: linked.personId,
  }
}
type Account = Awaited<ReturnType<typeof bruno>>

const ownIdOf = ({ bankTransactionIds }: BankTransaction) => bankTransactionIds.at(-1)!
const isRefund = ({ amount }: BankTransaction) => amount.amountMinor > 0

const LIFE = [
  'pay',
  'pay',
  'pay',
  'pay-more',
  'adjust',
  'post',
  'post',
  'post',
  'release',
  'refund',
  'hold-refund',
  'reverse',
  'undo',
  'decline',
  'approve',
  'rename',
  'take-out',
  'renumber',
] as const
type Step = { at: (typeof LIFE)[number]; which: number; minor: number }

/** Somebody who follows the account, some entries at a time, and what they have of it. */
class Follower {
  cursor: string | null = null
  readonly has = new Map<string, Transaction>()

  async read(account: Account, limit: number): Promise<boolean> {
    const page = await account.read(this.cursor, limit)
    this.cursor = page.nextCursor
    for (const { kind, id, transaction } of page.entries) {
      if (kind === 'removed' || transaction === null || !stands(transaction)) this.has.delete(id)
      else this.has.set(id, transaction)
    }
    return page.entries.length > 0
  }

  /** To the end of the round that was begun, and of those after it. */
  async catchUp(account: Account): Promise<void> {
    while (await this.read(account, 4));
  }
}

const byId = (list: Iterable<Transaction>) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
const told = (list: readonly Transaction[]) =>
  list.map(({ status, amount }) => `${status} ${amount.amountMinor}`).sort()

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      at: fc.constantFrom(...LIFE),
      which: fc.nat(7),
      minor: fc.integer({ min: 100, max: 900 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ push: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.constant('pull' as const) },
  { weight: 2, arbitrary: fc.record({ reader: fc.nat(2), limit: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ hours: fc.integer({ min: 1, max: 40 }) }) },
)

test('whoever follows an account’s changes has what is kept, and what is kept is what the bank lists', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 45 }), async (steps) => {
      const account = await bruno()
      const followers = [new Follower(), new Follower(), new Follower()]
      for (const one of steps) {
        if (one === 'pull') await account.pull()
        else if ('push' in one) await account.push(one.push)
        else if ('reader' in one) await followers[one.reader]!.read(account, one.limit)
        else if ('hours' in one) clock.advance(one.hours * HOUR)
        else await account.live(one)
      }
      await account.push(1)
      clock.advance(3 * DAY)
      await account.pull()
      const kept = await account.kept()
      assert.deepEqual(told(kept), account.listed(kept))
      for (const follower of [...followers, new Follower()]) {
        await follower.catchUp(account)
        assert.deepEqual(told([...follower.has.values()]), told(kept))
        assert.deepEqual(byId(follower.has.values()), byId(kept))
      }
    }),
    { numRuns: 15, endOnFailure: true },
  )
})

const entry = ({ kind, id }: FeedEntry) => `${kind} ${id}`

test('a page is of the moment in which its round began, and the same whenever it is read again', async () => {
  const account = await bruno()
  for (let i = 0; i < 6; i++) await account.live({ at: 'pay', which: 0, minor: 100 + i })
  await account.pull()
  const first = await account.read(null, 3)
  const second = await account.read(first.nextCursor, 100)
  await account.live({ at: 'post', which: 1, minor: 500 })
  await account.pull()
  const again = await account.read(first.nextCursor, 100)
  assert.deepEqual(again.entries.map(entry), second.entries.map(entry))
  assert.deepEqual([again.hasMore, again.nextCursor], [second.hasMore, second.nextCursor])
  const news = await account.read(second.nextCursor, 100)
  assert.deepEqual(
    news.entries.map(({ kind, transaction }) => `${kind} ${transaction?.amount.amountMinor}`),
    ['modified -500'],
  )
})

test('a payment let go since it was noted is not told as one that stands, however late it is read', async () => {
  const account = await bruno()
  for (const minor of [310, 320]) await account.live({ at: 'pay', which: 0, minor })
  await account.pull()
  const first = await account.read(null, 100)
  const held = first.entries.find(({ transaction }) => transaction?.amount.amountMinor === -310)!
  await account.live({ at: 'release', which: 0, minor: 1 })
  clock.advance(3 * DAY)
  await account.pull()
  const again = await account.read(null, 100)
  const told = again.entries.filter(({ id }) => id === held.id)
  assert.ok(told.length > 1, 'as noted first, and as removed since')
  assert.deepEqual(
    new Set(told.map(({ kind, transaction }) => `${kind} ${transaction}`)),
    new Set(['removed null']),
  )
  const standing = again.entries.flatMap(({ transaction }) => transaction?.amount.amountMinor ?? [])
  assert.deepEqual(standing.sort(), [-1, -320])
})

test('what one write commits late is not behind what another committed before', async () => {
  const account = await bruno()
  await account.pull()
  const follower = new Follower()
  await follower.catchUp(account)
  for (let i = 0; i < 5; i++) await account.live({ at: 'pay', which: 0, minor: 200 + i })
  let done = false
  const writing = Promise.all([account.pull(), account.push(1), account.pull()]).then(() => {
    done = true
  })
  while (!done) await follower.read(account, 2)
  await writing
  await follower.catchUp(account)
  assert.deepEqual(byId(follower.has.values()), byId(await account.kept()))
})

test('a cursor of another account, or one that was made up, is refused', async () => {
  const [one, other] = [await bruno(), await bruno()]
  await one.pull()
  const { nextCursor } = await one.read(null, 10)
  const isMalformed = (error: unknown) => error instanceof Fault && error.code === 'cursor-malformed'
  for (const cursor of [nextCursor, 'made-up', Buffer.from('[1]').toString('base64url'), ''])
    await assert.rejects(other.read(cursor, 10), isMalformed)
})
