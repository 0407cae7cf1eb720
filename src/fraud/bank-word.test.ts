import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { HOUR, MINUTE } from '#kit'
import type { Transaction } from '#vault'
import type { Flagged } from './bank-word.ts'
import { fresh, NOON } from './everyday.fixture.ts'
import { openFraudHouse } from './room.fixture.ts'

const { clock, owner, startFraud, somebody, announced, close } = await openFraudHouse()
after(close)
beforeEach(() => clock.advance(NOON - clock.now()))

const HOTEL = { pounds: 380, descriptor: 'hotel aurora', entryMode: 'online', country: 'ES' } as const

const refused = (over: Partial<Transaction> = {}): Flagged => ({
  transaction: fresh(0, { ...HOTEL, status: 'declined', ...over }),
  by: 'declined',
  bankTransactionId: 'bank-1',
  releasableUntil: NOON + HOUR,
})

test('a payment that the bank refused is asked about, and can be let through until the bank says', async () => {
  const house = startFraud()
  const amina = await somebody()
  const flag = refused()
  await house.receive(amina, [flag.transaction], { authorised: [], flagged: [flag] })
  const [asked] = await house.cases(amina)
  assert.equal(asked!.raisedBy, 'bank')
  assert.deepEqual(asked!.declined, {
    bankTransactionId: 'bank-1',
    releasableUntil: NOON + HOUR,
    releasedAt: null,
  })
  assert.deepEqual(await announced(amina), [asked!.id])

  assert.equal((await house.answer(amina, asked!.id, 'was-me')).state, 'was-me')
  const released = await house.markReleased(amina, asked!.id, NOON + MINUTE)
  assert.equal(released.declined!.releasedAt, NOON + MINUTE)
  // The bank approves it: it is vouched for, and not asked about again.
  const approved = { ...flag.transaction, status: 'pending' as const }
  await house.receive(amina, [approved])
  assert.equal((await house.cases(amina)).length, 1)
  clock.advance(10 * MINUTE)
  await house.receive(amina, [fresh(10, { ...HOTEL, pounds: 390 })])
  assert.equal((await house.cases(amina)).length, 1, '“it was me” taught the shop')
})

test('a refused payment is nobody’s habit, and the same word of the bank twice is one question', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const flag = refused()
  await house.receive(bruno, [flag.transaction], { authorised: [], flagged: [flag] })
  await house.receive(bruno, [flag.transaction], { authorised: [], flagged: [flag] })
  assert.equal((await announced(bruno)).length, 1)
  const scores = await house.receive(bruno, [flag.transaction])
  assert.equal(scores.size, 0, 'no money moved: nothing is judged')
})

test('of what the bank refused there is nothing to dispute, unless another payment is marked', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const flag = refused()
  const kiosk = fresh(-5, { descriptor: 'corner kiosk', pounds: 7 })
  await house.receive(bruno, [kiosk, flag.transaction], { authorised: [kiosk], flagged: [flag] })
  const [asked] = await house.cases(bruno)
  assert.equal((await house.answer(bruno, asked!.id, 'not-me')).dispute, undefined)
  const { fraudCase } = await house.mark(bruno, asked!.id, [kiosk.id])
  assert.ok(fraudCase!.dispute)
  clock.advance(30 * MINUTE)
  assert.equal((await house.disputeDue(bruno, asked!.id))!.payments.length, 1)
})

test('a second refused payment that is reported of the same card joins its case, and makes no dispute of it', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const payments = [0, 1].map(
    (i) => refused({ id: `txn_declined_${i}`, descriptor: `toy shop ${i}` }).transaction,
  )
  await house.receive(bruno, payments, { authorised: [] })
  const first = (await house.report(bruno, 'txn_declined_0')).fraudCase!
  const second = (await house.report(bruno, 'txn_declined_1')).fraudCase!
  assert.equal(second.id, first.id)
  assert.deepEqual(second.attachedTransactionIds, ['txn_declined_1'])
  assert.equal(second.dispute, undefined)
})

test('several that the bank refused on one card are one question', async () => {
  const house = startFraud()
  const claire = await somebody()
  const flags = [0, 1, 2].map((i) => refused({ id: `txn_refused_${i}` }))
  await house.receive(
    claire,
    flags.map(({ transaction }) => transaction),
    { authorised: [], flagged: flags },
  )
  const [asked, ...others] = await house.cases(claire)
  assert.equal(others.length, 0)
  assert.equal(asked!.attachedTransactionIds!.length, 2)
})

