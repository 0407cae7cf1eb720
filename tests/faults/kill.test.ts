/**
 * Promise 5 under fire: two processes of the house take what a bank tells of card payments in turn, while one of them, a
 * database connection's own process or the whole database is ended without warning at two hundred seeded moments. The bank
 * sends again whatever was not acknowledged. Afterwards everything is as in a house where nothing happened.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isFree, removeEmbeddedPostgres, startEmbeddedPostgres } from '#database'
import { createSql, MINUTE, type Sql, seeded } from '#kit'
import { reveal } from '../../src/kit/reveal.ts'
import { keepAsWritten, scoresAsWritten } from '../fixtures/as-written.ts'
import { openHouseApart, type Running, type Told } from '../fixtures/house-apart.ts'

const KILLS = 200
const PEOPLE = 16
const SENDERS = 8
const EVENTS_PER_MESSAGE = 8
/** Every so many-th kill ends a process of the house, every so many-th the whole database; the others one of its processes. */
const HOUSE_EVERY = 4
const DATABASE_EVERY = 25
const SEED = 20_261_124
/** After a crash the server has all its files written to the disk: by one call for all of them rather than by one for each. */
const SETTINGS = { recovery_init_sync_method: 'syncfs' }
/** How long the bank waits before it sends again: each try at a database that is coming back takes from what brings it back. */
const AGAIN_MS = 30

let folder: string
let secret: string
let postgres: Awaited<ReturnType<typeof startEmbeddedPostgres>>
let owner: Sql
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-kill-'))
  secret = randomBytes(24).toString('base64url')
  postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), secret, settings: SETTINGS })
  owner = createSql({ url: postgres.url, connectionsMax: 2, application: 'kill-test' })
  await owner.query('create database undisturbed')
})
after(async () => {
  await owner.end()
  await postgres.stop()
  await removeEmbeddedPostgres(join(folder, 'postgres'))
  await rm(folder, { recursive: true, force: true })
})

test(`through ${KILLS} kills, nothing acknowledged is lost or handled twice`, {
  timeout: 1_800_000,
}, async () => {
  const front = await takePayments(postgres.url, killAtRandom)
  const calm = new URL(postgres.url)
  calm.pathname = '/undisturbed'
  const undisturbed = await takePayments(calm.href, null, front.messages)

  for (const [account, life] of front.lives) {
    const sent = front.acknowledged.get(account)!
    assert.deepEqual(
      life.payments.map(({ bankId }) => bankId).sort(),
      sent.flatMap(({ id, about }) => (about === undefined ? [`auth-${id}`] : [])).sort(),
      'each acknowledged payment is kept once',
    )
    assert.deepEqual(life.written, life.scored, 'no payment is scored twice')
    assert.equal(new Set(life.asked).size, life.asked.length, 'no payment is asked about twice')
    assert.equal(life.alerts, life.cases, 'one alert for each case')
    const calmLife = undisturbed.lives.get(account)!
    assert.deepEqual(life.asked.sort(), calmLife.asked.sort(), 'the same payments are asked about')
    assert.deepEqual(
      life.payments.map(({ bankId, state, vector }) => [bankId, state, vector]).sort(),
      calmLife.payments.map(({ bankId, state, vector }) => [bankId, state, vector]).sort(),
      'in the same state, and scored bit for bit as if nothing had happened',
    )
    assert.ok(
      life.payments.every(({ state, vector }) => vector !== null || state.startsWith('declined')),
      'each payment was scored',
    )
  }
  assert.ok(
    front.lives.values().some(({ cases }) => cases > 0),
    'the thefts were noticed',
  )
})

/** What is kept of one person, by the bank's ids. */
type Life = {
  /** `state` is what became of it, and its amount. */
  payments: { bankId: string; state: string; vector: readonly number[] | null }[]
  scored: string[]
  /** As often as a score of it was ever written. */
  written: string[]
  asked: string[]
  cases: number
  alerts: number
}

/**
 * A house takes the payments of some people while `disturb` does its worst, or takes the very messages that another
 * house took; then says what it kept.
 */
