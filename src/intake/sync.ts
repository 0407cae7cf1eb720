import { type Clock, DAY, Private } from '#kit'
import type { People } from '#people'
import type { Account, Actor, Balance, Connection, Loan, Transaction, Vault } from '#vault'
import { reveal } from '../kit/reveal.ts'
import { firstNumberOf } from './life-of-an-account.ts'
import { LOOK_BACK_DAYS } from './take-group.ts'

/** An account and a transaction as a bank door reads them: ours but for our ids. */
export type BankAccount = Omit<Account, 'id' | 'bankId'>
export type BankBalance = Omit<Balance, 'id'> & { bankAccountId: string }
/**
 * `bankTransactionIds` is empty for a pending payment that the bank has not named: it is shown until the next pull, which
 * replaces all such payments of the account, and is never taken for another by what it says.
 */
export type BankTransaction = Omit<Transaction, 'id' | 'accountId'>

/** A row of a bank's answer that could not be read: which field is at fault and how, never what stood there. */
export type RefusedRow = {
  /** The account it is about, by the bank's id; null where the account itself could not be read. */
  bankAccountId: string | null
  /** Where it stood in the answer or the file: `transactions[17]`, `line 12`. */
  place: string
  /** The field at fault, by the standard's own name. */
  field: string
  why:
    | 'missing'
    | 'malformed'
    | 'amount-malformed'
    | 'currency-unknown'
    | 'date-malformed'
    /** As the standard says, and not for Guichet: a loan's account, a row in another currency than its account's. */
    | 'unsupported'
    | 'too-long'
    /** In another currency than its account. */
    | 'currency-mismatched'
    /** The sign and the kind of the row contradict each other. */
    | 'sign-contradicted'
    /** Announced or for information only: nothing was booked. */
    | 'not-booked'
    /** The bank gave another row the same reference. */
    | 'reference-reused'
    /** Of a statement whose rows do not lead from its opening balance to its closing one. */
    | 'unbalanced'
}
export type BankAccounts = { accounts: BankAccount[]; balances: BankBalance[]; refused: RefusedRow[] }
/** One page of an account's transactions: the rows that could be read, and those that are set aside. */
export type BankPage = { rows: BankTransaction[]; refused: RefusedRow[] }

/** What a pull needs of a bank's door. Its answers have been checked to be about this connection's own person. */
export type BankReader = {
  /** A connection whose access token is fresh; `renewed` says whether it must be kept. */
  refresh(
    bankId: string,
    connection: Connection,
  ): Promise<{ connection: Omit<Connection, 'id'>; renewed: boolean }>
  readAccounts(bankId: string, connection: Omit<Connection, 'id'>): Promise<BankAccounts>
  readTransactions(
    bankId: string,
    connection: Omit<Connection, 'id'>,
    account: { bankAccountId: string; currency: string },
    span: { from: number; to: number },
  ): AsyncIterable<BankPage>
}

const PULL_PURPOSES = ['account-view', 'fraud-alerts', 'spending-insights', 'bank-offers'] as const
type PullPurpose = (typeof PULL_PURPOSES)[number]

/** Who is pulled for and how far back. */
export type Pull = { personId: string; linkId: string; days: number; actor: Actor }
export type Pulled =
  | { ok: true; accounts: number; transactions: number; refused: RefusedRow[] }
  | { ok: false; why: string }

/**
 * Pulls a link's accounts and history. Three short steps, so that no loan is held while the bank answers: borrow the
 * connection, read from the bank, keep what it said. Running it twice changes nothing: ids come from the bank's.
 */
