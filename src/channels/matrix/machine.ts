import {
  CollectStrategy,
  DecryptionErrorCode,
  DecryptionSettings,
  DeviceId,
  DeviceLists,
  EncryptionAlgorithm,
  EncryptionSettings,
  EventId,
  HistoryVisibility,
  initAsync,
  KeysClaimRequest,
  KeysQueryRequest,
  KeysUploadRequest,
  MegolmDecryptionError,
  OlmMachine,
  OtherUserIdentity,
  RoomId,
  RoomMessageRequest,
  RoomSettings,
  Sas,
  ShieldStateCode,
  SignatureUploadRequest,
  StoreHandle,
  ToDeviceRequest,
  TrustRequirement,
  type UploadSigningKeysRequest,
  UserId,
  VerificationMethod,
  type VerificationRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { z } from 'zod'
import type { Verification } from '../messengers/door.ts'
import { type CallFailed, type Homeserver, pathOf, readJson } from './homeserver.ts'

/** A request that the crypto library wants sent, and told what was answered. */
type Outgoing =
  | KeysUploadRequest
  | KeysQueryRequest
  | KeysClaimRequest
  | ToDeviceRequest
  | SignatureUploadRequest
  | RoomMessageRequest

/** Thrown when the homeserver did not take what the crypto library needs sent; nothing was encrypted then. */
export class NotSent extends Error {
  readonly failure: CallFailed
  constructor(failure: CallFailed) {
    super(`the homeserver did not take it: ${failure.code}`)
    this.failure = failure
  }
}

/** To whom a room's key goes: to every device of the members, or only to those that we know to be one person’s. */
export type Readers = { kind: 'members'; userIds: readonly string[] } | { kind: 'verified'; userId: string }

export type Opened =
  | { ok: true; type: string; content: Record<string, unknown> }
  /** `later`: its key may still come. */
  | { ok: false; later: boolean }

const INNER = z.object({ type: z.string(), content: z.record(z.string(), z.unknown()) })
const ROOM_KEY = z
  .object({
    type: z.enum(['m.room_key', 'm.forwarded_room_key']),
    content: z.looseObject({ room_id: z.string() }),
  })
  .transform(({ content }) => content.room_id)
const SHARED = z.object({ messages: z.record(z.string(), z.unknown()) })
const OWN_KEYS = z.object({ master_keys: z.record(z.string(), z.unknown()).optional() })

const IDENTITY = z.tuple([z.string(), z.string(), z.string()])

export type Machine = Awaited<ReturnType<typeof openMachine>>

/**
 * Our device at the homeserver: what it can open, and for whom it locks. It is the library that matrix-js-sdk encrypts with;
 * used without it, we decide by name who gets a room's key, where that SDK gives it to whoever is in the room by then.
 */
export async function openMachine(needs: {
  userId: string
  deviceId: string
  storeName: string
  /** 32 bytes: the library encrypts its records by it. */
  storeKey: Buffer
  homeserver: Homeserver
}) {
  const { userId, homeserver } = needs
  await initAsync()
  const handle = await StoreHandle.openWithKey(needs.storeName, new Uint8Array(needs.storeKey))
  const machine = await OlmMachine.initFromStore(new UserId(userId), new DeviceId(needs.deviceId), handle)
  handle.free()

  /** For whom a room's present key was made in this process. What an earlier one made is used no more. */
  const madeFor = new Map<string, string>()

  async function request(one: Outgoing): Promise<string> {
    const called =
      one instanceof ToDeviceRequest
        ? await homeserver.call('PUT', pathOf`/sendToDevice/${one.event_type}/${one.txn_id}`, {
            body: one.body,
          })
        : one instanceof RoomMessageRequest
          ? await homeserver.call('PUT', pathOf`/rooms/${one.room_id}/send/${one.event_type}/${one.txn_id}`, {
              body: one.body,
            })
          : await homeserver.call('POST', placeOf(one), { body: one.body })
    if (!called.ok) throw new NotSent(called)
    if (one.id) await machine.markRequestAsSent(one.id, one.type, called.text)
    return called.text
  }

  // One at a time: two claims of one-time keys at once would use up two.
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.catch(() => {}).then(work)
    last = next
    return next
  }

  async function sendAll(): Promise<void> {
    for (const one of await machine.outgoingRequests()) await request(one as Outgoing)
  }

  async function queryKeys(userIds: readonly string[]): Promise<string> {
    return await request(machine.queryKeysForUsers(userIds.map((id) => new UserId(id))))
  }

  async function hasIdentity(): Promise<boolean> {
    const { hasMaster, hasSelfSigning, hasUserSigning } = await machine.crossSigningStatus()
    return hasMaster && hasSelfSigning && hasUserSigning
  }

  async function makeIdentity(): Promise<void> {
    const made = await machine.bootstrapCrossSigning(false)
    if (made.uploadKeysRequest) await request(made.uploadKeysRequest)
    const signing: UploadSigningKeysRequest = made.uploadSigningKeysRequest
    const called = await homeserver.call('POST', '/keys/device_signing/upload', { body: signing.body })
    if (!called.ok) throw new NotSent(called)
    await request(made.uploadSignaturesRequest)
  }

  /** Has our identity vouch for this device. False when what was kept is not the identity that the homeserver has. */
  async function takeIdentity(kept: string): Promise<boolean> {
    const [master, selfSigning, userSigning] = IDENTITY.parse(readJson(kept))
    // It throws where these are not the private halves of what the homeserver has.
    await machine.importCrossSigningKeys(master, selfSigning, userSigning).catch(() => null)
    if (!(await hasIdentity())) return false
    const device = await machine.getDevice(new UserId(userId), new DeviceId(needs.deviceId))
    if (!device) return false
    await request(await device.verify())
    return true
  }

  async function lockFor(roomId: string, readers: Readers): Promise<void> {
    const userIds = readers.kind === 'members' ? readers.userIds : [readers.userId]
    const ids = () => userIds.map((id) => new UserId(id))
    const name = JSON.stringify([readers.kind, ...[...userIds].sort()])
    if (madeFor.get(roomId) !== name) await machine.invalidateGroupSession(new RoomId(roomId))
    madeFor.set(roomId, name)
    await machine.updateTrackedUsers(ids())
    await sendAll()
    const claim = await machine.getMissingSessions(ids())
    if (claim) await request(claim)
    const settings = new EncryptionSettings()
    settings.algorithm = EncryptionAlgorithm.MegolmV1AesSha2
    // Who joins later is told nothing of what was said before, whatever the room allows.
    settings.historyVisibility = HistoryVisibility.Joined
    settings.sharingStrategy =
      readers.kind === 'members' ? CollectStrategy.allDevices() : CollectStrategy.onlyTrustedDevices()
    const allowed = new Set<string>([...userIds, userId])
    for (const one of await machine.shareRoomKey(new RoomId(roomId), ids(), settings)) {
      const { messages } = SHARED.parse(readJson(one.body))
      // Never seen, and never to be: the library shares with whom it is told.
      for (const reader of Object.keys(messages))
        if (!allowed.has(reader)) throw new Error('a room’s key would have gone to somebody else')
      await request(one)
    }
  }

  async function isVouchedFor(of: string): Promise<boolean> {
    const identity = await machine.getIdentity(new UserId(of))
    if (!(identity instanceof OtherUserIdentity) || !identity.isVerified()) return false
    if (identity.hasVerificationViolation() || identity.identityNeedsUserApproval()) return false
    const devices = (await machine.getUserDevices(new UserId(of))).devices()
    return devices.length > 0 && devices.every((one) => one.isCrossSignedByOwner() && !one.isBlacklisted())
  }

  /** The last verification that was asked of each person in this process. The library lets go of one that is over. */
  const asked = new Map<string, { name: string; one: VerificationRequest }>()

  /** The verification of that name and no other: one of theirs that was done before says nothing of who asks now. */
  function verificationOf(of: string, name: string): VerificationRequest | null {
    const last = asked.get(of)
    return last?.name === name && !last.one.isCancelled() ? last.one : null
  }

  return {
    /** Sends what the library has to send: keys, answers, what a verification goes on by. */
    settle: () => inTurn(sendAll),

    /**
     * Makes our device and our identity known, once, and gives the identity's private half, for `kept` the next time: another
     * device of ours is vouched for by it, so that nobody has to compare pictures again. Throws `NotSent`: `tell-operator` when
     * the homeserver has another identity of ours, or wants a password for a new one.
     */
    introduce: (kept: string | null) =>
      inTurn(async () => {
        await sendAll()
        const { master_keys = {} } = OWN_KEYS.parse(readJson(await queryKeys([userId])))
        if (!(userId in master_keys)) await makeIdentity()
        else if (!(await hasIdentity())) {
          if (kept === null || !(await takeIdentity(kept)))
            throw new NotSent({ ok: false, why: 'tell-operator', code: 'identity-of-another-device' })
        }
        const made = await machine.exportCrossSigningKeys()
        return JSON.stringify([made?.masterKey, made?.self_signing_key, made?.userSigningKey])
      }),

    /**
     * What a sync brought for the devices themselves: keys of rooms, changed devices, how many of our keys are left. Gives the
     * rooms that a key came for.
     */
    async receive(brought: {
      toDevice: readonly unknown[]
      changed: readonly string[]
      left: readonly string[]
      counts: Readonly<Record<string, number>>
      unusedFallbacks: readonly string[] | null
    }): Promise<Set<string>> {
      const received = await machine.receiveSyncChanges(
        JSON.stringify(brought.toDevice),
        new DeviceLists(
          brought.changed.map((id) => new UserId(id)),
          brought.left.map((id) => new UserId(id)),
        ),
        new Map(Object.entries(brought.counts)),
        brought.unusedFallbacks ? new Set(brought.unusedFallbacks) : undefined,
      )
      return new Set(received.flatMap(({ rawEvent }) => ROOM_KEY.safeParse(readJson(rawEvent)).data ?? []))
    },

    async open(roomId: string, event: unknown): Promise<Opened> {
      try {
        const settings = new DecryptionSettings(TrustRequirement.Untrusted)
        const opened = await machine.decryptRoomEvent(JSON.stringify(event), new RoomId(roomId), settings)
        // Said in somebody's name by who is not them.
        if (opened.shieldState(false).code === ShieldStateCode.MismatchedSender)
          return { ok: false, later: false }
        const inner = INNER.safeParse(readJson(opened.event))
        return inner.success ? { ok: true, ...inner.data } : { ok: false, later: false }
      } catch (error) {
        const later =
          error instanceof MegolmDecryptionError &&
          (error.code === DecryptionErrorCode.MissingRoomKey ||
            error.code === DecryptionErrorCode.UnknownMessageIndex)
        return { ok: false, later }
      }
    },

    /** A room that was ever encrypted stays so: the library refuses what its homeserver says later. */
    async noteEncrypted(roomId: string): Promise<void> {
      if (await await machine.getRoomSettings(new RoomId(roomId))) return
      const settings = new RoomSettings()
      settings.algorithm = EncryptionAlgorithm.MegolmV1AesSha2
      await machine.setRoomSettings(new RoomId(roomId), settings)
    },
    async isEncrypted(roomId: string): Promise<boolean> {
      return (await await machine.getRoomSettings(new RoomId(roomId))) !== undefined
    },

    /** Locks some content for its readers alone; null when they are no longer verified. Throws `NotSent`. */
    lock: (roomId: string, readers: Readers, content: Record<string, unknown>) =>
      inTurn(async () => {
        await lockFor(roomId, readers)
        // In the same turn as the words: whatever a sync brought since the last look counts.
        if (readers.kind === 'verified' && !(await isVouchedFor(readers.userId))) return null
        return await machine.encryptRoomEvent(new RoomId(roomId), 'm.room.message', JSON.stringify(content))
      }),

    /**
     * Whether somebody's identity was verified with us and vouches for every device of theirs, by what the homeserver says
     * of them now. Throws `NotSent`.
     */
    isVerified: (of: string) =>
      inTurn(async () => {
        await machine.updateTrackedUsers([new UserId(of)])
        await queryKeys([of])
        return await isVouchedFor(of)
      }),

    verification: {
      /** Asks somebody to compare pictures with us, in their room. False when they have no identity to verify. */
      ask: (of: string, roomId: string, name: string) =>
        inTurn(async () => {
          await machine.updateTrackedUsers([new UserId(of)])
          await queryKeys([of])
          const identity = await machine.getIdentity(new UserId(of))
          if (!(identity instanceof OtherUserIdentity)) return false
          const content = identity.verificationRequestContent([VerificationMethod.SasV1])
          const sent = await homeserver.sendEvent(roomId, 'm.room.message', content, name)
          if (!sent.ok) throw new NotSent(sent)
          const one = identity.requestVerification(new RoomId(roomId), new EventId(sent.messageId), [
            VerificationMethod.SasV1,
          ])
          asked.set(of, { name, one })
          return true
        }),

      /** What came of it in the room. */
      receive: (roomId: string, event: Record<string, unknown> & { type: string; sender: string }) =>
        inTurn(async () => {
          // Without the sender’s devices the library ends it at once.
          if (event.type === 'm.room.message') await queryKeys([event.sender])
          await machine.receiveVerificationEvent(JSON.stringify(event), new RoomId(roomId))
        }),

      /** Does what it is our turn to do, and says how far it is. Which pictures are the same is not ours to say. */
      advance: (of: string, name: string): Promise<Verification> =>
        inTurn(async () => {
          const one = verificationOf(of, name)
          if (!one) return { state: 'ended' }
          if (one.isDone()) return { state: 'done' }
          if (one.isReady() && one.getVerification() === undefined) {
            const started = await one.startSas()
            if (started) await request(started[1])
          }
          const sas = one.getVerification()
          if (!(sas instanceof Sas)) return { state: 'waiting' }
          const taken = sas.weStarted() || sas.hasBeenAccepted() ? undefined : sas.accept()
          if (taken) await request(taken)
          await sendAll()
          const pictures = sas.emojiIndex()
          return pictures && !sas.haveWeConfirmed()
            ? { state: 'comparing', pictures: [...pictures] }
            : { state: 'waiting' }
        }),

      /** The person says that the pictures are the same, or that they are not. */
      conclude: (of: string, name: string, isSame: boolean) =>
        inTurn(async () => {
          const sas = verificationOf(of, name)?.getVerification()
          if (!(sas instanceof Sas)) return
          if (isSame) for (const confirmed of await sas.confirm()) await request(confirmed as Outgoing)
          else {
            const cancelled = sas.cancelWithCode('m.mismatched_sas')
            if (cancelled) await request(cancelled)
          }
          await sendAll()
        }),
    },

    close: () => machine.close(),
  }
}

function placeOf(one: Outgoing): string {
  if (one instanceof KeysUploadRequest) return '/keys/upload'
  if (one instanceof KeysQueryRequest) return '/keys/query'
  if (one instanceof KeysClaimRequest) return '/keys/claim'
  if (one instanceof SignatureUploadRequest) return '/keys/signatures/upload'
  throw new Error('the crypto library asks for a request that we do not know')
}
