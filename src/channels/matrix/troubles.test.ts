import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { NOTICES } from '#conversation'
import { DAY, HOUR, MINUTE, SECOND } from '#kit'
import type { Trouble } from '../../../sim/messengers/matrix/homeserver.ts'
import { openMatrixTroubles } from './matrix.fixture.ts'

let house: Awaited<ReturnType<typeof openMatrixTroubles>>
before(async () => {
  house = await openMatrixTroubles()
})
afterEach(() => {
  house.homeserver.makes()
  house.telegram.sent.length = 0
  house.matrixOperator.length = 0
  house.operator.length = 0
})
after(async () => await house?.close())

const SEALED = /^Your answer is ready\.\nhttps:\/\/guichet\.example\/o\/[\w-]{32}$/
const isSending = (method: string, path: string) => method === 'PUT' && path.includes('/send/')
const warn = async (person: { personId: string; linkId: string }) =>
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })

test('a room that is not encrypted works, sealed, and says what an automatic assistant does there', async () => {
  const amina = await house.linked('@amina:bank.example')
  assert.equal(amina.said().at(-1), NOTICES['linked-private'].en)
  amina.writes('what is my balance?')
  const answer = await house.becomes(() => amina.said()[2])
  assert.match(answer, SEALED)
  assert.deepEqual(house.errors, [])
})

test('somebody whose homeserver is not one that the operator trusts is answered sealed, and is offered no pictures to compare', async () => {
  const bruno = await house.linked('@bruno:elsewhere.example')
  assert.equal(bruno.said().at(-1), NOTICES.linked.en, 'never here, which is true')
  assert.equal(bruno.address.verification?.state, 'never')
  await assert.rejects(house.messengers.verify(bruno.personId, bruno.address.id), { code: 'not-found' })
  bruno.writes('what is my balance?')
  assert.match(await house.becomes(() => bruno.said()[2]), SEALED)
})

test('French is spoken in a room whose person reads French', async () => {
  const claire = await house.linked('@claire:bank.example', 'fr')
  assert.match(claire.said()[0]!, /^Pour relier cette conversation, .*\u00a0: \d\d$/)
  assert.equal(claire.said()[1], NOTICES['linked-private'].fr)
  claire.writes('quel est mon solde ?')
  const answer = await house.becomes(() => claire.said()[2])
  assert.match(answer, /^Votre réponse est prête\.\nhttps:\/\/guichet\.example\/o\/[\w-]{32}$/)
})

test('what can be tapped elsewhere is answered by its number or its words, and only while it is the last thing said', async () => {
  const david = await house.linked('@david-3:bank.example')
  david.writes('hello')
  const hello = await house.becomes(() => david.said()[2])
  assert.ok(
    hello.endsWith(
      '\nAnswer with a number or with its words:\n1. My balance\n2. My spending\n3. Talk to somebody',
    ),
    hello,
  )
  david.writes(' 1. ')
  assert.match(await house.becomes(() => david.said()[3]), SEALED)
  const asked = async () =>
    (await house.all(david.personId)).filter(({ from }) => from === 'person').map(({ text }) => text)
  assert.deepEqual(await asked(), ['hello', 'My balance'])
  david.writes('1')
  await house.becomes(() => david.said()[4])
  assert.deepEqual(await asked(), ['hello', 'My balance', '1'])

  await warn(david)
  assert.match(await house.becomes(() => david.said()[5]), /\n1\. Block my card$/)
  david.writes('block my card!')
  assert.match(await house.becomes(() => david.said()[6]), /^The card is being blocked\./)
})

test('in French the number blocks the card as well', async () => {
  const claire = await house.linked('@claire-3:bank.example', 'fr')
  await warn(claire)
  const question = await house.becomes(() => claire.said()[2])
  assert.match(question, /\nRépondez par un numéro ou par ses mots\u00a0:\n1\. Bloquer ma carte$/)
  claire.writes('1')
  assert.match(await house.becomes(() => claire.said()[3]), /^La carte est en cours de blocage\./)
})

const LIMITED: readonly (Trouble & { how: string })[] = [
  { how: 'by the body', status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 60_000 } },
  { how: 'by a header', status: 429, body: {}, headers: { 'retry-after': '60' } },
]
for (const { how, ...trouble } of LIMITED)
  test(`a homeserver that limits how much is said is left alone for as long as it asks, ${how}`, async () => {
    const david = await house.linked(`@david-${how.at(-1)}:bank.example`)
    let asked = 0
    house.homeserver.makes((...call) => {
      if (!isSending(...call)) return null
      asked++
      return trouble
    })
    david.writes('what is my balance?')
    await house.becomes(() => asked === 1)
    await house.passes(50 * SECOND)
    assert.equal(asked, 1)
    house.homeserver.makes()
    await house.passes(20 * SECOND)
    assert.equal(await house.becomes(() => david.said().length), 3)
    assert.match(david.said()[2]!, SEALED)
    assert.deepEqual(house.matrixOperator, [])
  })

