import { join } from 'node:path'
import {
  type Chat,
  createGraphSetup,
  createMail,
  createMailServer,
  createMatrixDoor,
  createMessengerDoor,
  createMessengers,
  createPublicSocket,
  createPush,
  createTelegramDoor,
  createWhatsAppDoor,
  isQuiet,
  loadVapidKeys,
} from '#channels'
import type { Settings } from '#config'
import {
  type Clock,
  Fault,
  HOUR,
  type Logger,
  MINUTE,
  type Random,
  SECOND,
  type Sql,
  startRounds,
} from '#kit'
import type { People } from '#people'
import type { Vault } from '#vault'

/** How often what came in, and what is to go out, is looked for. */
const HEAR_MS = 200
const SAY_MS = 250
const VERIFY_MS = SECOND
const HEALTH_MS = 5 * SECOND
const SUBSCRIBED_MS = 10 * MINUTE
const FORGET_MS = HOUR

/** Builds the messengers that the settings name, and runs their rounds. */
export async function openMessengers(needs: {
  settings: Settings
  sql: Sql
  vault: Vault
  people: People
  chat: Chat
  bankNames: readonly string[]
  key: Buffer
  clock: Clock
  random: Random
  logger: Logger
}) {
  const { settings, sql, vault, people, chat, clock, random, logger } = needs

  const allowed = {
    publicUrl: settings.publicUrl,
    names: new Set(needs.bankNames.map((name) => name.toLowerCase())),
  }
  const socket = createPublicSocket({ fetch: (input, init) => fetch(input, init), ...allowed })
  const { messenger, whatsapp } = settings.messengers
  const telegram =
    settings.messengers.telegram && createTelegramDoor({ socket, clock, ...settings.messengers.telegram })
  const doors = [
    ...(messenger ? [createMessengerDoor({ socket, clock, ...messenger })] : []),
    ...(whatsapp ? [createWhatsAppDoor({ socket, clock, ...whatsapp })] : []),
    ...(telegram ? [telegram] : []),
  ]

  const setups = [
    ...(messenger
      ? [
          createGraphSetup({
            ...messenger,
            id: 'messenger',
            sender: messenger.pageId,
            account: messenger.pageId,
            socket,
          }),
        ]
      : []),
    ...(whatsapp?.accountId
      ? [
          createGraphSetup({
            ...whatsapp,
            id: 'whatsapp',
            sender: whatsapp.phoneId,
            account: whatsapp.accountId,
            socket,
          }),
        ]
      : []),
  ]
  /** An hour of failures, or of not running, has Messenger send nothing more, which looks like nobody writing. */
  async function keepSubscribed(): Promise<boolean> {
    for (const setup of setups) {
      const kept = await setup.keepSubscribed()
      if (!kept.ok)
        logger.warn('whether Meta still sends is not known', { messenger: setup.id, code: kept.code })
      else if (kept.value === 'lapsed')
        logger.error('Meta had stopped sending, and sends again', {
          error: new Fault('webhook-lapsed'),
          messenger: setup.id,
        })
    }
    return false
  }

  const tellOperator = (door: string, code: string) =>
    logger.error('a messenger refuses what only an operator can mend', { door, code })
  const mail =
    settings.mail &&
    createMail({
      server: createMailServer({ ...settings.mail, publicUrl: settings.publicUrl }),
      sql,
      vault,
      people,
      key: needs.key,
      clock,
      random,
      tellOperator,
    })

  const matrix =
    settings.messengers.matrix &&
    createMatrixDoor({
      ...settings.messengers.matrix,
      fetch: (input, init) => fetch(input, init),
      allowed,
      sql,
      key: needs.key,
      clock,
      random,
      tellOperator: (code) => tellOperator('matrix', code),
      onError: (error) => logger.error('Matrix was lost and is tried again', { error }),
    })

  const push =
    settings.pushServices.length === 0
      ? null
      : createPush({
          ...allowed,
          fetch: (input, init) => fetch(input, init),
          services: settings.pushServices,
          vapid: await loadVapidKeys(join(settings.keysFolder, 'vapid.json')),
          sql,
          vault,
          key: needs.key,
          clock,
          random,
        })

  const messengers = createMessengers({
    doors: matrix ? [...doors, matrix] : doors,
    webhooks: doors,
    before: [],
    after: [],
    push,
    mail,
    isQuiet: (personId) => isQuiet(sql, personId),
    tellOperator,
    onUnacknowledged: (error) => logger.warn('a button that was pressed still waits there', { error }),
    // docs/errors.md says how it is mended, under the same code.
    tellWebhook: (messenger, alarm) =>
      alarm
        ? logger.error('a messenger’s webhook fails', {
            error: new Fault('webhook-failing'),
            messenger,
            status: alarm.status,
            failingSince: new Date(alarm.failingSince).toISOString(),
            endsAt: alarm.endsAt === null ? null : new Date(alarm.endsAt).toISOString(),
          })
        : logger.info('a messenger’s webhook is accepted again', { messenger }),
    talk: chat,
    sql,
    vault,
    people,
    publicUrl: settings.publicUrl,
    key: needs.key,
    clock,
    random,
  })

  let rounds: { stop(): Promise<void> }[] = []
  return {
    desk: messengers,
    async start(): Promise<void> {
      const set = await telegram?.webhook.set(settings.publicUrl)
      if (set && !set.ok) logger.error('Telegram was not told where to send', { code: set.code })
      const onError = (error: unknown) => logger.error('a messenger was not dealt with', { error })
      matrix?.start((heard) => messengers.put('matrix', heard))
      rounds = [
        startRounds({ everyMs: HEAR_MS, round: () => messengers.hearRound(onError), onError }),
        startRounds({ everyMs: SAY_MS, round: () => messengers.sayRound(onError), onError }),
        startRounds({
          everyMs: VERIFY_MS,
          round: async () => {
            await messengers.verifyRound(onError)
            return false
          },
          onError,
        }),
        startRounds({
          everyMs: HEALTH_MS,
          round: async () => {
            await messengers.healthRound()
            return false
          },
          onError,
        }),
        startRounds({ everyMs: SUBSCRIBED_MS, round: keepSubscribed, onError }),
        startRounds({
          everyMs: FORGET_MS,
          round: async () => {
            await messengers.forgetOld()
            return false
          },
          onError,
        }),
      ]
    },
    async stop(): Promise<void> {
      for (const round of rounds) await round.stop()
      await messengers.settled()
      await matrix?.stop()
    },
  }
}
