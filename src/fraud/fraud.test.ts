import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { FEATURE_SET, PLACE_OF, reasonsOf } from '#fraud'
import { DAY, Fault, HOUR, MINUTE } from '#kit'
import type { PaymentScore, Transaction } from '#vault'
import { BIRMINGHAM, fresh, NOON, PARIS, stolenCard } from './everyday.fixture.ts'
import { type FraudLoan, openFraudHouse } from './room.fixture.ts'

const { clock, owner, open, startFraud, somebody, announced, close } = await openFraudHouse()
after(close)

test('a stolen card is asked about once, with what looks unusual, and the case is announced', async () => {
  const house = startFraud()
  const amina = await somebody()
  for (const theft of stolenCard()) await house.receive(amina, [theft])
  const cases = await house.cases(amina)
  assert.equal(cases.length, 1)
  const [raised] = cases
  assert.match(raised!.number, /^G-[0-9A-Z]{4}-[0-9A-Z]{2}$/)
  assert.equal(raised!.state, 'asked')
  assert.equal(raised!.openedAt, clock.now())
  assert.ok(reasonsOf(raised!).length > 0)
  assert.deepEqual(await announced(amina), [raised!.id])
})

test('fifty suspicious payments in one batch are one question', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const storm = Array.from({ length: 50 }, (_, i) =>
    fresh(i / 4, {
      entryMode: 'online',
      country: 'US',
      pounds: 700 + i,
      descriptor: `outlet ${'abcdefghij'[i % 10]}${i}x`,
    }),
  )
  await house.receive(bruno, storm)
  const cases = await house.cases(bruno)
  assert.equal(cases.length, 1)
  assert.equal((await announced(bruno)).length, 1)
  assert.equal(1 + cases[0]!.attachedTransactionIds!.length, 50)
})

test('a card that is verified for nothing has nothing to judge; an amount beyond all reason is one question', async () => {
  const house = startFraud()
  const amina = await somebody()
  const nothing = fresh(0, { entryMode: 'online', pounds: 0, descriptor: 'streaming trial' })
  assert.equal((await house.receive(amina, [nothing])).size, 0)
  assert.deepEqual(await house.cases(amina), [])
  const enormous = fresh(1, { entryMode: 'online', pounds: 99_999_999_999, descriptor: 'outlet' })
  await house.receive(amina, [enormous])
  const cases = await house.cases(amina)
  assert.deepEqual(
    cases.map(({ transactionId }) => transactionId),
    [enormous.id],
  )
})

test('of what comes at once, the gravest payment is the one asked about, and the others join it', async () => {
  const house = startFraud()
  const amina = await somebody()
  const outlet = (minutes: number, pounds: number) =>
    fresh(minutes, { entryMode: 'online', country: 'US', pounds, descriptor: `outlet ${pounds}` })
  await house.receive(amina, [outlet(0, 150), outlet(1, 6900), outlet(2, 160)])
  const [raised, ...others] = await house.cases(amina)
  assert.deepEqual(others, [])
  assert.equal(raised!.transactionId, 'txn_fresh_1_outlet 6900')
  assert.deepEqual(await announced(amina), [raised!.id])

  await house.receive(amina, [outlet(3, 9900)])
  const [asked] = await house.cases(amina)
  assert.equal(asked!.transactionId, raised!.transactionId, 'once asked, the question stays what it was')
  assert.ok(asked!.attachedTransactionIds!.includes('txn_fresh_3_outlet 9900'))
})

test('the same payments told twice open nothing twice', async () => {
  const house = startFraud()
  const claire = await somebody()
  await house.receive(claire, stolenCard())
  const once = await house.cases(claire)
  await house.receive(claire, stolenCard())
  assert.deepEqual(await house.cases(claire), once)
  assert.equal((await announced(claire)).length, 1)
})

test('a batch whose commit fails leaves no case, and is judged the same when it comes again', async () => {
  const house = startFraud()
  const david = await somebody()
  await house.receive(david, [fresh(-60)])
  await house.receive(david, stolenCard(), { fails: true })
  assert.deepEqual(await house.cases(david), [])
  assert.deepEqual(await announced(david), [])
  await house.receive(david, stolenCard())
  assert.equal((await house.cases(david)).length, 1)
})

