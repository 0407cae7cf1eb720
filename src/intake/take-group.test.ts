import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Purpose } from '#consent'
import { DAY, Fault, money, Private, SECOND } from '#kit'
import type { PaymentScore, Span, Vault } from '#vault'
import { openFraudRoom } from '../../tests/fixtures/fraud-room.ts'
import { CHAT, movableClock, openRooms, scoreOf } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import type { BankEvent } from './bank-event.ts'
import { createIntake } from './intake.ts'
import { createLane, type Message, type Received, Refused } from './lane.ts'
import type { Scorer } from './scorer.ts'

const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
before(async () => {
  rooms = await openRooms({ clock })
})
after(() => rooms.close())

/** Notes whose payments it was shown, and gives each the same score. */
function openIntake() {
  const shown: string[] = []
  const score: Scorer = async (_tx, news) => {
    const scores = new Map<string, PaymentScore>()
    for (const { entry, fresh } of news) {
      shown.push(entry.linkId)
      for (const { id } of reveal(fresh))
        scores.set(
          id,
          scoreOf({ id, scoredAt: clock.now(), featureSet: 'test', vector: [1, 2.5], rules: 'test' }),
        )
    }
    return { scores: new Private(scores), settle() {} }
  }
  const { sql, vault, people } = rooms
  const intake = createIntake({
    sql: sql.rooms,
    vault,
    people,
    score,
    contentKey: Buffer.alloc(32, 3),
    clock,
  })
  return { intake, shown }
}

let numbers = 0

const holder = (purposes: Purpose[], account: string) => rooms.linkCustomer(purposes, account)

function authorised(bankAccountId: string, amountMinor = -1_000): BankEvent {
  const n = ++numbers
  return {
    id: `evt-${n}`,
    bankId: 'chase',
    bankAccountId,
    sequence: n,
    at: clock.now() + n,
    type: 'authorised',
    payment: {
      bankTransactionId: `auth-${n}`,
      referenceTransactionId: null,
      amount: money(amountMinor, 'GBP'),
      foreign: null,
      descriptor: 'tesco stores 6227',
      mcc: '5411',
      country: 'GB',
      city: null,
      latitude: null,
      longitude: null,
      entryMode: 'chip',
      cardNumberDisplay: '5770',
      terminalId: null,
    },
  }
}

async function read(vault: Vault, personId: string, span?: Span) {
  const opened = await vault.open(
    { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'check-payment' },
    async (loan) => ({
      payments: reveal(await loan.transactions(span)),
      scores: reveal(await loan.scores(span)),
    }),
  )
  assert.ok(opened.ok)
  return opened.value
}

test('of a joint account’s holders, each is served under the consent they gave, and only one is scored', async () => {
  const watched = await holder(['fraud-alerts'], 'joint-1')
  const viewing = await holder(['account-view'], 'joint-1')
  await holder(['bank-offers'], 'joint-1')
  const { intake, shown } = openIntake()
  assert.deepEqual(await intake.receive('chase', [authorised('joint-1')]), {
    accepted: 1,
    duplicates: 0,
    dropped: 0,
  })
  assert.deepEqual(shown, [watched.linkId])
  assert.equal((await read(rooms.vault, watched.personId)).payments.length, 1)
  const opened = await rooms.vault.open(
    { personId: viewing.personId, purpose: 'account-view', actor: CHAT, what: 'answer-transactions' },
    async (loan) => reveal(await loan.transactions()).length,
  )
  assert.deepEqual(opened, { ok: true, value: 1 })
})

/** Takes off that a link is due for a line; gives after which place in the vault stands what it was due for, if it was. */
async function takeOff(linkId: string): Promise<number | null> {
  const [due] = await rooms.sql.rooms.query<{ place: number }>(
    `delete from intake.line_due where link_id = $1 returning written_after as place`,
    [linkId],
  )
  return due?.place ?? null
}
const ever = () => ({ from: 0, to: clock.now() + DAY })