export function createSync(needs: { vault: Vault; people: People; reader: BankReader; clock: Clock }) {
  const { vault, people, reader, clock } = needs

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

  return async function pull(request: Pull): Promise<Pulled> {
    const borrowed = await openFirst(request, 'pull-history', async (loan) => ({
      bankId: loan.links[0]!.bankId,
      connection: (await loan.connections()).map((all) => all[0] ?? null),
    }))
    if (!borrowed.ok) return { ok: false, why: borrowed.why }
    const { bankId, connection: kept } = borrowed.value
    const connection = reveal(kept)
    if (!connection) return { ok: false, why: 'no-connection' }

    const fresh = await reader.refresh(bankId, connection)
    if (fresh.renewed) {
      // The bank has forgotten the old refresh token: the new one is kept before anything else is asked.
      const saved = await openFirst(request, 'keep-connection', (loan) =>
        loan.keep('connection', [{ id: request.linkId, ...fresh.connection }]),
      )
      if (!saved.ok) return { ok: false, why: saved.why }
    }

    // Before the bank is asked: what it pushes meanwhile is newer.
    const to = clock.now()
    const { accounts, balances, refused } = await reader.readAccounts(bankId, fresh.connection)
    const history: { bankAccountId: string; rows: BankTransaction[] }[] = []
    for (const { bankAccountId, currency } of accounts) {
      const rows: BankTransaction[] = []
      const span = { from: to - request.days * DAY, to }
      for await (const page of reader.readTransactions(
        bankId,
        fresh.connection,
        { bankAccountId, currency },
        span,
      )) {
        rows.push(...page.rows)
        refused.push(...page.refused)
      }
      history.push({ bankAccountId, rows })
    }

    const stored = await openFirst(request, 'keep-history', async (loan) => {
      const { linkId } = request
      const [link] = await people.linksById(loan.tx, [linkId])
      const ids = new Map<string, string>()
      for (const { bankAccountId } of accounts) {
        ids.set(bankAccountId, await people.accountId(loan.tx, link!, bankAccountId))
      }
      const idOf = (bankAccountId: string) => ids.get(bankAccountId)!
      await loan.keep(
        'account',
        accounts.map((account) => ({ ...account, id: idOf(account.bankAccountId), bankId, asOf: to })),
        linkId,
      )
      await loan.keep(
        'balance',
        balances.map(({ bankAccountId, ...balance }) => ({ ...balance, id: idOf(bankAccountId) })),
        linkId,
      )
      const pulled = Private.all([await readFirstNumbers(loan), new Private(history)]).map(([first, all]) =>
        all.flatMap(({ bankAccountId, rows }) =>
          rows.map((row) => ({
            ...row,
            id: loan.transactionId(
              linkId,
              first.get(idOf(bankAccountId)) ?? bankAccountId,
              row.bankTransactionIds[0]!,
            ),
            accountId: idOf(bankAccountId),
          })),
        ),
      )
      const known = await readKnown(loan)
      const changes = Private.all([known, pulled]).map(([before, rows]) => newer(before, rows))
      await loan.keep('transaction', changes, linkId)
      const recent = to - LOOK_BACK_DAYS * DAY
      const begun = reveal(changes).filter(({ at, status }) => at >= recent || status === 'pending')
      // An authorisation that is pushed after it was pulled is not new.
      await loan.tx.query(
        `insert into intake.payment (link_id, transaction_id) select $1, id from unnest($2::text[]) as id
         on conflict do nothing`,
        [linkId, begun.map(({ id }) => id)],
      )
    })
    if (!stored.ok) return { ok: false, why: stored.why }
    return {
      ok: true,
      accounts: accounts.length,
      transactions: history.reduce((sum, { rows }) => sum + rows.length, 0),
      refused,
    }
  }
}

/** By our ids of the accounts that the bank has renumbered, the number their payments are known by. */
async function readFirstNumbers(loan: Loan<PullPurpose>): Promise<Private<Map<string, string>>> {
  const accounts = 'accounts' in loan ? await (loan as Loan<'account-view'>).accounts() : new Private([])
  return accounts.map((all) => new Map(all.map((account) => [account.id, firstNumberOf(account)])))
}

/** What is kept so far, for the purposes that may read it; for the others each pull is kept as it comes. */
async function readKnown(loan: Loan<PullPurpose>): Promise<Private<Transaction[]>> {
  return 'transactions' in loan
    ? await (loan as Loan<'account-view'>).transactions()
    : new Private<Transaction[]>([])
}

const RANK = { declined: -1, pending: 0, released: 1, posted: 2, reversed: 3 } as const

/** The pulled rows that say more than what is kept; each keeps the instant it was first seen under. */
function newer(known: readonly Transaction[], pulled: readonly Transaction[]): Transaction[] {
  const byId = new Map(known.map((transaction) => [transaction.id, transaction]))
  return pulled.flatMap((row) => {
    const before = byId.get(row.id)
    if (!before) return [row]
    if (RANK[row.status] <= RANK[before.status]) return []
    const bankTransactionIds = [...new Set([...before.bankTransactionIds, ...row.bankTransactionIds])]
    return [{ ...before, ...row, at: before.at, bankTransactionIds }]
  })
}
