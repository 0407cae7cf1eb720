import type { Queryable } from '#kit'
import type { FraudCase } from '#vault'
import type { Outcome } from './outcome.ts'

/** How reports turned out: *not me* that was said, taken back by its person, and decided by the bank either way. */
export type Tally = { reported: number; takenBack: number; decidedAgainst: number; decidedInFavour: number }

const NONE: Tally = { reported: 0, takenBack: 0, decidedAgainst: 0, decidedInFavour: 0 }

/** What an answer adds to the counts: its cases, against what they were `before`. */
export function reportsIn(before: ReadonlyMap<string, FraudCase>, cases: readonly FraudCase[]): Tally {
  const became = (from: boolean, to: FraudCase['state']) =>
    cases.filter(({ id, state }) => state === to && (before.get(id)?.state === 'confirmed-fraud') === from)
      .length
  return { ...NONE, reported: became(false, 'confirmed-fraud'), takenBack: became(true, 'was-me') }
}

/** What the bank's decisions add to the counts. */
export function decisionsIn({ cases, decided }: Pick<Outcome, 'cases' | 'decided'>): Tally {
  const ids: ReadonlySet<string> = new Set(decided)
  const count = (which: 'against' | 'in-favour') =>
    cases.filter(({ id, dispute }) => ids.has(id) && dispute?.outcome?.decided === which).length
  return { ...NONE, decidedAgainst: count('against'), decidedInFavour: count('in-favour') }
}

/** Adds to a bank's counts, in the commit of what is counted. */
export async function keepTally(tx: Queryable, bankId: string, tally: Tally): Promise<void> {
  const { reported, takenBack, decidedAgainst, decidedInFavour } = tally
  if (reported + takenBack + decidedAgainst + decidedInFavour === 0) return
  await tx.query(
    `insert into fraud.report_tally as known (bank_id, reported, taken_back, decided_against, decided_in_favour)
     values ($1, $2, $3, $4, $5)
     on conflict (bank_id) do update set
       reported = known.reported + excluded.reported,
       taken_back = known.taken_back + excluded.taken_back,
       decided_against = known.decided_against + excluded.decided_against,
       decided_in_favour = known.decided_in_favour + excluded.decided_in_favour`,
    [bankId, reported, takenBack, decidedAgainst, decidedInFavour],
  )
}

/** The counts of each bank that has any. */
export async function readTallies(sql: Queryable): Promise<(Tally & { bankId: string })[]> {
  return await sql.query<Tally & { bankId: string }>(
    `select bank_id as "bankId", reported, taken_back as "takenBack", decided_against as "decidedAgainst",
       decided_in_favour as "decidedInFavour"
     from fraud.report_tally order by bank_id`,
  )
}
