import type { Tx } from './sql.ts'

/**
 * What one room tells the others, in the same transaction as the fact itself. An announcement carries opaque ids,
 * never figures. It is kept until its listener has succeeded, and retried with backoff: listeners must therefore be
 * safe to run twice (each writes under a key derived from the announcement's ids).
 */
export type Announcements = {
  /** A fraud case was opened or changed; the chat asks *was this you?* */
  'case-raised': { personId: string; linkId: string; caseId: string }
  /** A quarter of an hour went by since a case was raised: whoever has not answered is told again, more widely. */
  'case-unanswered': { personId: string; linkId: string; caseId: string }
  /** The bank decided a dispute: the person is told how. */
  'dispute-decided': { personId: string; linkId: string; caseId: string }
  /** A bank opened, closed or renumbered an account, or shows it no longer: its holder is told. */
  'account-changed': {
    personId: string
    linkId: string
    accountId: string
    change: 'opened' | 'closed' | 'renumbered' | 'gone'
    at: number
  }
  /** A link is complete: pull the person's accounts and history. */
  'link-made': { personId: string; linkId: string }
  /** A purpose was withdrawn, or a link erased: tell the bank, and the chat. */
  'consent-ended': { personId: string; linkId: string; purpose: string }
  /** The bank, or the person there, ended the access to a link: what rested on it is over. */
  'access-ended': { personId: string; linkId: string }
  /** A person let an app of theirs read: they are told, wherever they did it. */
  'app-let': { personId: string; accessId: string }
  /** A person erased everything: what was derived about them is dropped too. */
  'person-left': { personId: string }
  /** A bank left with all its people. */
  'bank-left': { bankId: string; personId: string }
  /** Somebody of a bank's staff may no longer come in: what they had taken over is given to others. */
  'member-left': { memberId: string; bankId: string }
  /** A person told us to have their bank do something; kept until the bank has done it. */
  'bank-order-wanted': { personId: string; linkId: string; orderId: string }
  /** The same, as it was announced when a card could only be blocked. */
  'card-block-wanted': { personId: string; linkId: string; blockId: string }
}

export type AnnouncementName = keyof Announcements

/** Handles one announcement. Throwing has it retried later. */
export type Listener<N extends AnnouncementName> = (ids: Announcements[N]) => Promise<void>

/** When an announcement is heard: at once, or not before an instant (milliseconds of the Unix epoch). */
export type Timing = { notBefore?: number }

/** Writes the announcement in the caller's transaction. */
export async function announce<N extends AnnouncementName>(
  tx: Tx,
  name: N,
  ids: Announcements[N],
  { notBefore }: Timing = {},
): Promise<void> {
  if (notBefore === undefined) await tx.query('select kit.announce($1, $2)', [name, JSON.stringify(ids)])
  else
    await tx.query('select kit.announce($1, $2, to_timestamp($3::double precision / 1000))', [
      name,
      JSON.stringify(ids),
      notBefore,
    ])
}
