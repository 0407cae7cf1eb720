import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { createSql, currency, DAY, HOUR, MINUTE, money } from '#kit'
import type { Transaction } from '#vault'
import { CHAT, payment, scoreOf } from '../../../tests/fixtures/rooms.ts'
import type { MessageJson } from '../../http/api.ts'
import { startAgain, stop } from '../stop.ts'
import { ENGLISH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
beforeEach(() => {
  house.flood.pours = false
  house.flood.takesMs = 0
  house.flood.taken = Promise.resolve()
  house.desk.done.clear()
  house.clock.advance(NOW - house.clock.now())
})
after(() => house.close())

type Person = Awaited<ReturnType<typeof house.amina>>

/** Payments that came as the bank's events: kept, judged, and noted for a line in one commit. */
async function receive(person: Person, payments: Partial<Transaction>[]) {
  const { personId, linkId } = person
  const all = payments.map((over, i) =>
    payment({
      id: `${over.descriptor ?? i}-${linkId}`,
      at: house.clock.now(),
      postedAt: null,
      status: 'pending',
      ...over,
    }),
  )
  const ask = {
    personId,
    purpose: 'fraud-alerts',
    actor: CHAT,
    what: 'check-payment',
    linkIds: [linkId],
  } as const
  // First that it is due, as the intake does: what is written from then on is looked through.
  await house.vault.open(ask, (loan) =>
    loan.tx.query(
      `insert into intake.line_due (link_id, person_id) values ($1, $2)
       on conflict (link_id) do update set version = excluded.version, not_before = 0`,
      [linkId, personId],
    ),
  )
  await house.keepPayments(person, all)
  await house.vault.open(ask, async (loan) => {
    await loan.keep(
      'payment-score',
      all.map(({ id }) => scoreOf({ id, scoredAt: house.clock.now() })),
    )
  })
}

/** Has the orders done that are due, as the jobs do. */
async function carryOutAll({ personId, linkId }: Person) {
  const orders = await house.sql.rooms.query<{ orderId: string }>(
    `select id as "orderId" from channels.bank_order
     where person_id = $1 and done_at is null and refused_at is null order by seq`,
    [personId],
  )
  for (const { orderId } of orders) await house.chat.carryOut({ personId, linkId, orderId })
}

const tell = () => house.chat.tellLines((error) => assert.fail(String(error)))
const linesOf = async ({ personId }: Person) =>
  (await house.all(personId)).filter(({ kind }) => kind === 'line')
const press = (person: Person, { actions }: MessageJson, label: string, chosen: string[] = []) => {
  const action = actions.find((one) => one.label === label)
  assert.ok(action && 'token' in action)
  return house.chat.act(person.personId, action.token, ENGLISH, chosen)
}

test('a card payment is one quiet line with one tap to say that it was not theirs', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [
    { descriptor: 'corner kiosk', amount: money(-350, 'GBP'), city: 'Leeds', country: 'GB' },
  ])
  await tell()
  await tell()
  const [line, ...others] = await linesOf(person)
  assert.equal(others.length, 0)
  assert.match(
    line!.text,
    /^£3\.50 at .*kiosk.* \(Leeds, United Kingdom\), today at 14:05, Chase card ending 5770\.$/i,
  )
  assert.deepEqual(
    line!.actions.map(({ label }) => label),
    ['Not me', 'Fewer of these'],
  )
  const said = await press(person, line!, 'Not me')
  assert.match(said[1]!.text, /Understood: this was not you.*\n.*I opened dispute/s)
  assert.equal(house.desk.orders('block').length, 1)
})

test('who says stop and later wants to hear again is told what is paid from then on', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await stop(house.sql.rooms, person.personId, house.clock.now())
  await receive(person, [{ descriptor: 'corner kiosk', amount: money(-350, 'GBP') }])
  await tell()
  await startAgain(house.sql.rooms, person.personId)
  await tell()
  assert.deepEqual(await linesOf(person), [])
  await receive(person, [{ descriptor: 'high street bakery', amount: money(-420, 'GBP') }])
  await tell()
  assert.match((await linesOf(person)).map(({ text }) => text).join(' / '), /^£4\.20 at [^/]*$/)
})

