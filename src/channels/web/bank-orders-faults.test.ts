/** Orders to a bank when something fails between their steps: each is done exactly once, and told once. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { OrderKind } from '#conversation'
import { Fault, HOUR, MINUTE, money } from '#kit'
import { CHAT, payment } from '../../../tests/fixtures/rooms.ts'
import { reveal } from '../../kit/reveal.ts'
import { ENGLISH, NOW, openChat } from './chat.fixture.ts'
import { orderContext } from './exchange.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
beforeEach(() => {
  house.desk.fails = null
  house.desk.renews = false
  house.desk.done.clear()
  house.clock.advance(NOW - house.clock.now())
})
after(() => house.close())

type Ids = { personId: string; linkId: string; orderId: string }

/** Somebody with one order of `kind` that the bank has not been told yet. */
async function ordered(kind: OrderKind): Promise<{ ids: Ids; said: RegExp }> {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  house.desk.fails = new Fault('bank-unreachable')
  if (kind === 'block' || kind === 'unblock' || kind === 'replace') await order(person, kind)
  else {
    const declined = { bankTransactionId: 'aut_1', releasableUntil: NOW + HOUR, releasedAt: null }
    const caseId = await house.raiseCase(person, kind === 'release' ? { declined } : {})
    await house.chat.tellCase({ personId, linkId, caseId })
    await tap(personId, kind === 'release' ? /it was me/ : /block my card/)
    house.clock.advance(31 * MINUTE)
  }
  house.desk.fails = null
  const ids = { personId, linkId, orderId: (await orderIds(personId, kind))[0]! }
  return { ids, said: SAID[kind] }
}
const SAID: Record<OrderKind, RegExp> = {
  block: /card ending 5770 is blocked at Chase/,
  unblock: /card ending 5770 is unblocked at Chase since/,
  replace: /Chase is sending you a new card/,
  release: /Chase has let your payment through/,
  dispute: /Chase has your dispute/,
}
const KINDS = Object.keys(SAID) as OrderKind[]

async function order(person: { personId: string; linkId: string }, kind: 'block' | 'unblock' | 'replace') {
  const cards = await house.chat.cards(person.personId)
  const { linkId, accountId, cardNumberDisplay } = cards[0]!
  return await house.chat.orderForCard(
    person.personId,
    { linkId, accountId, cardNumberDisplay, kind },
    ENGLISH,
  )
}

async function tap(personId: string, label: RegExp) {
  const action = (await house.all(personId)).at(-1)!.actions.find((one) => label.test(one.label))
  assert.ok(action && 'token' in action, `no button ${label}`)
  return await house.chat.act(personId, action.token, ENGLISH)
}

const orderIds = async (personId: string, kind: OrderKind): Promise<string[]> =>
  (
    await house.sql.rooms.query<{ id: string }>(
      `select id from channels.bank_order where person_id = $1 and kind = $2 order by seq`,
      [personId, kind],
    )
  ).map(({ id }) => id)

const stateOf = async ({ personId, orderId }: Ids): Promise<'waits' | 'done' | 'refused'> => {
  const [row] = await house.sql.rooms.query<{ doneAt: number | null; refusedAt: number | null }>(
    `select done_at as "doneAt", refused_at as "refusedAt" from channels.bank_order where person_id = $1 and id = $2`,
    [personId, orderId],
  )
  return row!.doneAt !== null ? 'done' : row!.refusedAt !== null ? 'refused' : 'waits'
}

const told = async (personId: string, what: RegExp): Promise<number> =>
  (await house.all(personId)).filter(({ text }) => what.test(text)).length

/** A process that ends at one point. What it had committed stays, and nothing after that point happens. */
const killed = () => new Error('the process ended')

/** Has the next borrowing of the vault whose deed fits end the process, before it commits. */
function dieWhileNoting(deed: RegExp): { restore(): void } {
  const { vault } = house
  const { open } = vault
  vault.open = (async (ask: Parameters<typeof open>[0], use: Parameters<typeof open>[1]) =>
    deed.test(ask.what)
      ? await open(ask, async (loan) => {
          await use(loan)
          throw killed()
        })
      : await open(ask, use)) as typeof open
  return {
    restore: () => {
      vault.open = open
    },
  }
}

