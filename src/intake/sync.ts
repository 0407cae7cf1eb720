import { type Clock, DAY, Fault, Private } from '#kit'
import type { Link, People } from '#people'
import type { Account, Actor, Loan, Transaction, Vault } from '#vault'
import { reveal } from '../kit/reveal.ts'
import { findGone, noteListed } from './accounts-listed.ts'
import { NoLongerAllowed, openAccess } from './bank-access.ts'
import type { BankReader, Presence, RefusedRow } from './bank-reader.ts'
import { noteStates } from './change-feed.ts'
import { readKnown } from './known.ts'
import { firstNumberOf } from './life-of-an-account.ts'
import { noteGrown } from './line-due.ts'
import { applyListing, type ListingChanges } from './listing.ts'
import type { Quarantine } from './quarantine.ts'
import { type AccountReading, type Reading, readAgain, readBank } from './reading.ts'
import { recall } from './recall.ts'

/** Whether the bank may be asked once more in this pull, which counts as another where reads are counted. */
export type MayReadAgain = () => Promise<boolean>

const PULL_PURPOSES = [
  'account-view',
  'fraud-alerts',
  'spending-insights',
  'worth-knowing',
  'bank-offers',
] as const
type PullPurpose = (typeof PULL_PURPOSES)[number]

/** Who is pulled for and how far back; `present` when they are there, to be told to a bank that counts such reads apart. */
export type Pull = {
  personId: string
  linkId: string
  days: number
  actor: Actor
  present?: Presence
  mayReadAgain?: MayReadAgain
}
export type Pulled =
  | { ok: true; accounts: number; transactions: number; refused: RefusedRow[]; asOf: number }
  | { ok: false; why: string }

/** What a reading leaves out or repeats, by account: two readings that agree on it are believed. */
type Doubts = ReadonlyMap<string, string>
const NO_DOUBTS: Doubts = new Map()

/**
 * Pulls a link's accounts and payments. Short steps, so that no loan is held while the bank answers: borrow the connection,
 * read from the bank, keep what it said. Running it twice changes nothing: ids come from the bank's. A list that repeats a row,
 * or has not what it once had, is read again at once; when the second reading differs from the first, nothing is kept. Where it
 * may not be read again, the rest of it is kept and the doubt left for the next pull.
 */
