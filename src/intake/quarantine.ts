import { type Clock, DAY, type Queryable, type Sql } from '#kit'
import type { RefusedRow } from './bank-reader.ts'

/** How long a refused row is remembered after it was last seen, and how many of one bank. */
const KEPT_MS = 90 * DAY
const ROWS_PER_BANK_MAX = 1_000
/** Of one answer or file no more are noted: an operator needs to see the fault, not each of its thousands of rows. */
const ROWS_AT_ONCE_MAX = 200
/** A place or a field is a name of ours or of a standard's: what is longer is not. */
const NAME_LENGTH_MAX = 100

/** A refused row as it is remembered. `accountId` is ours; null where the row's account could not be read. */
export type SetAside = Pick<RefusedRow, 'place' | 'field' | 'why'> & { accountId: string | null }
export type QuarantinedRow = SetAside & { bankId: string; source: string; firstAt: number; lastAt: number }

export type Quarantine = ReturnType<typeof createQuarantine>

/**
 * What banks sent and could not be read, for those who can mend it: places and names of fields, nothing of anybody. Rows of
 * accounts that nobody linked are not noted.
 */
export function createQuarantine(needs: {
  /** A pool of the role guichet_rooms, for listing. */
  sql: Sql
  clock: Clock
}) {
  const { sql, clock } = needs

  return {
    /**
     * Notes refused rows, in the transaction of those that were kept. `source` is `pull`, or for a file `file:` and the
     * beginning of its SHA-256.
     */
    async setAside(tx: Queryable, bankId: string, source: string, rows: readonly SetAside[]): Promise<void> {
      if (rows.length === 0) return
      const noted = new Map(
        rows
          .slice(0, ROWS_AT_ONCE_MAX)
          .map(({ accountId, place, field, why }) => [accountId ?? '', place, field, why].map(shorten))
          .map((row) => [row.join('\n'), row]),
      )
      const list = [...noted.values()]
      const now = clock.now()
      await tx.query(
        `insert into intake.quarantine as known
           (bank_id, source, first_at, last_at, account_id, place, field, why)
         select $1, $2, $3, $3, * from unnest($4::text[], $5::text[], $6::text[], $7::text[])
         on conflict (bank_id, account_id, source, place, field, why) do update set last_at = excluded.last_at`,
        [bankId, source, now, ...[0, 1, 2, 3].map((at) => list.map((row) => row[at]))],
      )
      await tx.query(
        `delete from intake.quarantine where bank_id = $1 and (last_at < $2 or ctid in (
           select ctid from intake.quarantine where bank_id = $1 order by last_at desc offset $3))`,
        [bankId, now - KEPT_MS, ROWS_PER_BANK_MAX],
      )
    },

    /** The newest first, of one bank or of all. */
    listQuarantine: (bankId: string | null = null, atMost = 100): Promise<QuarantinedRow[]> =>
      sql.query<QuarantinedRow>(
        `select bank_id as "bankId", nullif(account_id, '') as "accountId", source, place, field, why,
           first_at as "firstAt", last_at as "lastAt"
         from intake.quarantine where $1::text is null or bank_id = $1
         order by last_at desc, bank_id, source, place, field limit $2`,
        [bankId, atMost],
      ),
  }
}

const shorten = (name: string): string => name.slice(0, NAME_LENGTH_MAX)
