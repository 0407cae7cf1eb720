import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import webPush from 'web-push'
import { MINUTE, Private, SECOND } from '#kit'
import { type PushService, startPushService } from '../../../sim/push/push-service.ts'
import { openMessengerHouse } from '../messengers/messengers.fixture.ts'
import { isOfService } from './services.ts'

const vapid = webPush.generateVAPIDKeys()
let service: PushService
let house: Awaited<ReturnType<typeof openMessengerHouse>>
before(async () => {
  service = await startPushService()
  house = await openMessengerHouse({ push: { fetch, services: [service.origin], vapid } })
})
afterEach(() => {
  service.answers(201)
  service.messages.length = 0
  house.operator.length = 0
})
after(async () => {
  await house?.close()
  await service?.stop()
})

const amina = () => house.amina(['account-view', 'fraud-alerts'])
const warn = async (person: { personId: string; linkId: string }) =>
  await house.chat.tellCase({ ...person, caseId: await house.raiseCase(person) })

/** Amina, warned of a payment, with so many browsers that she asked to be warned on. */
async function warned(options: { browsers: number; telegram?: boolean }) {
  const person = await amina()
  const { personId } = person
  if (options.telegram) await house.link(personId, 'telegram', `tg-${personId}`)
  const browsers = Array.from({ length: options.browsers }, () => service.subscribe(vapid.publicKey))
  for (const browser of browsers) await house.messengers.subscribePush(personId, browser)
  house.telegram.sent.length = 0
  await warn(person)
  return { ...person, browsers }
}

test('a warning comes to each browser that asked for it, as one of our sentences and a link to our own page', async () => {
  const { personId } = await warned({ browsers: 2 })
  await house.passes(SECOND)
  assert.equal(service.messages.length, 2)
  const [{ text, bytes, headers } = { text: '', bytes: 0, headers: {} }] = service.messages
  const { receipt, href, ...rest } = JSON.parse(text)
  assert.deepEqual(rest, {
    text: 'Please check a card payment: was it you? If you are not sure, block the card at once; you can undo that on our page.',
    lang: 'en',
  })
  assert.match(href, /^https:\/\/guichet\.example\/o\/[\w-]{32}$/)
  assert.match(receipt, /^[\w-]{43}$/)
  assert.equal(headers.urgency, 'high')
  assert.doesNotMatch(JSON.stringify(headers), new RegExp(personId))
  // Nobody on the way can tell one sentence from another by its length.
  const bruno = await amina()
  await house.messengers.subscribePush(bruno.personId, service.subscribe(vapid.publicKey))
  await house.messengers.setWording(bruno.personId, 'neutral')
  await warn(bruno)
  await house.passes(SECOND)
  const neutral = service.messages.at(-1)!
  assert.equal(JSON.parse(neutral.text).text, 'A message is waiting for you at Guichet.')
  assert.equal(neutral.bytes, bytes)
})

test('what a push service accepted is not delivered: it climbs on, unless the browser says that it was shown', async () => {
  await warned({ browsers: 1, telegram: true })
  await house.passes(SECOND)
  assert.equal(service.messages.length, 1)
  assert.equal(house.telegram.sent.length, 0)
  await house.passes(2 * MINUTE)
  assert.equal(house.telegram.sent.length, 1)

  service.messages.length = 0
  await warned({ browsers: 1, telegram: true })
  await house.passes(SECOND)
  const { receipt } = JSON.parse(service.messages[0]!.text)
  await house.messengers.pushShown(receipt)
  await house.messengers.pushShown(receipt)
  await house.passes(5 * MINUTE)
  assert.equal(house.telegram.sent.length, 0)
  await assert.rejects(house.messengers.pushShown('A'.repeat(43)), { code: 'not-found' })
})

test('a browser that no longer wants to hear is forgotten, and the next way is taken at once', async () => {
  const { personId, browsers } = await warned({ browsers: 1, telegram: true })
  service.unsubscribe(browsers[0]!.endpoint)
  await house.passes(SECOND)
  assert.equal(house.telegram.sent.length, 1)
  assert.deepEqual(await house.messengers.lookPush(personId, browsers[0]!.endpoint), {
    isOn: false,
    renewal: null,
  })
})

