import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { PullState, Refreshed } from '#intake'
import { DAY, HOUR, MINUTE } from '#kit'
import { createConnectionWatch } from '../../connections.ts'
import { ENGLISH, FRENCH, NOW, openChat } from './chat.fixture.ts'

let house: Awaited<ReturnType<typeof openChat>>
before(async () => {
  house = await openChat()
})
after(() => house.close())

type Person = Awaited<ReturnType<typeof house.amina>>
const stateOf = ({ linkId }: Person, over: Partial<PullState> = {}): PullState => ({
  linkId,
  bankId: 'chase',
  pulledAt: NOW - MINUTE,
  nextAt: NOW + 5 * HOUR,
  failingSince: null,
  why: null,
  ...over,
})
const refreshed = (person: Person, over: Partial<Refreshed>): Refreshed => ({
  ...stateOf(person),
  outcome: 'done',
  notBefore: null,
  ...over,
})
const hrefs = (message: { actions: object[] } | undefined) =>
  message!.actions.flatMap((action) => ('href' in action ? [action.href] : []))

test('with the balance stands when it may be updated by itself, and a button that updates it now', async () => {
  const person = await house.amina(['account-view'])
  house.pulling.states = [stateOf(person)]
  const [, answer] = await house.chat.hear(person.personId, 'What’s my balance?', ENGLISH)
  assert.match(
    answer!.text,
    /I may update this by myself again from 19:05; you can refresh it at any time\.$/,
  )
  const button = answer!.actions.find(({ label }) => label === 'Refresh')
  assert.ok(button && 'token' in button)
  house.pulling.refreshed = [refreshed(person, {})]
  const [, ...messages] = await house.chat.act(person.personId, button.token as string, ENGLISH)
  assert.deepEqual(
    messages.map(({ text }) => text.split('\n')[0]),
    ['Refreshed: Chase just answered.', 'You have £1,234.56 on Everyday (Chase, ending 0042), as of 14:04.'],
  )
})

test('whoever has their bank read is there: the bank is told from where, in words or by the button', async () => {
  const person = await house.amina(['account-view'])
  const present = { ipAddress: '203.0.113.7', userAgent: 'Browser/1.0' }
  house.pulling.states = [stateOf(person)]
  house.pulling.present.length = 0
  const reader = { ...ENGLISH, present }
  const [, , balance] = await house.chat.hear(person.personId, 'refresh', reader)
  const button = balance!.actions.find(({ label }) => label === 'Refresh')
  assert.ok(button && 'token' in button)
  await house.chat.act(person.personId, button.token as string, reader)
  assert.deepEqual(house.pulling.present, [present, present])
})

test('who asks in words is told how it went at each bank, in their language', async () => {
  const person = await house.amina(['account-view'])
  const of = (over: Partial<Refreshed>) => refreshed(person, over)
  const cases: [Refreshed, RegExp, RegExp][] = [
    [of({ outcome: 'under-way' }), /^Chase is being read/, /^Chase est en cours de lecture/],
    [
      of({ outcome: 'later', notBefore: NOW + HOUR }),
      /not to be read again before 15:05/,
      /ne pas être relue avant 16:05/,
    ],
    [
      of({ outcome: 'failed', why: 'bank-unreachable' }),
      /could not refresh Chase: it does not answer\. Its figures are as of 14:04\./,
      /actualiser Chase : elle ne répond pas\. Ses chiffres datent de 15:04\./,
    ],
  ]
  for (const [one, english, french] of cases) {
    house.pulling.refreshed = [one]
    assert.match((await house.chat.hear(person.personId, 'refresh', ENGLISH))[1]!.text, english)
    const said = (await house.chat.hear(person.personId, 'actualise', FRENCH))[1]!.text
    assert.match(said.replaceAll(/[\u00a0\u202f]/g, ' '), french)
  }
})

test('whoever asks while their history is still being read is told so, and not that there is nothing', async () => {
  const person = await house.amina(['account-view'])
  const asked = async (reader: typeof ENGLISH | typeof FRENCH) =>
    (await house.chat.hear(person.personId, 'payments at Quokka', reader))[1]!.text.split('\n')[0]!
  house.pulling.states = [stateOf(person, { pulledAt: null })]
  assert.match(await asked(ENGLISH), /^I am still reading your accounts at Chase/)
  assert.match(await asked(FRENCH), /^Je suis encore en train de lire vos comptes chez Chase/)
  for (const over of [{}, { pulledAt: null, failingSince: NOW - HOUR }, { pulledAt: null, nextAt: null }]) {
    house.pulling.states = [stateOf(person, over)]
    assert.doesNotMatch(await asked(ENGLISH), /still reading/)
  }
})