test('what a failed commit taught is forgotten, even when another write takes its version number', async () => {
  const house = startFraud()
  const amina = await somebody()
  await house.receive(amina, [fresh(-120)])
  const oddShop = { descriptor: 'zanzibar lamps', entryMode: 'online', country: 'US', pounds: 30 } as const
  await house.receive(amina, [fresh(-100, oddShop)], { fails: true })
  const readsBefore = house.reads.whole
  await open(
    amina.linkId,
    (loan) => loan.keep('transaction', [fresh(-90, { id: 'txn_from_elsewhere' })]),
    amina.personId,
  )
  await house.receive(amina, [fresh(-80)])
  assert.equal(house.reads.whole, readsBefore + 1, 'the past was read again')
})

test('while nobody else writes, the past is read once and then followed', async () => {
  const house = startFraud()
  const bruno = await somebody()
  for (let minute = 0; minute < 10; minute++) await house.receive(bruno, [fresh(minute - 30)])
  assert.equal(house.reads.whole, 1)
  house.room.forget(bruno.linkId)
  await house.receive(bruno, [fresh(0)])
  assert.equal(house.reads.whole, 2)
})

test('what was known when a payment was judged is told with the verdict, to be kept beside it', async () => {
  const house = startFraud()
  const amina = await somebody()
  const thefts = stolenCard()
  const scores = await house.receive(amina, thefts)
  assert.deepEqual([...scores.keys()].sort(), thefts.map(({ id }) => id).sort())
  const last = scores.get(thefts.at(-1)!.id)!
  assert.equal(last.featureSet, FEATURE_SET)
  assert.equal(last.asked, true)
  assert.ok(last.held.length > 0)
  const { vector } = last
  assert.equal(vector[PLACE_OF.amountMinor], 84_900)
  assert.equal(vector[PLACE_OF.hourCount], 3)
  assert.equal(vector[PLACE_OF.smallOnline], 3)
})

test('a payment is judged from the same figures whether the past was followed or read again after a crash', async () => {
  const followed = startFraud()
  const david = await somebody()
  const claire = await somebody()
  const batches = [[fresh(-40)], [fresh(-30, { pounds: 90 }), fresh(-35)], stolenCard(), [fresh(9)]]
  const bytes = async (receive: (batch: Transaction[]) => Promise<ReadonlyMap<string, PaymentScore>>) => {
    const vectors: (readonly number[])[] = []
    for (const batch of batches)
      for (const { vector } of (await receive(batch)).values()) vectors.push(vector)
    return vectors
  }
  const alive = await bytes((batch) => followed.receive(david, batch))
  const crashing = await bytes((batch) => startFraud().receive(claire, batch))
  assert.deepEqual(crashing, alive)
})

test('a batch that was not committed is taken back out of memory: the next one need not read the past again', async () => {
  const house = startFraud()
  const bruno = await somebody()
  await house.receive(bruno, [fresh(-60)])
  await house.receive(bruno, [fresh(-50, { pounds: 70 })], { fails: true })
  const next = await house.receive(bruno, [fresh(-40)])
  assert.equal(house.reads.whole, 1)
  house.room.forget(bruno.linkId)
  const [vector] = [...next.values()].map((score) => score.vector)
  assert.equal(vector![PLACE_OF.hourCount], 1, 'the payment that never was is not counted')
})

test('what one person says of a terminal is known when another pays there, after a restart too', async () => {
  const till = (minutes: number, pounds = 20) =>
    fresh(minutes, { terminalId: 'till-9', pounds, descriptor: 'megatronics outlet', ...BIRMINGHAM })
  const house = startFraud()
  const amina = await somebody()
  const robbed = { ...till(0, 4000), id: 'txn_at_the_till' }
  await house.receive(amina, [robbed])
  const [raised] = await house.cases(amina)
  const david = await somebody()
  const reported = async (minutes: number) => {
    const payment = till(minutes)
    const score = (await startFraud().receive(david, [payment])).get(payment.id)!
    return score.vector[PLACE_OF.terminalFrauds1d]
  }
  assert.equal(await reported(1), 0)
  await house.answer(amina, raised!.id, 'not-me')
  assert.equal(await reported(2), 1)
  clock.advance(MINUTE)
  await house.answer(amina, raised!.id, 'was-me')
  assert.equal(await reported(3), 0, 'the last word counts')

  const rows = await owner.query<Record<string, unknown>>('select * from fraud.risk_event')
  assert.equal(rows.length, 2, 'the last word holds, for the terminal and for the merchant')
  const written = JSON.stringify(rows)
  for (const secret of [amina.personId, amina.linkId, 'till-9', 'megatronics', 'Megatronics'])
    assert.ok(!written.includes(secret))
  for (const { paid_at } of rows) assert.equal(Number(paid_at) % HOUR, 0)
  clock.advance(-MINUTE)
})