test('what was told is forgotten after four days, though payments pour in', async () => {
  house.clock.advance(30 * DAY)
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const told = async () =>
    (await house.sql.rooms.query(`select from channels.line_told where person_id = $1`, [person.personId]))
      .length
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await tell()
  assert.equal(await told(), 1)
  house.clock.advance(5 * DAY)
  // So many are due, and each look takes so long, that the round gives way.
  for (let n = 0; n < 8; n++)
    await receive(await house.amina(['fraud-alerts', 'account-view']), [{ descriptor: 'corner kiosk' }])
  house.flood.pours = true
  house.flood.takesMs = 250
  await tell()
  assert.equal(await told(), 0)
  house.flood.pours = false
  await tell()
})

test('while payments pour in a round of lines is short, and those that came first have their turn first', async () => {
  const people: Person[] = []
  for (let n = 0; n < 20; n++) {
    house.clock.advance(1)
    people.push(await house.amina(['fraud-alerts', 'account-view']))
    await receive(people.at(-1)!, [{ descriptor: 'corner kiosk', amount: money(-350, 'GBP') }])
  }
  // Each look at the flood takes a while.
  house.flood.pours = true
  house.flood.takesMs = 110
  const told = async () => {
    const lines = []
    for (const person of people) lines.push((await linesOf(person)).length)
    return lines.join('')
  }
  await tell()
  assert.equal(await told(), '1'.repeat(4) + '0'.repeat(16))
  for (let round = 2; round <= 5; round++) await tell()
  assert.equal(await told(), '1'.repeat(20))
})

test('a line is begun when the payments that are being taken have been', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [{ descriptor: 'corner kiosk', amount: money(-350, 'GBP') }])
  const { promise, resolve } = Promise.withResolvers<void>()
  house.flood.taken = promise
  const telling = tell()
  await new Promise((next) => setTimeout(next, 100))
  assert.equal((await linesOf(person)).length, 0)
  resolve()
  await telling
  assert.equal((await linesOf(person)).length, 1)
})

test('what another process is telling is left to it', async () => {
  const people = [
    await house.amina(['fraud-alerts', 'account-view']),
    await house.amina(['fraud-alerts', 'account-view']),
  ]
  for (const person of people) await receive(person, [{ descriptor: 'corner kiosk' }])
  const told = async () => Promise.all(people.map(async (person) => (await linesOf(person)).length))
  await house.sql.rooms.transaction(async (other) => {
    await other.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`lines/${people[0]!.linkId}`])
    await tell()
    assert.deepEqual(await told(), [0, 1])
  })
  await tell()
  assert.deepEqual(await told(), [1, 1])
})

test('one whose lines cannot be told does not hold up the others, and is tried again later', async () => {
  const people = [
    await house.amina(['fraud-alerts', 'account-view']),
    await house.amina(['fraud-alerts', 'account-view']),
    await house.amina(['fraud-alerts', 'account-view']),
  ]
  for (const person of people) await receive(person, [{ descriptor: 'corner kiosk' }])
  const [, damaged] = people
  const owner = createSql({ url: house.database.url, connectionsMax: 1, application: 'test' })
  const spoil = `update vault.chunk set sealed = overlay(sealed placing set_byte(substring(sealed from 20 for 1), 0,
    255 - get_byte(sealed, 19)) from 20 for 1) where link_id = $1 and kind = 'transaction'`
  await owner.query(spoil, [damaged!.linkId])
  const faults: unknown[] = []
  await house.chat.tellLines((error) => faults.push(error))
  assert.equal(faults.length, 1)
  const told = async () => Promise.all(people.map(async (person) => (await linesOf(person)).length))
  assert.deepEqual(await told(), [1, 0, 1])
  await owner.query(spoil, [damaged!.linkId])
  await owner.end()
  house.clock.advance(MINUTE)
  await tell()
  assert.deepEqual(await told(), [1, 1, 1])
})

