import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { DAY, Fault } from '#kit'
import { fresh, NOON, stolenCard } from './everyday.fixture.ts'
import { openFraudHouse } from './room.fixture.ts'

const { clock, startFraud, somebody, close } = await openFraudHouse()
after(close)
beforeEach(() => clock.advance(NOON - clock.now()))

const outlet = (days: number) =>
  fresh(days * 24 * 60, {
    entryMode: 'online',
    country: 'US',
    pounds: 120,
    descriptor: `outlet ${String.fromCharCode(97 + days)} online`,
  })

test('who does not want to be asked because of something is left in peace for a month, and then asked again', async () => {
  const house = startFraud()
  const amina = await somebody()
  await house.receive(amina, [outlet(0)])
  const [asked] = await house.cases(amina)
  assert.ok(asked, 'it is asked about at first')
  await house.answer(amina, asked.id, 'was-me')
  assert.deepEqual(await house.snooze(amina, asked.id), { until: NOON + 30 * DAY })
  clock.advance(2 * DAY)
  await house.receive(amina, [outlet(2)])
  // A restart forgets nothing of it.
  await startFraud().receive(amina, [{ ...outlet(2), id: 'txn_after_restart' }])
  assert.equal((await house.cases(amina)).length, 1)
})

test('what can only be theft is asked about all the same', async () => {
  const house = startFraud()
  const bruno = await somebody()
  await house.receive(bruno, [outlet(0)])
  const [asked] = await house.cases(bruno)
  await house.answer(bruno, asked!.id, 'was-me')
  await house.snooze(bruno, asked!.id)
  clock.advance(2 * DAY)
  await house.receive(bruno, stolenCard(2 * 24 * 60))
  assert.equal((await house.cases(bruno)).length, 2)
})

test('somebody else’s case cannot be snoozed, and the bank’s own question has no rule to leave out', async () => {
  const house = startFraud()
  const claire = await somebody()
  await assert.rejects(
    house.snooze(claire, 'cas_nobody'),
    (error: unknown) => error instanceof Fault && error.code === 'not-found',
  )
  const transaction = fresh(0, { descriptor: 'tesco stores 6227', pounds: 12 })
  const flag = { transaction, by: 'suspected', bankTransactionId: 'b', releasableUntil: null } as const
  await house.receive(claire, [transaction], { authorised: [], flagged: [flag] })
  const [asked] = await house.cases(claire)
  assert.equal(await house.snooze(claire, asked!.id), null)
})
