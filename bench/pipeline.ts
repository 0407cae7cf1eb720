import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '#database'
import { createSql, type Sql, seeded } from '#kit'
import { openHouseApart, type Told } from '../tests/fixtures/house-apart.ts'
import { drawTable } from './fraud/table.ts'
import { type Bench, collectGarbage, type Measure, percentile, timed } from './measure.ts'
import { growHistory } from './pipeline-history.ts'

const PEOPLE = 1_000
/** Processes of the house, each for its share of the accounts: one thread cannot fill two cores. */
const PROCESSES = 2
const EVENTS_PER_MESSAGE = 100
/** Messages that are under way at a time: as many as fill two commits of each process. */
const MESSAGES_AT_ONCE = 192
const WARM_MESSAGES = 240
const MESSAGES = 600
/** Pairs of one payment and one bare row: with so many the p99 is no single moment of bad luck. */
const SINGLES = 1_500
/** At low load one payment is over before anything else comes. What is told of it comes each second, beside the others. */
const AFTER_SINGLE_MS = 40
const AFTER_BARE_MS = 10
const PORT = 26_410

/** Payments a person has had before, and a hundred times as many: two and a half years of some three a day. */
const SHORT_HISTORY = 25
const LONG_HISTORY = 100 * SHORT_HISTORY
const FLAT_MESSAGES = 600

const LINES_LOOKED_AT_MS = 250

/** What we hold ourselves to: payments a second; a share of the bare insert; times a bare insert's latency; share kept. */
const GOALS = { rate: 10_000, share: 1 / 5, latency: 4, flat: 0.8 }

/**
 * Card payments a second, end to end: a signed HTTP message in; deduplicated, scored, sealed, logged, outbox written,
 * committed and acknowledged. Held against a bare insert of the same rows, in batches of 100, on the same durable
 * database in the same run; and one payment alone against one bare row.
 */