test('an answer that the homeserver took, though nobody heard so, stands in the room once', async () => {
  const amina = await house.linked('@amina-2:bank.example')
  let lost = 0
  house.homeserver.makes((...call) => (isSending(...call) && lost++ < 2 ? 'lost' : null))
  amina.writes('what is my balance?')
  await house.becomes(() => lost >= 1)
  for (let minute = 0; minute < 10; minute++) await house.passes(MINUTE)
  assert.equal(lost > 1, true, 'it was tried again')
  assert.equal(amina.said().length, 3)
})

test('a homeserver that is down for a day: nothing is lost, nothing comes twice, and nothing stale comes late', async () => {
  const bruno = await house.linked('@bruno-2:bank.example')
  house.homeserver.makes((...call) => (isSending(...call) ? { status: 502 } : null))
  bruno.writes('what is my balance?')
  await house.becomes(async () =>
    (await house.all(bruno.personId)).some(({ text }) => /1,234\.56/.test(text)),
  )
  house.homeserver.makes(() => 'refused-connection')
  for (let hour = 0; hour < 24; hour++) await house.passes(HOUR)
  assert.equal(bruno.said().length, 2)
  house.homeserver.makes()
  await house.passes(HOUR)
  await house.becomes(() => bruno.said().length > 2)
  await house.passes(DAY)
  assert.match(bruno.said()[2]!, /^A message is waiting for you at Guichet\.\nhttps:/)
  assert.equal(bruno.said().length, 3)
  // What is written then is heard.
  bruno.writes('what is my balance?')
  assert.match(await house.becomes(() => bruno.said()[3]), SEALED)
})

test('a warning does not wait for a homeserver that is down: it goes on to the next chat', async () => {
  const claire = await house.linked('@claire-2:bank.example')
  await house.link(claire.personId, 'telegram', 'claire-tg')
  house.telegram.sent.length = 0
  house.homeserver.makes(() => ({ status: 503 }))
  await warn(claire)
  for (let round = 0; round < 6; round++) await house.passes(20 * SECOND)
  assert.equal(house.telegram.sent.length, 1)
  assert.equal(claire.said().length, 2)
})

test('who left their room is written to there no more: a warning goes to the next chat', async () => {
  const david = await house.linked('@david-2:bank.example')
  await house.link(david.personId, 'telegram', 'david-tg')
  house.telegram.sent.length = 0
  // Gone before we were told.
  house.homeserver.makes((_method, path) => (path.endsWith('/sync') ? { status: 503 } : null))
  david.leaves()
  await warn(david)
  await house.passes(SECOND)
  assert.equal(david.said().length, 2)
  assert.equal(house.telegram.sent.length, 1)
  const { addresses } = await house.messengers.describe(david.personId)
  assert.deepEqual(
    addresses.map(({ messenger, state }) => [messenger, state]),
    [
      ['matrix', 'blocked'],
      ['telegram', 'live'],
    ],
  )
  assert.deepEqual(house.matrixOperator, [])
})

test('a room that we were put out of is closed to us', async () => {
  const amina = await house.linked('@amina-3:bank.example')
  await house.link(amina.personId, 'telegram', 'amina-tg')
  house.telegram.sent.length = 0
  house.homeserver.putsOut(amina.room)
  await warn(amina)
  await house.passes(SECOND)
  assert.equal(house.telegram.sent.length, 1)
})

test('a login that the homeserver ended is told to the operator; what was asked waits for another, and a warning does not', async () => {
  const bruno = await house.linked('@bruno-3:bank.example')
  await house.link(bruno.personId, 'telegram', 'bruno-tg')
  house.telegram.sent.length = 0
  house.homeserver.makes((...call) => (isSending(...call) ? { status: 502 } : null))
  bruno.writes('what is my balance?')
  await house.becomes(async () =>
    (await house.all(bruno.personId)).some(({ text }) => /1,234\.56/.test(text)),
  )
  house.homeserver.endLogins()
  house.homeserver.makes()
  await house.becomes(() => house.matrixOperator.length > 0)
  assert.deepEqual([...new Set(house.matrixOperator)], ['M_UNKNOWN_TOKEN'])
  await house.passes(MINUTE)
  assert.equal(bruno.said().length, 2)

  await warn(bruno)
  await house.passes(SECOND)
  assert.equal(house.telegram.sent.length, 1)

  await house.beginsAgain()
  await house.passes(10 * MINUTE)
  const answer = await house.becomes(() => bruno.said().find((text) => SEALED.test(text)))
  assert.match(answer, SEALED)
  assert.equal(bruno.said().filter((text) => SEALED.test(text)).length, 1)
})

test('a process that gives the keys up has nothing of them in memory any more', async () => {
  await house.linked('@claire-4:bank.example')
  await house.beginsAgain()
  await house.linked('@david-4:bank.example')
  const stores = (await indexedDB.databases()).map(({ name }) => name!.split('::')[0])
  assert.equal(new Set(stores).size, 1, stores.join())
})