test('postings alone do not have the past of somebody read', async () => {
  const house = startFraud()
  const claire = await somebody()
  const posted = { ...fresh(-30), status: 'posted' as const, postedAt: NOON }
  await house.receive(claire, [posted], { authorised: [] })
  assert.equal(house.reads.whole, 0)
})

test('“it was me” is remembered: the same shop in the same country is not asked about again', async () => {
  const house = startFraud()
  const david = await somebody()
  const shop = { entryMode: 'online', country: 'US', descriptor: 'megatronics outlet' } as const
  await house.receive(david, [fresh(0, { ...shop, pounds: 900 })])
  const [asked] = await house.cases(david)
  const answered = await house.answer(david, asked!.id, 'was-me')
  assert.equal(answered.state, 'was-me')
  assert.equal(answered.answeredAt, clock.now())
  await house.receive(david, [fresh(30, { ...shop, pounds: 1100 })])
  assert.equal((await house.cases(david)).length, 1)

  await house.receive(david, [fresh(60, { ...shop, pounds: 9000 })])
  assert.equal((await house.cases(david)).length, 2, 'far more than was vouched for is asked about')
})

test('“it was me” says nothing about another shop that the thief used meanwhile', async () => {
  const house = startFraud()
  const amina = await somebody()
  const online = { entryMode: 'online', country: 'US' } as const
  await house.receive(amina, [fresh(0, { ...online, pounds: 900, descriptor: 'hotel aurora' })])
  await house.receive(amina, [fresh(5, { ...online, pounds: 6900, descriptor: 'megatronics outlet' })])
  const [first] = await house.cases(amina)
  assert.deepEqual(first!.attachedTransactionIds, ['txn_fresh_5_megatronics outlet'])

  const answered = await house.answer(amina, first!.id, 'was-me')
  assert.deepEqual(answered.attachedTransactionIds, [])
  const cases = await house.cases(amina)
  const second = cases.find(({ id }) => id !== first!.id)
  assert.equal(second?.transactionId, 'txn_fresh_5_megatronics outlet')
  assert.equal(second?.state, 'asked')
  assert.deepEqual(await announced(amina), [first!.id, second!.id])
})

test('the same answer twice is one answer, and a change of mind is heard', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const shop = { entryMode: 'online', country: 'US', descriptor: 'megatronics outlet' } as const
  await house.receive(bruno, [fresh(0, { ...shop, pounds: 900 })])
  const [asked] = await house.cases(bruno)

  const first = await house.answer(bruno, asked!.id, 'was-me')
  clock.advance(MINUTE)
  assert.deepEqual(await house.answer(bruno, asked!.id, 'was-me'), first)

  const changed = await house.answer(bruno, asked!.id, 'not-me')
  assert.equal(changed.state, 'confirmed-fraud')
  assert.equal(changed.answeredAt, clock.now())
  clock.advance(2 * HOUR)
  await house.receive(bruno, [fresh(121, { ...shop, pounds: 950 })])
  assert.equal((await house.cases(bruno)).length, 2, 'the shop is no longer vouched for')
})

test('what the person said was not theirs does not become a habit', async () => {
  const house = startFraud()
  const claire = await somebody()
  const thefts = Array.from({ length: 12 }, (_, i) =>
    fresh(i, {
      entryMode: 'online',
      country: 'US',
      pounds: 900,
      descriptor: 'megatronics outlet',
      id: `txn_theft_${i}`,
    }),
  )
  await house.receive(claire, thefts)
  const [asked] = await house.cases(claire)
  const answered = await house.answer(claire, asked!.id, 'not-me')
  assert.equal(answered.attachedTransactionIds!.length, 11)
  clock.advance(3 * DAY)
  await house.receive(claire, [
    fresh(3 * 24 * 60, { entryMode: 'online', country: 'US', pounds: 900, descriptor: 'megatronics outlet' }),
  ])
  const cases = await house.cases(claire)
  assert.equal(cases.length, 2)
  const reasons = reasonsOf(cases.find(({ id }) => id !== asked!.id)!).map(({ code }) => code)
  assert.ok(reasons.includes('merchant-new') && reasons.includes('country-new'), reasons.join())
})

