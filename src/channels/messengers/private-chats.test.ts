import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { NOTICES } from '#conversation'
import { SECOND } from '#kit'
import type { PrivateDoor, Verification } from './door.ts'
import { openMessengerHouse, scriptedDoor } from './messengers.fixture.ts'
import type { Button } from './written.ts'

/** A messenger that takes whoever is there for verified, as one does once somebody of that name compared pictures with us. */
function trustingDoor() {
  const shown: { to: string; text: string }[] = []
  const state = { verification: { state: 'waiting' } as Verification }
  const door = {
    ...scriptedDoor('matrix'),
    hasButtons: false,
    shown,
    state,
    mayBePrivate: () => true,
    async showPrivately(to, read) {
      const text = await read()
      if (text === null) return null
      shown.push({ to, text })
      return { ok: true, messageId: `shown-${shown.length}` }
    },
    verification: {
      isReady: () => true,
      ask: async () => true,
      advance: async () => state.verification,
      conclude: async (_to, _name, isSame) => {
        state.verification = { state: isSame ? 'done' : 'ended' }
      },
    },
  } satisfies PrivateDoor & Record<string, unknown>
  return door
}

const door = trustingDoor()
let house: Awaited<ReturnType<typeof openMessengerHouse>>
before(async () => {
  house = await openMessengerHouse({ more: () => [door] })
})
after(() => house.close())

const FIGURES = /1,234\.56/

async function links(personId: string, to: string): Promise<string> {
  const { code } = await house.messengers.begin(personId, 'matrix')
  await house.tells('matrix', { kind: 'start', address: to, code, name: null, locale: 'en' })
  await house.passes(SECOND)
  const digits = door.sent.findLast((one) => one.to === to && /\d\d$/.test(one.notice.text))!.notice.text
  const { addresses } = await house.messengers.confirm(personId, digits.slice(-2))
  await house.passes(2 * SECOND)
  return addresses.at(-1)!.id
}

async function compares(personId: string, addressId: string, isSame: boolean): Promise<void> {
  door.state.verification = { state: 'comparing', pictures: [1, 2, 3, 4, 5, 6, 7] }
  await house.messengers.verify(personId, addressId)
  await house.passes(SECOND)
  await house.messengers.concludeVerification(personId, addressId, isSame)
  await house.passes(SECOND)
}

