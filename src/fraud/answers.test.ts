import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { DAY, Fault, HOUR, MINUTE } from '#kit'
import { fresh, NOON, ordinaryLife, stolenCard } from './everyday.fixture.ts'
import { openFraudHouse, type Person } from './room.fixture.ts'

const { clock, startFraud, somebody, announced, close } = await openFraudHouse()
after(close)
beforeEach(() => clock.advance(NOON - clock.now()))

const ONLINE = { entryMode: 'online', country: 'US' } as const

/** A house where one payment is asked about. */
async function askedAbout(pounds = 900) {
  const house = startFraud()
  const person = await somebody()
  await house.receive(person, [fresh(0, { ...ONLINE, pounds, descriptor: 'megatronics outlet' })])
  const [asked] = await house.cases(person)
  return { house, person, asked: asked! }
}

/** The last thing learnt of each payment. */
async function learnt(house: ReturnType<typeof startFraud>, person: Person) {
  const labels = (await house.labels(person)).toSorted((a, b) => a.at - b.at)
  return Object.fromEntries(
    labels.map(({ transactionId, label, source }) => [transactionId, `${label} by ${source}`]),
  )
}

test('“not me” opens a dispute that waits half an hour, and what it says of the payment is kept with its time', async () => {
  const { house, person, asked } = await askedAbout()
  clock.advance(MINUTE)
  const { state, dispute } = await house.answer(person, asked.id, 'not-me')
  assert.equal(state, 'confirmed-fraud')
  assert.deepEqual(dispute, {
    openedAt: clock.now(),
    sendAfter: clock.now() + 30 * MINUTE,
    sentAt: null,
    bankDisputeId: null,
    outcome: null,
  })
  const [label] = await house.labels(person)
  assert.equal(label!.transactionId, asked.transactionId)
  assert.equal(label!.label, 'fraud')
  assert.equal(label!.at, clock.now())
})

test('until the dispute is sent a change of mind takes it back whole; afterwards only the bank can', async () => {
  const { house, person, asked } = await askedAbout()
  await house.answer(person, asked.id, 'not-me')
  const back = await house.answer(person, asked.id, 'was-me')
  assert.equal(back.state, 'was-me')
  assert.equal(back.dispute, undefined)
  assert.equal(back.takenBackAt, clock.now())
  assert.deepEqual(await learnt(house, person), { [asked.transactionId]: 'genuine by person' })

  await house.answer(person, asked.id, 'not-me')
  const sent = await house.markDisputeSent(person, asked.id, 'D-1')
  assert.equal(sent.dispute?.bankDisputeId, 'D-1')
  const late = await house.answer(person, asked.id, 'was-me')
  assert.equal(late.state, 'confirmed-fraud')
  assert.deepEqual(await learnt(house, person), { [asked.transactionId]: 'fraud by person' })
  const again = await house.markDisputeSent(person, asked.id, 'D-2')
  assert.equal(again.dispute?.bankDisputeId, 'D-1', 'it was sent once')
})

test('what goes to the bank is due half an hour after “not me”, once, with every payment that was marked', async () => {
  const { house, person, asked } = await askedAbout()
  const kiosk = fresh(1, { descriptor: 'corner kiosk', pounds: 7 })
  await house.receive(person, [kiosk])
  await house.answer(person, asked.id, 'not-me')
  await house.mark(person, asked.id, [kiosk.id])
  assert.equal(await house.disputeDue(person, asked.id), null)
  assert.equal(await house.disputeWaits(person, asked.id), NOON + 30 * MINUTE)
  clock.advance(30 * MINUTE)
  const due = await house.disputeDue(person, asked.id)
  assert.equal(due!.number, asked.number)
  assert.equal(due!.notifiedAt, NOON)
  assert.deepEqual(due!.payments.map(({ amount }) => amount.amountMinor).sort(), [-700, -90_000])
  await house.markDisputeSent(person, asked.id, 'D-1')
  assert.equal(await house.disputeDue(person, asked.id), null)
})

test('a dispute that was taken back is never due', async () => {
  const { house, person, asked } = await askedAbout()
  await house.answer(person, asked.id, 'not-me')
  await house.answer(person, asked.id, 'was-me')
  clock.advance(DAY)
  assert.equal(await house.disputeDue(person, asked.id), null)
})

test('any payment can be said not to be theirs, and said again it is one report', async () => {
  const house = startFraud()
  const amina = await somebody()
  const quiet = fresh(0, { descriptor: 'corner kiosk', pounds: 7 })
  await house.receive(amina, [quiet])
  assert.deepEqual(await house.cases(amina), [])

  const { fraudCase, isDoubted } = await house.report(amina, quiet.id)
  assert.equal(isDoubted, false)
  assert.equal(fraudCase!.raisedBy, 'person')
  assert.equal(fraudCase!.state, 'confirmed-fraud')
  assert.deepEqual(fraudCase!.reasons, [])
  const again = await house.report(amina, quiet.id)
  assert.deepEqual(again.fraudCase, fraudCase)
  assert.equal((await house.cases(amina)).length, 1)
  assert.deepEqual(await announced(amina), [], 'nobody is asked about what they said themselves')
})

