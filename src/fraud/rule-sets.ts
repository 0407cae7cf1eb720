import { type Clock, Fault, type Sql } from '#kit'
import { checkDecision, createFollowing, type Decision, decideAlone } from './in-force.ts'
import type { RulesInForce } from './judge.ts'
import { BUILT_IN, guarded, type RuleSet, readRules, type Stopped } from './rules/index.ts'
import { keepStop, STOPS, type StoppedPart } from './stops.ts'

/** Tells the other processes that other rules are in force. */
const CHANNEL = 'guichet_rules'

export type KeptRules = {
  id: string
  status: 'shadow' | 'live' | 'retired'
  addedAt: number
  decidedAt: number
  decidedBy: string
  reason: string
  /** How many rules it has; null when this version cannot read it, and then it judges nothing, whatever its status. */
  rules: number | null
  /** Those of its rules that judge nothing any more, while it is live. */
  stopped: StoppedPart[]
}

/** A rule set that is in force and cannot be read here: it was kept by a version that had other facts. */
export type UnusableRules = { id: string; status: 'live' | 'shadow'; error: unknown }

export type RuleSets = ReturnType<typeof createRuleSets>

/**
 * The rule sets of this installation. A new one comes in shadow: what it would have done is kept beside each payment, and
 * decides nothing until a person promotes it. Without a live one, the rules that come with the software decide; so they do in place
 * of one that an earlier version kept and this one cannot read, and `onUnusable` says so each time the sets are loaded.
 */
export function createRuleSets(needs: {
  sql: Sql
  clock: Clock
  onStopped?: (stopped: Stopped) => void
  onUnusable: (unusable: UnusableRules) => void
}) {
  const { sql, clock, onStopped = () => {}, onUnusable } = needs
  const inForce: { live: RuleSet; shadow: RuleSet | null } = { live: BUILT_IN, shadow: null }
  /** When the live set was put in force, and which of its rules judge nothing any more. */
  let since: number | null = null
  let stopped = new Set<string>()

  async function read(): Promise<void> {
    type Row = {
      status: 'live' | 'shadow'
      text: string
      id: string
      decidedAt: number
      stops: StoppedPart[]
    }
    const rows = await sql.query<Row>(
      `select id, status, text, decided_at as "decidedAt", ${STOPS} from fraud.rule_set where status <> 'retired'`,
    )
    const [live, shadow] = (['live', 'shadow'] as const).map((status) =>
      rows.find((one) => one.status === status),
    )
    const isAnew = (live?.id ?? BUILT_IN.id) !== inForce.live.id || (live?.decidedAt ?? null) !== since
    if (isAnew) {
      const set = live ? readKept(live) : null
      since = live?.decidedAt ?? null
      stopped = new Set()
      inForce.live = set ? guarded(set, stop, stopped) : BUILT_IN
    }
    // Another process may have stopped one.
    for (const { rule } of live?.stops ?? []) stopped.add(rule)
    if (shadow?.id !== inForce.shadow?.id) inForce.shadow = shadow ? readKept(shadow) : null
  }

  function stop(one: Stopped): void {
    onStopped(one)
    const { rules: id, ...what } = one
    const judge = { id, since: since! }
    const at = clock.now()
    note(() => keepStop(sql, judge, { ...what, at }))
  }

  function readKept({ id, status, text }: Pick<UnusableRules, 'id' | 'status'> & { text: string }) {
    try {
      return readRules(text)
    } catch (error) {
      onUnusable({ id, status, error })
      return null
    }
  }

  const { changed, note, start } = createFollowing({ sql, channel: CHANNEL, read })

  return {
    /** The rules that judge now; it changes as they do. */
    inForce: inForce as RulesInForce,

    /** Loads the rules in force and follows their changes; `stop` ends the following. */
    start,

    async list(): Promise<KeptRules[]> {
      const rows = await sql.query<
        Omit<KeptRules, 'rules' | 'stopped'> & { text: string; stops: StoppedPart[] }
      >(
        `select id, status, added_at as "addedAt", decided_at as "decidedAt", decided_by as "decidedBy", reason, text, ${STOPS}
         from fraud.rule_set order by added_at desc, id`,
      )
      return rows.map(({ text, stops, ...row }) => ({ ...row, rules: countRules(text), stopped: stops }))
    },

    /** The text of a rule set. Throws `not-found`. */
    async text(id: string): Promise<string> {
      const [row] = await sql.query<{ text: string }>(`select text from fraud.rule_set where id = $1`, [id])
      if (!row) throw new Fault('not-found')
      return row.text
    },

    /** Takes in a rule set in shadow; the one before it is retired. Throws `rules-refused` or `already-done`. */
    async add(text: string, decision: Decision): Promise<string> {
      checkDecision(decision)
      const { id } = readRules(text)
      await sql.transaction(async (tx) => {
        await decideAlone(tx, 'fraud.rule_set')
        const now = clock.now()
        const known = await tx.query(`select from fraud.rule_set where id = $1`, [id])
        if (known.length > 0) throw new Fault('already-done')
        const values = [now, decision.by, decision.reason]
        await tx.query(
          `update fraud.rule_set set status = 'retired', decided_at = $1, decided_by = $2, reason = $3
           where status = 'shadow'`,
          values,
        )
        await tx.query(
          `insert into fraud.rule_set (id, status, text, added_at, decided_at, decided_by, reason)
           values ($4, 'shadow', $5, $1, $1, $2, $3)`,
          [...values, id, text],
        )
      })
      await changed()
      return id
    },

    /** Has a rule set decide; the one before it is retired. Throws `not-found`, or `rules-refused` when it could not judge. */
    async promote(id: string, decision: Decision): Promise<void> {
      checkDecision(decision)
      await sql.transaction(async (tx) => {
        await decideAlone(tx, 'fraud.rule_set')
        const [row] = await tx.query<{ text: string }>(`select text from fraud.rule_set where id = $1`, [id])
        if (!row) throw new Fault('not-found')
        readRules(row.text)
        const values = [clock.now(), decision.by, decision.reason, id]
        await tx.query(
          `update fraud.rule_set set status = 'retired', decided_at = $1, decided_by = $2, reason = $3
           where status = 'live' and id <> $4`,
          values,
        )
        await tx.query(
          `update fraud.rule_set set status = 'live', decided_at = $1, decided_by = $2, reason = $3
           where id = $4`,
          values,
        )
      })
      await changed()
    },

    /** Takes a rule set out of force. Throws `not-found` when it is not in force. */
    async retire(id: string, decision: Decision): Promise<void> {
      checkDecision(decision)
      const rows = await sql.query(
        `update fraud.rule_set set status = 'retired', decided_at = $1, decided_by = $2, reason = $3
         where id = $4 and status <> 'retired' returning id`,
        [clock.now(), decision.by, decision.reason, id],
      )
      if (rows.length === 0) throw new Fault('not-found')
      await changed()
    },
  }
}

function countRules(text: string): number | null {
  try {
    return readRules(text).rules.length
  } catch {
    return null
  }
}