test('a push service that is down is tried again, and not for long', async () => {
  service.answers(503)
  await warned({ browsers: 1, telegram: true })
  await house.passes(SECOND)
  service.answers(201)
  await house.passes(10 * SECOND)
  assert.equal(service.messages.length, 1)
  assert.equal(house.telegram.sent.length, 0)

  service.answers(429, '1')
  await warned({ browsers: 1, telegram: true })
  await house.passes(SECOND)
  await house.passes(20 * SECOND)
  await house.passes(20 * SECOND)
  await house.passes(20 * SECOND)
  assert.equal(house.telegram.sent.length, 1)
})

test('keys that a push service does not take are told to the operator', async () => {
  service.answers(403)
  await warned({ browsers: 1, telegram: true })
  await house.passes(SECOND)
  assert.deepEqual(house.operator, ['push 403'])
  assert.equal(house.telegram.sent.length, 1)
})

test('a browser is one person’s: who asks for warnings on it last has them', async () => {
  const [one, bruno] = [await amina(), await amina()]
  const shared = service.subscribe(vapid.publicKey)
  await house.messengers.subscribePush(one.personId, shared)
  await house.messengers.subscribePush(bruno.personId, shared)
  assert.deepEqual(await house.messengers.lookPush(one.personId, shared.endpoint), {
    isOn: false,
    renewal: null,
  })
  assert.deepEqual(await house.messengers.lookPush(bruno.personId, shared.endpoint), {
    isOn: true,
    renewal: null,
  })
  // Nobody turns off what is another's.
  await house.messengers.unsubscribePush(one.personId, shared.endpoint)
  assert.deepEqual(await house.messengers.lookPush(bruno.personId, shared.endpoint), {
    isOn: true,
    renewal: null,
  })
  await house.messengers.unsubscribePush(bruno.personId, shared.endpoint)
  await warn(bruno)
  await house.passes(SECOND)
  assert.equal(service.messages.length, 0)
})

test('where a browser is written to is sealed, and goes with its person', async () => {
  const { personId } = await amina()
  const browser = service.subscribe(vapid.publicKey)
  await house.messengers.subscribePush(personId, browser)
  const rows = () =>
    house.sql.rooms.query<Record<string, unknown>>(
      `select * from channels.push_subscription where person_id = $1`,
      [personId],
    )
  const [row] = await rows()
  const kept = Buffer.concat([row!.endpoint_index, row!.sealed] as Buffer[]).toString('latin1')
  for (const part of [browser.endpoint, new URL(browser.endpoint).host, browser.keys.auth])
    assert.ok(!kept.includes(part))
  await house.chat.forget(personId)
  assert.deepEqual(await rows(), [])
})

test('only a push service that the operator trusts is ever written to', async () => {
  const { personId } = await amina()
  const { keys } = service.subscribe(vapid.publicKey)
  for (const endpoint of [
    'http://169.254.169.254/latest/meta-data',
    'https://localhost/push',
    'https://10.0.0.1/push',
    'https://push.example/x',
    `${service.origin}@push.example/x`,
    'file:///etc/passwd',
  ])
    await assert.rejects(house.messengers.subscribePush(personId, { endpoint, keys }), {
      code: 'push-refused',
    })

  const trusted = ['https://fcm.googleapis.com', 'https://*.notify.windows.com']
  for (const address of [
    'https://fcm.googleapis.com/fcm/send/x',
    'https://wns2.notify.windows.com/w/?token=x',
  ])
    assert.ok(isOfService(address, trusted), address)
  for (const address of [
    'http://fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://fcm.googleapis.com.evil.example/x',
    'https://user@fcm.googleapis.com/x',
    'https://evil.example/.notify.windows.com',
    'https://notify.windows.com.evil.example/',
    'https://evilnotify.windows.com/',
    'https://.notify.windows.com/',
  ])
    assert.ok(!isOfService(address, trusted), address)
})

