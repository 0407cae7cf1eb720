import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PURPOSES } from '#consent'
import { createOwnEvents, type FraudEvent, learnFrom } from '#fraud'
import { MINUTE, money, systemRandom } from '#kit'
import { reveal } from '../kit/reveal.ts'
import { fresh, NOON, ordinaryLife, stolenCard } from './everyday.fixture.ts'
import { createFeatureEngine } from './features/index.ts'
import { openFraudHouse } from './room.fixture.ts'

let house: Awaited<ReturnType<typeof openFraudHouse>>
before(async () => {
  house = await openFraudHouse()
})
after(() => house.close())

const lesson = { bankId: 'chase', by: 'Claire', reason: 'answers of November', what: 'train' } as const

function openOwn() {
  const { sql, vault, people, consents } = house.rooms
  const needs = { sql: sql.rooms, vault, people, consents, clock: house.clock, random: systemRandom }
  return createOwnEvents({ ...needs, homeCountryOf: () => 'GB' })
}

async function readAll(): Promise<FraudEvent[]> {
  const events: FraudEvent[] = []
  for await (const event of openOwn().read(lesson)) events.push(event)
  return events
}

/** Gives somebody's consent the words that were in force before Guichet learnt from answers. */
async function withFormerWords(linkId: string): Promise<void> {
  const payload = { notice: { shown: 'Guichet checks each card payment against your own habits.' } }
  const receipt = `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.x`
  await house.owner.query('update consent.grant set receipt = $2 where link_id = $1', [linkId, receipt])
}

test('the words of the consent say that Guichet learns from answers, in both languages', () => {
  assert.match(PURPOSES['fraud-alerts'].en.sentence, /learns from these payments and your answers/)
  assert.match(PURPOSES['fraud-alerts'].fr.sentence, /apprend de ces paiements et de vos réponses/)
})

test('what people answered is read as the events that led to it: a model meets what judged live', async () => {
  const room = house.startFraud()
  const [amina, bruno] = [await house.somebody(), await house.somebody(ordinaryLife(2))]
  const theft = stolenCard()
  await room.receive(amina, theft)
  house.clock.advance(10 * MINUTE)
  const [asked] = await room.cases(amina)
  await room.answer(amina, asked!.id, 'not-me')
  house.clock.advance(MINUTE)
  const coffee = fresh(20, { descriptor: 'costa coffee 4311', pounds: 4, terminalId: 'till-3' })
  await room.receive(amina, [coffee])
  house.clock.advance(MINUTE)
  await room.receive(
    amina,
    [{ ...coffee, status: 'posted', postedAt: NOON + 21 * MINUTE, amount: money(-450, 'GBP') }],
    { authorised: [] },
  )
  house.clock.advance(MINUTE)
  await room.receive(bruno, [fresh(25, { id: 'txn_bruno', descriptor: 'megatronics outlet', pounds: 30 })])

  const before = await Promise.all([amina, bruno].map(({ linkId }) => house.rooms.log.head(linkId)))
  const events = await readAll()
  const heads = await Promise.all([amina, bruno].map(({ linkId }) => house.rooms.log.head(linkId)))
  assert.deepEqual(
    heads.map(({ count }, i) => count - before[i]!.count),
    [1, 1],
    'each read is in its person’s record',
  )

  const kept = new Map<string, readonly number[]>()
  for (const person of [amina, bruno])
    for (const { id, vector } of await room.inLoan(person, async (loan) => reveal(await loan.scores())))
      kept.set(id, vector)
  assert.equal(kept.size, theft.length + 2)
  const engine = createFeatureEngine()
  for (const event of events) {
    engine.tell(event)
    if (event.kind !== 'payment-seen' || !kept.has(event.id)) continue
    assert.deepEqual([...engine.vectorOf(event.id)!], kept.get(event.id), event.id)
    kept.delete(event.id)
  }
  assert.equal(kept.size, 0)

  const labels = events.flatMap((event) => (event.kind === 'label-learnt' ? [event] : []))
  assert.equal(labels.length, 1 + asked!.attachedTransactionIds!.length)
  assert.deepEqual(new Set(labels.map(({ report }) => report)), new Set([asked!.id]))
  const changed = events.filter(({ kind }) => kind === 'payment-changed')
  assert.deepEqual(
    changed.map(
      (event) => event.kind === 'payment-changed' && [event.paymentId, event.amountMinor, event.change],
    ),
    [[coffee.id, 450, 'posted']],
  )
  const { past, later } = await learnFrom(openOwn().read(lesson))
  const frauds = [...past.labels, ...later.labels].reduce((sum, label) => sum + label, 0)
  assert.equal(frauds, labels.length, 'the answers are what a model learns from')

  const acts = await house.owner.query<{ by: string; reason: string }>('select by, reason from fraud.lesson')
  assert.deepEqual(acts[0], { by: 'Claire', reason: 'answers of November' })
})

test('what an earlier version judged, by fewer features, is told with the amount that it had then', async () => {
  const room = house.startFraud()
  const david = await house.somebody(ordinaryLife(3))
  const tea = fresh(40, { id: 'txn_tea', descriptor: 'tea room', pounds: 5 })
  const scores = await room.receive(david, [tea])
  const vector = [500, 1.25, 4000]
  const former = [...scores.values()].map((score) => ({ ...score, featureSet: 'guichet.features/1', vector }))
  await room.inLoan(david, (loan) => loan.keep('payment-score', former))
  const posted = {
    ...tea,
    status: 'posted',
    postedAt: NOON + 41 * MINUTE,
    amount: money(-650, 'GBP'),
  } as const
  await room.receive(david, [posted], { authorised: [] })

  const told = (await readAll()).flatMap((event) => {
    if (event.kind === 'payment-seen' && event.id === tea.id) return [event.amountMinor]
    if (event.kind === 'payment-changed' && event.paymentId === tea.id) return [event.amountMinor]
    return []
  })
  assert.deepEqual(told, [500, 650])
})

test('nobody is read who consented in other words, withdrew, or was not said whose act it is', async () => {
  const claire = await house.somebody()
  const david = await house.somebody()
  await withFormerWords(claire.linkId)
  const grants = await house.rooms.consents.of(house.rooms.sql.rooms, david.personId)
  await house.rooms.vault.withdraw(david.personId, grants[0]!.id)
  const before = (await house.rooms.log.head(claire.linkId)).count
  const holders = new Set(
    (await readAll()).flatMap((event) => (event.kind === 'payment-seen' ? [event.holder] : [])),
  )
  assert.ok(holders.size > 0)
  assert.ok(!holders.has(claire.linkId) && !holders.has(david.linkId))
  assert.equal((await house.rooms.log.head(claire.linkId)).count, before, 'nobody looked')

  const refused = async (over: Partial<typeof lesson> | { by: string } | { bankId: string }) => {
    const reading = openOwn().read({ ...lesson, ...over } as typeof lesson)
    await assert.rejects(reading.next(), { code: 'rows-unusable' })
  }
  await refused({ by: ' ' })
  await refused({ bankId: 'another' })
})
