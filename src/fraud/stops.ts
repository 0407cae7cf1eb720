import type { Queryable } from '#kit'

/**
 * Why a rule or a model judges nothing although it is in force: `payments` of the last `of` were asked about, or spared. `at` in
 * milliseconds.
 */
export type Stop = { why: 'asked' | 'spared'; payments: number; of: number; at: number }

/** `rule` is empty for a model; `since` is when somebody put it in force. */
type StopRow = Stop & { judgeId: string; rule: string; since: number }

/** Keeps that a judge was stopped, for every process and every later start. */
export async function keepStop(sql: Queryable, stop: StopRow): Promise<void> {
  const { judgeId, rule, since, why, payments, of, at } = stop
  await sql.query(
    `insert into fraud.stopped (judge_id, rule, since, why, payments, of_payments, at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [judgeId, rule, since, why, payments, of, at],
  )
}

/** What is stopped of what is in force: of the rules of a set, or of the champion. */
export async function readStops(
  sql: Queryable,
  table: 'fraud.model' | 'fraud.rule_set',
): Promise<(Stop & { judgeId: string; rule: string })[]> {
  return await sql.query(
    `select judge_id as "judgeId", rule, why, payments, of_payments as "of", at
     from fraud.stopped join ${table} as judge on judge.id = judge_id and judge.decided_at = since
     where judge.status in ('live', 'champion') order by at, rule`,
  )
}