async function takePayments(
  databaseUrl: string,
  disturb: ((front: Front, house: House, database: Sql) => Promise<void>) | null,
  messages: readonly (readonly Told[])[][] = [],
) {
  const house = await openHouseApart({
    databaseUrl,
    secret,
    port: await freePort(),
    stderr: disturb ? 'ignore' : 'inherit',
  })
  const database = createSql({ url: databaseUrl, connectionsMax: 2, application: 'kill-test' })
  try {
    const people = await house.linkPeople(PEOPLE)
    await keepAsWritten(database)
    // Nobody answers at this bank, so the pulls that linking asks for would be tried for ever.
    await database.query('delete from graphile_worker._private_jobs')
    const front: Front = {
      running: await house.start(await freePort()),
      over: false,
      held: Promise.resolve(),
    }
    const taken: Told[][][] = Array.from({ length: SENDERS }, () => [])
    const sending = Array.from({ length: SENDERS }, async (_, sender) => {
      const accounts = people.filter((__, i) => i % SENDERS === sender).map(({ account }) => account)
      for (const message of messages[sender] ?? lifeOf(accounts, SEED + sender)) {
        if (front.over) return
        await sendUntilTaken(house, front, message)
        taken[sender]!.push([...message])
      }
    })
    try {
      await disturb?.(front, house, database)
    } finally {
      if (disturb) front.over = true
    }
    await Promise.all(sending)
    await everyAnnouncementIsWorked(database)
    await front.running.end('SIGTERM')

    const acknowledged = Map.groupBy(taken.flat(2), ({ account }) => account)
    const lives = new Map<string, Life>()
    const rooms = await house.openRooms()
    try {
      for (const { account, personId, linkId } of people) {
        const whose = { personId, linkId, bankId: house.bankId }
        const written = await scoresAsWritten(
          database,
          { keys: rooms.sql.keys, settings: house.settings },
          whose,
        )
        lives.set(account, { ...(await lifeKept(rooms, database, personId)), written: written.sort() })
      }
      await rooms.log.audit()
    } finally {
      await rooms.close()
    }
    return { messages: taken, acknowledged, lives }
  } finally {
    await house.close()
    await database.end()
  }
}

async function lifeKept(
  rooms: Awaited<ReturnType<House['openRooms']>>,
  database: Sql,
  personId: string,
): Promise<Omit<Life, 'written'>> {
  const opened = await rooms.vault.open(
    {
      personId,
      purpose: 'fraud-alerts',
      actor: { kind: 'operator', id: 'kill-test', role: 'operator' },
      what: 'check-payment',
    },
    async (loan) => ({
      payments: reveal(await loan.transactions()),
      cases: reveal(await loan.cases()),
      scores: reveal(await loan.scores()),
    }),
  )
  assert.ok(opened.ok)
  const { payments, cases, scores } = opened.value
  const bankIds = new Map(payments.map(({ id, bankTransactionIds }) => [id, bankTransactionIds[0]!]))
  const vectors = new Map(scores.map(({ id, vector }) => [id, vector]))
  const alerts = await database.query(
    `select from channels.message where person_id = $1 and kind = 'alert'`,
    [personId],
  )
  return {
    payments: payments.map(({ id, status, amount }) => ({
      bankId: bankIds.get(id)!,
      state: `${status} ${amount.amountMinor}`,
      vector: vectors.get(id) ?? null,
    })),
    scored: scores.map(({ id }) => id).sort(),
    asked: cases
      .flatMap((one) => [one.transactionId, ...(one.attachedTransactionIds ?? [])])
      .map((id) => bankIds.get(id)!),
    cases: cases.length,
    alerts: alerts.length,
  }
}

type House = Awaited<ReturnType<typeof openHouseApart>>
/** The bank sends nothing until `held` is fulfilled. */
type Front = { running: Running; over: boolean; held: Promise<unknown> }

/** Ends a process at each seeded moment, under load; another of the house is ready by then. */
async function killAtRandom(front: Front, house: House, database: Sql): Promise<void> {
  const chance = seeded(SEED)
  let standby = startUntilUp(house)
  for (let kill = 1; kill <= KILLS; kill++) {
    const endsDatabase = kill % DATABASE_EVERY === 0
    const endsHouse = !endsDatabase && kill % HOUSE_EVERY === 0
    if (endsHouse) {
      // What is sent while nothing is ended would show nothing, and keep the next process from starting.
      front.held = standby
      await standby
    }
    await untilItWorks(() => database.query('select'))
    await pause(20 + chance() * 180)
    if (endsDatabase) await killDatabase()
    else if (!endsHouse) await killDatabaseProcess(database, chance())
    else {
      const doomed = front.running
      front.running = await standby
      await doomed.end('SIGKILL')
      standby = startUntilUp(house)
    }
  }
  await (await standby).end('SIGTERM')
}

/** What a service manager does: a process that could not start, because the database was just ended, is started again. */
async function startUntilUp(house: House): Promise<Running> {
  return await untilItWorks(async () => house.start(await freePort()))
}

