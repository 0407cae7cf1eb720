import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/**
 * One bank's books and everything else it must not forget, in one SQLite file. `synchronous = full` with the write-ahead
 * log makes every commit outlive a kill -9 and a power cut.
 */
const SCHEMA = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table if not exists facts (name text primary key, value text not null) strict;
  create table if not exists oauth (
    model text not null, id text not null, grant_id text, uid text, payload text not null, expires_at integer,
    primary key (model, id)
  ) strict;
  create index if not exists oauth_grant on oauth (grant_id);
  create index if not exists oauth_uid on oauth (uid);
  create table if not exists customers (customer_id text primary key, username text unique not null, profile text not null) strict;
  create table if not exists accounts (
    account_id text primary key, customer_id text not null, profile text not null, sequence integer not null default 0
  ) strict;
  create table if not exists entries (
    id integer primary key, account_id text not null, authorisation_id text unique, posting_id text unique,
    state text not null check (state in ('authorised', 'posted', 'released', 'reversed')),
    at integer not null, posted_at integer, amount_minor integer not null, facts text not null
  ) strict;
  create index if not exists entries_order on entries (account_id, at desc, id desc);
  create table if not exists steps (
    id integer primary key, due_at integer not null, entry_id integer not null, step text not null, amount_minor integer
  ) strict;
  create index if not exists steps_due on steps (due_at);
  create table if not exists consents (
    consent_id text primary key, customer_id text not null, oauth_grant_id text not null, status text not null,
    created_at integer not null, updated_at integer not null, expires_at integer not null,
    account_ids text not null, request text not null, revocation text
  ) strict;
  create table if not exists blocks (
    block_id text primary key, account_id text not null, card text not null, reason text not null, case_number text,
    blocked_at integer not null, lifted_at integer
  ) strict;
  create table if not exists replacements (
    order_id text primary key, account_id text not null, card text not null, ordered_at integer not null,
    expected_by integer not null, arrived_at integer
  ) strict;
  create table if not exists declines (
    transaction_id text primary key, account_id text not null, at integer not null, amount_minor integer not null,
    facts text not null, releasable_until integer, posts_after integer, released_at integer
  ) strict;
  create table if not exists disputes (
    dispute_id text primary key, account_id text not null, case_number text not null, notified_at integer not null,
    received_at integer not null, transaction_ids text not null, outcome text
  ) strict;
  create table if not exists orders (idempotency_key text primary key, request text not null, answer text not null) strict;
  create table if not exists queue (
    id integer primary key, event_id text unique not null, account_id text not null, type text not null,
    at integer not null, body text not null, refused_with text
  ) strict;
`

export type BankStore = ReturnType<typeof openBankStore>

/** Opens, or begins, a bank's file. */
export function openBankStore(path: string) {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(path)
  database.exec(SCHEMA)
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  let inTransaction = false

  function prepare(sql: string) {
    let statement = prepared.get(sql)
    if (!statement) {
      statement = database.prepare(sql)
      prepared.set(sql, statement)
    }
    return statement
  }

  const store = {
    all: <T>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as T[],
    first: <T>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as T | undefined,
    run: (sql: string, ...values: SQLInputValue[]) => prepare(sql).run(...values),

    /** All of `work` or nothing of it; a transaction within another is part of it. */
    atomically<T>(work: () => T): T {
      if (inTransaction) return work()
      database.exec('begin immediate')
      inTransaction = true
      try {
        const result = work()
        database.exec('commit')
        return result
      } catch (error) {
        database.exec('rollback')
        throw error
      } finally {
        inTransaction = false
      }
    },

    /** A fact that is made once and then stays, such as a key. */
    fact(name: string, make: () => string): string {
      const kept = store.readFact(name)
      if (kept !== null) return kept
      const value = make()
      store.writeFact(name, value)
      return value
    },
    readFact: (name: string) =>
      store.first<{ value: string }>('select value from facts where name = ?', name)?.value ?? null,
    writeFact(name: string, value: string): void {
      store.run('insert or replace into facts (name, value) values (?, ?)', name, value)
    },
    close: () => database.close(),
  }
  return store
}
