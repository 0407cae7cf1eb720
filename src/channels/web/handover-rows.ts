import type { Errand } from '#conversation'
import type { Queryable, Tx } from '#kit'

type Place = { number: string; bankId: string }

/** Opens a request at each bank it is for; where nobody answers here, it is only noted. */
export async function keepHandover(
  tx: Queryable,
  personId: string,
  { number, bankIds, here }: Extract<Errand, { kind: 'human' | 'dispute' }>,
): Promise<void> {
  for (const bankId of bankIds) {
    const linkId = here.find((one) => one.bankId === bankId)?.linkId ?? null
    await tx.query(
      `insert into channels.handover (person_id, number, bank_id, link_id) values ($1, $2, $3, $4) on conflict do nothing`,
      [personId, number, bankId, linkId],
    )
  }
}

/**
 * To whom a person's next words go: to the banks that have taken over, or to all that are waited for as long as none has;
 * at each bank under its newest request.
 */
export async function addressees(tx: Queryable, personId: string): Promise<Place[]> {
  const open = await tx.query<Place & { isTaken: boolean }>(
    `select distinct on (bank_id) number, bank_id as "bankId", taken_by is not null as "isTaken"
     from channels.handover join channels.request using (person_id, number)
     where person_id = $1 and link_id is not null and handover.done_at is null and request.done_at is null
     order by bank_id, taken_by is null, asked_at desc, number`,
    [personId],
  )
  const taken = open.filter(({ isTaken }) => isTaken)
  return taken.length > 0 ? taken : open
}

/** Whether somebody at a bank has taken the conversation over: nothing automatic answers then. */
export async function isTaken(sql: Queryable, personId: string): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from channels.handover join channels.request using (person_id, number)
     where person_id = $1 and taken_by is not null and handover.done_at is null and request.done_at is null limit 1`,
    [personId],
  )
  return rows.length > 0
}

export const wordsContext = ({ number, bankId }: Place) => `handover|${number}|${bankId}`

/** Keeps words under a request, already sealed for `wordsContext`. */
export async function keepWords(
  tx: Tx,
  personId: string,
  place: Place,
  words: { at: number; sender: 'person' | 'human'; sealed: Buffer },
): Promise<void> {
  await tx.query(
    `insert into channels.handover_message (person_id, number, bank_id, at, sender, sealed) values ($1, $2, $3, $4, $5, $6)`,
    [personId, place.number, place.bankId, words.at, words.sender, words.sealed],
  )
}
