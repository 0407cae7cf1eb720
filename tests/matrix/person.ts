import { setTimeout } from 'node:timers/promises'
import { ClientEvent, createClient, EventType, MsgType, Preset } from 'matrix-js-sdk'
import { CryptoEvent, VerificationRequestEvent, VerifierEvent } from 'matrix-js-sdk/lib/crypto-api/index.js'
import { logger } from 'matrix-js-sdk/lib/logger.js'
import type { Account } from './homeserver.ts'

const silent = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  getChild: () => silent,
}

// The SDK speaks of much beside what the logger that it is given hears.
if ('disableAll' in logger) (logger as { disableAll(): void }).disableAll()

// It clears none of the timers that guard its requests, of two minutes each: a test that is over must not wait for them.
const startTimer = globalThis.setTimeout
globalThis.setTimeout = ((...given: Parameters<typeof startTimer>) =>
  startTimer(...given).unref()) as typeof startTimer

export type Person = Awaited<ReturnType<typeof openPerson>>

/** Somebody's own client, by the SDK that Element is made with. */
export async function openPerson(url: string, account: Account) {
  const client = createClient({ baseUrl: url, ...account, logger: silent, timelineSupport: true })
  await client.initRustCrypto({ useIndexedDB: false })
  const ready = new Promise<void>((resolve) => {
    client.on(ClientEvent.Sync, (state) => {
      if (state === 'PREPARED') resolve()
    })
  })
  await client.startClient({ initialSyncLimit: 30 })
  await ready
  const crypto = client.getCrypto()!

  return {
    ...account,
    client,
    crypto,

    /** Makes the person's identity, which vouches for this device. */
    async makeIdentity(): Promise<void> {
      await crypto.bootstrapCrossSigning({
        setupNewCrossSigning: true,
        authUploadDeviceSigningKeys: async (makeRequest) => {
          await makeRequest(null)
        },
      })
    },

    /** Begins to talk with somebody, as Element does. */
    async openRoom(userId: string, encrypted = true): Promise<string> {
      const { room_id } = await client.createRoom({
        preset: Preset.TrustedPrivateChat,
        is_direct: true,
        invite: [userId],
        initial_state: encrypted
          ? [
              {
                type: EventType.RoomEncryption,
                state_key: '',
                content: { algorithm: 'm.megolm.v1.aes-sha2' },
              },
            ]
          : [],
      })
      await until(() => client.getRoom(room_id)?.getMember(userId)?.membership === 'join')
      return room_id
    },

    async write(roomId: string, body: string): Promise<string> {
      const { event_id } = await client.sendMessage(roomId, { msgtype: MsgType.Text, body })
      return event_id
    },

    /** What somebody else wrote in a room and this client could read, oldest first. */
    async readFrom(
      roomId: string,
      userId: string,
    ): Promise<{ id: string; body: string; wasEncrypted: boolean }[]> {
      const events = client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? []
      for (const event of events) if (event.isEncrypted()) await client.decryptEventIfNeeded(event)
      return events
        .filter((event) => event.getSender() === userId && event.getType() === EventType.RoomMessage)
        .filter((event) => !event.isDecryptionFailure() && event.getContent().msgtype === MsgType.Text)
        .map((event) => ({
          id: event.getId()!,
          body: String(event.getContent().body),
          wasEncrypted: event.isEncrypted(),
        }))
    },

    /** Compares pictures with whoever asks, and says that they are the same; gives what was shown. */
    compares(): Promise<string[]> {
      return new Promise((resolve, reject) => {
        client.once(CryptoEvent.VerificationRequestReceived, (request) => {
          let begun = false
          request.on(VerificationRequestEvent.Change, () => {
            const { verifier } = request
            if (!verifier || begun) return
            begun = true
            verifier.on(VerifierEvent.ShowSas, (shown) => {
              resolve(shown.sas.emoji!.map(([symbol]) => symbol))
              shown.confirm().catch(reject)
            })
            verifier.verify().catch(reject)
          })
          request.accept().catch(reject)
        })
      })
    },

    async close(): Promise<void> {
      client.stopClient()
      client.http.abort()
      await setTimeout(50)
    },
  }
}

const PATIENCE_MS = 30_000

/** Waits for something of other people's, by looking again and again. */
export async function until<T>(
  look: () => T | Promise<T>,
  between: () => Promise<unknown> = () => setTimeout(50),
) {
  for (const end = performance.now() + PATIENCE_MS; ; await between()) {
    const seen = await look()
    if (seen) return seen as NonNullable<Exclude<T, false>>
    if (performance.now() > end) throw new Error(`it did not come to pass: ${look}`)
  }
}
