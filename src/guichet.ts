import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createAccessLog, createSigner } from '#accesslog'
import {
  type BankProfile,
  type BankSecrets,
  createBanks,
  loadBankSecrets,
  loadClientKeys,
  loadProfiles,
  openStatement,
  parseMapping,
} from '#banks'
import { createChat, createHumanDesk, createRequests } from '#channels'
import type { Settings } from '#config'
import { createConsents, createReceiptSigner, OFFERED_PURPOSES, PURPOSES } from '#consent'
import { createConversation } from '#conversation'
import { type OpenDatabase, openDatabase } from '#database'
import { createFaces } from '#faces'
import { createFraud, createJudge, createModels, createOwnEvents, createRuleSets, readTallies } from '#fraud'
import { createHttpServer, createStaff, exportFile, type HttpNeeds } from '#http'
import { createIntake, createPulls, createQuarantine, createStatements, createSync } from '#intake'
import {
  createLogger,
  createSql,
  DAY,
  Fault,
  HOUR,
  type Logger,
  readOrCreateFile,
  SECOND,
  startJobs,
  startRounds,
  systemClock,
  systemRandom,
} from '#kit'
import { createOffers, loadOffers, type OfferFile } from '#offers'
import { createPeople } from '#people'
import { createReaders } from '#readers'
import { createFileKms, createVault } from '#vault'
import { createBankDesk } from './bank-desk.ts'
import type { Desk } from './commands/desk.ts'
import { createConnectionWatch } from './connections.ts'
import { createLeaving } from './leaving.ts'
import { openMessengers } from './messengers.ts'
import { createPlanner } from './planner.ts'

const PAGES = join(import.meta.dirname, '../dist/app')
const CHECKPOINT_MS = SECOND
const KEY_ROTATION_MS = 6 * HOUR
/** How often links with new payments are looked for: what comes meanwhile is told together. */
const LINES_MS = SECOND
/** How often links are looked at for things worth knowing: nobody waits for them. */
const WORTH_MS = 5 * SECOND
/** How often links that are due are looked for. */
const PULLS_MS = 30 * SECOND
/** How often consents that end and banks that fail are looked for. */
const WATCH_MS = HOUR
const JOBS_AT_ONCE = 4
/** How far back a link's first pull goes: the longest look-back of any purpose that can be granted. */
const HISTORY_DAYS = Math.max(...OFFERED_PURPOSES.map((purpose) => PURPOSES[purpose].lookbackDays))
/** Of a bank whose profile is gone: EU 2018/389, art. 36(5)(b). */
const UNATTENDED_PULLS_PER_DAY = 4
/** A bank's intake and questions are many and short; loans hold a connection each while they last. */
const CONNECTIONS = { vault: 16, rooms: 10, log: 3, keys: 4 }

/** What was begun by a start that failed may hang on what made it fail. */
const UNDO_MS_MAX = 10 * SECOND

export type RunningGuichet = { url: string; stop(): Promise<void> }

/**
 * Builds the rooms, joins their ports, opens the doors. Resolves once Guichet can be used; when it cannot, what was begun is ended
 * first.
 */
export async function startGuichet(settings: Settings): Promise<RunningGuichet> {
  const logger = createLogger({ level: settings.logLevel })
  const begun = new AsyncDisposableStack()
  try {
    await open(settings, logger, begun)
  } catch (error) {
    const ended = begun
      .disposeAsync()
      .catch((why: unknown) => logger.warn('a start was not undone', { error: why }))
    await Promise.race([ended, setTimeout(UNDO_MS_MAX, undefined, { ref: false })])
    throw error
  }
  logger.info('ready', { port: settings.port })
  return { url: settings.publicUrl.origin, stop: () => begun.disposeAsync() }
}