test('what a link is due for is found without what was known of it before, however much comes meanwhile', async () => {
  const { personId, linkId } = await holder(['fraud-alerts'], 'lines-3')
  const { intake } = openIntake()
  await intake.receive('chase', [authorised('lines-3', -1)])
  await takeOff(linkId)
  await intake.receive('chase', [authorised('lines-3', -2)])
  await intake.receive('chase', [authorised('lines-3', -3)])
  const writtenAfter = (await takeOff(linkId))!
  const { payments, scores } = await read(rooms.vault, personId, { ...ever(), writtenAfter })
  assert.deepEqual(
    payments.map(({ amount }) => amount.amountMinor),
    [-2, -3],
  )
  assert.equal(scores.length, 2)
  assert.equal((await read(rooms.vault, personId, ever())).payments.length, 3)

  await intake.receive('chase', [authorised('lines-3', -4)])
  const place = (await takeOff(linkId))!
  // Enough of them that they are merged, with what came before.
  for (let n = 5; n < 100; n++) await intake.receive('chase', [authorised('lines-3', -n)])
  const merged = await read(rooms.vault, personId, { ...ever(), writtenAfter: place })
  assert.equal(
    new Set(merged.payments.map(({ amount }) => amount.amountMinor).filter((n) => n <= -4)).size,
    96,
  )
})

test('a payment that grows until its person wants to hear of it has its line, though it was judged before', async () => {
  const { personId, linkId } = await holder(['fraud-alerts'], 'lines-4')
  const { intake } = openIntake()
  const fraud = openFraudRoom({ clock, people: rooms.people })
  const borrow = <T>(use: Parameters<typeof rooms.vault.open<'fraud-alerts', T>>[1]) =>
    rooms.vault.open({ personId, purpose: 'fraud-alerts', actor: CHAT, what: 'check-payment' }, use)
  const above = money(5_000, 'GBP')
  await borrow((loan) =>
    fraud.chooseLines(loan, { cardNumberDisplay: null, lines: 'above', above, quiet: null }),
  )
  const told = async () => {
    const writtenAfter = (await takeOff(linkId))!
    const due = await borrow((loan) =>
      fraud.linesDue(loan, { told: new Set(), timeZone: 'Europe/London', writtenAfter }),
    )
    assert.ok(due.ok)
    return due.value.payments && reveal(due.value.payments).map(({ amount }) => amount.amountMinor)
  }
  const hold = authorised('lines-4', -100)
  assert.ok(hold.type === 'authorised')
  await intake.receive('chase', [hold])
  assert.equal(await told(), null)
  const { bankTransactionId } = hold.payment
  const ids = { bankTransactionId: 'grown', referenceTransactionId: bankTransactionId }
  const payment = { ...hold.payment, ...ids, amount: money(-8_000, 'GBP') }
  await intake.receive('chase', [
    { ...hold, id: 'evt-grown', sequence: ++numbers, type: 'adjusted', payment },
  ])
  assert.deepEqual(await told(), [-8_000])
})

test('hundreds of single payments are merged, and each keeps its last state and how it was judged', async () => {
  const { personId } = await holder(['fraud-alerts'], 'busy-1')
  const { intake } = openIntake()
  const begun = Array.from({ length: 150 }, (_, n) => authorised('busy-1', -100 - n))
  for (const event of begun) await intake.receive('chase', [event])
  const [first] = begun
  assert.ok(first && 'payment' in first)
  await intake.receive('chase', [
    {
      ...first,
      id: 'evt-posted',
      sequence: ++numbers,
      type: 'posted',
      payment: {
        ...first.payment,
        bankTransactionId: 'post-1',
        referenceTransactionId: first.payment.bankTransactionId,
      },
    },
  ])
  const { payments, scores } = await read(rooms.vault, personId)
  assert.equal(payments.length, 150)
  assert.equal(payments.filter(({ status }) => status === 'posted').length, 1)
  assert.deepEqual(scores.map(({ id }) => id).sort(), payments.map(({ id }) => id).sort())
})