export const pipelineBench: Bench = {
  names: ['pipeline.rate', 'pipeline.p99', 'pipeline.flat'],
  async run(say, { isWanted, show }) {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-bench-'))
    const secret = randomBytes(24).toString('base64url')
    const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), secret })
    const house = await openHouseApart({ databaseUrl: postgres.url, secret, port: PORT })
    const owner = createSql({ url: postgres.url, connectionsMax: 4, application: 'bench' })
    const agent = new Agent({ keepAlive: true, maxSockets: MESSAGES_AT_ONCE })
    try {
      say(`pipeline: linking ${PEOPLE} people`)
      const people = await house.linkPeople(PEOPLE)
      await owner.query(`delete from graphile_worker._private_jobs`)
      const start = () => Promise.all(Array.from({ length: PROCESSES }, (_, n) => house.start(PORT + n)))
      let running = await start()
      const shares = Array.from({ length: PROCESSES }, (_, share) =>
        tell(
          people.filter((__, n) => n % PROCESSES === share).map(({ account }) => account),
          share,
        ),
      )
      let turn = 0
      const sign = async (count: number) => {
        const share = turn++ % running.length
        return { base: running[share]!.url, signed: await house.sign(shares[share]!(count)) }
      }
      const payments = tell(
        people.map(({ account }) => account),
        PROCESSES,
      )
      /** Signed before the clock starts, as the rows of the bare insert lie ready: what a bank does is not measured. */
      const pour = async (messages: number) => {
        const ready: Awaited<ReturnType<typeof sign>>[] = []
        for (let n = 0; n < messages; n++) ready.push(await sign(EVENTS_PER_MESSAGE))
        return await timed(() =>
          Promise.all(
            Array.from({ length: MESSAGES_AT_ONCE }, async () => {
              for (let next = ready.shift(); next; next = ready.shift())
                await post(agent, next.base, next.signed)
            }),
          ),
        )
      }
      const rateOf = async (messages: number) => {
        await pour(WARM_MESSAGES)
        return (messages * EVENTS_PER_MESSAGE * 1000) / (await pour(messages))
      }
      const measures: Measure[] = []

      if (isWanted('pipeline.rate') || isWanted('pipeline.p99')) {
        const rate = await rateOf(MESSAGES)
        say(`pipeline: ${Math.round(rate)} payments/s`)
        const bareRate = await insertBare(owner, payments)

        // Low load is when the flood is over, and so is what it left to do: a quiet line for each of its people.
        say('pipeline: waiting until the lines of the flood are told')
        while (await hasLinesDue(owner)) await setTimeout(LINES_LOOKED_AT_MS)
        // At low load one process does; the other's rounds would only stand in its way.
        for (const one of running.splice(1)) await one.end('SIGTERM')
        const pairs = []
        for (let n = 0; n < SINGLES; n++) pairs.push({ ...(await sign(1)), row: rowsOf(payments(1)) })
        // What the flood left in this process, the bank's, is not collected beside what is measured.
        collectGarbage()
        // By turns: a disk has good and bad moments, and one beside the other they meet the same.
        const [singles, bareSingles] = [[] as number[], [] as number[]]
        for (const { base, signed, row } of pairs) {
          singles.push(await timed(() => post(agent, base, signed)))
          await setTimeout(AFTER_SINGLE_MS)
          bareSingles.push(await timed(() => owner.query(INSERT, row)))
          await setTimeout(AFTER_BARE_MS)
        }
        const [p99, bareP99] = [percentile(singles, 0.99), percentile(bareSingles, 0.99)]
        say(
          `pipeline: one payment ${spread(singles)} ms, one bare row ${spread(bareSingles)} ms (median, p90, p99)`,
        )
        show(
          drawTable(
            'Card payments: a message in that was signed before; scored, sealed, logged, outbox written, committed, acknowledged',
            ['', 'measured', 'goal'],
            [
              [
                'payments a second',
                Math.round(rate).toLocaleString('en'),
                `at least ${GOALS.rate.toLocaleString('en')}`,
              ],
              ['as a share of the bare insert', (rate / bareRate).toFixed(2), `at least ${GOALS.share}`],
              ['one payment, p99 in bare inserts', (p99 / bareP99).toFixed(1), `at most ${GOALS.latency}`],
            ],
          ),
        )
        measures.push(
          {
            name: 'pipeline.rate',
            value: rate,
            unit: 'payments/s',
            against: { what: 'bare INSERT … unnest of the same rows, batches of 100', value: bareRate },
          },
          {
            name: 'pipeline.p99',
            value: p99,
            unit: 'ms',
            against: { what: 'a bare durable insert of one row', value: bareP99 },
          },
        )
      }

      if (isWanted('pipeline.flat')) {
        /** A house that starts anew, so that nothing but the history is different. */
        const rateAfter = async (payments: number, had: number) => {
          for (const one of running) await one.end('SIGTERM')
          await growHistory({ house, owner, people, payments, had }, say)
          running = await start()
          const rate = await rateOf(FLAT_MESSAGES)
          say(`pipeline: ${Math.round(rate)} payments/s with ${payments} earlier payments a person`)
          return rate
        }
        const short = await rateAfter(SHORT_HISTORY, 0)
        const long = await rateAfter(LONG_HISTORY, SHORT_HISTORY)
        measures.push({
          name: 'pipeline.flat',
          value: long,
          unit: 'payments/s',
          against: { what: `with a hundredth of the history (goal: ${GOALS.flat} of it)`, value: short },
        })
      }
      return measures
    } finally {
      agent.destroy()
      await house.close()
      await owner.end()
      await postgres.stop()
      await removeEmbeddedPostgres(join(folder, 'postgres'))
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Payments one after the other, each of somebody chosen by a seed. */
function tell(accounts: readonly string[], share: number): (count: number) => Told[] {
  const chance = seeded(26 + share)
  const sequences = new Map<string, number>()
  let n = 0
  return (count) =>
    Array.from({ length: count }, () => {
      const account = accounts[Math.floor(chance() * accounts.length)]!
      const sequence = (sequences.get(account) ?? 0) + 1
      sequences.set(account, sequence)
      return {
        id: `evt-${share}-${n++}`,
        account,
        sequence,
        at: Date.now(),
        amountMinor: 100 + Math.floor(chance() * 9_000),
        descriptor: `tesco stores ${Math.floor(chance() * 500)}`,
        terminalId: `T-${Math.floor(chance() * 2_000)}`,
      }
    })
}

function post(
  agent: Agent,
  base: string,
  signed: { url: string; headers: Record<string, string>; body: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(new URL(signed.url).pathname, base),
      { method: 'POST', headers: signed.headers, agent },
      (answer) => {
        answer.resume()
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(signed.body)
  })
}

const INSERT = `insert into bare select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::jsonb[])
  on conflict do nothing`
const rowsOf = (payments: readonly Told[]) => [
  payments.map(({ id }) => id),
  payments.map(({ account }) => account),
  payments.map(({ at }) => new Date(at)),
  payments.map(({ amountMinor }) => amountMinor),
  payments.map((payment) => JSON.stringify(payment)),
]

/** As many rows as the flood had: fewer are through before the disk has anything to do. */
async function insertBare(owner: Sql, payments: (count: number) => Told[]): Promise<number> {
  await owner.query(
    `create table bare (id text primary key, account text not null, at timestamptz not null, minor bigint not null, body jsonb not null)`,
  )
  const batches = Array.from({ length: MESSAGES }, () => rowsOf(payments(EVENTS_PER_MESSAGE)))
  const total = batches.length * EVENTS_PER_MESSAGE
  const ms = await timed(async () => {
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let rows = batches.pop(); rows; rows = batches.pop()) await owner.query(INSERT, rows)
      }),
    )
  })
  return (total * 1000) / ms
}

const spread = (times: readonly number[]) =>
  [0.5, 0.9, 0.99].map((share) => percentile(times, share).toFixed(1)).join(', ')

async function hasLinesDue(owner: Sql): Promise<boolean> {
  const due = await owner.query(`select from intake.line_due where not_before <= $1 limit 1`, [Date.now()])
  return due.length > 0
}