/** What is begun ends in reverse: first the doors, last the database. */
async function open(settings: Settings, logger: Logger, begun: AsyncDisposableStack): Promise<void> {
  const rooms = await buildRooms(settings, logger)
  begun.defer(rooms.close)
  const {
    sql,
    urls,
    vault,
    log,
    people,
    consents,
    receipts,
    intake,
    banks,
    chat,
    leaving,
    pulls,
    fraud,
    readers,
  } = rooms

  await log.start({ everyMs: CHECKPOINT_MS })
  await vault.start()
  const ending = (one: { stop(): Promise<void> }) => begun.defer(() => one.stop())
  ending(
    await rooms.models.start((error) =>
      logger.error('the fraud models in force were not read, or a stop not kept', { error }),
    ),
  )
  ending(
    await rooms.ruleSets.start((error) =>
      logger.error('the fraud rules in force were not read, or a stop not kept', { error }),
    ),
  )

  const onFault: HttpNeeds['onFault'] = ({ code, route, status, error }) => {
    if (status >= 500) logger.error('a request failed', { code, route, status, error })
    else logger.info('a request was refused', { code, route, status })
  }
  const serverKey = await readKey(settings, 'server.key')
  const apps = await createFaces({
    sql: sql.rooms,
    readers,
    readChanges: intake.changes,
    publicUrl: settings.publicUrl,
    keysFolder: settings.keysFolder,
    key: await readKey(settings, 'oauth.key'),
    clock: systemClock,
    random: systemRandom,
    onFault,
  })
  const messengers = await openMessengers({
    settings,
    sql: sql.rooms,
    vault,
    people,
    chat,
    bankNames: banks.list().map(({ name }) => name),
    key: await readKey(settings, 'messengers.key'),
    clock: systemClock,
    random: systemRandom,
    logger,
  })
  const http = await createHttpServer({
    publicUrl: settings.publicUrl,
    pagesFolder: PAGES,
    controlUrl: settings.controlUrl?.href ?? null,
    embedOrigins: settings.embedOrigins,
    sql: sql.rooms,
    vault,
    log,
    consents,
    people,
    receipts,
    intake,
    banks,
    chat,
    messengers: messengers.desk,
    apps,
    personsApps: {
      ofPerson: readers.accesses.ofPerson,
      withdraw: readers.accesses.withdraw,
      names: readers.registry.names,
    },
    statements: rooms.statements,
    openStatement: (source, { mapping, bytesMax }) =>
      openStatement(source, {
        format: null,
        mapping: mapping === null ? null : parseMapping(mapping),
        bytesMax,
      }),
    walkAway: leaving.erase,
    clock: systemClock,
    random: systemRandom,
    serverKey,
    sessionIdleMinutes: settings.sessionIdleMinutes,
    onFault,
  })

  const jobs = await startJobs({
    url: urls.jobs,
    concurrency: JOBS_AT_ONCE,
    log: logger,
    listeners: {
      'link-made': async (ids) => {
        const [link] = await people.linksById(sql.rooms, [ids.linkId])
        if (link?.state !== 'linked') return
        const pulled = await pulls.first({ ...ids, bankId: link.bankId })
        logger.info('history pulled', { linkId: ids.linkId, ok: pulled.ok })
        await chat.tellLinked(ids)
        await chat.noteWorthKnowing(ids)
      },
      'case-raised': chat.tellCase,
      'case-unanswered': chat.tellCaseAgain,
      'dispute-decided': chat.tellDecision,
      'account-changed': chat.tellAccount,
      'bank-order-wanted': chat.carryOut,
      'access-ended': async (ids) => {
        fraud.forget(ids.linkId)
        await chat.tellAccessEnded(ids)
      },
      'card-block-wanted': ({ blockId, ...ids }) => chat.carryOut({ ...ids, orderId: blockId }),
      'consent-ended': async (ids) => {
        fraud.forget(ids.linkId)
        await chat.tellConsentEnded(ids)
        await leaving.afterWithdrawal(ids.personId, ids.linkId)
      },
      'person-left': async ({ personId }) => {
        fraud.forgetPerson(personId)
        await leaving.finishErasing(personId)
      },
      'app-let': async ({ personId, accessId }) => {
        const access = await readers.accesses.find(accessId)
        if (access?.state !== 'given') return
        const names = await readers.registry.names([access.readerId])
        await chat.tellAppLet({
          personId,
          accessId,
          app: names.get(access.readerId) ?? access.readerId,
          bankIds: access.grants.map(({ bankId }) => bankId),
          until: Math.max(...access.grants.map(({ expiresAt }) => expiresAt)),
        })
      },
      'bank-left': async (ids) => {
        fraud.forgetPerson(ids.personId)
        await chat.tellBankLeft(ids)
      },
      'member-left': async ({ memberId, bankId }) => {
        const hasColleagues = (await rooms.staff.banksWithSomebody([bankId])).length > 0
        await chat.handovers.memberLeft({ id: memberId, bankId }, hasColleagues)
      },
    },
  })
  ending(jobs)

  const rotation = setInterval(
    () => void vault.rotateKeys().catch((error: unknown) => logger.error('keys were not rotated', { error })),
    Math.min(KEY_ROTATION_MS, DAY),
  )
  begun.defer(() => clearInterval(rotation))
  ending(
    startRounds({
      everyMs: LINES_MS,
      round: () => chat.tellLines((error) => logger.error('a line was not told', { error })),
      onError: (error) => logger.error('lines were not told', { error }),
    }),
  )
  ending(
    startRounds({
      everyMs: WORTH_MS,
      round: () => chat.tellWorthKnowing((error) => logger.error('a link was not looked at', { error })),
      onError: (error) => logger.error('things worth knowing were not looked for', { error }),
    }),
  )
  ending(
    startRounds({
      everyMs: PULLS_MS,
      round: () => pulls.round((error) => logger.warn('a pull failed', { error })),
      onError: (error) => logger.error('links were not pulled', { error }),
    }),
  )
  ending(
    startRounds({
      everyMs: WATCH_MS,
      round: createConnectionWatch({ sql: sql.rooms, consents, pulls, chat, clock: systemClock }),
      onError: (error) => logger.error('connections were not looked at', { error }),
    }),
  )
  ending(messengers)
  await messengers.start()
  ending(http)
  await http.listen(settings.host, settings.port)
}

