import type { Loan } from '#vault'
import type { RefusedRow } from './bank-reader.ts'

/**
 * Those of a link's open accounts that its bank's list had and has no longer: closed, or no longer shared. An empty list is
 * more likely a fault than the truth, and a row that could not be read may be the account that is missing.
 */
export async function findGone<A extends { id: string; status: 'open' | 'closed'; asOf?: number }>(
  { tx }: Pick<Loan<'account-view'>, 'tx'>,
  linkId: string,
  known: readonly A[],
  list: { accountIds: ReadonlySet<string>; refused: readonly RefusedRow[]; asOf: number },
): Promise<A[]> {
  const { accountIds, refused, asOf } = list
  if (
    accountIds.size === 0 ||
    refused.some(({ bankAccountId, why }) => bankAccountId === null && why !== 'unsupported')
  )
    return []
  const missing = known.filter(
    (account) => account.status === 'open' && !accountIds.has(account.id) && (account.asOf ?? 0) <= asOf,
  )
  if (missing.length === 0) return []
  const rows = await tx.query<{ id: string }>(
    `select account_id as id from intake.account_listed where link_id = $1 and account_id = any($2)`,
    [linkId, missing.map(({ id }) => id)],
  )
  const listed = new Set(rows.map(({ id }) => id))
  return missing.filter(({ id }) => listed.has(id))
}

/** Remembers that the bank's list has these accounts. */
export async function noteListed(
  { tx }: Pick<Loan<'account-view'>, 'tx'>,
  linkId: string,
  accountIds: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into intake.account_listed (link_id, account_id) select $1, unnest($2::text[]) on conflict do nothing`,
    [linkId, accountIds],
  )
}
