import type { Random } from '#kit'
import { newId } from '#kit'
import type { Customer, CustomerAccount, Entry } from '../customers/customer.ts'
import type { BankStore } from './store.ts'

export type BookState = 'authorised' | 'posted' | 'released' | 'reversed'

/** One line of an account's book as the bank keeps it. */
export type BookEntry = {
  id: number
  accountId: string
  /** Null for what was never authorised: a salary, a standing order. */
  authorisationId: string | null
  /** Null until it posts. */
  postingId: string | null
  state: BookState
  at: number
  postedAt: number | null
  amountMinor: number
  facts: BookFacts
}
export type BookFacts = Pick<
  Entry,
  'foreign' | 'descriptor' | 'mcc' | 'place' | 'entryMode' | 'cardNumberDisplay' | 'kind'
>

export type AccountRecord = { customerId: string; closedAt?: number } & Omit<CustomerAccount, 'entries'>
export type CustomerRecord = Omit<Customer, 'accounts'>

export type BookBalance = {
  /** Opening balance and everything posted. */
  currentMinor: number
  /** The same less what is authorised, and for a card plus its credit line: what can still be spent. */
  availableMinor: number
}

export type Page = { entries: BookEntry[]; next: { at: number; id: number } | null }

type Row = {
  id: number
  account_id: string
  authorisation_id: string | null
  posting_id: string | null
  state: BookState
  at: number
  posted_at: number | null
  amount_minor: number
  facts: string
}

export type Ledger = ReturnType<typeof createLedger>

