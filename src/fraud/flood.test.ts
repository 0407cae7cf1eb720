import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { createFraud } from '#fraud'
import { type BankEvent, createIntake } from '#intake'
import { HOUR, money, SECOND, systemRandom } from '#kit'
import type { FraudCase } from '#vault'
import { openFraudRoom } from '../../tests/fixtures/fraud-room.ts'
import { CHAT, movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import { fresh, NOON, ordinaryLife } from './everyday.fixture.ts'
import { History } from './history.ts'
import { cardOfPayment, follow, type Memory, putCase, remember } from './memory.ts'
import { ATTACHED_MAX, judgeAll } from './raising.ts'

const FLOOD = 20_000
const PER_MESSAGE = 500

const clock = movableClock(NOON)
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

function startRoom() {
  const room = openFraudRoom({ clock, people: rooms.people })
  const { sql, vault, people } = rooms
  const contentKey = Buffer.alloc(32, 3)
  const intake = createIntake({ sql: sql.rooms, vault, people, score: room.score, contentKey, clock })
  return { room, intake }
}

/** What a machine buys with one stolen number: each time at another shop, a second after the last. */
function bought(n: number): BankEvent {
  return {
    id: `evt-${n}`,
    bankId: 'chase',
    bankAccountId: 'flooded',
    sequence: n + 1,
    at: NOON + n * SECOND,
    type: 'authorised',
    payment: {
      bankTransactionId: `auth-${n}`,
      referenceTransactionId: null,
      amount: money(-99_900, 'GBP'),
      foreign: null,
      descriptor: `outlet ${n}`,
      mcc: null,
      country: 'US',
      city: null,
      latitude: null,
      longitude: null,
      entryMode: 'online',
      cardNumberDisplay: '5770',
      terminalId: null,
    },
  }
}

async function amina() {
  const linked = await rooms.linkPerson(['fraud-alerts'])
  const [link] = await rooms.people.links(rooms.sql.rooms, linked.personId)
  await rooms.sql.rooms.transaction((tx) => rooms.people.accountId(tx, link!, 'flooded'))
  await inLoan(linked.personId, (loan) => loan.keep('transaction', ordinaryLife(1)))
  return linked
}

async function inLoan<T>(
  personId: string,
  use: (loan: Parameters<ReturnType<typeof createFraud>['snooze']>[0]) => Promise<T>,
): Promise<T> {
  const ask = { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'check-payment' } as const
  const opened = await rooms.vault.open(ask, use)
  assert.ok(opened.ok)
  return opened.value
}

const casesOf = (personId: string): Promise<FraudCase[]> =>
  inLoan(personId, async (loan) => reveal(await loan.cases()))

/** How often payments are looked up and looked at again while something runs. */
function countWork({ mock }: TestContext) {
  const counted = { label: 0, find: 0 }
  for (const name of ['label', 'find'] as const) {
    const original = History.prototype[name] as (...args: unknown[]) => unknown
    mock.method(History.prototype, name, function (this: History, ...args: unknown[]) {
      counted[name]++
      return original.apply(this, args)
    })
  }
  return counted
}

test('twenty thousand suspicious payments of one card are one question, and each costs as much as the first', async (t) => {
  const { personId } = await amina()
  const { intake, room } = startRoom()
  const work = countWork(t)
  const messages = Array.from({ length: FLOOD / PER_MESSAGE }, (_, m) =>
    Array.from({ length: PER_MESSAGE }, (_, i) => bought(m * PER_MESSAGE + i)),
  )
  await Promise.all(messages.map((events) => intake.receive('chase', events)))
  t.diagnostic(JSON.stringify(work))
  assert.ok(work.label <= 3 * FLOOD, `${work.label} labels`)
  assert.ok(work.find <= 16 * FLOOD, `${work.find} look-ups`)

  const [asked, ...others] = await casesOf(personId)
  assert.deepEqual(others, [])
  assert.ok(asked!.attachedTransactionIds!.length <= ATTACHED_MAX + 10)
  const named = 1 + asked!.attachedTransactionIds!.length
  assert.ok(asked!.beyond!.count + named > FLOOD * 0.99)
  assert.equal(asked!.beyond!.to, NOON + (FLOOD - 1) * SECOND)

  const judged = await inLoan(personId, async (loan) =>
    reveal(await loan.scores()).filter((one) => one.asked),
  )
  assert.equal(judged.length, asked!.beyond!.count + named, 'each of them was judged and is kept so')

  // Read anew, as after a restart: what is remembered of a person is bounded, and an answer costs no more.
  work.label = 0
  const answer = { said: 'not-me', sure: true } as const
  const heard = await inLoan(personId, (loan) => room.answer(loan, asked!.id, answer))
  const { fraudCase } = reveal(heard.told)
  assert.equal(fraudCase!.state, 'confirmed-fraud')
  assert.ok(work.label <= 3 * FLOOD, `${work.label} labels`)
  const due = await inLoan(personId, async (loan) => {
    clock.advance(HOUR)
    const way = await room.disputeOnItsWay(loan, asked!.id)
    return way && 'dispute' in way ? reveal(way.dispute!).payments.length : 0
  })
  assert.equal(due, named, 'the dispute names what the case does')
})

/** Somebody's memory with a flood of `count` in it, judged in parts of `part`. */
function flooded(count: number, part: number) {
  const life = ordinaryLife(2)
  const kept = { transactions: life, cases: [], knownGood: [], labels: [], snoozes: [] }
  const home = { timeZone: 'Europe/London', country: 'GB' }
  const memory = remember(kept, home)
  const flood = Array.from({ length: count }, (_, n) =>
    fresh(n / 60, {
      id: `txn_flood_${n}`,
      pounds: 999,
      descriptor: `outlet ${n}`,
      country: 'US',
      entryMode: 'online',
    }),
  )
  let now = NOON
  const judging = {
    judge: () => ({ ...ASKS, reasons: [] }),
    random: systemRandom,
    placesOf: () => ({ terminal: null, merchant: [] }),
    heard: () => {},
    get now() {
      return now
    },
  }
  for (let i = 0; i < count; i += part) {
    const batch = flood.slice(i, i + part)
    now = batch.at(-1)!.at
    follow(memory, batch)
    judgeAll(memory, batch, judging)
  }
  return { memory, flood, home, transactions: [...life, ...flood] }
}

const ASKS = {
  asks: true,
  score: 100,
  held: [],
  champion: null,
  challenger: null,
  rules: 'test',
  shadow: null,
}

const standings = ({ history }: Memory, ids: readonly { id: string }[]) =>
  ids.map(({ id }) => history.find(id)?.standing)

test('what a case cannot name is nobody’s habit: while it is asked, once it is answered, and after a restart', () => {
  const { memory, flood, home, transactions } = flooded(600, 7)
  const [asked] = [...memory.cases.values()]
  assert.equal(memory.cases.size, 1)
  assert.equal(asked!.attachedTransactionIds!.length, ATTACHED_MAX)
  assert.equal(asked!.beyond!.count, 600 - 1 - ATTACHED_MAX)
  assert.deepEqual(new Set(standings(memory, flood)), new Set(['suspect']))

  // An ordinary payment told late, from the middle of the flood, is nobody's either: who can tell?
  const between = fresh(9.5, { id: 'txn_between', descriptor: 'tesco stores 6227' })
  const [before, afterwards] = [fresh(-1, { id: 'txn_before' }), fresh(11, { id: 'txn_after' })]
  follow(memory, [between, before, afterwards])
  assert.deepEqual(standings(memory, [between, before, afterwards]), ['suspect', 'habit', 'habit'])

  for (const state of ['asked', 'was-me', 'confirmed-fraud'] as const) {
    const cases = [{ ...asked!, state, ...(state === 'was-me' && { attachedTransactionIds: [] }) }]
    const told = [...transactions, between, before, afterwards].sort((a, b) => a.at - b.at)
    const again = remember({ transactions: told, cases, knownGood: [], labels: [], snoozes: [] }, home)
    const beyond = flood.slice(1 + ATTACHED_MAX)
    assert.deepEqual(new Set(standings(again, beyond)), new Set(['suspect']), state)
    assert.deepEqual(standings(again, [between, before, afterwards]), ['suspect', 'habit', 'habit'])
  }
})

test('what a failed commit told in a flood leaves nothing that is thought of it', () => {
  const { memory } = flooded(600, 7)
  const [asked] = [...memory.cases.values()]
  const { beyond: _, ...named } = asked!
  const between = fresh(9.5, { id: 'txn_between', descriptor: 'tesco stores 6227' })
  const undo = follow(memory, [between])
  assert.deepEqual(standings(memory, [between]), ['suspect'])
  undo()
  putCase(memory, named)
  follow(memory, [between])
  assert.deepEqual(standings(memory, [between]), ['habit'])
})

test('what its person or the bank says of one payment in a flood holds for that one', () => {
  const { memory, flood, home, transactions } = flooded(400, 400)
  const about = flood[350]!
  for (const [label, standing] of [
    ['genuine', 'habit'],
    ['fraud', 'fraud'],
  ] as const) {
    const said = { id: 'lbl_1', transactionId: about.id, label, source: 'person', at: NOON + HOUR } as const
    const cases = [...memory.cases.values()]
    const again = remember({ transactions, cases, knownGood: [], labels: [said], snoozes: [] }, home)
    assert.deepEqual(standings(again, [about, flood[351]!]), [standing, 'suspect'])
  }
})

test('a flood told backwards, or of one instant, is looked at no more often', (t) => {
  const work = countWork(t)
  for (const at of [(n: number) => 3000 - n, () => 5]) {
    const memory = remember(
      { transactions: ordinaryLife(3), cases: [], knownGood: [], labels: [], snoozes: [] },
      { timeZone: 'UTC', country: 'GB' },
    )
    work.label = 0
    for (let n = 0; n < 3000; n++) {
      const one = fresh(at(n) / 60, { id: `txn_${n}`, descriptor: `outlet ${n}` })
      follow(memory, [one])
      judgeAll(memory, [one], {
        judge: () => ({ ...ASKS, reasons: [] }),
        now: NOON + HOUR,
        random: systemRandom,
        placesOf: () => ({ terminal: null, merchant: [] }),
        heard: () => {},
      })
    }
    assert.equal(memory.cases.size, 1)
    assert.ok(work.label <= 4 * 3000, `${work.label} labels`)
  }
})

test('refused payments are remembered up to a number: a machine that goes on trying fills no memory', () => {
  const refused = Array.from({ length: 5_000 }, (_, n) =>
    fresh(n / 60, { id: `txn_${n}`, status: 'declined' }),
  )
  const memory = remember(
    { transactions: refused, cases: [], knownGood: [], labels: [], snoozes: [] },
    { timeZone: 'UTC', country: 'GB' },
  )
  assert.equal(memory.declined.size, 2_000)
  assert.equal(cardOfPayment(memory, 'txn_0'), null)
  assert.notEqual(cardOfPayment(memory, 'txn_4999'), null)
})
