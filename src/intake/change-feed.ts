import { z } from 'zod'
import { Fault, Private, type Tx } from '#kit'
import type { People } from '#people'
import type { Loan, LoanBase, Transaction } from '#vault'
import { type ChangeKind, stands } from './change-kind.ts'

/** A change about to be noted: the link's version is that of the write that keeps it. */
export type Noted = { linkId: string; version: number; transaction: Transaction; kind: ChangeKind }

/** One change of an account. What is removed, then or since, has no contents; what has changed since shows as it is now. */
export type FeedEntry =
  | { kind: 'added' | 'modified'; id: string; transaction: Transaction | null }
  | { kind: 'removed'; id: string; transaction: null }

export type FeedPage = {
  entries: Private<FeedEntry[]>
  /** Where the next page begins; at the end, where what is still to come will. */
  nextCursor: string
  hasMore: boolean
}

const PAGE_MAX = 500
/** Before every place in the feed. */
const BEGINNING: Place = [-1, -1, '']

/** A place in an account's feed: after this version, month and id. */
type Place = [version: number, month: number, id: string]
const Cursor = z.tuple([
  z.literal(1),
  z.string().max(60),
  z.tuple([z.int(), z.int(), z.string().max(60)]),
  z.int().nullable(),
])

/** Months since year 0, in UTC. */
const monthOf = (at: number): number => {
  const date = new Date(at)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
const monthStart = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12)

/** The columns of `intake.change`, each as an array, in the order of the table. */
export function rowsOf(noted: readonly Noted[]): unknown[] {
  return [
    noted.map(({ linkId }) => linkId),
    noted.map(({ transaction }) => transaction.accountId),
    noted.map(({ version }) => version),
    noted.map(({ transaction }) => monthOf(transaction.at)),
    noted.map(({ transaction }) => transaction.id),
    noted.map(({ kind }) => kind),
  ]
}

/**
 * Notes what a write changed of a link's payments, after it. What was kept before and never noted is noted with it: by an earlier
 * version, or for a purpose that cannot read.
 */
export async function noteStates(
  loan: Pick<LoanBase, 'tx' | 'versionOf'>,
  linkId: string,
  { known, changed }: { known: readonly Transaction[]; changed: readonly Transaction[] },
): Promise<void> {
  const newest = new Map([...known, ...changed].map((transaction) => [transaction.id, transaction]))
  const last = await lastNoted(loan.tx, linkId, [...newest.keys()])
  const isChanged = new Set(changed.map(({ id }) => id))
  const version = loan.versionOf(linkId)
  const noted = [...newest.values()].flatMap((transaction): Noted[] => {
    const before = last.get(transaction.id)
    const had = before !== undefined && before !== 'removed'
    if (!stands(transaction)) return had ? [{ linkId, version, transaction, kind: 'removed' }] : []
    if (!had) return [{ linkId, version, transaction, kind: 'added' }]
    return isChanged.has(transaction.id) ? [{ linkId, version, transaction, kind: 'modified' }] : []
  })
  if (noted.length === 0) return
  await loan.tx.query(
    `insert into intake.change (link_id, account_id, version, month, transaction_id, kind)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::text[], $6::text[])`,
    rowsOf(noted),
  )
}

/** What was last noted of each of a link's payments, by our id; nothing of those never noted. */
async function lastNoted(tx: Tx, linkId: string, ids: readonly string[]): Promise<Map<string, ChangeKind>> {
  const rows = await tx.query<{ id: string; kind: ChangeKind }>(
    `select distinct on (transaction_id) transaction_id as id, kind from intake.change
     where link_id = $1 and transaction_id = any($2) order by transaction_id, version desc`,
    [linkId, ids],
  )
  return new Map(rows.map(({ id, kind }) => [id, kind]))
}

/**
 * An account's changes after `cursor` (from the beginning without one), oldest first, with their contents from the loan. Pages
 * of one round end where the first of them saw the end, so that they are of one moment; the same cursor gives the same
 * entries whenever it is used, and one at the end goes on with what came since. Throws `not-found` for an account that the loan
 * does not cover, and `cursor-malformed`.
 */
export async function readChanges(
  loan: Pick<Loan<'account-view'>, 'tx' | 'links' | 'transactions'>,
  needs: { people: People; accountId: string; cursor: string | null; limit: number },
): Promise<FeedPage> {
  const { people, accountId, cursor } = needs
  const linkIds = loan.links.map(({ linkId }) => linkId)
  const owned = await people.accountIdsOf(loan.tx, linkIds)
  const linkId = linkIds.find((id) => owned.get(id)?.includes(accountId))
  if (linkId === undefined) throw new Fault('not-found')
  const { after, upTo } = cursor === null ? { after: BEGINNING, upTo: null } : readCursor(cursor, accountId)
  const limit = Math.max(1, Math.min(needs.limit, PAGE_MAX))

  const [end] = await loan.tx.query<{ version: number | null }>(
    `select max(version) as version from intake.change where link_id = $1 and account_id = $2`,
    [linkId, accountId],
  )
  const last = upTo ?? end!.version ?? BEGINNING[0]
  const rows = await loan.tx.query<{ version: number; month: number; id: string; kind: ChangeKind }>(
    `select version, month, transaction_id as id, kind from intake.change
     where link_id = $1 and account_id = $2 and (version, month, transaction_id) > ($3, $4, $5) and version <= $6
     order by version, month, transaction_id limit $7`,
    [linkId, accountId, ...after, last, limit + 1],
  )
  const page = rows.slice(0, limit)
  const hasMore = rows.length > limit
  const place: Place = page.length > 0 ? placeOf(page.at(-1)!) : after
  const nextCursor = writeCursor(accountId, place, hasMore ? last : null)
  if (page.length === 0) return { entries: new Private([]), nextCursor, hasMore }

  const months = page.map(({ month }) => month)
  const contents = await loan.transactions({
    from: monthStart(Math.min(...months)),
    to: monthStart(Math.max(...months) + 1),
  })
  return { entries: contents.map((all) => entriesOf(page, all)), nextCursor, hasMore }
}

function entriesOf(
  page: readonly { id: string; kind: ChangeKind }[],
  contents: readonly Transaction[],
): FeedEntry[] {
  const byId = new Map(contents.map((transaction) => [transaction.id, transaction]))
  return page.map(({ id, kind }) => {
    const transaction = byId.get(id) ?? null
    // Released or undone since: the feed says so further on, and until then it is no payment to be shown as one.
    if (kind === 'removed' || (transaction && !stands(transaction)))
      return { kind: 'removed', id, transaction: null }
    return { kind, id, transaction }
  })
}

const placeOf = (row: { version: number; month: number; id: string }): Place => [
  row.version,
  row.month,
  row.id,
]

const writeCursor = (accountId: string, place: Place, upTo: number | null): string =>
  Buffer.from(JSON.stringify([1, accountId, place, upTo])).toString('base64url')

function readCursor(cursor: string, accountId: string): { after: Place; upTo: number | null } {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw new Fault('cursor-malformed', { cause })
  }
  const result = Cursor.safeParse(json)
  if (!result.success || result.data[1] !== accountId) throw new Fault('cursor-malformed')
  const [, , after, upTo] = result.data
  return { after, upTo }
}
