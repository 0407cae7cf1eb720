import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '#database'
import { createSql, DAY, type Sql } from '#kit'
import { readCardRows } from '../sim/index.ts'
import { rowOf } from './backfill/rows.ts'
import type { Order, Taken } from './backfill/take.ts'
import { type Bench, median, timed } from './measure.ts'

const ROOT = join(import.meta.dirname, '..')
const BANK = 'chase'
const ROWS_EACH = 1_000
const PULLS_AT_ONCE = 4
/** Two cores, and processes of the house share nothing but the database. */
const PROCESSES = 2
/** Of each process. */
const WARM_PEOPLE = 10
const RATE_PEOPLE = 50
const ROUNDS = 3
/** In one process: ten thousand rows and two million. */
const FEW_PEOPLE = 10
const MANY_PEOPLE = 2_000
const RATE = 'backfill.rate'
const MEMORY = 'backfill.memory'

/**
 * Rows of history a second, end to end: pages of a bank over HTTP, read and mapped, sealed, kept, committed, and each row's
 * merchant found, by two processes of the house. Held against a bare COPY of the same rows into a table with a primary key, on the same durable database in
 * the same run. And the peak memory of two million rows against that of ten thousand.
 */
export const backfillBench: Bench = {
  names: [RATE, MEMORY],
  async run(say, { isWanted }) {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-bench-'))
    // PostgreSQL reads the file to copy, and may run as another user.
    await chmod(folder, 0o755)
    const secret = randomBytes(24).toString('base64url')
    const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), secret })
    const bank = await startBankPages()
    const owner = createSql({ url: postgres.url, connectionsMax: 1, application: 'bench' })
    try {
      const environment = await prepare(folder, secret, postgres.url, bank.issuer)
      let first = 0
      const take = async (processes: number, people: number, warmPeople = 0) => {
        const orders: Order[] = Array.from({ length: processes }, (_, n) => ({
          environment,
          bankId: BANK,
          first: first + n * (people + warmPeople),
          people,
          warmPeople,
          rowsEach: ROWS_EACH,
          pullsAtOnce: PULLS_AT_ONCE,
        }))
        first += processes * (people + warmPeople)
        return await takeApart(orders, (line) => say(`backfill: ${line}`))
      }
      const measures = []
      if (isWanted(RATE)) {
        const rates: number[] = []
        const bare: number[] = []
        for (let round = 0; round < ROUNDS; round++) {
          const taken = await take(PROCESSES, RATE_PEOPLE, WARM_PEOPLE)
          const rows = sum(taken.map((one) => one.rows))
          const from = Math.min(...taken.map((one) => one.from))
          const to = Math.max(...taken.map((one) => one.to))
          rates.push((rows * 1000) / (to - from))
          bare.push(await copyBare(owner, folder, PROCESSES * RATE_PEOPLE))
          say(
            `backfill: ${Math.round(rates.at(-1)!)} rows/s, ${Math.round((100 * sum(taken.map(({ named }) => named))) / rows)} % with a merchant; bare COPY ${Math.round(bare.at(-1)!)} rows/s`,
          )
        }
        measures.push({
          name: RATE,
          value: median(rates),
          unit: 'rows/s',
          against: { what: 'bare COPY of the same rows', value: median(bare) },
        })
      }
      if (isWanted(MEMORY)) {
        const few = (await take(1, FEW_PEOPLE))[0]!
        say(`backfill: ${few.rows} rows at most ${megabytes(few)} MB`)
        const many = (await take(1, MANY_PEOPLE))[0]!
        say(`backfill: ${many.rows} rows at most ${megabytes(many)} MB`)
        measures.push({
          name: MEMORY,
          value: megabytes(many),
          unit: 'MB',
          against: { what: `peak of ${few.rows} rows`, value: megabytes(few) },
        })
      }
      return measures
    } finally {
      await bank.stop()
      await owner.end()
      await postgres.stop()
      await removeEmbeddedPostgres(join(folder, 'postgres'))
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
const megabytes = ({ peakBytes }: Taken) => Math.round(peakBytes / 1024 / 1024)

/** The folder of an installation whose one bank is at `issuer`; gives its settings. */
async function prepare(
  folder: string,
  secret: string,
  databaseUrl: string,
  issuer: string,
): Promise<Record<string, string>> {
  const data = join(folder, 'data')
  await mkdir(join(data, 'keys'), { recursive: true })
  await mkdir(join(data, 'banks'))
  await writeFile(join(data, 'keys', 'database.secret'), secret)
  const profile = {
    id: BANK,
    name: 'Chase (simulated)',
    legalName: 'JPMorgan Chase Bank, N.A.',
    simulated: true,
    issuer,
    api: { standard: 'fdx-6', baseUrl: `${issuer}/fdx/v6` },
    authorisation: { kind: 'fapi2' },
    clientId: 'guichet',
    country: 'GB',
    timeZone: 'Europe/London',
    currency: 'GBP',
  }
  await writeFile(join(data, 'banks', `${BANK}.json`), JSON.stringify(profile))
  return {
    GUICHET_DATA: data,
    GUICHET_OFFERS: join(ROOT, 'sim/offers'),
    GUICHET_LOG_LEVEL: 'error',
    DATABASE_URL: databaseUrl,
  }
}

async function startBankPages(): Promise<{ issuer: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['bench/backfill/bank-pages.ts', String(ROWS_EACH)], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = endOf(child)
  for await (const line of createInterface({ input: child.stdout }))
    return {
      issuer: line,
      async stop() {
        child.stdin.end()
        await ended
      },
    }
  throw new Error('the bank of the benchmark did not start')
}

/** Has processes of their own take the histories, all at once when everybody is linked, and tells their progress. */
async function takeApart(orders: readonly Order[], say: (line: string) => void): Promise<Taken[]> {
  const takers = orders.map((order) => {
    const child = spawn(process.execPath, ['bench/backfill/take.ts', JSON.stringify(order)], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    createInterface({ input: child.stderr }).on('line', say)
    return {
      child,
      ended: endOf(child),
      lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    }
  })
  const next = async ({ lines, ended }: (typeof takers)[number]): Promise<string> => {
    const line = await lines.next()
    if (line.done) throw new Error(`taking the histories ended with ${await ended}`)
    return line.value
  }
  await Promise.all(takers.map(next))
  for (const { child } of takers) child.stdin.end('go\n')
  const figures = await Promise.all(takers.map(next))
  await Promise.all(takers.map(({ ended }) => ended))
  return figures.map((line) => JSON.parse(line) as Taken)
}

const endOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('close', resolve))

/** Rows a second of PostgreSQL’s own COPY, from a file it reads itself. */
async function copyBare(owner: Sql, folder: string, people: number): Promise<number> {
  const path = join(folder, 'rows.tsv')
  const rows = readCardRows()
  const newest = Date.now() - DAY
  const file = await open(path, 'w', 0o644)
  for (let person = 0; person < people; person++) {
    const lines: string[] = []
    for (let n = 0; n < ROWS_EACH; n++) lines.push(lineOf(rowOf(rows, person, n, newest)))
    await file.write(lines.join(''))
  }
  await file.close()
  await owner.query(`drop table if exists bare`)
  await owner.query(
    `create table bare (id text primary key, account text not null, at timestamptz not null, minor bigint not null, body jsonb not null)`,
  )
  const ms = await timed(() => owner.query(`copy bare from '${path}'`))
  return (people * ROWS_EACH * 1000) / ms
}

/** A row in the text format of COPY. */
function lineOf(body: string): string {
  const { transactionId, accountId, transactionTimestamp, amount } = JSON.parse(body)
  const fields = [transactionId, accountId, transactionTimestamp, Math.round(amount * 100), body]
  return `${fields.map((field) => String(field).replaceAll('\\', '\\\\').replaceAll('\t', '\\t')).join('\t')}\n`
}