/** The operator's desk: the same rooms and the same gate, without the doors. */
export async function openDesk(settings: Settings): Promise<Desk> {
  const rooms = await buildRooms(settings, createLogger({ level: 'error' }))
  const { sql, vault, log, people, receipts, banks, chat, leaving, models, ruleSets, readers } = rooms
  const { ownEvents, pulls, staff, statements } = rooms
  await vault.start()

  const mustFind = async (personId: string) => {
    const person = await people.find(sql.rooms, personId)
    if (!person || person.erasedAt !== null) throw new Fault('not-found')
    return person
  }

  return {
    models,
    ruleSets,
    ownEvents,
    readers: { ...readers.registry, withdraw: readers.accesses.withdrawReader },
    requests: createRequests({
      sql: sql.rooms,
      clock: systemClock,
      handBack: chat.handovers.handBack,
    }),
    tallies: () => readTallies(sql.rooms),
    staff: {
      async invite(bankId, name) {
        banks.profile(bankId)
        return await staff.invite(bankId, name)
      },
      list: staff.list,
      remove: staff.remove,
    },
    async importStatement(request) {
      banks.profile(request.bankId)
      return await statements.import({ ...request, by: { kind: 'operator', id: 'command-line' } })
    },
    async listBanks() {
      const health = new Map((await pulls.health()).map((one) => [one.bankId, one]))
      return await Promise.all(
        banks.list().map(async ({ id, name, simulated }) => ({
          id,
          name,
          simulated,
          status:
            (await people.bankLeftAt(sql.rooms, id)) === null ? ('open' as const) : ('withdrawn' as const),
          links: (await people.linksOfBank(sql.rooms, id)).length,
          failing: health.get(id)?.failing ?? 0,
        })),
      )
    },
    async withdrawBank(bankId) {
      banks.profile(bankId)
      return await vault.bankLeaves(bankId)
    },
    async exportPerson(personId) {
      const { locale } = await mustFind(personId)
      return await exportFile({
        personId,
        actor: { kind: 'operator', id: 'command-line', role: 'operator' },
        act: { locale, via: 'operator' },
        vault,
        log,
        receipts,
        chat,
        clock: systemClock,
      })
    },
    async erasePerson(personId) {
      await mustFind(personId)
      await leaving.erase(personId)
    },
    close: rooms.close,
  }
}

/** Every room joined to the others, without a door. The caller closes what `close` names. */
export async function buildRooms(settings: Settings, logger: Logger) {
  // What an operator can get wrong is read first: a mistake there starts nothing.
  const profiles = await loadProfiles(settings.banksFolder)
  const files = {
    profiles,
    secrets: await loadBankSecrets(settings.keysFolder, profiles),
    offers: await loadOffers(settings.offersFolder),
  }
  const database = await openDatabase({
    databaseUrl: settings.databaseUrl,
    keysDatabaseUrl: settings.keysDatabaseUrl,
    dataFolder: settings.dataFolder,
    keysFolder: settings.keysFolder,
  })
  try {
    return await assemble(settings, logger, database, files)
  } catch (error) {
    await database.stop()
    throw error
  }
}

