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
  await house.becomes(async () => (await said()).some(({ body }) => body === NOTICES.linked.en))
  await amina.write(room, 'what is my balance?')
  const answer = await house.becomes(async () => (await said()).find(({ body }) => body.includes('/o/')))
  assert.ok(answer.wasEncrypted)
  assert.match(answer.body, /^Your answer is ready\.\nhttps:\/\/guichet\.example\/o\/[\w-]+$/)
  assert.deepEqual(house.errors, [])
  assert.deepEqual(house.faults, [])
})