/** The server ends all its other connections too, and recovers what was committed. */
async function killDatabaseProcess(database: Sql, chance: number): Promise<void> {
  const pid = await untilItWorks(async () => {
    const found = await database.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where datname = current_database() and application_name like 'guichet-%' order by pid`,
    )
    // The house may not have come back to the database since the last kill.
    assert.ok(found.length > 0)
    return found[Math.floor(chance * found.length)]!.pid
  })
  end(pid)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The database's first process ends, as by a power cut; a service manager starts it again. */
async function killDatabase(): Promise<void> {
  const [{ folder: cluster }] = (await untilItWorks(() =>
    owner.query<{ folder: string }>(`select current_setting('data_directory') as folder`),
  )) as [{ folder: string }]
  process.kill(Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGKILL')
  const again = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), secret, settings: SETTINGS })
  assert.equal(again.url, postgres.url)
}

/** The bank's side: what is not acknowledged is signed anew and sent again, to whichever process is there. */
async function sendUntilTaken(house: House, front: Front, payments: readonly Told[]): Promise<void> {
  for (;;) {
    await front.held
    const { headers, body } = await house.sign(payments)
    const answer = await fetch(`${front.running.url}/banks/${house.bankId}/events`, {
      method: 'POST',
      headers,
      body,
    }).catch(() => null)
    if (answer?.ok) {
      const { accepted, duplicates, dropped } = (await answer.json()) as Record<string, number>
      assert.deepEqual([accepted! + duplicates!, dropped], [payments.length, 0])
      return
    }
    await answer?.body?.cancel()
    assert.ok(answer === null || answer.status >= 500, `refused with ${answer?.status}`)
    await pause(AGAIN_MS)
  }
}

const SHOPS = ['tesco stores 6227', 'boots 0021', 'greggs 1743', 'shell kings 587', 'costa coffee 4311']
const START = Date.UTC(2026, 9, 1, 8)

/**
 * What a bank tells of some people in the order of time, without end: a few payments a day in the shops they know, what
 * becomes of them, now and then a theft, one it refuses itself and one that its own system suspects.
 */
function* lifeOf(accounts: readonly string[], seed: number): Generator<Told[]> {
  const chance = seeded(seed)
  const sequences = new Map<string, number>()
  const unposted = new Map<string, Told[]>(accounts.map((account) => [account, []]))
  let at = START
  let n = 0
  for (;;) {
    const message: Told[] = []
    while (message.length < EVENTS_PER_MESSAGE) {
      const account = accounts[Math.floor(chance() * accounts.length)]!
      const sequence = (sequences.get(account) ?? 0) + 1
      sequences.set(account, sequence)
      at += Math.floor(chance() * 4 * MINUTE)
      const common = {
        id: `${seed}-${n++}`,
        account,
        sequence,
        at,
        terminalId: `T-${Math.floor(chance() * 40)}`,
      }
      const open = unposted.get(account)!
      const kind = chance()
      if (kind < 0.25 && open.length > 3) {
        const { id, amountMinor, descriptor } = open.shift()!
        const tip = chance() < 0.2 ? 150 : 0
        message.push({
          ...common,
          type: 'posted',
          about: id,
          amountMinor: amountMinor + tip,
          descriptor: descriptor!,
        })
      } else if (kind < 0.26 && open.length > 0) {
        const { id, amountMinor, descriptor } = open.at(-1)!
        message.push({ ...common, type: 'suspected', about: id, amountMinor, descriptor: descriptor! })
      } else if (kind < 0.27) {
        message.push({
          ...common,
          type: 'declined',
          amountMinor: 45_000,
          descriptor: `megatronics outlet ${n}`,
        })
      } else {
        const isTheft = sequence > 60 && chance() < 0.01
        const paid: Told = {
          ...common,
          amountMinor: isTheft ? 90_000 : 200 + Math.floor(chance() * 4_000),
          descriptor: isTheft ? `megatronics outlet ${n}` : SHOPS[Math.floor(chance() * SHOPS.length)]!,
          ...(isTheft && { country: 'FR', city: 'Paris', latitude: 48.857, longitude: 2.352 }),
        }
        message.push(paid)
        open.push(paid)
      }
    }
    yield message
  }
}

async function everyAnnouncementIsWorked(database: Sql): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    // What is to be heard later, such as a question that stays unanswered, is not waiting yet.
    const rows = await untilItWorks(() =>
      database.query(`select from graphile_worker._private_jobs where run_at <= now() limit 1`),
    )
    if (rows.length === 0) return
    await pause(100)
  }
  assert.fail('announcements are still waiting')
}

/** The database may be coming back from a kill. */
async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries > 200) throw error
      await pause(50)
    }
  }
}

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms))

async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    if (await isFree(port)) return port
  }
}
