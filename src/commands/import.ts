import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { openStatement, parseMapping } from '#banks'
import type { Settings } from '#config'
import type { Progress, RefusedPlace, StatementFormat, StatementReport, StatementSource } from '#intake'
import { Fault } from '#kit'
import { openDesk } from '../guichet.ts'
import { progress } from './events.ts'
import { WRONG } from './refused-rows.ts'

const MEBIBYTE = 1024 * 1024
/** Read as it comes, so that memory does not grow with it; but the references of its rows are remembered meanwhile. */
const FILE_BYTES_MAX = 128 * MEBIBYTE
const MAPPING_BYTES_MAX = MEBIBYTE
const BAR_WIDTH = 30

type Options = {
  bank: string
  format?: StatementFormat
  mapping?: string
  dryRun?: boolean
  acceptUnbalanced?: boolean
  json?: boolean
}

/** Takes a statement file and says what became of its rows. Exits 2 when some were refused. */
export async function importFile(settings: Settings, path: string, options: Options): Promise<void> {
  const mapping = options.mapping === undefined ? null : parseMapping(await readSmall(options.mapping))
  // A file that nobody can read starts nothing.
  const opened = await openStatement(await sourceOf(path), {
    format: options.format ?? null,
    mapping,
    bytesMax: FILE_BYTES_MAX,
  })
  const desk = await openDesk(settings)
  try {
    const report = await desk.importStatement({
      bankId: options.bank,
      opened,
      dryRun: options.dryRun ?? false,
      acceptUnbalanced: options.acceptUnbalanced ?? false,
      onProgress: (at) => progress(barOf(at)),
    })
    progress('')
    if (options.json) console.log(JSON.stringify(report, null, 2))
    else for (const line of linesOf(report)) console.log(line)
    if (report.rows.refused > 0) process.exitCode = 2
  } finally {
    progress('')
    await desk.close()
  }
}

function barOf({ step, bytes, of }: Progress): string {
  const share = of === 0 ? 1 : Math.min(1, bytes / of)
  const full = Math.round(share * BAR_WIDTH)
  const what = step === 'checking' ? 'Checking' : 'Taking in'
  return `${what.padEnd(9)} [${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}] ${Math.round(share * 100)} %`
}

function* linesOf(report: StatementReport): Generator<string> {
  const { rows, version, statements, balanced, unbalanced, sha256, dryRun } = report
  yield `${version}, ${counted(statements, 'statement')}, SHA-256 ${sha256}`
  if (dryRun) yield 'A dry run: nothing was kept. This is what would happen.'
  yield ''
  const table: [number, string][] = [
    [rows.new, 'new'],
    [rows.changed, 'changed'],
    [rows.same, 'already there'],
    [rows.unlinked, 'of accounts that nobody here has linked: nothing of them is kept'],
    [rows.tooOld, 'from before anything is kept'],
    [rows.refused, 'refused'],
  ]
  for (const [count, what] of table)
    if (count > 0 || what === 'new') yield `${count.toLocaleString('en').padStart(9)}  ${what}`
  yield ''
  if (balanced > 0) yield `${counted(balanced, 'statement')} added up to the closing balance.`
  if (unbalanced > 0)
    yield `${counted(unbalanced, 'statement')} did not add up. --accept-unbalanced keeps them all the same.`
  if (report.withoutReference > 0)
    yield `${counted(report.withoutReference, 'row')} without the bank’s own reference: told apart by day and order (docs/statement-files.md).`
  for (const refused of report.refused) yield `✗ ${placeOf(refused)}`
  const more = rows.refused - report.refused.length
  if (more > 0 && report.refused.length > 0) yield `  and ${more.toLocaleString('en')} more`
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`

const placeOf = ({ place, field, why }: RefusedPlace): string => `${place}: ${field} ${WRONG[why]}`

async function sourceOf(path: string): Promise<StatementSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  if (!found.isFile()) throw unreadable(path, null)
  return {
    bytes: found.size,
    async *open() {
      try {
        yield* createReadStream(path)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause
        throw unreadable(path, cause)
      }
    },
  }
}

async function readSmall(path: string): Promise<string> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  if (size > MAPPING_BYTES_MAX)
    throw new Fault('mapping-wrong', { detail: `${path} is too large for a mapping` })
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
}

const unreadable = (path: string, cause: unknown): Fault =>
  new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
