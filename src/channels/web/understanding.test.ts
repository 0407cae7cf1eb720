import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { money } from '#kit'
import { payment } from '../../../tests/fixtures/rooms.ts'
import { ENGLISH, FRENCH, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
after(() => house.close())

test('two questions in one message are answered one after the other, and what follows goes on from the last', async () => {
  const { personId } = await house.amina(['account-view', 'spending-insights'])
  const said = await house.chat.hear(personId, 'my balance and what I spent at Tesco in October', ENGLISH)
  assert.deepEqual(
    said.map(({ from }) => from),
    ['person', 'guichet', 'guichet'],
  )
  assert.match(said[1]!.text, /^You have £1,234\.56/)
  assert.match(said[2]!.text, /^You spent £42\.00 at Tesco in October 2026/)
  const [, next] = await house.chat.hear(personId, 'no, I meant in September', ENGLISH)
  assert.match(next!.text, /Tesco.*September 2026/)
})

test('a shop that the person really has is found however its name slipped', async () => {
  const { personId } = await house.amina(['spending-insights'])
  for (const shop of ['tsco', 'Tescoo', 'TECSO']) {
    const [, answer] = await house.chat.hear(personId, `what did I spend at ${shop} in October`, ENGLISH)
    assert.match(answer!.text, /^You spent £42\.00 at Tesco in October 2026/, shop)
  }
})

test('payments are listed by what they are of, each bound as it was said', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, dear] = await house.chat.hear(personId, 'payments over £42', ENGLISH)
  assert.match(dear!.text, /^The one payment of more than £42\.00\./)
  assert.ok(dear!.show?.type === 'transactions')
  assert.deepEqual(
    dear!.show.rows.map(({ amount }) => amount.amountMinor),
    [-77_777],
  )
  for (const [words, answer] of [
    ['payments of £42 or more', /^All 2 payments of at least £42\.00/],
    ['payments under £42', /^I found no payment of less than £42\.00 in/],
    ['payments up to £42', /^The one payment of at most £42\.00/],
    ['payments between £40 and £50', /^The one payment of £40\.00 to £50\.00/],
    ['payments over 42 euros', /^I found no payment of more than €42\.00 in/],
  ] as const)
    assert.match((await house.chat.hear(personId, words, ENGLISH))[1]!.text, answer, words)
})

test('the biggest payment is named with its day and shop, in both languages, and none is said to be none', async () => {
  const person = await house.amina(['account-view', 'fraud-alerts'])
  await house.keepPayments(person, [
    payment({
      id: `hotel-${person.linkId}`,
      at: Date.UTC(2026, 9, 3, 9),
      amount: money(-90_000, 'EUR'),
      descriptor: 'HOTEL LUTETIA',
    }),
  ])
  const hears = async (text: string, reader: typeof ENGLISH | typeof FRENCH) =>
    (await house.chat.hear(person.personId, text, reader))[1]!
  const ever = await hears('what’s my biggest payment?', ENGLISH)
  assert.match(ever.text, /^Your biggest payment: £777\.77 to .*, today at 14:04\./)
  assert.match(ever.text, /in other currencies, counted apart: €900\.00 to .*, on 3 October at 10:00\./)
  assert.match(ever.text, /1 is pending/)
  assert.ok(ever.show?.type === 'transactions')
  assert.deepEqual(
    ever.show.rows.map(({ amount }) => amount.amountMinor),
    [-77_777, -90_000],
  )
  const there = await hears('mon plus gros achat chez Tesco', FRENCH)
  assert.match(
    there.text,
    /^Votre plus gros paiement chez Tesco\s: 42,00\s£ payés à Tesco, le 12 octobre à 02:00\./,
  )
  const none = await hears('my biggest payment at Tesco this month', ENGLISH)
  assert.match(none.text, /^I found no payment at Tesco in November 2026/)
  const several = await hears('mes 3 plus grosses dépenses', FRENCH)
  assert.match(several.text, /^Les 2 paiements, les plus gros d’abord\./)
})

test('the biggest payment rests on the consent to see one’s accounts', async () => {
  const { personId } = await house.amina(['spending-insights'])
  const [, refused] = await house.chat.hear(personId, 'my biggest payment', ENGLISH)
  assert.match(refused!.text, /you have not allowed “See my accounts”/)
})

test('what is not done here is answered in the person’s language, with a way on where there is one', async () => {
  const { personId } = await house.amina(['account-view'])
  const [, transfer] = await house.chat.hear(personId, 'please transfer £50 to Bruno', ENGLISH)
  assert.match(transfer!.text, /^I do not move money/)
  const [, loan] = await house.chat.hear(personId, 'je voudrais un crédit immobilier', FRENCH)
  assert.match(loan!.text, /^Je n’accorde ni ne propose de crédit/)
  const [, unblock] = await house.chat.hear(personId, 'how can I unblock my card', ENGLISH)
  assert.deepEqual(
    unblock!.actions.map((action) => 'href' in action && action.href),
    ['/cards'],
  )
})

test('words that only sound like a card to block order nothing: a button is there to do it', async () => {
  const { personId } = await house.amina(['fraud-alerts'])
  const [, answer] = await house.chat.hear(personId, 'please put my account on hold', ENGLISH)
  assert.ok(answer!.actions.some(({ label }) => /^Block the card/.test(label)))
  assert.deepEqual(house.desk.orders('block'), [])
})
