import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import './indexed-db.ts'
import {
  DeviceId,
  DeviceLists,
  EncryptionSettings,
  initAsync,
  KeysClaimRequest,
  KeysQueryRequest,
  KeysUploadRequest,
  OlmMachine,
  RoomId,
  RoomMessageRequest,
  Sas,
  type SignatureUploadRequest,
  ToDeviceRequest,
  UserId,
  VerificationMethod,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Homeserver } from './homeserver.ts'
import { type Machine, openMachine } from './machine.ts'

const BOT = '@guichet:bank.example'
const AMINA = '@amina:bank.example'
const ROOM = '!room:bank.example'

// biome-ignore lint/suspicious/noExplicitAny: the server passes on what the libraries write, whatever is in it.
type Json = Record<string, any>

/** What a homeserver keeps of two people's keys, and passes between them. */
function keyServer() {
  const devices: Json = {}
  const oneTime: Json = {}
  const identities: Record<string, Json> = {}
  const toDevice: Record<string, Json[]> = { [BOT]: [], [AMINA]: [] }
  const events: Json[] = []
  const own = (kind: string) =>
    Object.fromEntries(
      Object.entries(identities).flatMap(([user, keys]) => (keys[kind] ? [[user, keys[kind]]] : [])),
    )

  function answer(user: string, path: string, body: Json): Json {
    const [, what, type = '', ...rest] = path.split('/').map(decodeURIComponent)
    switch (path.startsWith('/keys/') ? path : what) {
      case '/keys/upload': {
        const id = body.device_keys?.device_id
        if (id) devices[user] = { ...devices[user], [id]: body.device_keys }
        oneTime[user] = { ...oneTime[user], ...body.one_time_keys }
        return { one_time_key_counts: { signed_curve25519: Object.keys(oneTime[user]).length } }
      }
      case '/keys/device_signing/upload':
        identities[user] = body
        return {}
      case '/keys/signatures/upload':
        for (const [of, keys] of Object.entries(body))
          for (const [id, key] of Object.entries(keys as Json)) {
            const signed = devices[of]?.[id] ?? identities[of]?.master_key
            for (const [by, made] of Object.entries((key as Json).signatures))
              signed.signatures[by] = { ...signed.signatures[by], ...(made as Json) }
          }
        return { failures: {} }
      case '/keys/query':
        return {
          device_keys: devices,
          master_keys: own('master_key'),
          self_signing_keys: own('self_signing_key'),
          user_signing_keys: own('user_signing_key'),
        }
      case '/keys/claim': {
        const given: Json = {}
        for (const [of, wanted] of Object.entries(body.one_time_keys as Json))
          for (const device of Object.keys(wanted)) {
            const [id, key] = Object.entries(oneTime[of])[0]!
            delete oneTime[of][id]
            given[of] = { [device]: { [id]: key } }
          }
        return { one_time_keys: given, failures: {} }
      }
      case 'sendToDevice':
        for (const [to, contents] of Object.entries(body.messages as Json))
          for (const content of Object.values(contents as Json))
            toDevice[to]!.push({ type, sender: user, content })
        return {}
      default: {
        const event_id = `$event-${events.length}`
        const at = { event_id, sender: user, origin_server_ts: Date.now(), room_id: ROOM }
        events.push({ ...at, type: rest[1], content: body })
        return { event_id }
      }
    }
  }
  return {
    answer,
    events,
    takeToDevice: (user: string) => toDevice[user]!.splice(0),
    homeserverOf: (user: string): Homeserver => ({
      call: async (_method, path, request) => ({
        ok: true,
        text: JSON.stringify(answer(user, path, JSON.parse(request?.body ?? '{}'))),
      }),
      sendEvent: async (roomId, type, content) => ({
        ok: true,
        messageId: answer(user, `/rooms/${roomId}/send/${type}`, JSON.parse(content)).event_id,
      }),
    }),
  }
}

const server = keyServer()
let ours: Machine
let hers: OlmMachine
before(async () => {
  await initAsync()
  ours = await openMachine({
    userId: BOT,
    deviceId: 'BOT',
    storeName: 'machine-test',
    storeKey: Buffer.alloc(32, 1),
    homeserver: server.homeserverOf(BOT),
  })
  await ours.introduce(null)
  hers = await OlmMachine.initialize(new UserId(AMINA), new DeviceId('AMINA'))
  await sendsAll()
  const made = await hers.bootstrapCrossSigning(false)
  if (made.uploadKeysRequest) await sends(made.uploadKeysRequest)
  server.answer(AMINA, '/keys/device_signing/upload', JSON.parse(made.uploadSigningKeysRequest.body))
  await sends(made.uploadSignaturesRequest)
  await hers.updateTrackedUsers([new UserId(BOT)])
  await sendsAll()
})
after(() => {
  ours.close()
  hers.close()
})

