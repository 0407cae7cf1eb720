import { type Clock, DAY, Fault, newId, type Random, type Sql } from '#kit'
import type { People } from '#people'
import type { Vault } from '#vault'
import type { Quarantine } from '../quarantine.ts'
import type { OpenedStatement } from '../statement-file.ts'
import { createKeeper, type Load, type Part } from './keep.ts'
import {
  noRows,
  REFUSED_SHOWN_MAX,
  type RefusedPlace,
  type RowCounts,
  type StatementReport,
} from './report.ts'
import { survey } from './survey.ts'

/**
 * Rows and statements of one commit: few enough that its loans are short and its memory is small, and not fewer, since each
 * commit reads what is kept of the days around its rows.
 */
const ROWS_PER_LOAD = 2_000
const PARTS_PER_LOAD = 200
/** What was booked lies in the past, but for time zones and value dates: a year mistyped would be the newest for ever. */
const AHEAD_MS = 31 * DAY

/** Who imports: the operator at the command line, or one of the bank's staff. */
export type ImportedBy = { kind: 'operator' | 'staff'; id: string }
export type ImportRequest = {
  bankId: string
  opened: OpenedStatement
  by: ImportedBy
  /** Says what would happen and keeps nothing. */
  dryRun: boolean
  /** Keeps statements too whose rows do not lead from the opening balance to the closing one. */
  acceptUnbalanced: boolean
  onProgress?: (progress: Progress) => void
}
export type Progress = { step: 'checking' | 'keeping'; bytes: number; of: number }

/** An import as it is remembered. */
export type StatementImport = {
  id: string
  bankId: string
  by: ImportedBy
  sha256: string
  format: string
  dryRun: boolean
  startedAt: number
  finishedAt: number | null
  rows: RowCounts | null
}

export type Statements = ReturnType<typeof createStatements>

/**
 * Takes statement files. A file is read whole before anything of it is kept, so that one that is cut short leaves nothing;
 * then it is kept in bounded commits, whose rows have the same ids whenever they come: a file that comes twice, or comes
 * again after a crash in the middle, changes nothing that is there. The scorer is asked nothing: these payments are past.
 */
export function createStatements(needs: {
  /** A pool of the role guichet_rooms. */
  sql: Sql
  vault: Vault
  people: People
  quarantine: Quarantine
  clock: Clock
  random: Random
}) {
  const { sql, clock, random } = needs
  const keep = createKeeper(needs)

  async function begin({ bankId, opened, by, dryRun }: ImportRequest): Promise<string> {
    const id = newId('imp', random)
    await sql.query(
      `insert into intake.statement_import (id, bank_id, by_kind, by_id, file_sha256, format, dry_run, started_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, bankId, by.kind, by.id, opened.sha256, opened.format, dryRun, clock.now()],
    )
    return id
  }

  /** A file that was refused whole has an end and no counts; one that was stopped in the middle has neither. */
  async function end(id: string, rows: RowCounts | null): Promise<void> {
    await sql.query(`update intake.statement_import set finished_at = $2, counts = $3 where id = $1`, [
      id,
      clock.now(),
      rows && JSON.stringify(rows),
    ])
  }

  async function take(request: ImportRequest): Promise<StatementReport> {
    const { bankId, opened, dryRun, acceptUnbalanced } = request
    const tell = (step: Progress['step']) => (bytes: number) =>
      request.onProgress?.({ step, bytes, of: opened.bytes })
    const found = await survey(opened, tell('checking'))
    const rows = noRows()
    const refused: RefusedPlace[] = []
    let withoutReference = 0
    const refuse = (row: RefusedPlace) => {
      if (refused.length < REFUSED_SHOWN_MAX) refused.push(row)
    }

    const source = `file:${opened.sha256.slice(0, 16)}`
    let load: Load = { parts: [], rows: 0 }
    const flush = async () => {
      if (load.parts.length === 0) return
      const kept = await keep({ bankId, source, load, dryRun, refuse })
      for (const kind of Object.keys(rows) as (keyof RowCounts)[]) rows[kind] += kept[kind]
      load = { parts: [], rows: 0 }
    }

    let statement = 0
    let accountNumbers: readonly string[] = []
    const part = (): Part => {
      const last = load.parts.at(-1)
      // A refused row may come before its account is known.
      if (last?.statement === statement && last.accountNumbers === accountNumbers) return last
      const begun: Part = {
        statement,
        accountNumbers,
        rows: [],
        refused: [],
        closing: null,
        available: null,
      }
      load.parts.push(begun)
      return begun
    }
    for await (const event of opened.read(tell('keeping'))) {
      const unbalanced = acceptUnbalanced ? undefined : found.unbalanced.get(statement)
      switch (event.kind) {
        case 'begin':
          accountNumbers = event.accountNumbers
          break
        case 'refused':
          refuse(event.row)
          part().refused.push(event.row)
          load.rows++
          break
        case 'row': {
          if (event.identity === 'day') withoutReference++
          const isAhead = event.row.at > clock.now() + AHEAD_MS
          if (unbalanced) rows.refused++
          else if (isAhead) {
            const row = { place: `line ${event.line}`, field: 'date', why: 'date-ahead' } as const
            refuse(row)
            part().refused.push(row)
            load.rows++
          } else {
            part().rows.push(event)
            load.rows++
          }
          break
        }
        case 'end':
          if (unbalanced) {
            refuse(unbalanced)
            part().unbalanced = unbalanced
          } else if (!event.interim)
            Object.assign(part(), { closing: event.closing, available: event.available })
          statement++
          accountNumbers = []
      }
      if (load.rows >= ROWS_PER_LOAD || load.parts.length >= PARTS_PER_LOAD) await flush()
    }
    await flush()
    const { format, version, sha256, bytes } = opened
    return {
      format,
      version,
      sha256,
      bytes,
      dryRun,
      statements: found.statements,
      balanced: found.balanced,
      unbalanced: found.unbalanced.size,
      rows,
      withoutReference,
      refused,
    }
  }

  return {
    /** Throws `bank-withdrawn`, and what the file's reader throws. */
    async import(request: ImportRequest): Promise<StatementReport> {
      const id = await begin(request)
      try {
        const report = await take(request)
        await end(id, report.rows)
        return report
      } catch (error) {
        if (error instanceof Fault) await end(id, null)
        throw error
      }
    },

    /** The newest first. */
    list: (bankId: string, atMost = 50): Promise<StatementImport[]> =>
      sql.query<StatementImport>(
        `select id, bank_id as "bankId", json_build_object('kind', by_kind, 'id', by_id) as by,
           file_sha256 as sha256, format, dry_run as "dryRun", started_at as "startedAt",
           finished_at as "finishedAt", counts as rows
         from intake.statement_import where bank_id = $1 order by started_at desc, id limit $2`,
        [bankId, atMost],
      ),
  }
}