test('payments that come together are one list, and the ticked ones are reported together', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(
    person,
    ['north bikes', 'bella flowers', 'corner kiosk'].map((descriptor) => ({
      descriptor,
      amount: money(-900, 'GBP'),
    })),
  )
  await tell()
  const [list] = await linesOf(person)
  assert.equal(list!.text, '3 payments at Chase.')
  assert.ok(list!.show?.type === 'transactions')
  const ids = list!.show.rows.map(({ id }) => id)
  const said = await press(person, list!, 'The ticked ones were not me', ids.slice(0, 2))
  assert.match(said[1]!.text, /this was not you/)
  const kept = await house.caseOf(person)
  assert.deepEqual([kept!.transactionId, ...kept!.attachedTransactionIds!].sort(), ids.slice(0, 2).sort())
  assert.equal(house.desk.orders('block').length, 1)
})

test('ticked payments of two cards are two cases: each card is blocked, and each dispute goes to the bank', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [
    { descriptor: 'north bikes', cardNumberDisplay: '5770' },
    { descriptor: 'bella flowers', cardNumberDisplay: '8812' },
    { descriptor: 'corner kiosk', cardNumberDisplay: '8812' },
  ])
  await tell()
  const [list] = await linesOf(person)
  assert.ok(list!.show?.type === 'transactions')
  assert.deepEqual(
    list!.show.rows.map(({ card }) => card),
    ['5770', '8812', '8812'],
    'each says which card paid',
  )
  const ids = list!.show.rows.map(({ id }) => id)
  const said = await press(person, list!, 'The ticked ones were not me', ids)
  const opened = said.filter(({ text }) => /this was not you/.test(text))
  assert.equal(opened.length, 2, 'one message for each card')
  for (const { actions } of opened) assert.ok(actions.some(({ label }) => label === 'It was me after all'))
  assert.deepEqual(
    house.desk.orders('block').map(({ cardNumberDisplay }) => cardNumberDisplay),
    ['5770', '8812'],
  )
  house.clock.advance(31 * MINUTE)
  await carryOutAll(person)
  assert.deepEqual(
    house.desk.orders('dispute').map(({ payments }) => payments.length),
    [1, 2],
  )
})

/** Somebody who pays a few services every month, with the latest of them told in one list. */
async function subscriber(services: readonly string[], others: Partial<Transaction>[] = []) {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const monthly = { amount: money(-999, 'GBP'), mcc: null, entryMode: 'online' } as const
  await house.keepPayments(
    person,
    services.flatMap((descriptor) =>
      [91, 61, 30].map((daysAgo) =>
        payment({
          ...monthly,
          descriptor,
          id: `${descriptor}-${daysAgo}-${person.linkId}`,
          at: NOW - daysAgo * 24 * HOUR,
        }),
      ),
    ),
  )
  await receive(person, [...services.map((descriptor) => ({ ...monthly, descriptor })), ...others])
  await tell()
  const [list] = await linesOf(person)
  assert.ok(list!.show?.type === 'transactions')
  return { person, list: list!, ids: list!.show.rows.map(({ id }) => id) }
}

