import { PURPOSES } from '#consent'
import { type Clock, DAY, Fault, type Tx } from '#kit'
import type { People } from '#people'
import type { Balance, BatchEntry, Loan, Transaction, Vault } from '#vault'
import { reveal } from '../../kit/reveal.ts'
import { openBooks } from '../books.ts'
import { noteStates } from '../change-feed.ts'
import { LOOK_BACK_DAYS } from '../known.ts'
import { firstNumberOf } from '../life-of-an-account.ts'
import { noteGrown } from '../line-due.ts'
import type { Quarantine, SetAside } from '../quarantine.ts'
import type { DatedMoney, StatementEvent } from '../statement-file.ts'
import { compare, SAME_BOOKING_MS } from './compare.ts'
import { noRows, type RefusedPlace, type RowCounts } from './report.ts'

const SERVICE = { kind: 'service', id: 'bank-statements', role: 'bank-statements' } as const
const WHAT = {
  'account-view': 'keep-statement',
  'fraud-alerts': 'keep-statement',
  'spending-insights': 'keep-statement',
  'worth-knowing': 'keep-statement',
} as const
/** Who may see balances comes first: under the other purposes they cannot be compared, and are not kept. */
const PURPOSE_ORDER = ['account-view', 'fraud-alerts', 'spending-insights', 'worth-knowing'] as const

type Row = StatementEvent & { kind: 'row' }

/** Some or all of one statement's rows. */
export type Part = {
  /** Which statement of the file, from 0. */
  statement: number
  accountNumbers: readonly string[]
  rows: Row[]
  refused: RefusedPlace[]
  unbalanced?: RefusedPlace
  closing: DatedMoney | null
  available: DatedMoney | null
}

/** What is kept in one commit. */
export type Load = { parts: Part[]; rows: number }

/** Part of a statement as one link sees it; `knownAs` is the number that the ids of its account's payments are made from. */
type OwnPart = { part: Part; knownAs: string; accountId: string }

/** Keeps a load of statements in one commit, through one loan for each link. Answers how many rows came to what. */
export function createKeeper(needs: { vault: Vault; people: People; quarantine: Quarantine; clock: Clock }) {
  const { vault, people, quarantine, clock } = needs

  return async function keep(request: {
    bankId: string
    source: string
    load: Load
    dryRun: boolean
    refuse: (row: RefusedPlace) => void
  }): Promise<RowCounts> {
    const { bankId, source, load, dryRun } = request
    return await vault.transaction(async (tx) => {
      if ((await people.bankLeftAt(tx, bankId)) !== null) throw new Fault('bank-withdrawn')
      const ask = {
        bankId,
        accounts: people.indexAccounts(
          bankId,
          load.parts.flatMap(({ accountNumbers }) => accountNumbers),
        ),
        actor: SERVICE,
        what: WHAT,
        purposes: PURPOSE_ORDER,
      }
      return await vault.openBatch(tx, ask, async (batch) => {
        const verdicts = new Map<Row, RowVerdict>()
        const setAside: SetAside[] = []
        for (const entry of batch.entries.values()) {
          const own = load.parts.flatMap((part) => ownPart(entry, part))
          if (own.length === 0) continue
          await rememberFirstNumbers(entry, own)
          for (const { part, accountId } of own)
            for (const row of [...part.refused, ...(part.unbalanced ? [part.unbalanced] : [])])
              setAside.push({ ...row, accountId })
          await keepOf(tx, entry, own, dryRun, (row, verdict, { accountId }) => {
            if (verdict === 'reused') setAside.push({ ...reused(row), accountId })
            // A joint account is one row to the bank: what was new to one of its holders was new.
            const before = verdicts.get(row)
            if (!before || STRENGTH.indexOf(verdict) < STRENGTH.indexOf(before)) verdicts.set(row, verdict)
          })
        }
        const counts = noRows()
        for (const { rows, refused, accountNumbers } of load.parts) {
          counts.refused += refused.length
          if (accountNumbers.length === 0)
            setAside.push(...refused.map((row) => ({ ...row, accountId: null })))
          for (const row of rows) {
            const verdict = verdicts.get(row) ?? 'unlinked'
            if (verdict === 'reused') request.refuse(reused(row))
            counts[verdict === 'reused' ? 'refused' : verdict]++
          }
        }
        if (!dryRun) await quarantine.setAside(tx, bankId, source, setAside)
        await hint(tx, [...batch.entries.values()])
        return counts
      })
    })
  }

  /** Compares one link's rows with what is kept of it, and keeps what is new. */
  async function keepOf(
    tx: Tx,
    entry: BatchEntry,
    own: readonly OwnPart[],
    dryRun: boolean,
    tell: (row: Row, verdict: RowVerdict, part: OwnPart) => void,
  ): Promise<void> {
    const loan = await entry.loan(entry.purpose)
    const oldest = clock.now() - PURPOSES[entry.purpose].lookbackDays * DAY
    const all = own.flatMap(({ part }) => part.rows.map(({ row }) => row.at))
    if (all.length > 0) {
      const [first, last] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]
      const span = { from: first - LOOK_BACK_DAYS * DAY, to: last + SAME_BOOKING_MS + DAY }
      const known = reveal(await loan.transactions(span))
      const idOf = (bankAccountId: string, id: string) => entry.transactionId(bankAccountId, id)
      const books = openBooks(known, idOf)
      for (const one of own)
        for (const event of one.part.rows) {
          const verdict = judge(event, one)
          tell(event, verdict, one)
        }
      const changed = books.changed()
      if (!dryRun && changed.length > 0) {
        await noteGrown(tx, entry, { known, changed }, clock.now())
        await loan.keep('transaction', changed, entry.linkId)
        await noteStates(loan, entry.linkId, { known, changed })
        await noteBegun(tx, entry.linkId, changed, clock.now())
      }

      function judge(event: Row, { knownAs, accountId }: OwnPart): RowVerdict {
        if (event.row.at < oldest) return 'tooOld'
        if (event.again) return 'same'
        const ids = event.row.bankTransactionIds
        const account = { accountId, bankAccountId: knownAs }
        // A payment that was pushed is known by its authorisation, and a statement names the posting.
        const before = ids.map((id) => books.find(account, id)).find((found) => found !== undefined)
        const verdict = compare({ ...event.row, id: idOf(knownAs, ids[0]!), accountId }, before)
        if (verdict.kind === 'new' || verdict.kind === 'changed') books.write(verdict.transaction)
        return verdict.kind
      }
    }
    if (!dryRun && entry.purpose === 'account-view') await keepBalances(loan as Loan<'account-view'>, own)
  }
}