test('a link is noted for a line when a payment is first seen, authorised or posted, and not for what was known', async () => {
  const { personId, linkId } = await holder(['fraud-alerts'], 'lines-1')
  const { intake } = openIntake()
  const isDue = async () => (await takeOff(linkId)) !== null
  const begun = authorised('lines-1')
  assert.ok('payment' in begun && begun.type === 'authorised')
  const posting = (referenceTransactionId: string | null): BankEvent => {
    const n = ++numbers
    const payment = { ...begun.payment, bankTransactionId: `post-${n}`, referenceTransactionId }
    return { ...begun, id: `evt-${n}`, sequence: n, type: 'posted', payment }
  }
  await intake.receive('chase', [begun])
  assert.equal(await isDue(), true)
  await intake.receive('chase', [posting(begun.payment.bankTransactionId)])
  assert.equal(await isDue(), false)
  await intake.receive('chase', [posting(null)])
  assert.equal(await isDue(), true)
  assert.equal((await read(rooms.vault, personId)).scores.length, 2, 'it was judged too')
})

test('a link is noted for a line when a payment that was known becomes larger, and not when it stays or becomes smaller', async () => {
  const { linkId } = await holder(['fraud-alerts'], 'lines-2')
  const { intake } = openIntake()
  const isDue = async () => (await takeOff(linkId)) !== null
  const hold = authorised('lines-2', -100)
  assert.ok(hold.type === 'authorised')
  const told = (type: 'adjusted' | 'posted', amountMinor: number): BankEvent => {
    const n = ++numbers
    const { bankTransactionId } = hold.payment
    const ids = { bankTransactionId: `later-${n}`, referenceTransactionId: bankTransactionId }
    const payment = { ...hold.payment, ...ids, amount: money(amountMinor, 'GBP') }
    return { ...hold, id: `evt-${n}`, sequence: n, type, payment }
  }
  await intake.receive('chase', [hold])
  assert.equal(await isDue(), true)
  await intake.receive('chase', [told('adjusted', -8_000)])
  assert.equal(await isDue(), true, 'the fuel was eighty pounds')
  await intake.receive('chase', [told('adjusted', -7_500)])
  assert.equal(await isDue(), false)
  await intake.receive('chase', [told('posted', -7_500)])
  assert.equal(await isDue(), false)
})

test('a key that a batch used is not used again once it is shredded, by whatever process', async () => {
  const { linkId } = await holder(['fraud-alerts'], 'gone-1')
  const { intake } = openIntake()
  await intake.receive('chase', [authorised('gone-1')])
  // Another process shreds: the rows of the key store go, and this process is not told.
  await rooms.sql.keys.query(`delete from wrapped_key where id = any($1)`, [[`data:${linkId}`]])
  await assert.rejects(
    intake.receive('chase', [authorised('gone-1')]),
    (error) => error instanceof Fault && error.code === 'key-shredded',
  )
})

test('a withdrawn consent is found by the very next batch', async () => {
  const { personId, grants } = await holder(['fraud-alerts'], 'left-1')
  const { intake } = openIntake()
  await intake.receive('chase', [authorised('left-1')])
  await rooms.vault.withdraw(personId, grants[0]!.id)
  const received = await intake.receive('chase', [authorised('left-1')])
  assert.deepEqual(received, { accepted: 0, duplicates: 0, dropped: 1 })
})

const received = (message: Message): Received => ({
  accepted: message.events.length,
  duplicates: 0,
  dropped: 0,
})
const message = (type: BankEvent['type'], events = 1): Message => ({
  events: Array.from({ length: events }, () => ({ ...authorised('any'), type }) as BankEvent),
  nonce: null,
})

test('while a group is being taken others wait for the next one, and authorisations go first', async () => {
  const groups: string[][] = []
  const lane = createLane(async (group) => {
    groups.push(group.map(({ events }) => events[0]!.type))
    await new Promise((next) => setImmediate(next))
    return new Map(group.map((one) => [one, received(one)]))
  })
  const first = lane.add(message('authorised'))
  await new Promise((next) => setImmediate(next))
  await Promise.all([
    first,
    lane.add(message('posted')),
    lane.add(message('authorised')),
    lane.add(message('balance')),
  ])
  assert.deepEqual(groups, [['authorised'], ['authorised', 'posted', 'balance']])
})