/** Asks for the balance, and says how it is answered. */
async function asks(to: string): Promise<'here' | 'sealed'> {
  const before = door.shown.length
  await house.writes('matrix', to, 'what is my balance?')
  await house.passes(2 * SECOND)
  if (door.shown.length === before) {
    assert.match(door.sent.at(-1)!.notice.link!.href, /\/o\//)
    return 'sealed'
  }
  assert.match(door.shown.at(-1)!.text, FIGURES)
  return 'here'
}

test('answers stand in a chat once its own person compared pictures; for whoever has it next they do not', async () => {
  const bruno = await house.amina(['account-view'])
  const chat = await links(bruno.personId, '@family:bank.example')
  assert.equal(await asks('@family:bank.example'), 'sealed')
  await compares(bruno.personId, chat, true)
  assert.equal(await asks('@family:bank.example'), 'here')

  const claire = await house.amina(['account-view'])
  const hers = await links(claire.personId, '@family:bank.example')
  const { addresses } = await house.messengers.describe(claire.personId)
  assert.equal(addresses[0]!.verification?.state, 'none')
  assert.equal(await asks('@family:bank.example'), 'sealed', 'what her page says is so')
  await compares(claire.personId, hers, true)
  assert.equal(await asks('@family:bank.example'), 'here')
})

test('a chat that was unlinked and is linked again has to be compared again', async () => {
  const david = await house.amina(['account-view'])
  await compares(david.personId, await links(david.personId, '@david:bank.example'), true)
  assert.equal(await asks('@david:bank.example'), 'here')
  const [address] = (await house.messengers.describe(david.personId)).addresses
  await house.messengers.unlink(david.personId, address!.id)
  await links(david.personId, '@david:bank.example')
  assert.equal(await asks('@david:bank.example'), 'sealed')
})

test('who says that the pictures are not the same is answered sealed from then on, whatever was compared before', async () => {
  const amina = await house.amina(['account-view'])
  const chat = await links(amina.personId, '@amina:bank.example')
  await compares(amina.personId, chat, true)
  assert.equal(await asks('@amina:bank.example'), 'here')
  await compares(amina.personId, chat, false)
  assert.equal(await asks('@amina:bank.example'), 'sealed')
})

test('a chat that is unlinked while an answer is read for it is told nothing', async () => {
  const amina = await house.amina(['account-view'])
  const chat = await links(amina.personId, '@amina-2:bank.example')
  await compares(amina.personId, chat, true)
  const own = door.showPrivately
  door.showPrivately = async (to, read) => {
    door.showPrivately = own
    return await own(to, async () => {
      await house.messengers.unlink(amina.personId, chat)
      return await read()
    })
  }
  const before = door.shown.length
  await house.writes('matrix', '@amina-2:bank.example', 'what is my balance?')
  await house.passes(2 * SECOND)
  assert.equal(door.shown.length, before)
})

test('what is chosen by its number is chosen once, however often the number is written', async () => {
  const to = '@david-number:bank.example'
  const david = await house.amina(['account-view', 'fraud-alerts'])
  await links(david.personId, to)
  const own = async () =>
    (await house.all(david.personId)).filter(({ from }) => from === 'person').map(({ text }) => text)
  const said = () => door.sent.filter((one) => one.to === to).map(({ notice }) => notice.text)
  const count = (text: string) => said().filter((one) => one === text).length
  const writes = async (...all: string[]) => {
    const at = house.clock.now()
    for (const [n, words] of all.entries()) await house.writes('matrix', to, words, { at: at + n })
    for (let n = 0; n < 3; n++) await house.passes(2 * SECOND)
  }
  await writes('hello')
  await writes('1', '1', NOTICES['ask-balance'].en)
  // The number is a choice, and counts once. The words are asked as words.
  assert.deepEqual(await own(), ['hello', 'My balance', 'My balance'])
  assert.equal(count(NOTICES['button-used'].en), 1)

  house.desk.done.clear()
  await house.chat.tellCase({ ...david, caseId: await house.raiseCase(david) })
  await house.passes(2 * SECOND)
  await writes('1', '1')
  assert.equal(count(NOTICES['button-used'].en), 1)
  assert.ok(count(NOTICES.blocking.en) >= 1)
  assert.equal(house.desk.orders('block').length, 1)
})

for (const locale of ['en', 'fr'] as const)
  test(`while the choices of a greeting are open, a number answers the warning that came after them (${locale})`, async () => {
    const to = `@claire-${locale}:bank.example`
    const claire = await house.amina(['account-view', 'fraud-alerts'])
    await house.people.setLocale(house.sql.rooms, claire.personId, locale, 'Europe/Paris')
    await compares(claire.personId, await links(claire.personId, to), true)
    await house.writes('matrix', to, locale === 'en' ? 'hello' : 'bonjour')
    await house.passes(2 * SECOND)
    const spelled = (...all: readonly Button[]) =>
      [NOTICES['choose-by'][locale], ...all.map((does, at) => `${at + 1}. ${NOTICES[does][locale]}`)].join(
        '\n',
      )
    const greeting = door.shown.at(-1)!.text
    assert.ok(greeting.endsWith(spelled('ask-balance', 'ask-spending', 'ask-person')), greeting)

    house.desk.done.clear()
    await house.chat.tellCase({ ...claire, caseId: await house.raiseCase(claire) })
    await house.passes(2 * SECOND)
    const warning = door.shown.at(-1)!
    assert.equal(warning.to, to)
    assert.ok(warning.text.endsWith(spelled('block-card')), warning.text)
    assert.match(warning.text, locale === 'en' ? /£|\d\.\d\d/ : /\d,\d\d/, 'the payment itself is read out')

    const shown = door.shown.length
    await house.writes('matrix', to, '1')
    await house.passes(3 * SECOND)
    assert.equal(house.desk.orders('block').length, 1)
    assert.ok(
      !door.shown.slice(shown).some(({ text }) => FIGURES.test(text)),
      'the balance, which was the first of the choices before, is not read out',
    )
    await house.writes('matrix', to, NOTICES['ask-balance'][locale])
    await house.passes(3 * SECOND)
    assert.match(door.shown.at(-1)!.text, /1[.,\s\u202f]234[.,]56/, 'by its words it is')
  })