type RowVerdict = 'new' | 'changed' | 'reused' | 'same' | 'tooOld' | 'unlinked'
const STRENGTH: readonly RowVerdict[] = ['new', 'changed', 'reused', 'same', 'tooOld', 'unlinked']

const reused = ({ line }: Row): RefusedPlace => ({
  place: `line ${line}`,
  field: 'reference',
  why: 'reference-reused',
})

function ownPart(entry: BatchEntry, part: Part): OwnPart[] {
  const bankAccountId = part.accountNumbers.find((number) => entry.accountIds.has(number))
  return bankAccountId === undefined
    ? []
    : [{ part, knownAs: bankAccountId, accountId: entry.accountIds.get(bankAccountId)! }]
}

/** Payments of an account that was renumbered are known by the number that it had first. */
async function rememberFirstNumbers(entry: BatchEntry, own: readonly OwnPart[]): Promise<void> {
  const renumbered = own.filter(({ accountId }) => entry.renumbered.has(accountId))
  if (renumbered.length === 0) return
  const loan = await entry.loan(entry.purpose)
  const accounts = new Map(reveal(await loan.accounts()).map((account) => [account.id, account]))
  for (const one of renumbered) {
    const account = accounts.get(one.accountId)
    if (account) one.knownAs = firstNumberOf(account)
  }
}

/** A closing balance is kept when it is later than the one that is there: an old statement may come after a newer one. */
async function keepBalances(loan: Loan<'account-view'>, own: readonly OwnPart[]): Promise<void> {
  const closings = own.filter(({ part }) => part.closing !== null)
  if (closings.length === 0) return
  const known = new Map(reveal(await loan.balances()).map((balance) => [balance.id, balance]))
  const newer = new Map<string, Balance>()
  for (const { part, accountId } of closings) {
    const { amount, at } = part.closing!
    const before = newer.get(accountId) ?? known.get(accountId)
    if (before && before.asOf >= at) continue
    newer.set(accountId, {
      id: accountId,
      current: amount,
      available: part.available?.amount ?? null,
      creditLine: before?.creditLine ?? null,
      asOf: at,
    })
  }
  await loan.keep('balance', [...newer.values()])
}

/** An authorisation that is pushed after its payment stood in a statement is not new. */
async function noteBegun(
  tx: Tx,
  linkId: string,
  changes: readonly Transaction[],
  now: number,
): Promise<void> {
  const begun = changes.filter(({ at }) => at >= now - LOOK_BACK_DAYS * DAY)
  await tx.query(
    `insert into intake.payment (link_id, transaction_id) select $1, id from unnest($2::text[]) as id
     on conflict do nothing`,
    [linkId, begun.map(({ id }) => id)],
  )
}

/** Has the open pages of these people look again at who read their data. */
async function hint(tx: Tx, entries: readonly BatchEntry[]): Promise<void> {
  const personIds = [...new Set(entries.map(({ personId }) => personId))]
  if (personIds.length === 0) return
  await tx.query(`select pg_notify('guichet_changed', hint) from unnest($1::text[]) as hint`, [
    personIds.map((personId) => JSON.stringify({ personIds: [personId], what: 'reads' })),
  ])
}