/** The watch over this house's consents, with the broken links that a test says. */
const watch = (broken: Parameters<typeof house.chat.tellConnectionBroken>[0][] = []) =>
  createConnectionWatch({
    sql: house.sql.rooms,
    consents: house.consents,
    pulls: { broken: async () => broken },
    chat: house.chat,
    clock: house.clock,
  })()

test('a bank that cannot be read for a day is named once, with why and of when its figures are', async () => {
  const { personId, linkId } = await house.amina(['account-view'])
  const since = NOW - 2 * DAY
  const broken = { personId, linkId, bankId: 'chase', since, pulledAt: since - HOUR, why: 'bank-refused' }
  await watch([broken])
  await watch([broken])
  const told = (await house.all(personId)).filter(({ text }) => text.includes('not been able to read'))
  assert.equal(told.length, 1)
  assert.match(told[0]!.text, /^I have not been able to read Chase since .*: it refuses to let me read/)
})

test('an access that was ended at the bank is told once, with the way to link it again', async () => {
  const { personId, linkId } = await house.amina(['account-view', 'fraud-alerts'])
  await house.vault.accessEnded(personId, linkId, house.clock.now() + 1)
  await house.chat.tellAccessEnded({ personId, linkId })
  await house.chat.tellAccessEnded({ personId, linkId })
  const told = (await house.all(personId)).filter(({ text }) => text.includes('ended the access'))
  assert.equal(told.length, 1)
  assert.deepEqual(hrefs(told[0]), ['/link?bank=chase'])
  const grants = await house.consents.of(house.sql.rooms, personId)
  assert.deepEqual([...new Set(grants.map(({ state }) => state))], ['revoked'])
})

test('a consent given anew while the old access was found to be over is left alone', async () => {
  const { personId, linkId } = await house.amina(['account-view'])
  await house.vault.accessEnded(personId, linkId, house.clock.now())
  const grants = await house.consents.of(house.sql.rooms, personId)
  assert.deepEqual(
    grants.map(({ state }) => state),
    ['given'],
  )
})

test('people are told seven days before what they allowed ends, and once more on the last day', async () => {
  const { personId } = await house.amina(['account-view', 'spending-insights'])
  const told = async () =>
    (await house.all(personId)).filter(({ text }) => text.startsWith('What you allowed'))
  house.clock.advance(357 * DAY)
  await watch()
  assert.equal((await told()).length, 0)
  house.clock.advance(DAY)
  await watch()
  await watch()
  const [first, ...more] = await told()
  assert.equal(more.length, 0)
  assert.match(first!.text, /ends in 7 days, .*: “See my accounts” and “Understand my spending”/)
  assert.deepEqual(hrefs(first), ['/link?bank=chase'])
  house.clock.advance(6 * DAY)
  await watch()
  await watch()
  assert.match((await told())[1]!.text, /ends within a day/)
  assert.equal((await told()).length, 2)
})

test('renewing gives the same link and the same accounts, and the warning is for the new end', async () => {
  const before = await house.amina(['account-view'])
  const accounts = await house.people.accountIdsOf(house.sql.rooms, [before.linkId])
  const { link, grants } = await house.vault.admit({
    personId: before.personId,
    bankId: 'chase',
    bankName: 'Chase',
    subject: before.subject,
    purposes: ['account-view'],
    connection: {
      accessToken: 'access-2',
      accessTokenExpiresAt: house.clock.now() + HOUR,
      refreshToken: 'refresh-2',
      dpopJwk: {},
      bankConsentId: 'consent-2',
      subject: before.subject,
    },
    act: { locale: 'en', via: 'bank-consent-page' },
  })
  assert.equal(link.id, before.linkId)
  assert.equal(grants[0]!.lineage, before.grants[0]!.lineage)
  assert.deepEqual(await house.people.accountIdsOf(house.sql.rooms, [link.id]), accounts)
  assert.deepEqual(
    (await house.consents.ending(house.sql.rooms, house.clock.now() + 30 * DAY)).filter(
      ({ personId }) => personId === before.personId,
    ),
    [],
  )
})