test('after “not me”, payments from before the block join the case; later ones are asked about', async () => {
  const house = startFraud()
  const david = await somebody()
  const start = (clock.now() - NOON) / MINUTE
  const theft = (minutes: number) =>
    fresh(start + minutes, {
      entryMode: 'online',
      country: 'US',
      pounds: 900 + minutes,
      descriptor: `outlet ${minutes}`,
    })
  await house.receive(david, [theft(0)])
  const [asked] = await house.cases(david)
  await house.answer(david, asked!.id, 'not-me')
  clock.advance(10 * MINUTE)
  const blocked = await house.markBlocked(david, asked!.id, clock.now())
  assert.equal(blocked.cardBlockedAt, clock.now())
  const again = await house.markBlocked(david, asked!.id, clock.now() + HOUR)
  assert.equal(again.cardBlockedAt, blocked.cardBlockedAt, 'the first block counts')

  await house.receive(david, [theft(9)])
  assert.equal((await house.cases(david)).length, 1)
  await house.receive(david, [theft(11)])
  assert.equal((await house.cases(david)).length, 2)
})

test('a question that nobody answered for a day does not keep the next one from being asked', async () => {
  const house = startFraud()
  const amina = await somebody()
  const start = (clock.now() - NOON) / MINUTE
  const theft = (minutes: number) =>
    fresh(start + minutes, {
      entryMode: 'online',
      country: 'US',
      pounds: 900,
      descriptor: `outlet ${minutes}`,
    })
  await house.receive(amina, [theft(0)])
  clock.advance(25 * HOUR)
  await house.receive(amina, [theft(25 * 60)])
  assert.equal((await announced(amina)).length, 2)
})

test('two cards of one person are asked about apart', async () => {
  const house = startFraud()
  const bruno = await somebody()
  const start = (clock.now() - NOON) / MINUTE
  const theft = { entryMode: 'online', country: 'US', pounds: 900 } as const
  await house.receive(bruno, [fresh(start, { ...theft, descriptor: 'outlet a' })])
  await house.receive(bruno, [
    fresh(start + 1, { ...theft, descriptor: 'outlet b', cardNumberDisplay: '9999' }),
  ])
  assert.equal((await announced(bruno)).length, 2)
})

test('paying in Paris twenty minutes after paying in Birmingham is asked about, however small', async () => {
  const house = startFraud()
  const claire = await somebody()
  const start = (clock.now() - NOON) / MINUTE
  await house.receive(claire, [fresh(start, { ...BIRMINGHAM, entryMode: 'chip' })])
  await house.receive(claire, [
    fresh(start + 20, { ...PARIS, entryMode: 'chip', pounds: 4, descriptor: 'cafe du coin' }),
  ])
  const [raised] = await house.cases(claire)
  const [reason] = reasonsOf(raised!)
  assert.equal(reason?.code, 'travel-impossible')
  assert.ok(reason.code === 'travel-impossible')
  assert.deepEqual(reason.values, { kilometres: 502, minutes: 20, fromCity: 'Birmingham', toCity: 'Paris' })
})

test('a case of somebody else, or of nobody, is not found', async () => {
  const house = startFraud()
  const amina = await somebody()
  const bruno = await somebody()
  await house.receive(amina, stolenCard())
  const [hers] = await house.cases(amina)
  const notFound = (error: unknown) => error instanceof Fault && error.code === 'not-found'
  await assert.rejects(house.answer(bruno, hers!.id, 'not-me'), notFound)
  await assert.rejects(house.markBlocked(bruno, hers!.id, NOON), notFound)
  await assert.rejects(house.answer(bruno, 'cas_none', 'was-me'), notFound)
  assert.deepEqual(await house.cases(amina), [hers])
})

test('a loan of several banks at once is refused: one bank’s habits are not judged under another’s consent', async () => {
  const house = startFraud()
  const { personId, linkId } = await somebody()
  await open(
    linkId,
    async (loan) => {
      const double = Object.create(loan, { links: { value: [...loan.links, ...loan.links] } }) as FraudLoan
      await assert.rejects(
        house.room.answer(double, 'cas_any', { said: 'not-me', sure: true }),
        /exactly one link/,
      )
    },
    personId,
  )
})
