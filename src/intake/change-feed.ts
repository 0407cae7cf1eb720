import { z } from 'zod'
import { Fault, JOINT, monthOf, monthStart, Private, type Tx } from '#kit'
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

/** A row of `intake.change`: what one write changed of an account's payments of one month. */
type ChangeRow = Record<ChangeKind, string[]> & {
  linkId: string
  accountId: string
  version: number
  month: number
}

/** Keeps changes, given as seven arrays from `$first` on: what `changeValues` makes. */
export const insertChanges = (first: number): string => {
  const types = ['text', 'text', 'bigint', 'int', 'text', 'text', 'text']
  const arrays = types.map((type, i) => `$${first + i}::${type}[]`).join(', ')
  return `insert into intake.change (link_id, account_id, version, month, added, modified, removed)
    select link_id, account_id, version, month, string_to_array(added, '${JOINT}'),
      string_to_array(modified, '${JOINT}'), string_to_array(removed, '${JOINT}')
    from unnest(${arrays}) as change (link_id, account_id, version, month, added, modified, removed)`
}

/** The values of `insertChanges`. */
export function changeValues(noted: readonly Noted[]): unknown[] {
  const rows = changeRows(noted)
  return [
    rows.map(({ linkId }) => linkId),
    rows.map(({ accountId }) => accountId),
    rows.map(({ version }) => version),
    rows.map(({ month }) => month),
    rows.map(({ added }) => added.join(JOINT)),
    rows.map(({ modified }) => modified.join(JOINT)),
    rows.map(({ removed }) => removed.join(JOINT)),
  ]
}

function changeRows(noted: readonly Noted[]): ChangeRow[] {
  const rows = new Map<string, ChangeRow>()
  for (const { linkId, version, transaction, kind } of noted) {
    const { accountId } = transaction
    const month = monthOf(transaction.at)
    const place = `${linkId} ${accountId} ${version} ${month}`
    let row = rows.get(place)
    if (!row) {
      row = { linkId, accountId, version, month, added: [], modified: [], removed: [] }
      rows.set(place, row)
    }
    row[kind].push(transaction.id)
  }
  return [...rows.values()]
}

const INSERT_CHANGES = insertChanges(1)

/** The changes that a row of `intake.change` holds, for a lateral join with it. */
const EACH_CHANGE = `lateral (
  select unnest(added) as id, 'added' as kind
  union all select unnest(modified), 'modified'
  union all select unnest(removed), 'removed'
) as each`

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
  await loan.tx.query(INSERT_CHANGES, changeValues(noted))
}

/** What was last noted of each of a link's payments, by our id; nothing of those never noted. */
async function lastNoted(tx: Tx, linkId: string, ids: readonly string[]): Promise<Map<string, ChangeKind>> {
  const rows = await tx.query<{ id: string; kind: ChangeKind }>(
    `select distinct on (id) id, kind from intake.change cross join ${EACH_CHANGE}
     where link_id = $1 and id = any($2) order by id, version desc`,
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
    `select version, month, id, kind from intake.change cross join ${EACH_CHANGE}
     where link_id = $1 and account_id = $2 and (version, month) >= ($3, $4) and version <= $6
       and (version, month, id) > ($3, $4, $5)
     order by version, month, id limit $7`,
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
