import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { NOTICES } from '#conversation'
import { whyNoHomeserver } from './homeserver.ts'
import { openMatrixHouse } from './rooms.ts'

const skip = whyNoHomeserver()
let house: Awaited<ReturnType<typeof openMatrixHouse>>
before(async () => {
  if (!skip) house = await openMatrixHouse()
})
after(async () => await house?.close())

test('a chat is linked by the code typed there, and a question is answered by a sealed link', {
  skip,
}, async () => {
  await house.isUp()
  const { personId } = await house.amina(['account-view'])
  const amina = await house.person('amina')
  const { code, url, contact } = await house.messengers.begin(personId, 'matrix')
  assert.equal(url, null)
  assert.equal(contact?.name, '@guichet:guichet.test')
  const room = await amina.openRoom(contact!.name)
  await amina.write(room, code)
  const said = async () => await amina.readFrom(room, contact!.name)
  const digits = await house.becomes(async () => /(\d\d)$/.exec((await said()).at(-1)?.body ?? '')?.[1])
  const linked = await house.messengers.confirm(personId, digits)
  assert.equal(linked.addresses[0]!.messenger, 'matrix')
  await house.becomes(async () => (await said()).some(({ body }) => body === NOTICES['linked-private'].en))
  await amina.write(room, 'what is my balance?')
  const answer = await house.becomes(async () => (await said()).find(({ body }) => body.includes('/o/')))
  assert.ok(answer.wasEncrypted)
  assert.match(answer.body, /^Your answer is ready\.\nhttps:\/\/guichet\.example\/o\/[\w-]+$/)
  assert.deepEqual(house.errors, [])
  assert.deepEqual(house.faults, [])
})

/** Somebody whose Matrix room is linked. */
async function linked(name: string, locale: 'en' | 'fr' = 'en') {
  await house.isUp()
  const person = await house.amina(['account-view', 'fraud-alerts'])
  await house.people.setLocale(house.sql.rooms, person.personId, locale, 'Europe/Paris')
  const own = await house.person(name)
  const room = await own.openRoom(house.bot.userId)
  const { code } = await house.messengers.begin(person.personId, 'matrix')
  await own.write(room, code)
  const said = async () => await own.readFrom(room, house.bot.userId)
  const digits = await house.becomes(async () => /(\d\d)$/.exec((await said()).at(-1)?.body ?? '')?.[1])
  const { addresses } = await house.messengers.confirm(person.personId, digits)
  /** Asks, and gives what is answered. */
  const asks = async (words: string) => {
    const before = (await said()).length
    await own.write(room, words)
    return await house.becomes(async () =>
      (await said()).slice(before).find(({ body }) => body !== NOTICES['linked-private'][locale]),
    )
  }
  return { ...person, own, room, said, asks, addressId: addresses[0]!.id }
}

/** Both sides compare pictures, and find them the same. */
async function compares({ own, personId, addressId }: Awaited<ReturnType<typeof linked>>): Promise<void> {
  await own.makeIdentity()
  const shown = own.compares()
  await house.messengers.verify(personId, addressId)
  const verification = async () => (await house.messengers.describe(personId)).addresses[0]!.verification!
  const { pictures } = await house.becomes(async () => {
    const now = await verification()
    return now.state === 'comparing' && now
  })
  assert.equal(pictures.length, 7)
  assert.equal((await shown).length, 7)
  await house.messengers.concludeVerification(personId, addressId, true)
  await house.becomes(async () => (await verification()).state === 'done')
}

test('figures stand in the room once its person compared pictures, and no longer once somebody else is invited or a device is not vouched for', {
  skip,
}, async () => {
  const bruno = await linked('bruno')
  assert.match((await bruno.asks('what is my balance?')).body, /\/o\//, 'sealed before')
  await compares(bruno)

  house.left.length = 0
  const answer = await bruno.asks('what is my balance?')
  assert.match(answer.body, /1,234\.56/)
  assert.ok(answer.wasEncrypted)
  for (const { body } of house.left) assert.doesNotMatch(body, /1,234\.56|Everyday/)

  const device = await house.homeserver.logIn(bruno.own)
  const unvouched = await house.person('bruno', device)
  assert.match((await bruno.asks('what is my balance?')).body, /\/o\//, 'sealed by a new device')
  await unvouched.client.logout(true)
  assert.match((await bruno.asks('what is my balance?')).body, /1,234\.56/)

  await house.begins(await house.homeserver.logIn(house.bot))
  const again = await bruno.asks('what is my balance?')
  assert.match(
    again.body,
    /1,234\.56/,
    'another login of ours is the same one that pictures were compared with',
  )

  const claire = await house.homeserver.register('claire')
  await bruno.own.client.invite(bruno.room, claire.userId)
  assert.match((await bruno.asks('what is my balance?')).body, /\/o\//, 'sealed by an invitation')
  assert.deepEqual(house.errors, [])
  assert.deepEqual(house.faults, [])
})

test('in French all of it is French: two digits, answers with their figures, a warning and what it offers', {
  skip,
}, async () => {
  const claire = await linked('claire-fr', 'fr')
  const texts = async () => (await claire.said()).map(({ body }) => body)
  assert.match((await texts())[0]!, new RegExp(`^${NOTICES.match.fr} \\d\\d$`))
  assert.match((await claire.asks('quel est mon solde ?')).body, /^Votre réponse est prête\.\nhttps:/)
  await compares(claire)
  const answer = await claire.asks('quel est mon solde ?')
  assert.match(answer.body, /1[\s\u202f\u00a0]234,56/)
  assert.ok(answer.wasEncrypted)

  const before = (await texts()).length
  await house.chat.tellCase({ ...claire, caseId: await house.raiseCase(claire) })
  const warning = await house.becomes(async () => (await claire.said())[before])
  const choices = `${NOTICES['choose-by'].fr}\n1. ${NOTICES['block-card'].fr}`
  assert.ok(warning.body.endsWith(choices), warning.body)
  assert.ok(warning.wasEncrypted)
  const blocked = await claire.asks('bloquer ma carte')
  assert.doesNotMatch(`${warning.body} ${blocked.body}`, /\b(your|card|was it you)\b/i)
  assert.equal(house.desk.orders('block').length, 1)
  assert.deepEqual(house.errors, [])
})

test('after a sudden end another process reads what was written meanwhile, answers once, and can be read', {
  skip,
}, async () => {
  const david = await linked('david')
  await david.asks('what is my balance?')
  await house.dies()
  house.errors.length = 0
  await david.own.write(david.room, 'what is my balance?')
  const before = (await david.said()).length
  await house.begins()
  const answer = await house.becomes(async () => (await david.said()).slice(before)[0])
  assert.match(answer.body, /\/o\//)
  assert.ok(answer.wasEncrypted)
  const own = (await house.all(david.personId)).filter(({ from }) => from === 'person')
  assert.equal(own.length, 2)
  // No index of a key was used for two messages: the library of the other side would have refused the second.
  assert.match((await david.asks('what is my balance?')).body, /\/o\//)
  assert.deepEqual(house.errors, [])
})