test('what the bank refused or suspects while another question is open is asked about once that was theirs', async () => {
  const house = startFraud()
  const amina = await somebody()
  const hotel = refused({ id: 'txn_hotel' })
  const again = { ...refused({ id: 'txn_hotel_again' }), bankTransactionId: 'bank-2' }
  const shop = {
    ...refused({ id: 'txn_shop', descriptor: 'toy shop', country: 'PT' }),
    bankTransactionId: 'bank-3',
  }
  const tram = fresh(0, { id: 'txn_tram', descriptor: 'tram ticket', pounds: 3 })
  const suspected = {
    transaction: tram,
    by: 'suspected',
    bankTransactionId: 'b',
    releasableUntil: null,
  } as const
  const flagged = [hotel, again, shop, suspected]
  const batch = flagged.map(({ transaction }) => transaction)
  await house.receive(amina, batch, { authorised: [], flagged })
  const [first] = await house.cases(amina)
  assert.equal(first!.transactionId, 'txn_hotel')
  await house.answer(amina, first!.id, 'was-me')

  const [, second, ...others] = await house.cases(amina)
  assert.deepEqual(others, [])
  assert.deepEqual(await announced(amina), [first!.id, second!.id])
  // The shop that was vouched for is not asked about again: the bank no longer stops it.
  assert.deepEqual([second!.transactionId, second!.attachedTransactionIds], ['txn_shop', ['txn_tram']])
  assert.deepEqual(second!.declined, {
    bankTransactionId: 'bank-3',
    releasableUntil: NOON + HOUR,
    releasedAt: null,
  })
  await house.answer(amina, second!.id, 'was-me')
  const third = (await house.cases(amina)).at(-1)!
  assert.deepEqual([third.transactionId, third.raisedBy, third.state], ['txn_tram', 'bank', 'asked'])
})

test('what the bank’s own system suspects is asked about; what we asked about already is not asked again', async () => {
  const house = startFraud()
  const david = await somebody()
  const ordinary = fresh(0, { descriptor: 'tesco stores 6227', pounds: 12 })
  const flag = (transaction: Transaction): Flagged => ({
    transaction,
    by: 'suspected',
    bankTransactionId: `bank-${transaction.id}`,
    releasableUntil: null,
  })
  await house.receive(david, [ordinary], { flagged: [flag(ordinary)] })
  const [asked] = await house.cases(david)
  assert.equal(asked!.raisedBy, 'bank')
  assert.equal(asked!.declined, undefined)

  const ours = fresh(5, { ...HOTEL, pounds: 2_900, cardNumberDisplay: '9999', country: 'US' })
  await house.receive(david, [ours])
  await house.receive(david, [ours], { authorised: [], flagged: [flag(ours)] })
  assert.equal((await announced(david)).length, 2)
})

test('the bank’s decision about a dispute is announced once, and is what counts of the payment from then on', async () => {
  const house = startFraud()
  const amina = await somebody()
  const kiosk = fresh(0, { descriptor: 'corner kiosk', pounds: 7 })
  await house.receive(amina, [kiosk])
  const { fraudCase } = await house.report(amina, kiosk.id)
  const decision = {
    transactionId: kiosk.id,
    caseNumber: fraudCase!.number,
    decided: 'against',
    at: NOON,
  } as const
  await house.receive(amina, [], { outcomes: [decision] })
  assert.equal((await house.cases(amina))[0]!.dispute!.outcome, null, 'what was not sent is not decided')

  await house.markDisputeSent(amina, fraudCase!.id, 'D-7')
  clock.advance(HOUR)
  await house.receive(amina, [], { outcomes: [decision] })
  await house.receive(amina, [], { outcomes: [decision] })
  const [decided] = await house.cases(amina)
  assert.deepEqual(decided!.dispute!.outcome, { decided: 'against', at: clock.now() })
  assert.deepEqual(await announced(amina, 'dispute-decided'), [fraudCase!.id])
  const facts = (await house.labels(amina)).toSorted((a, b) => a.at - b.at)
  assert.deepEqual(
    facts.map(({ label, source }) => `${label} by ${source}`),
    ['fraud by person', 'genuine by dispute'],
  )
})

test('a decision about a dispute that nobody here opened changes nothing', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const decision = {
    transactionId: 'txn_nobody',
    caseNumber: 'G-0000-00',
    decided: 'in-favour',
    at: NOON,
  } as const
  await house.receive(bruno, [], { outcomes: [decision] })
  assert.deepEqual(await house.labels(bruno), [])
  assert.deepEqual(await announced(bruno, 'dispute-decided'), [])
})

test('a person whose reports were mistaken protects their own card, but speaks of a shop only once the bank agrees', async () => {
  const house = startFraud()
  const david = await somebody()
  const shops = async () =>
    Number((await owner.query<{ n: string }>('select count(*) as n from fraud.risk_event'))[0]!.n)
  for (const i of [0, 1, 2]) {
    const payment = fresh(i, { descriptor: `kiosk ${i}`, pounds: 7 })
    await house.receive(david, [payment])
    const before = await shops()
    const { fraudCase } = await house.report(david, payment.id)
    assert.equal(fraudCase!.state, 'confirmed-fraud')
    if (i < 2) {
      assert.ok((await shops()) > before)
      assert.equal((await house.answer(david, fraudCase!.id, 'was-me')).state, 'was-me')
      continue
    }
    assert.equal(await shops(), before, 'the third is not passed on yet')
    await house.markDisputeSent(david, fraudCase!.id, 'D-9')
    const decision = { transactionId: payment.id, caseNumber: fraudCase!.number, at: NOON } as const
    await house.receive(david, [], { outcomes: [{ ...decision, decided: 'in-favour' }] })
    assert.ok((await shops()) > before, 'the bank agreed')
  }
})