for (const kind of KINDS) {
  test(`an order to ${kind} whose process ends at any step is done once and told once`, async () => {
    const { ids, said } = await ordered(kind)
    const { carryOut } = house.desk
    const count = () => house.desk.orders(kind).length

    // Before the bank was told.
    house.desk.carryOut = async () => {
      throw killed()
    }
    await assert.rejects(house.chat.carryOut(ids), /the process ended/)
    assert.equal(count(), 0)
    assert.equal(await stateOf(ids), 'waits')

    // After the bank has done it, before its answer came.
    house.desk.carryOut = async (...order) => {
      await carryOut(...order)
      throw killed()
    }
    await assert.rejects(house.chat.carryOut(ids), /the process ended/)
    house.desk.carryOut = carryOut
    assert.equal(count(), 1)
    assert.equal(await stateOf(ids), 'waits')
    assert.equal(await told(ids.personId, said), 0)

    // While it is noted and told.
    const noting = dieWhileNoting(/^(block-card|unblock-card|replace-card|release-payment|send-dispute)$/)
    await assert.rejects(house.chat.carryOut(ids), /the process ended/)
    noting.restore()
    assert.equal(await stateOf(ids), 'waits')
    assert.equal(await told(ids.personId, said), 0, 'nothing is told that is not noted')

    await Promise.all([house.chat.carryOut(ids), house.chat.carryOut(ids)])
    await house.chat.carryOut(ids)
    assert.equal(await stateOf(ids), 'done')
    assert.equal(count(), 1, 'the bank did it once')
    assert.equal(await told(ids.personId, said), 1, 'it was told once')
  })

  test(`an order to ${kind} that the bank does not let us give is said so, with its telephone, and not sent again`, async () => {
    const { ids } = await ordered(kind)
    house.desk.fails = new Fault('bank-not-granted')
    await house.chat.carryOut(ids)
    assert.equal(await stateOf(ids), 'refused')
    assert.match((await house.all(ids.personId)).at(-1)!.text, /\+1 800 555 0100/)
    const { calls } = house.desk
    house.desk.fails = null
    await house.chat.carryOut(ids)
    assert.equal(house.desk.calls, calls)
  })
}

test('an access that was renewed is kept before it is used, whatever happens after', async () => {
  const { ids } = await ordered('unblock')
  house.desk.renews = true
  const { carryOut } = house.desk
  house.desk.carryOut = async () => {
    throw killed()
  }
  await assert.rejects(house.chat.carryOut(ids), /the process ended/)
  house.desk.carryOut = carryOut
  const kept = await house.vault.open(
    {
      personId: ids.personId,
      purpose: 'fraud-alerts',
      actor: CHAT,
      what: 'list-cards',
      linkIds: [ids.linkId],
    },
    async (loan) => reveal(await loan.connections())[0]!.refreshToken,
  )
  assert.ok(kept.ok)
  assert.equal(kept.value, 'renewed')
})

test('a dispute that is sent again says what it said the first time, though the payment was booked meanwhile', async () => {
  const { ids } = await ordered('dispute')
  const bodies: unknown[] = []
  const { carryOut } = house.desk
  house.desk.carryOut = async (bank, connection, order, key) => {
    bodies.push({ key, order: reveal(order) })
    await carryOut(bank, connection, order, key)
    throw new Fault('bank-unreachable')
  }
  await assert.rejects(house.chat.carryOut(ids), (error: unknown) => error instanceof Fault)
  await house.keepPayments(ids, [
    payment({
      id: `odd-${ids.linkId}`,
      bankTransactionIds: ['bank-1', 'booked-1'],
      at: NOW - 5_000,
      amount: money(-80_000, 'GBP'),
    }),
  ])
  house.desk.carryOut = async (bank, connection, order, key) => {
    bodies.push({ key, order: reveal(order) })
    return await carryOut(bank, connection, order, key)
  }
  await house.chat.carryOut(ids)
  house.desk.carryOut = carryOut
  assert.equal(bodies.length, 2)
  assert.deepEqual(bodies[1], bodies[0])
  assert.equal(await stateOf(ids), 'done')
})

test('a dispute that was taken back and opened again is one dispute, from whichever order it is sent', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  const caseId = await house.raiseCase(person)
  await house.chat.tellCase({ personId, linkId, caseId })
  await tap(personId, /block my card/)
  const opened = (await house.all(personId)).find(({ actions }) =>
    actions.some(({ label }) => /after all/.test(label)),
  )!
  const back = opened.actions.find(({ label }) => /after all/.test(label))!
  assert.ok('token' in back)
  house.clock.advance(5 * MINUTE)
  await house.chat.act(personId, back.token, ENGLISH)
  assert.equal((await house.caseOf(person))?.state, 'was-me')
  await house.vault.open(
    { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'answer-case', linkIds: [linkId] },
    (loan) => house.fraud.answer(loan, caseId, { said: 'not-me', sure: true }),
  )
  house.clock.advance(31 * MINUTE)
  for (const orderId of await orderIds(personId, 'dispute'))
    await house.chat.carryOut({ personId, linkId, orderId })
  assert.equal(house.desk.orders('dispute').length, 1)
  assert.equal(await told(personId, SAID.dispute), 1)
})