test('several ticked payments that look like subscriptions are asked about once more, in one kind question', async () => {
  const { person, list, ids } = await subscriber(['streamvault.com', 'tunesbay.com'])
  const [, asked, ...others] = await press(person, list, 'The ticked ones were not me', ids)
  assert.deepEqual(others, [])
  assert.match(
    asked!.text,
    /^One question first.*\n• .*every month since August 2026\.\n• .*every month since August 2026\./,
  )
  assert.equal(house.desk.orders('block').length, 0)
  const french = (await house.all(person.personId, 'fr')).at(-1)!
  assert.match(french.text, /Une question d’abord.*\n• .*chaque mois depuis août 2026/)

  assert.ok(asked!.show?.type === 'transactions')
  assert.equal(asked!.show.rows.length, 2)
  const said = await press(person, asked!, 'The ticked ones were not me', ids.slice(0, 1))
  assert.match(said[1]!.text, /this was not you/)
  assert.equal(house.desk.orders('block').length, 1)
  const kept = await house.caseOf(person)
  assert.deepEqual([kept!.transactionId, ...(kept!.attachedTransactionIds ?? [])], ids.slice(0, 1))
})

test('of ticked payments of two cards, only what may be forgotten is asked about once more', async () => {
  const { person, list, ids } = await subscriber(
    ['streamvault.com'],
    [{ descriptor: 'north bikes', cardNumberDisplay: '8812' }],
  )
  const said = await press(person, list, 'The ticked ones were not me', ids)
  assert.match(said[1]!.text, /this was not you/)
  assert.match(said[2]!.text, /One question first: you have paid .* every month/)
  assert.deepEqual(
    house.desk.orders('block').map(({ cardNumberDisplay }) => cardNumberDisplay),
    ['8812'],
  )
  const still = await press(person, said[2]!, 'Still not me: block my card')
  assert.match(still[1]!.text, /this was not you/)
  assert.equal(house.desk.orders('block').length, 2)
})

test('a doubted payment that was asked about is theirs once they say so', async () => {
  const { person, list, ids } = await subscriber(['streamvault.com', 'tunesbay.com'])
  const [asked] = ids as [string]
  await house.raiseCase(person, { transactionId: asked })
  const said = await press(person, list, 'The ticked ones were not me', [asked])
  assert.match(said[1]!.text, /One question first/)
  await press(person, said[1]!, 'It was me after all')
  assert.equal((await house.caseOf(person))!.state, 'was-me')
  assert.equal(house.desk.orders('block').length, 0)
})

test('“they were all me” answers every open question of the list, and nobody is asked again', async () => {
  const { person, list, ids } = await subscriber(
    ['streamvault.com', 'tunesbay.com'],
    [
      {
        descriptor: 'streamvault.com',
        id: 'on-the-other-card',
        cardNumberDisplay: '8812',
        amount: money(-999, 'GBP'),
      },
    ],
  )
  const asked = ids.filter((id) => id !== `tunesbay.com-${person.linkId}`)
  assert.equal(asked.length, 2)
  for (const transactionId of asked)
    await house.raiseCase(person, { id: `case-${transactionId}`, transactionId })
  const [, doubts] = await press(person, list, 'The ticked ones were not me', ids)
  assert.match(doubts!.text, /^One question first/)

  const [, ...said] = await press(person, doubts!, 'They were all me')
  assert.equal(said.length, 2)
  for (const { text, actions } of said) {
    assert.match(text, /noted as yours/)
    assert.ok(actions.some(({ label }) => label === 'No, it was not me after all'))
  }
  assert.deepEqual(
    (await house.casesOf(person)).map(({ state }) => state),
    ['was-me', 'was-me'],
  )
  assert.equal(house.desk.orders('block').length, 0)

  house.clock.advance(15 * MINUTE)
  const before = (await house.all(person.personId)).length
  for (const transactionId of asked)
    await house.chat.tellCaseAgain({ ...person, caseId: `case-${transactionId}` })
  assert.equal((await house.all(person.personId)).length, before)
})

test('“they were all me” of payments that nobody asked about changes nothing', async () => {
  const { person, list, ids } = await subscriber(['streamvault.com', 'tunesbay.com'])
  const [, doubts] = await press(person, list, 'The ticked ones were not me', ids)
  const [, said, ...others] = await press(person, doubts!, 'They were all me')
  assert.match(said!.text, /nothing is changed/)
  assert.deepEqual(others, [])
  assert.deepEqual(await house.casesOf(person), [])
})

