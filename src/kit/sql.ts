import type { Writable } from 'node:stream'
import pg from 'pg'

// PostgreSQL bigint is read as a JavaScript number: our counters stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export type Row = Record<string, unknown>

/** Something that runs one statement: a pool or a transaction. */
export type Queryable = {
  /** Runs one parameterised statement and returns its rows. */
  query<T = Row>(text: string, values?: readonly unknown[]): Promise<T[]>
}

/** An open transaction; it ends with the function that received it. */
export type Tx = Queryable & {
  readonly isTransaction: true
  /**
   * Sends the commit right behind the statements that were sent, before they are answered: a way to the server and back is
   * saved. Nothing more can be sent; when one of them fails, all is undone.
   */
  finish(): void
}

export type Sql = Queryable & {
  /** Commits what `work` did, or rolls everything back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * Calls `heard` for each NOTIFY on `channel`, reconnecting when the server restarts; `stop()` ends it. What was said meanwhile is
   * not heard: `again` is called once it listens anew.
   */
  listen(
    channel: string,
    heard: (payload: string) => void,
    again?: () => void,
  ): Promise<{ stop(): Promise<void> }>
  end(): Promise<void>
}

/**
 * Statements are few and come from the code: each is given a name once, so that every connection plans it once. One whose text is
 * put together anew each time has it hashed and compared anew as well: what varies belongs in a parameter.
 */
const names = new Map<string, string>()

function nameOf(text: string): string {
  const name = names.get(text) ?? `statement_${names.size}`
  names.set(text, name)
  return name
}

const held = new WeakSet<Writable>()

/**
 * Holds back what is said on a connection until the turn of the event loop ends, so that it goes out as one write: each write
 * wakes the server, which takes longer than many a statement.
 */
function holdForTurn(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  if (held.has(stream)) return
  held.add(stream)
  stream.cork()
  process.nextTick(() => {
    held.delete(stream)
    stream.uncork()
  })
}

/** Letters that PostgreSQL reads in an array as they are. */
const PLAIN = /^[\w:.~-]+$/

/** Between the elements of a list that is itself in an array: an array in it would have to be quoted, and this is in `PLAIN`. */
export const JOINT = '~'

/**
 * An array as PostgreSQL writes it, where none of its elements needs quotes (PostgreSQL 18, section 8.15.6); else as it is, for
 * the driver, which quotes each one: that takes a flood of payments ten times as long.
 */
function asText(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 && value.every(isPlain) ? `{${value.join(',')}}` : value
}

const isPlain = (element: unknown): boolean =>
  typeof element === 'string'
    ? PLAIN.test(element) && (element.length !== 4 || element.toLowerCase() !== 'null')
    : typeof element === 'number' || typeof element === 'boolean'

/** Stay open when nothing is asked: a payment that comes after a quiet minute would wait for new ones, and for new plans. */
const CONNECTIONS_KEPT = 2

/** A pool of connections to one database as one role. */
export function createSql(options: { url: string; connectionsMax: number; application: string }): Sql {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    min: CONNECTIONS_KEPT,
    application_name: options.application,
    idle_in_transaction_session_timeout: 30_000,
    statement_timeout: 60_000,
    // Left to choose, the server plans a statement anew each time it thinks that the values are worth it; for what we ask,
    // planning takes longer than the rest.
    // Compiling one to machine code (JIT), which a guess of many rows may bring about, takes longer still.
    // What is planned while a table is small would go on reading all of it when it has grown: where there is an index, it is used.
    options: '-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off',
    // Statements that do not wait for each other's answer go out together: each way to the server and back is saved.
    pipeline: true,
  } as pg.PoolConfig)
  // An idle connection that the server closes is replaced at the next use; there is nobody to tell.
  pool.on('error', () => {})
  // One that is closed in the middle of a transaction says so to the next statement; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))

  const run = async <T>(client: pg.Pool | pg.PoolClient, text: string, values?: readonly unknown[]) =>
    (await client.query({ ...(values && { name: nameOf(text) }), text, values: values?.map(asText) }))
      .rows as T[]

  const runInTurn = <T>(client: pg.PoolClient, text: string, values?: readonly unknown[]) => {
    holdForTurn(client)
    return run<T>(client, text, values)
  }

  return {
    query: (text, values) => run(pool, text, values),
    async transaction(work) {
      const client = await pool.connect()
      let broken: unknown
      let isOver = false
      try {
        // Sent with the first statement: a way to the server and back is saved. Only a lost connection keeps it from beginning,
        // and that fails the statement too.
        holdForTurn(client)
        const begun = client.query('begin')
        begun.catch(() => {})
        let ending: Promise<pg.QueryResult> | undefined
        const result = await work({
          isTransaction: true,
          query: (text, values) => {
            // What came behind the commit would stand alone, or in another's transaction.
            if (isOver) return Promise.reject(new Error('this transaction is over'))
            if (ending) return Promise.reject(new Error('this transaction has sent its commit'))
            return runInTurn(client, text, values)
          },
          finish() {
            holdForTurn(client)
            ending ??= client.query('commit')
            ending.catch(() => {})
          },
        })
        isOver = true
        await begun
        // The server ends a transaction in which something failed by undoing it, without calling that a failure.
        const { command } = await (ending ?? client.query('commit'))
        if (command !== 'COMMIT')
          throw new Error('nothing was committed: a statement failed and nobody said so')
        return result
      } catch (error) {
        isOver = true
        broken = await client.query('rollback').then(
          () => undefined,
          (rollbackError) => rollbackError,
        )
        throw error
      } finally {
        client.release(broken ? true : undefined)
      }
    },
    async listen(channel, heard, again = () => {}) {
      let stopped = false
      let client: pg.Client | undefined
      // A failed attempt ends its client, which comes back here by the 'end' event.
      const retry = () => {
        if (!stopped) connect().then(again, () => {})
      }
      const connect = async () => {
        client = new pg.Client({
          connectionString: options.url,
          application_name: `${options.application}-listen`,
        })
        client.on('notification', (note) => heard(note.payload ?? ''))
        client.on('error', () => {})
        client.on('end', () => {
          if (!stopped) setTimeout(retry, 500)
        })
        await client.connect()
        await client.query(`listen ${pg.escapeIdentifier(channel)}`)
      }
      const stop = async () => {
        stopped = true
        await client?.end()
      }
      try {
        await connect()
      } catch (error) {
        // Whoever is told that it does not listen will not stop it.
        await stop()
        throw error
      }
      return { stop }
    },
    end: () => pool.end(),
  }
}