test('of two orders to send one dispute the first sends it, as it first said it, and the second sends nothing', async () => {
  const { ids } = await ordered('dispute')
  const { personId, linkId, orderId } = ids
  const second = 'ord_second'
  await house.vault.open(
    { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'answer-case', linkIds: [linkId] },
    async (loan) => {
      const [row] = await house.sql.rooms.query<{ sealed: Buffer }>(
        `select sealed from channels.bank_order where person_id = $1 and id = $2`,
        [personId, orderId],
      )
      const words = loan.unseal(orderContext('dispute', orderId), row!.sealed)
      await loan.tx.query(
        `insert into channels.bank_order (person_id, id, link_id, case_id, kind, wanted_at, sealed)
         values ($1, $2, $3, $4, 'dispute', $5, $6)`,
        [personId, second, linkId, `case_${linkId}`, NOW, loan.seal(orderContext('dispute', second), words)],
      )
    },
  )
  house.desk.fails = new Fault('bank-unreachable')
  await assert.rejects(house.chat.carryOut(ids), (error: unknown) => error instanceof Fault)
  house.desk.fails = null
  await house.chat.carryOut({ ...ids, orderId: second })
  assert.equal(house.desk.orders('dispute').length, 0)
  await house.chat.carryOut(ids)
  assert.equal(house.desk.orders('dispute').length, 1)
  assert.equal(await stateOf({ ...ids, orderId: second }), 'refused')
  assert.equal(await told(personId, SAID.dispute), 1)
})

test('more orders at once than the database has connections are all carried out', async () => {
  const all = []
  for (let i = 0; i < 8; i++) all.push((await ordered('unblock')).ids)
  await Promise.all(all.map((ids) => house.chat.carryOut(ids)))
  for (const ids of all) assert.equal(await stateOf(ids), 'done')
})

test('a card that was reported since is not unblocked by an order that had to wait', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  await order(person, 'block')
  house.desk.fails = new Fault('bank-unreachable')
  await order(person, 'unblock')
  house.desk.fails = null
  const caseId = await house.raiseCase(person)
  await house.chat.tellCase({ personId, linkId, caseId })
  await tap(personId, /block my card/)
  assert.equal(house.desk.orders('block').length, 2)

  const [orderId] = await orderIds(personId, 'unblock')
  await house.chat.carryOut({ personId, linkId, orderId: orderId! })
  assert.equal(house.desk.orders('unblock').length, 0, 'the thief would have the card again')
  assert.equal(await stateOf({ personId, linkId, orderId: orderId! }), 'refused')
  assert.notEqual((await house.chat.cards(personId))[0]!.blockedAt, null)
})

test('a block that had to wait does not undo what its person ordered after it', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  house.desk.fails = new Fault('bank-unreachable')
  await order(person, 'block')
  house.desk.fails = null
  await order(person, 'unblock')
  assert.equal(house.desk.orders('unblock').length, 1)
  const [orderId] = await orderIds(personId, 'block')
  await house.chat.carryOut({ personId, linkId, orderId: orderId! })
  assert.equal(house.desk.orders('block').length, 0)
})

test('an order stands when the one after it was refused, or is about another card', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  await house.keepPayments(person, [payment({ cardNumberDisplay: '1111', at: NOW - HOUR })])
  const orderFor = async (card: string, kind: 'block' | 'unblock') => {
    const { accountId } = (await house.chat.cards(personId)).find((one) => one.cardNumberDisplay === card)!
    await house.chat.orderForCard(personId, { linkId, accountId, cardNumberDisplay: card, kind }, ENGLISH)
  }
  house.desk.fails = new Fault('bank-unreachable')
  await orderFor('5770', 'block')
  await orderFor('1111', 'unblock')
  house.desk.fails = new Fault('bank-refused')
  await orderFor('5770', 'unblock')
  house.desk.fails = null
  const [orderId] = await orderIds(personId, 'block')
  await house.chat.carryOut({ personId, linkId, orderId: orderId! })
  assert.equal(house.desk.orders('block').length, 1)
})

/** Has the job do an order in the moment between its being placed and its being carried out by whoever placed it. */
async function whileTheJobIsFirst<T>(
  { personId, linkId }: { personId: string; linkId: string },
  kind: OrderKind,
  work: () => Promise<T>,
): Promise<T> {
  const { vault } = house
  const { open } = vault
  let isFirst = true
  vault.open = (async (...asked: Parameters<typeof open>) => {
    const opened = await open(...asked)
    const [orderId] = isFirst ? await orderIds(personId, kind) : []
    if (!orderId) return opened
    isFirst = false
    await house.chat.carryOut({ personId, linkId, orderId })
    return opened
  }) as typeof open
  try {
    return await work()
  } finally {
    vault.open = open
  }
}

test('who ordered something is answered how it went, though the job that sees to it was first', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const said = await whileTheJobIsFirst(person, 'block', () => order(person, 'block'))
  assert.match(said.at(-1)!.text, SAID.block)
  assert.equal(house.desk.orders('block').length, 1)
  assert.equal(await told(person.personId, SAID.block), 1)
})

test('an order whose consent ends while the bank answers is over, and says nothing more', async () => {
  const { ids } = await ordered('unblock')
  const { carryOut } = house.desk
  house.desk.carryOut = async (...order) => {
    const answer = await carryOut(...order)
    const grants = await house.consents.of(house.sql.rooms, ids.personId)
    const grant = grants.find(({ purpose }) => purpose === 'fraud-alerts')!
    await house.vault.withdraw(ids.personId, grant.id)
    return answer
  }
  await house.chat.carryOut(ids)
  house.desk.carryOut = carryOut
  assert.equal(await stateOf(ids), 'done')
  assert.equal(await told(ids.personId, SAID.unblock), 0)
})