test('a browser whose address became another is warned there, and nobody else can have that said', async () => {
  const { personId, linkId } = await amina()
  const [old, other] = [service.subscribe(vapid.publicKey), service.subscribe(vapid.publicKey)]
  const { renewal } = await house.messengers.subscribePush(personId, old)
  const strangers = await house.messengers.subscribePush((await amina()).personId, other)
  for (const [from, proof] of [
    [old.endpoint, strangers.renewal!],
    [old.endpoint, 'A'.repeat(43)],
    [`${old.endpoint}x`, renewal!],
  ] as const)
    await assert.rejects(house.messengers.movePush(from, proof, service.subscribe(vapid.publicKey)), {
      code: 'not-found',
    })
  await assert.rejects(
    house.messengers.movePush(old.endpoint, renewal!, { ...old, endpoint: 'https://push.example/x' }),
    { code: 'push-refused' },
  )

  const now = service.subscribe(vapid.publicKey)
  const moved = await house.messengers.movePush(old.endpoint, renewal!, now)
  assert.deepEqual(await house.messengers.lookPush(personId, old.endpoint), { isOn: false, renewal: null })
  await assert.rejects(house.messengers.movePush(old.endpoint, renewal!, old), { code: 'not-found' })
  await warn({ personId, linkId })
  await house.passes(SECOND)
  assert.equal(service.messages.length, 1)
  await house.messengers.movePush(now.endpoint, moved.renewal!, old)
  assert.deepEqual(await house.messengers.lookPush(personId, old.endpoint), { isOn: true, renewal: null })
})

test('keys that nothing can be encrypted with are refused, and those kept before hold up no other browser', async () => {
  const person = await amina()
  const { personId } = person
  const broken = service.subscribe(vapid.publicKey)
  // 65 bytes that look like a point and lie on no curve.
  broken.keys.p256dh = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url')
  await assert.rejects(house.messengers.subscribePush(personId, broken), { code: 'request-malformed' })
  await house.messengers.subscribePush(personId, service.subscribe(vapid.publicKey))
  const [{ id } = { id: '' }] = await house.sql.rooms.query<{ id: string }>(
    `select id from channels.push_subscription where person_id = $1`,
    [personId],
  )
  const kept = await house.vault.sealWords(personId, `push|${id}`, new Private(JSON.stringify(broken)))
  await house.sql.rooms.query(`update channels.push_subscription set sealed = $2 where id = $1`, [id, kept])
  await house.messengers.subscribePush(personId, service.subscribe(vapid.publicKey))
  await warn(person)
  await house.passes(SECOND)
  assert.equal(service.messages.length, 1)
  assert.deepEqual(house.faults, [])
})

test('with ten browsers the next takes the place of the oldest: the one in hand is never refused', async () => {
  const { personId } = await amina()
  const browsers = Array.from({ length: 11 }, () => service.subscribe(vapid.publicKey))
  for (const browser of browsers) {
    house.clock.advance(SECOND)
    await house.messengers.subscribePush(personId, browser)
  }
  const isOn = async (place: number) =>
    (await house.messengers.lookPush(personId, browsers[place]!.endpoint)).isOn
  assert.deepEqual([await isOn(0), await isOn(1), await isOn(10)], [false, true, true])
})

test('a browser that is lost or sold is turned off from another, by its own person alone', async () => {
  const [person, bruno] = [await amina(), await amina()]
  const { personId } = person
  const [sold, inHand] = [service.subscribe(vapid.publicKey), service.subscribe(vapid.publicKey)]
  await house.messengers.subscribePush(personId, sold)
  const soldAt = house.clock.now()
  house.clock.advance(MINUTE)
  await house.messengers.subscribePush(personId, inHand)
  const { devices } = (await house.messengers.describe(personId)).push!
  assert.deepEqual(
    devices.map(({ since }) => since),
    [house.clock.now(), soldAt],
  )
  const { id } = devices[1]!
  await house.messengers.removePush(bruno.personId, id)
  assert.equal((await house.messengers.lookPush(personId, sold.endpoint)).isOn, true)
  const left = await house.messengers.removePush(personId, id)
  assert.deepEqual(left.push!.devices, [devices[0]])
  await warn(person)
  await house.passes(SECOND)
  assert.equal(service.messages.length, 1)
})