test('beside a fraud on the same card nothing is doubted, in whatever order the payments are ticked', async () => {
  const { person, list, ids } = await subscriber(
    ['streamvault.com'],
    [{ descriptor: 'north bikes', at: NOW - MINUTE }],
  )
  const said = await press(person, list, 'The ticked ones were not me', ids.toReversed())
  assert.equal(said.length, 3)
  assert.match(said[1]!.text, /this was not you/)
  assert.match(said[2]!.text, /blocked at Chase/)
  const kept = await house.caseOf(person)
  assert.equal([kept!.transactionId, ...kept!.attachedTransactionIds!].length, 2)
})

test('what comes later has a line of its own, and nothing is told twice', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await tell()
  house.clock.advance(MINUTE)
  await receive(person, [{ descriptor: 'bella flowers' }])
  await Promise.all([tell(), tell()])
  const lines = await linesOf(person)
  assert.equal(lines.length, 2)
  assert.match(lines[1]!.text, /flowers/i)
})

test('a payment that is asked about has no line beside the question', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await house.raiseCase(person, { transactionId: `corner kiosk-${person.linkId}` })
  await tell()
  assert.deepEqual(await linesOf(person), [])
})

test('who withdrew fraud alerts is told nothing, and is not looked at again', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await house.vault.withdraw(person.personId, person.grants[0]!.id)
  await tell()
  assert.deepEqual(await linesOf(person), [])
  const due = await house.sql.rooms.query(`select 1 from intake.line_due where link_id = $1`, [person.linkId])
  assert.equal(due.length, 0)
})

test('in quiet hours nothing is said, and afterwards all of it, once', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  await house.chat.chooseLines(
    person.personId,
    {
      linkId: person.linkId,
      cardNumberDisplay: null,
      lines: 'all',
      above: null,
      quiet: { from: 14 * 60, to: 15 * 60 },
    },
    ENGLISH,
  )
  house.clock.advance(MINUTE)
  await receive(person, [{ descriptor: 'corner kiosk' }, { descriptor: 'bella flowers' }])
  await tell()
  assert.deepEqual(await linesOf(person), [])
  house.clock.advance(HOUR)
  await tell()
  assert.equal((await linesOf(person))[0]!.text, '2 payments at Chase.')
})

test('who changes or ends their quiet hours still hears of what waited, and then at once', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  const which = { linkId, cardNumberDisplay: null, lines: 'all', above: null } as const
  await house.chat.chooseLines(personId, { ...which, quiet: { from: 14 * 60, to: 18 * 60 } }, ENGLISH)
  house.clock.advance(MINUTE)
  await receive(person, [{ descriptor: 'corner kiosk' }])
  await tell()
  house.clock.advance(MINUTE)
  await house.chat.chooseLines(personId, { ...which, quiet: { from: 14 * 60, to: 15 * 60 } }, ENGLISH)
  await tell()
  assert.deepEqual(await linesOf(person), [])
  await house.chat.chooseLines(personId, { ...which, quiet: null }, ENGLISH)
  await tell()
  assert.match((await linesOf(person))[0]!.text, /kiosk/i)
})

test('who changes which payments they want during quiet hours hears of what waited by what they had chosen when it came', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  const which = { linkId, cardNumberDisplay: null, quiet: { from: 14 * 60, to: 15 * 60 } } as const
  const above = { amountMinor: 5_000, currency: 'GBP' }
  await house.chat.chooseLines(personId, { ...which, lines: 'above', above }, ENGLISH)
  house.clock.advance(MINUTE)
  await receive(person, [
    { descriptor: 'corner kiosk', amount: money(-400, 'GBP') },
    { descriptor: 'sofa house', amount: money(-40_000, 'GBP') },
  ])
  await tell()
  for (const lines of ['all', 'suspicious'] as const) {
    house.clock.advance(MINUTE)
    await house.chat.chooseLines(personId, { ...which, lines, above: null }, ENGLISH)
  }
  house.clock.advance(MINUTE)
  await receive(person, [{ descriptor: 'north bikes', amount: money(-60_000, 'GBP') }])
  house.clock.advance(HOUR)
  await tell()
  assert.deepEqual(
    (await linesOf(person)).map(({ text }) => /sofa/i.test(text)),
    [true],
  )
})