/** The bank's customers, their accounts and every line of their books. */
export function createLedger(needs: { store: BankStore; random: Random }) {
  const { store, random } = needs

  const ledger = {
    /** Writes a customer's books, once: somebody already known stays as they are. */
    admit(customer: Customer, now: number): void {
      store.atomically(() => {
        if (ledger.findCustomer(customer.customerId)) return
        const { accounts, ...profile } = customer
        store.run(
          'insert into customers (customer_id, username, profile) values (?, ?, ?)',
          customer.customerId,
          customer.username,
          JSON.stringify(profile),
        )
        for (const { entries, ...account } of accounts) {
          ledger.openAccount(customer.customerId, account)
          for (const entry of entries) ledger.enter(account.accountId, entry, now)
        }
      })
    },

    openAccount(customerId: string, account: Omit<CustomerAccount, 'entries'>): void {
      store.run(
        'insert into accounts (account_id, customer_id, profile) values (?, ?, ?)',
        account.accountId,
        customerId,
        JSON.stringify(account),
      )
    },
    closeAccount(accountId: string, at: number): void {
      store.run(
        `update accounts set profile = json_set(profile, '$.closedAt', ?) where account_id = ?`,
        at,
        accountId,
      )
    },
    /** Gives an account another id and number; whatever speaks of it goes on under those. Its events count on. */
    renumber(accountId: string, next: string, numberDisplay: string): void {
      store.run(
        `update accounts set account_id = ?, profile = json_set(profile, '$.accountId', ?, '$.numberDisplay', ?)
         where account_id = ?`,
        next,
        next,
        numberDisplay,
        accountId,
      )
      for (const table of ['entries', 'blocks', 'replacements', 'declines', 'disputes'])
        store.run(`update ${table} set account_id = ? where account_id = ?`, next, accountId)
      // In lists of ids and in what somebody is likely to pay next; an id is in quotes, and nothing else is like it.
      const quoted = (id: string) => JSON.stringify(id)
      store.run(
        'update consents set account_ids = replace(account_ids, ?, ?)',
        quoted(accountId),
        quoted(next),
      )
      store.run('update customers set profile = replace(profile, ?, ?)', quoted(accountId), quoted(next))
    },

    /** Adds a line; one that posts in the future is pending until the step that is noted for it. */
    enter(
      accountId: string,
      entry: Entry,
      now: number,
      authorisationId = entry.kind === 'card' ? newId('aut', random) : null,
    ): BookEntry {
      const { at, postedAt, amountMinor, ...facts } = entry
      const isPosted = postedAt <= now
      const { lastInsertRowid } = store.run(
        `insert into entries (account_id, authorisation_id, posting_id, state, at, posted_at, amount_minor, facts)
         values (?, ?, ?, ?, ?, ?, ?, ?)`,
        accountId,
        authorisationId,
        isPosted ? newId('pst', random) : null,
        isPosted ? 'posted' : 'authorised',
        at,
        isPosted ? postedAt : null,
        amountMinor,
        JSON.stringify(facts),
      )
      const id = Number(lastInsertRowid)
      if (!isPosted && Number.isFinite(postedAt)) ledger.schedule(id, 'post', postedAt)
      return ledger.entry(id)
    },

    schedule(
      entryId: number,
      step: 'post' | 'adjust' | 'release' | 'reverse',
      dueAt: number,
      amountMinor?: number,
    ) {
      store.run(
        'insert into steps (due_at, entry_id, step, amount_minor) values (?, ?, ?, ?)',
        dueAt,
        entryId,
        step,
        amountMinor ?? null,
      )
    },

    entry(id: number): BookEntry {
      return read(store.first<Row>('select * from entries where id = ?', id)!)
    },
    findByTransactionId(transactionId: string): BookEntry | null {
      const row = store.first<Row>(
        'select * from entries where authorisation_id = ? or posting_id = ?',
        transactionId,
        transactionId,
      )
      return row ? read(row) : null
    },
    post(id: number, postedAt: number): BookEntry {
      store.run(
        `update entries set state = 'posted', posted_at = ?, posting_id = ? where id = ? and state = 'authorised'`,
        postedAt,
        newId('pst', random),
        id,
      )
      return ledger.entry(id)
    },
    adjust(id: number, amountMinor: number): BookEntry {
      store.run(`update entries set amount_minor = ? where id = ? and state = 'authorised'`, amountMinor, id)
      return ledger.entry(id)
    },
    end(id: number, state: 'released' | 'reversed'): BookEntry {
      store.run('update entries set state = ? where id = ?', state, id)
      return ledger.entry(id)
    },

    balance(account: AccountRecord): BookBalance {
      const sums = store.first<{ posted: number; held: number }>(
        `select coalesce(sum(amount_minor) filter (where state = 'posted'), 0) as posted,
                coalesce(sum(amount_minor) filter (where state = 'authorised' and amount_minor < 0), 0) as held
         from entries where account_id = ?`,
        account.accountId,
      )!
      const currentMinor = account.openingBalanceMinor + sums.posted
      return { currentMinor, availableMinor: currentMinor + sums.held + (account.creditLineMinor ?? 0) }
    },

    /** Newest first. What is pending is always there; what is posted, when it posted within [from, to]. */
    page(
      accountId: string,
      from: number,
      to: number,
      after: { at: number; id: number } | null,
      limit: number,
    ): Page {
      const rows = store.all<Row>(
        `select * from entries where account_id = ?
           and (state = 'authorised' or (state = 'posted' and posted_at between ? and ?))
           and (at < ? or (at = ? and id < ?))
         order by at desc, id desc limit ?`,
        accountId,
        from,
        to,
        after?.at ?? Number.MAX_SAFE_INTEGER,
        after?.at ?? Number.MAX_SAFE_INTEGER,
        after?.id ?? Number.MAX_SAFE_INTEGER,
        limit + 1,
      )
      const entries = rows.slice(0, limit).map(read)
      const last = entries.at(-1)
      return { entries, next: rows.length > limit && last ? { at: last.at, id: last.id } : null }
    },

    customers: (): CustomerRecord[] =>
      store
        .all<{ profile: string }>('select profile from customers order by rowid')
        .map(({ profile }) => JSON.parse(profile)),
    findCustomer(customerId: string): CustomerRecord | null {
      const row = store.first<{ profile: string }>(
        'select profile from customers where customer_id = ?',
        customerId,
      )
      return row ? JSON.parse(row.profile) : null
    },
    findByUsername(username: string): CustomerRecord | null {
      const row = store.first<{ profile: string }>(
        'select profile from customers where username = ?',
        username,
      )
      return row ? JSON.parse(row.profile) : null
    },
    accountsOf(customerId: string): AccountRecord[] {
      return store
        .all<{ profile: string }>(
          'select profile from accounts where customer_id = ? order by rowid',
          customerId,
        )
        .map(({ profile }) => ({ customerId, ...JSON.parse(profile) }))
    },
    giveCard(accountId: string, numberDisplay: string): void {
      store.run(
        `update accounts set profile = json_set(profile, '$.cardNumberDisplay', ?) where account_id = ?`,
        numberDisplay,
        accountId,
      )
    },
    account(accountId: string): AccountRecord | null {
      const row = store.first<{ customer_id: string; profile: string }>(
        'select customer_id, profile from accounts where account_id = ?',
        accountId,
      )
      return row ? { customerId: row.customer_id, ...JSON.parse(row.profile) } : null
    },
  }
  return ledger
}

function read(row: Row): BookEntry {
  return {
    id: row.id,
    accountId: row.account_id,
    authorisationId: row.authorisation_id,
    postingId: row.posting_id,
    state: row.state,
    at: row.at,
    postedAt: row.posted_at,
    amountMinor: row.amount_minor,
    facts: JSON.parse(row.facts),
  }
}
