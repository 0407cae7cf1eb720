import { DAY, type Private, type Tx } from '#kit'
import type { Loan, Span, Transaction } from '#vault'
import { reveal } from '../kit/reveal.ts'
import { laterIdsOf } from './books.ts'

/** How long before a payment's first sight its earlier states are looked for: the longest a card hold is kept open. */
export const LOOK_BACK_DAYS = 45

/** What is about to be said, and of which payments: `id` is our id if one of them begins with that id of the bank's. */
type About = {
  oldest: number
  ids: readonly { accountId: string; bankTransactionId: string; id: string }[]
}

/** The span in which what is about to be said since `oldest` finds its payments. */
export const reachOf = (oldest: number): Span => ({
  from: oldest - LOOK_BACK_DAYS * DAY,
  to: Number.MAX_SAFE_INTEGER,
})

/**
 * The payments of a link as far back as what is about to be said can reach. A refund or a correction may be of a payment
 * made long before: when one that began is not among them, everything is read.
 */
export async function readKnown(
  tx: Tx,
  loan: Pick<Loan<'account-view'>, 'transactions'>,
  linkId: string,
  about: About,
): Promise<Private<Transaction[]>> {
  const recent = await loan.transactions(reachOf(about.oldest))
  const found = reveal(recent)
  const ids = new Set(found.map(({ id }) => id))
  const bankIds = new Set(
    found.flatMap((one) => laterIdsOf(one).map((bankId) => `${one.accountId} ${bankId}`)),
  )
  const missing = about.ids.filter(
    ({ id, accountId, bankTransactionId }) =>
      !ids.has(id) && !bankIds.has(`${accountId} ${bankTransactionId}`),
  )
  if (missing.length === 0) return recent
  const begun = await tx.query(
    `select 1 from intake.payment where link_id = $1 and transaction_id = any($2) limit 1`,
    [linkId, missing.map(({ id }) => id)],
  )
  return begun.length === 0 ? recent : await loan.transactions()
}
