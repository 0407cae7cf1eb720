import type { Queryable } from '#kit'

/**
 * Why a rule or a model judges nothing although it is in force: `payments` of the last `of` were asked about, or spared. `at` in
 * milliseconds.
 */
export type Stop = { why: 'asked' | 'spared'; payments: number; of: number; at: number }

/** Of a rule, or of a model: then `rule` is empty. */
export type StoppedPart = Stop & { rule: string }

/** In a statement about rule sets or models: what of each was stopped since somebody put it in force. */
export const STOPS = `(
  select coalesce(json_agg(json_build_object('rule', rule, 'why', why, 'payments', payments, 'of', of_payments, 'at', at)
    order by at, rule), '[]')
  from fraud.stopped where judge_id = id and since = decided_at
) as stops`

/** Why a model was stopped, of what was; null when it was not. */
export function stopOfModel([one]: readonly StoppedPart[]): Stop | null {
  if (!one) return null
  const { rule: _, ...stop } = one
  return stop
}

/** Keeps that something of a judge that is in force `since` then was stopped, for every process and every later start. */
export async function keepStop(
  sql: Queryable,
  judge: { id: string; since: number },
  { rule, why, payments, of, at }: StoppedPart,
): Promise<void> {
  await sql.query(
    `insert into fraud.stopped (judge_id, rule, since, why, payments, of_payments, at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [judge.id, rule, judge.since, why, payments, of, at],
  )
}

/** What is stopped of what is in force. */
export async function readStopped(
  sql: Queryable,
): Promise<{ rules: StoppedPart[]; models: (Stop & { id: string })[] }> {
  type Row = { id: string; stops: StoppedPart[] }
  const sets = await sql.query<Row>(`select id, ${STOPS} from fraud.rule_set where status = 'live'`)
  const models = await sql.query<Row>(`select id, ${STOPS} from fraud.model where status = 'champion'`)
  return {
    rules: sets.flatMap(({ stops }) => stops),
    models: models.flatMap(({ id, stops }) => {
      const stop = stopOfModel(stops)
      return stop ? [{ id, ...stop }] : []
    }),
  }
}