test('a payment that the bank refused or suspects goes first too', async () => {
  const groups: string[][] = []
  const lane = createLane(async (group) => {
    groups.push(group.map(({ events }) => events[0]!.type))
    await new Promise((next) => setImmediate(next))
    return new Map(group.map((one) => [one, received(one)]))
  })
  const types = ['posted', 'suspected', 'adjusted', 'declined', 'balance', 'authorised', 'reversed'] as const
  await Promise.all(types.map((type) => lane.add(message(type))))
  assert.deepEqual(groups, [
    ['suspected', 'declined', 'authorised', 'posted', 'adjusted', 'balance', 'reversed'],
  ])
})

test('what can wait begins once the group under way is taken, and not after those that came meanwhile', async () => {
  const order: string[] = []
  const lane = createLane(async (group) => {
    const [{ type }] = group[0]!.events as [BankEvent]
    order.push(`${type} begins`)
    await new Promise((next) => setImmediate(next))
    order.push(`${type} is taken`)
    return new Map(group.map((one) => [one, received(one)]))
  })
  await lane.whenTaken()
  const first = lane.add(message('authorised'))
  await new Promise((next) => setImmediate(next))
  const second = lane.add(message('posted'))
  const waiting = lane.whenTaken().then(() => order.push('what can wait'))
  await Promise.all([first, second, waiting])
  const [before, it, after] = ['authorised is taken', 'what can wait', 'posted is taken'].map((what) =>
    order.indexOf(what),
  ) as [number, number, number]
  assert.ok(before < it && it < after, order.join(', '))
})

test('a bad message fails alone: those that arrived with it are taken', async () => {
  const bad = message('authorised')
  const lane = createLane(async (group) => {
    const doomed = group.find(({ events }) => events === bad.events)
    if (doomed && group.length > 1) throw new Refused(new Map([[doomed, new Fault('event-conflict')]]))
    if (doomed) throw new Fault('event-conflict')
    return new Map(group.map((one) => [one, received(one)]))
  })
  const [good, refused, other] = await Promise.allSettled([
    lane.add(message('authorised')),
    lane.add(bad),
    lane.add(message('authorised')),
  ])
  assert.deepEqual([good!.status, refused!.status, other!.status], ['fulfilled', 'rejected', 'fulfilled'])
})

test('when a group fails for a reason nobody knows, each message is tried by itself', async () => {
  const bad = message('authorised')
  const lane = createLane(async (group) => {
    if (group.some(({ events }) => events === bad.events)) throw new Error('unknown')
    return new Map(group.map((one) => [one, received(one)]))
  })
  const results = await Promise.allSettled([
    lane.add(message('posted')),
    lane.add(bad),
    lane.add(message('posted')),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
})

test('more than can be taken soon is turned away, and taken when sent again later', async () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const lane = createLane(async (group) => {
    await gate
    return new Map(group.map((one) => [one, received(one)]))
  })
  const waiting = Array.from({ length: 46 }, () => lane.add(message('authorised', 500)))
  const outcomes = Promise.allSettled(waiting)
  open()
  const turnedAway = (await outcomes).filter(
    (one) => one.status === 'rejected' && (one.reason as Fault).code === 'too-busy',
  )
  assert.ok(turnedAway.length > 0 && turnedAway.length < 10, `${turnedAway.length} turned away`)
  assert.equal((await lane.add(message('authorised', 500))).accepted, 500)
})

test('banks that send many messages a second are said to pour in, and no longer than they do', async () => {
  await holder(['fraud-alerts'], 'pouring-1')
  const { intake } = openIntake()
  const send = async (count: number) => {
    for (let n = 0; n < count; n++) await intake.receive('chase', [authorised('pouring-1')])
  }
  await send(5)
  assert.equal(intake.isPouring(), false)
  await send(20)
  assert.equal(intake.isPouring(), true)
  clock.advance(2 * SECOND)
  assert.equal(intake.isPouring(), false)
})
