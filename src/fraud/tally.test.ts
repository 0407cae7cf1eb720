import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { HOUR } from '#kit'
import { fresh, NOON } from './everyday.fixture.ts'
import { openFraudHouse, type Person } from './room.fixture.ts'
import { readTallies } from './tally.ts'

const { clock, startFraud, somebody, rooms, close } = await openFraudHouse()
after(close)
beforeEach(() => clock.advance(NOON - clock.now()))

const shops = ['corner kiosk', 'bella flowers', 'north bikes']
const SURE = { sure: true }

/** What a bank's counts have grown by. */
async function counted(work: () => Promise<unknown>) {
  const read = async () =>
    (await readTallies(rooms.sql.rooms))[0] ?? {
      reported: 0,
      takenBack: 0,
      decidedAgainst: 0,
      decidedInFavour: 0,
    }
  const before = await read()
  await work()
  const after = await read()
  return [
    after.reported - before.reported,
    after.takenBack - before.takenBack,
    after.decidedAgainst - before.decidedAgainst,
    after.decidedInFavour - before.decidedInFavour,
  ]
}

async function withPayments() {
  const house = startFraud()
  const person = await somebody()
  const payments = shops.map((descriptor, i) =>
    fresh(i, { descriptor, pounds: 7, cardNumberDisplay: `110${i}` }),
  )
  await house.receive(person, payments, { authorised: [] })
  return { house, person, payments }
}

const decide = (
  house: ReturnType<typeof startFraud>,
  person: Person,
  caseNumber: string,
  transactionId: string,
  decided: 'against' | 'in-favour',
) => house.receive(person, [], { outcomes: [{ transactionId, caseNumber, decided }] })

test('a report is counted once, and once more when it is taken back', async () => {
  const { house, person, payments } = await withPayments()
  const { id } = payments[0]!
  let caseId = ''
  assert.deepEqual(
    await counted(async () => {
      const { fraudCase } = await house.report(person, id, SURE)
      caseId = fraudCase!.id
      await house.report(person, id, SURE)
    }),
    [1, 0, 0, 0],
  )
  assert.deepEqual(await counted(() => house.answer(person, caseId, 'was-me')), [0, 1, 0, 0])
  assert.deepEqual(await counted(() => house.answer(person, caseId, 'was-me')), [0, 0, 0, 0])
})

test('how the bank decided is counted for and against, each once', async () => {
  const { house, person, payments } = await withPayments()
  for (const [i, decided] of (['against', 'in-favour'] as const).entries()) {
    const { id } = payments[i]!
    const { fraudCase } = await house.report(person, id, SURE)
    clock.advance(HOUR)
    await house.markDisputeSent(person, fraudCase!.id, 'D-1')
    const tell = () => decide(house, person, fraudCase!.number, id, decided)
    assert.deepEqual(await counted(tell), decided === 'against' ? [0, 0, 1, 0] : [0, 0, 0, 1])
    assert.deepEqual(await counted(tell), [0, 0, 0, 0])
  }
})

test('what is asked once more, or is a question only, is no report', async () => {
  const { house, person, payments } = await withPayments()
  const earlier = fresh(-40 * 24 * 60, { descriptor: shops[2]!, pounds: 7, cardNumberDisplay: '1102' })
  await house.receive(person, [earlier], { authorised: [] })
  assert.deepEqual(
    await counted(async () => {
      assert.equal((await house.report(person, payments[2]!.id, { sure: false })).isDoubted, true)
    }),
    [0, 0, 0, 0],
  )
})

test('counts say nothing of whose they are', async () => {
  const { house, person, payments } = await withPayments()
  await house.report(person, payments[0]!.id, SURE)
  const rows = await rooms.sql.rooms.query<Record<string, unknown>>(`select * from fraud.report_tally`)
  assert.deepEqual(Object.keys(rows[0]!).sort(), [
    'bank_id',
    'decided_against',
    'decided_in_favour',
    'reported',
    'taken_back',
  ])
  assert.ok(!JSON.stringify(rows).includes(person.personId))
})