test('a payment reported after another of the same card joins its dispute until that is sent', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const payments = [0, 1, 2].map((i) => fresh(i, { descriptor: `kiosk ${i}`, pounds: 7 }))
  await house.receive(bruno, payments)
  const first = (await house.report(bruno, payments[0]!.id)).fraudCase!
  const second = (await house.report(bruno, payments[1]!.id)).fraudCase!
  assert.equal(second.id, first.id)
  assert.deepEqual(second.attachedTransactionIds, [payments[1]!.id])

  await house.markDisputeSent(bruno, first.id, 'D-1')
  const third = (await house.report(bruno, payments[2]!.id)).fraudCase!
  assert.notEqual(third.id, first.id)
})

test('reporting a payment that was asked about answers the question', async () => {
  const { house, person, asked } = await askedAbout()
  const { fraudCase } = await house.report(person, asked.transactionId)
  assert.equal(fraudCase!.id, asked.id)
  assert.equal(fraudCase!.state, 'confirmed-fraud')
})

test('the card’s other payments of the last month can be marked too, and nothing else can', async () => {
  const { house, person, asked } = await askedAbout()
  const theirs = [1, 2].map((i) => fresh(i, { descriptor: `kiosk ${i}`, pounds: 7 }))
  const otherCard = fresh(3, { descriptor: 'kiosk 3', cardNumberDisplay: '9999' })
  const old = fresh(-31 * 24 * 60, { descriptor: 'kiosk 4' })
  await house.receive(person, [...theirs, otherCard, old])
  await house.answer(person, asked.id, 'not-me')

  const { marked, markable } = await house.recent(person, asked.id)
  assert.deepEqual(
    marked.map(({ id }) => id),
    [asked.transactionId],
  )
  assert.deepEqual(
    markable.slice(0, 2).map(({ id }) => id),
    [theirs[1]!.id, theirs[0]!.id],
  )
  assert.ok(markable.length <= 20)
  assert.ok(!markable.some(({ id }) => id === otherCard.id || id === old.id || id === asked.transactionId))

  const { fraudCase } = await house.mark(person, asked.id, [theirs[0]!.id, otherCard.id, 'txn_nobody'])
  assert.deepEqual(fraudCase!.attachedTransactionIds, [theirs[0]!.id])
  assert.deepEqual((await house.recent(person, asked.id)).marked.length, 2)
  assert.equal((await learnt(house, person))[theirs[0]!.id], 'fraud by person')

  const back = await house.answer(person, asked.id, 'was-me')
  assert.deepEqual(back.attachedTransactionIds, [])
  assert.equal((await learnt(house, person))[theirs[0]!.id], 'unknown by person', 'the marks go with it')
})

test('a payment that was never seen, or is somebody else’s, cannot be reported', async () => {
  const house = startFraud()
  const amina = await somebody()
  const bruno = await somebody(ordinaryLife(2))
  const payment = fresh(0, { descriptor: 'corner kiosk', pounds: 7 })
  await house.receive(amina, [payment])
  const notFound = (error: unknown) => error instanceof Fault && error.code === 'not-found'
  await assert.rejects(house.report(bruno, payment.id), notFound)
  await assert.rejects(house.report(amina, 'txn_nobody'), notFound)
  await assert.rejects(house.mark(amina, 'cas_nobody', [payment.id]), notFound)
  assert.deepEqual(await house.cases(bruno), [])
})

test('a question is told again once when nobody answers it, and never when somebody did', async () => {
  const { house, person, asked } = await askedAbout()
  assert.deepEqual(await announced(person, 'case-unanswered'), [asked.id])
  clock.advance(15 * MINUTE)
  assert.deepEqual(await house.escalate(person, asked.id), { number: asked.number })
  assert.equal(await house.escalate(person, asked.id), null)
  assert.equal((await house.cases(person))[0]!.escalatedAt, clock.now())

  const answered = await askedAbout()
  await answered.house.answer(answered.person, answered.asked.id, 'was-me')
  assert.equal(await answered.house.escalate(answered.person, answered.asked.id), null)
})

test('“not me” is learnt of every payment that had joined the question', async () => {
  const house = startFraud()
  const amina = await somebody()
  await house.receive(amina, stolenCard())
  const [asked] = await house.cases(amina)
  await house.answer(amina, asked!.id, 'not-me')
  const facts = await learnt(house, amina)
  assert.equal(Object.keys(facts).length, 1 + asked!.attachedTransactionIds!.length)
  for (const fact of Object.values(facts)) assert.equal(fact, 'fraud by person')
})

test('a restart forgets nothing of what was answered', async () => {
  const { house, person, asked } = await askedAbout()
  await house.answer(person, asked.id, 'not-me')
  clock.advance(2 * HOUR)
  const next = startFraud()
  const later = fresh(120, { ...ONLINE, pounds: 900, descriptor: 'megatronics outlet' })
  await next.receive(person, [later])
  assert.equal((await next.cases(person)).length, 2, 'the shop has not become a habit')
})

test('a question that nobody answers for 120 days counts as their own payment', async () => {
  const { house, person, asked } = await askedAbout()
  clock.advance(119 * DAY)
  await house.receive(person, [fresh(119 * 24 * 60, { pounds: 3 })])
  assert.deepEqual(await house.labels(person), [])
  clock.advance(DAY)
  await house.receive(person, [fresh(120 * 24 * 60, { pounds: 3 })])
  assert.deepEqual(await learnt(house, person), { [asked.transactionId]: 'genuine by expiry' })
  await house.receive(person, [fresh(120 * 24 * 60 + 1, { pounds: 3 })])
  assert.equal((await house.labels(person)).length, 1, 'that is learnt once')
})