export function createSync(needs: {
  vault: Vault
  people: People
  reader: BankReader
  quarantine: Pick<Quarantine, 'setAside'>
  clock: Clock
}) {
  const { vault, people, reader, quarantine, clock } = needs

  async function openFirst<T>(pull: Pull, what: string, use: (loan: Loan<PullPurpose>) => Promise<T>) {
    let refused: Awaited<ReturnType<typeof vault.open>> | undefined
    for (const purpose of await vault.livePurposes(pull.linkId, PULL_PURPOSES)) {
      const opened = await vault.open(
        { personId: pull.personId, purpose, actor: pull.actor, what, linkIds: [pull.linkId] },
        use,
      )
      if (opened.ok) return opened
      refused = opened
    }
    return refused && !refused.ok ? refused : ({ ok: false, why: 'never-consented' } as const)
  }

  /** Throws `bank-answer-unsteady` for a bank that does not list the same twice, and the bank's other faults. */
  return async function pull(request: Pull): Promise<Pulled> {
    try {
      return await pullAllowed(request)
    } catch (error) {
      if (error instanceof NoLongerAllowed) return { ok: false, why: error.why }
      throw error
    }
  }

  async function borrow(request: Pull) {
    const borrowed = await openFirst(request, 'pull-history', async (loan) => ({
      bankId: loan.links[0]!.bankId,
      connection: (await loan.connections()).map((all) => all[0] ?? null),
      version: loan.versionOf(request.linkId),
    }))
    if (!borrowed.ok) throw new NoLongerAllowed(borrowed.why)
    const connection = reveal(borrowed.value.connection)
    if (!connection) throw new NoLongerAllowed('no-connection')
    return { ...borrowed.value, connection }
  }

  async function pullAllowed(request: Pull): Promise<Pulled> {
    const first = await borrow(request)
    const { bankId, version } = first
    const ask = await openAccess({
      bankId,
      reader,
      first: first.connection,
      borrow: async () => (await borrow(request)).connection,
      async keep(connection) {
        const kept = await openFirst(request, 'keep-connection', (loan) =>
          loan.keep('connection', [{ id: request.linkId, ...connection }]),
        )
        if (!kept.ok) throw new NoLongerAllowed(kept.why)
      },
    })
    const to = clock.now()
    const span = { from: to - request.days * DAY, to }
    const mayReadAgain = request.mayReadAgain ?? (async () => true)
    const at = { bankId, ask, mayReadAgain, ...(request.present && { present: request.present }) }
    let reading = await readBank(reader, at, span)
    let doubts = NO_DOUBTS
    let left: ReadonlySet<string> = new Set()
    for (let attempt = 1; ; attempt++) {
      const stored = await openFirst(request, 'keep-history', (loan) =>
        keep(loan, { request, bankId, version }, reading, { doubts, left }),
      )
      if (!stored.ok) return { ok: false, why: stored.why }
      if (stored.value.size === 0) break
      if (attempt === 2) throw new Fault('bank-answer-unsteady', { detail: 'two readings differ' })
      doubts = stored.value
      if (!(await mayReadAgain())) {
        left = new Set(doubts.keys())
        continue
      }
      reading = await readAgain(reader, at, reading, new Set(doubts.keys()))
    }
    return {
      ok: true,
      accounts: reading.accounts.length,
      transactions: reading.listings.reduce((sum, { rows }) => sum + rows.length, 0),
      refused: [...reading.refused, ...reading.listings.flatMap(({ refused }) => refused)],
      asOf: to,
    }
  }

  /**
   * Keeps a reading, unless it leaves doubts other than those that were expected: then those, and nothing is kept. Of the
   * accounts in `left`, by the bank's ids, all is kept but what is in doubt.
   */
  async function keep(
    loan: Loan<PullPurpose>,
    { request, bankId, version }: { request: Pull; bankId: string; version: number },
    reading: Reading,
    expected: { doubts: Doubts; left: ReadonlySet<string> },
  ): Promise<Doubts> {
    const { linkId } = request
    const [link] = await people.linksById(loan.tx, [linkId])
    const accountIds = await accountIdsOf(loan, link!, reading)
    const accounts = await readAccounts(loan)
    const gone = await findGone(loan, linkId, accounts, {
      accountIds: new Set(accountIds.values()),
      refused: reading.refused,
      asOf: reading.span.to,
    })
    for (const { id, bankAccountId } of gone) accountIds.set(bankAccountId, id)
    const given = reading.listings.filter(({ isRefused }) => !isRefused)
    const listings = [...given, ...gone.map(({ bankAccountId }) => noRows(bankAccountId))]
    // Whatever number the bank gives an account now, its payments are known by its first.
    const knownAs = new Map(accounts.map((account) => [account.id, firstNumberOf(account)]))
    const numberOf = (bankAccountId: string) => knownAs.get(accountIds.get(bankAccountId)!) ?? bankAccountId
    const idOf = (bankAccountId: string, id: string) => loan.transactionId(linkId, bankAccountId, id)
    const named = reading.listings.flatMap(({ bankAccountId, rows }) =>
      rows.flatMap(({ bankTransactionIds }) =>
        bankTransactionIds.map((bankTransactionId) => ({
          accountId: accountIds.get(bankAccountId)!,
          bankTransactionId,
          id: idOf(numberOf(bankAccountId), bankTransactionId),
        })),
      ),
    )
    const about = { oldest: reading.span.from, ids: named }
    const readable = 'transactions' in loan ? (loan as Loan<'account-view'>) : null
    const known = readable ? reveal(await readKnown(loan.tx, readable, linkId, about)) : []
    const remembered = await recall(loan.tx, linkId, version, [
      ...known.map(({ id }) => id),
      ...named.map(({ id }) => id),
    ])
    const rules = reader.listing(bankId)
    const applied = new Map(
      listings.map(({ bankAccountId, rows, refused, withoutPending }) => [
        bankAccountId,
        applyListing(
          known,
          {
            accountId: accountIds.get(bankAccountId)!,
            bankAccountId: numberOf(bankAccountId),
            // Those who cannot read what is kept could never take back what has no name.
            rows: readable ? rows : rows.filter(({ bankTransactionIds }) => bankTransactionIds.length > 0),
            span: reading.span,
            rules: withoutPending ? { ...rules, pending: 'some' as const } : rules,
            isDoubted: expected.left.has(bankAccountId),
            // What Guichet does not keep was never a payment that is known here.
            hasRefused: refused.some(({ why }) => why !== 'unsupported'),
          },
          remembered,
          idOf,
        ),
      ]),
    )
    const doubts = doubtsOf(applied)
    for (const { bankAccountId } of gone) doubts.set(bankAccountId, `gone ${doubts.get(bankAccountId) ?? ''}`)
    for (const bankAccountId of expected.left) doubts.delete(bankAccountId)
    if (isNews(doubts, expected.doubts)) return doubts

    await loan.keep(
      'account',
      reading.accounts.map((account) => ({
        ...account,
        id: accountIds.get(account.bankAccountId)!,
        bankId,
        // Before the bank was asked: what it pushed meanwhile is newer.
        asOf: reading.span.to,
      })),
      linkId,
    )
    await noteListed(
      loan,
      linkId,
      reading.accounts.map(({ bankAccountId }) => accountIds.get(bankAccountId)!),
    )
    const asOf = reading.span.to
    for (const account of gone.filter(({ bankAccountId }) => !expected.left.has(bankAccountId))) {
      await loan.keep('account', [{ ...account, status: 'closed', asOf }], linkId)
      const { personId } = request
      await loan.announce('account-changed', {
        personId,
        linkId,
        accountId: account.id,
        change: 'gone',
        at: asOf,
      })
    }
    await loan.keep(
      'balance',
      reading.balances.map(({ bankAccountId, ...balance }) => ({
        ...balance,
        id: accountIds.get(bankAccountId)!,
      })),
      linkId,
    )
    await keepPayments(loan, request, known, [...applied.values()])
    // What the bank did not manage to push before it was read has been read.
    await loan.tx.query(
      `update intake.account_sequence set gap_since = null
       where link_id = $1 and account_id = any($2) and gap_since <= $3`,
      [
        linkId,
        given.flatMap(({ bankAccountId }) =>
          expected.left.has(bankAccountId) ? [] : [accountIds.get(bankAccountId)!],
        ),
        reading.span.to,
      ],
    )
    await quarantine.setAside(loan.tx, bankId, 'pull', [
      ...reading.refused.map((row) => ({ ...row, accountId: null })),
      ...reading.listings.flatMap(({ bankAccountId, refused }) =>
        refused.map((row) => ({ ...row, accountId: accountIds.get(bankAccountId)! })),
      ),
    ])
    return NO_DOUBTS
  }

  async function accountIdsOf(
    loan: Loan<PullPurpose>,
    link: Link,
    { accounts }: Reading,
  ): Promise<Map<string, string>> {
    const ids = new Map<string, string>()
    for (const { bankAccountId } of accounts)
      ids.set(bankAccountId, await people.accountId(loan.tx, link, bankAccountId))
    return ids
  }

  /** Keeps the payments' new states, notes what changed, and remembers what the list had. */
  async function keepPayments(
    loan: Loan<PullPurpose>,
    { linkId, personId }: Pull,
    known: readonly Transaction[],
    applied: readonly ListingChanges[],
  ): Promise<void> {
    const { tx } = loan
    const changed = applied.flatMap(({ transactions }) => transactions)
    await noteGrown(tx, { linkId, personId }, { known, changed }, clock.now())
    await loan.keep('transaction', new Private(changed), linkId)
    await noteStates(loan, linkId, { known, changed })
    const seen = [...new Set(applied.flatMap((one) => [...one.seen]))]
    // An authorisation that is pushed after it was pulled is not taken for new: it is looked up.
    await tx.query(
      `insert into intake.payment as known (link_id, transaction_id) select $1, unnest($2::text[])
       on conflict (link_id, transaction_id) do update set unlisted_at = null where known.unlisted_at is not null`,
      [linkId, seen],
    )
    await tx.query(
      `update intake.payment set unlisted_at = $3 where link_id = $1 and transaction_id = any($2)`,
      [linkId, applied.flatMap(({ unlisted }) => [...unlisted]), clock.now()],
    )
  }
}

/** What is known of the link's accounts, where the loan may read it. */
const readAccounts = async (loan: Loan<PullPurpose>): Promise<Account[]> =>
  'accounts' in loan ? reveal(await (loan as Loan<'account-view'>).accounts()) : []

const noRows = (bankAccountId: string): AccountReading => ({
  bankAccountId,
  rows: [],
  refused: [],
  withoutPending: false,
})

function doubtsOf(applied: ReadonlyMap<string, ListingChanges>): Map<string, string> {
  return new Map(
    [...applied].flatMap(([bankAccountId, { unlisted, repeated }]) => {
      const what = [...unlisted, ...repeated].sort()
      return what.length === 0 ? [] : [[bankAccountId, JSON.stringify(what)] as const]
    }),
  )
}

const isNews = (doubts: Doubts, expected: Doubts): boolean =>
  [...doubts].some(([bankAccountId, what]) => expected.get(bankAccountId) !== what)