test('a card’s own quiet hours hold back its lines alone, and what comes meanwhile is told at once', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  const quiet = { from: 14 * 60, to: 15 * 60 }
  const own = { linkId, cardNumberDisplay: '8812', lines: 'as-others', above: null, quiet } as const
  await house.chat.chooseLines(personId, own, ENGLISH)
  house.clock.advance(MINUTE)
  await receive(person, [{ descriptor: 'corner kiosk', cardNumberDisplay: '8812' }])
  await tell()
  assert.deepEqual(await linesOf(person), [])
  await receive(person, [{ descriptor: 'bella flowers' }])
  await tell()
  assert.deepEqual(
    (await linesOf(person)).map(({ text }) => /flowers/i.test(text)),
    [true],
  )
  house.clock.advance(HOUR)
  await tell()
  const lines = await linesOf(person)
  assert.equal(lines.length, 2)
  assert.match(lines[1]!.text, /kiosk/i)
})

test('an amount is asked for in the currency of the card’s own account, whichever account came first', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  await house.vault.open(
    { personId, purpose: 'fraud-alerts', actor: CHAT, what: 'keep-history', linkIds: [linkId] },
    async (loan) => {
      const [link] = await house.people.linksById(house.sql.rooms, [linkId])
      const id = await house.people.accountId(loan.tx, link!, 'bank-account-2')
      await loan.keep(
        'account',
        (await loan.accounts()).map(([first]) => [
          { ...first!, id, bankAccountId: 'bank-account-2', name: 'Euro', currency: currency('EUR') },
        ]),
      )
      await loan.keep('transaction', [
        payment({
          id: `bistro-${linkId}`,
          accountId: id,
          cardNumberDisplay: '8812',
          amount: money(-900, 'EUR'),
        }),
      ])
    },
  )
  const [shown] = await house.chat.lines(personId)
  assert.deepEqual(
    Object.fromEntries(shown!.cards.map((card) => [card.cardNumberDisplay, card.currencies])),
    { 5770: ['GBP'], 8812: ['EUR'] },
  )
  assert.deepEqual(shown!.currencies.toSorted(), ['EUR', 'GBP'])
})

test('what a person chose is shown, and is what counts from then on', async () => {
  const person = await house.amina(['fraud-alerts', 'account-view'])
  const { personId, linkId } = person
  const [before] = await house.chat.lines(personId)
  assert.equal(before!.bank, 'Chase')
  assert.deepEqual(before!.cards, [{ cardNumberDisplay: '5770', currencies: ['GBP'] }])
  assert.deepEqual(before!.choices, [])
  const above = { amountMinor: 5_000, currency: 'GBP' }
  await house.chat.chooseLines(
    personId,
    { linkId, cardNumberDisplay: null, lines: 'above', above, quiet: null },
    ENGLISH,
  )
  const [after] = await house.chat.lines(personId)
  assert.deepEqual(after!.choices, [{ cardNumberDisplay: null, lines: 'above', above, quiet: null }])
  house.clock.advance(MINUTE)
  await receive(person, [
    { descriptor: 'corner kiosk', amount: money(-4_999, 'GBP') },
    { descriptor: 'sofa house', amount: money(-5_000, 'GBP') },
  ])
  await tell()
  const lines = await linesOf(person)
  assert.equal(lines.length, 1)
  assert.match(lines[0]!.text, /sofa/i)
})