async function assemble(
  settings: Settings,
  logger: Logger,
  database: OpenDatabase,
  files: {
    profiles: BankProfile[]
    secrets: ReadonlyMap<string, BankSecrets>
    offers: OfferFile[]
  },
) {
  const clock = systemClock
  const random = systemRandom
  const { urls } = database
  const connect = (role: keyof typeof CONNECTIONS) =>
    createSql({ url: urls[role], connectionsMax: CONNECTIONS[role], application: `guichet-${role}` })
  const sql = { vault: connect('vault'), rooms: connect('rooms'), log: connect('log'), keys: connect('keys') }

  const signer = await createSigner({ folder: settings.signerFolder, origin: settings.logOrigin, random })
  const log = createAccessLog({
    sql: sql.log,
    clock,
    random,
    signer,
    onFault: (error) => logger.error('the log reports a fault', { error }),
  })
  const receipts = await createReceiptSigner(join(settings.keysFolder, 'receipts.jwk'))
  const consents = createConsents({ clock, random, receipts, daysMax: settings.consentDaysMax })
  const people = createPeople({ clock, random, indexKey: await readKey(settings, 'index.key') })
  const kms = createFileKms({ folder: join(settings.keysFolder, 'kek'), clock, random })
  const vault = createVault({ sql: sql.vault, keysSql: sql.keys, kms, log, consents, people, clock, random })

  const banks = createBanks({
    profiles: files.profiles,
    secrets: files.secrets,
    keys: await loadClientKeys(join(settings.keysFolder, 'client.jwk')),
    publicUrl: settings.publicUrl,
    clock,
  })
  const models = createModels({
    sql: sql.rooms,
    clock,
    onStopped: (stopped) => logger.error('a fraud model asked about too much and was stopped', stopped),
    onUnusable: (unusable) => logger.error('a fraud model cannot be used and judges nothing', unusable),
  })
  const ruleSets = createRuleSets({
    sql: sql.rooms,
    clock,
    onStopped: (stopped) =>
      logger.error(
        stopped.why === 'asked'
          ? 'a fraud rule asked about too much and was stopped'
          : 'a fraud rule spared every payment and was stopped',
        stopped,
      ),
    onUnusable: (unusable) =>
      logger.error('a set of fraud rules cannot be used and judges nothing', unusable),
  })
  const homeCountryOf = (bankId: string) => banks.list().find((bank) => bank.id === bankId)?.country ?? null
  const ownEvents = createOwnEvents({ sql: sql.rooms, vault, people, consents, homeCountryOf, clock, random })
  const fraud = createFraud({
    judge: createJudge(models.inForce, ruleSets.inForce),
    clock,
    random,
    people,
    homeCountryOf,
    placeKey: await readKey(settings, 'places.key'),
  })
  const contentKey = await readKey(settings, 'content.key')
  const intake = createIntake({ sql: sql.rooms, vault, people, score: fraud.score, contentKey, clock })

  const readers = createReaders({ sql: sql.rooms, vault, consents, clock, random })
  const quarantine = createQuarantine({ sql: sql.rooms, clock })
  const statements = createStatements({ sql: sql.rooms, vault, people, quarantine, clock, random })
  const pull = createSync({ vault, people, reader: banks, quarantine, clock })
  const limitsOf = (bankId: string) => banks.list().find(({ id }) => id === bankId)?.limits
  const pulls = createPulls({
    sql: sql.rooms,
    pull,
    unattendedPerDay: (bankId) => limitsOf(bankId)?.unattendedPullsPerDay ?? UNATTENDED_PULLS_PER_DAY,
    historyDays: (bankId) => Math.min(HISTORY_DAYS, limitsOf(bankId)?.historyDays ?? HISTORY_DAYS),
    onEnded: ({ personId, linkId, usedAt }) => vault.accessEnded(personId, linkId, usedAt),
    clock,
    random,
  })

  const staff = createStaff({ sql: sql.rooms, clock, random })
  const conversation = createConversation({
    planner:
      settings.planner &&
      createPlanner({
        ...settings.planner,
        onFailed: (code) => logger.warn('the planner gave no answer', { code }),
      }),
    vault,
    people,
    consents,
    sql: sql.rooms,
    offers: createOffers({ files: files.offers, clock }),
    cases: fraud,
    banks: {
      list: () => banks.list(),
      find(bankId) {
        const profile = banks.list().find((one) => one.id === bankId)
        return profile
          ? { name: profile.name, country: profile.country, supportPhone: profile.supportPhone ?? null }
          : null
      },
      downSince: async (bankId) => banks.downSince(bankId),
    },
    pulls,
    humans: createHumanDesk(sql.rooms, staff.banksWithSomebody),
    clock,
    random,
  })
  const chat = createChat({
    vault,
    people,
    conversation,
    desk: createBankDesk(banks),
    sql: sql.rooms,
    clock,
    random,
    traffic: intake,
  })
  const leaving = createLeaving({
    sql: sql.rooms,
    vault,
    people,
    consents,
    banks,
    chat,
    clock,
    log: logger,
  })

  return {
    sql,
    urls,
    log,
    receipts,
    consents,
    people,
    vault,
    fraud,
    models,
    ruleSets,
    ownEvents,
    intake,
    statements,
    banks,
    pull,
    pulls,
    readers,
    staff,
    chat,
    leaving,
    async close() {
      await log.stop()
      for (const pool of Object.values(sql)) await pool.end()
      await database.stop()
    },
  }
}

/** A 32-byte key of this installation, made at the first start. */
async function readKey(settings: Settings, name: string): Promise<Buffer> {
  const text = await readOrCreateFile(join(settings.keysFolder, name), async () =>
    systemRandom(32).toString('base64'),
  )
  return Buffer.from(text, 'base64')
}