async function sends(one: unknown): Promise<void> {
  const path =
    one instanceof ToDeviceRequest
      ? `/sendToDevice/${one.event_type}/${one.txn_id}`
      : one instanceof RoomMessageRequest
        ? `/rooms/${ROOM}/send/${one.event_type}`
        : one instanceof KeysUploadRequest
          ? '/keys/upload'
          : one instanceof KeysQueryRequest
            ? '/keys/query'
            : one instanceof KeysClaimRequest
              ? '/keys/claim'
              : '/keys/signatures/upload'
  const request = one as KeysUploadRequest | KeysQueryRequest | SignatureUploadRequest
  const answer = server.answer(AMINA, path, JSON.parse(request.body))
  if (request.id) await hers.markRequestAsSent(request.id, request.type, JSON.stringify(answer))
}

async function sendsAll(): Promise<void> {
  for (const one of await hers.outgoingRequests()) await sends(one)
}

let passed = 0
/** Hands each what the other wrote in the room since the last time. */
async function pass(): Promise<void> {
  await sendsAll()
  for (; passed < server.events.length; passed++) {
    const event = server.events[passed]!
    if (event.sender === BOT) await hers.receiveVerificationEvent(JSON.stringify(event), new RoomId(ROOM))
    else await ours.verification.receive(ROOM, event as Json & { type: string; sender: string })
  }
}

const underWay = () =>
  hers.getVerificationRequests(new UserId(BOT)).find((one) => !one.isDone() && !one.isCancelled())

/** Her side of it until the pictures are there; null when it is over. */
async function goesOn() {
  const one = underWay()
  const accepted = one?.acceptWithMethods([VerificationMethod.SasV1])
  if (accepted) await sends(accepted)
  const sas = one?.getVerification()
  if (!(sas instanceof Sas)) return null
  const taken = sas.accept()
  if (taken) await sends(taken)
  return sas
}

/** Both compare pictures and find them the same. */
async function compares(name: string): Promise<void> {
  assert.equal(await ours.verification.ask(AMINA, ROOM, name), true)
  let state = ''
  for (let step = 0; step < 20 && state !== 'done'; step++) {
    await pass()
    const sas = await goesOn()
    await pass()
    const now = await ours.verification.advance(AMINA, name)
    state = now.state
    if (now.state !== 'comparing') continue
    assert.deepEqual([...sas!.emojiIndex()!], now.pictures)
    for (const confirmed of await sas!.confirm()) await sends(confirmed)
    await ours.verification.conclude(AMINA, name, true)
  }
  assert.equal(state, 'done')
  await ours.settle()
  await pass()
}

const NOTHING = { changed: [], left: [], counts: {}, unusedFallbacks: null }

test('a verification that came to nothing is over, though another was done just before', async () => {
  await compares('first')
  assert.equal(await ours.isVerified(AMINA), true)
  await ours.verification.ask(AMINA, ROOM, 'second')
  await pass()
  const cancelled = underWay()?.cancel()
  if (cancelled) await sends(cancelled)
  await pass()
  assert.equal((await ours.verification.advance(AMINA, 'second')).state, 'ended')
  assert.equal((await ours.verification.advance(AMINA, 'of another chat')).state, 'ended')
})

test('a verification that is done is so however many syncs come before anybody looks', async () => {
  await ours.receive({ ...NOTHING, toDevice: [] })
  await hers.receiveSyncChanges('[]', new DeviceLists(), new Map())
  await compares('third')
  for (let sync = 0; sync < 2; sync++) await ours.receive({ ...NOTHING, toDevice: [] })
  assert.equal((await ours.verification.advance(AMINA, 'third')).state, 'done')
})

test('a message whose key comes later is opened then, and it is known for which room the key came', async () => {
  await hers.updateTrackedUsers([new UserId(BOT)])
  await sendsAll()
  const claim = await hers.getMissingSessions([new UserId(BOT)])
  if (claim) await sends(claim)
  for (const one of await hers.shareRoomKey(new RoomId(ROOM), [new UserId(BOT)], new EncryptionSettings()))
    await sends(one)
  const words = JSON.stringify({ msgtype: 'm.text', body: 'what is my balance?' })
  const content = JSON.parse(await hers.encryptRoomEvent(new RoomId(ROOM), 'm.room.message', words))
  const event = {
    ...{ event_id: '$late', type: 'm.room.encrypted', sender: AMINA, room_id: ROOM },
    ...{ origin_server_ts: Date.now(), content },
  }
  assert.deepEqual(await ours.open(ROOM, event), { ok: false, later: true })
  const keysFor = await ours.receive({ ...NOTHING, toDevice: server.takeToDevice(BOT) })
  assert.deepEqual([...keysFor], [ROOM])
  const opened = await ours.open(ROOM, event)
  assert.ok(opened.ok)
  assert.equal(opened.content.body, 'what is my balance?')
})
