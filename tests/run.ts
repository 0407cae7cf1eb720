/**
 * `npm test`: every test file on one PostgreSQL of this run, in order of weight. `npm test -- vault` runs the files whose
 * path contains “vault”.
 */
import { glob, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { startEmbeddedPostgres } from '#database'
import { TEST_SECRET, TEST_SERVER_VARIABLE } from './test-server.ts'

const ROOT = join(import.meta.dirname, '..')
const FILES = ['src', 'sim', 'app', 'scripts', 'tests'].map((folder) => `${folder}/**/*.test.{ts,tsx}`)

/** Those that start whole houses and browsers go last and one at a time: two of them would wait for each other's clock. */
const HEAVY = ['promises', 'journeys', 'faults', 'browser', 'conformance', 'matrix'].map(
  (name) => `tests/${name}/`,
)

const TEST_MINUTES_MAX = 30

const counts = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []

const wanted = process.argv.slice(2)
const files = (await Array.fromAsync(glob(FILES, { cwd: ROOT })))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()
const isHeavy = (file: string) => HEAVY.some((folder) => file.startsWith(folder))

const folder = await mkdtemp(join(tmpdir(), 'guichet-test-run-'))
const server = await startEmbeddedPostgres({
  folder: join(folder, 'postgres'),
  secret: TEST_SECRET,
  settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300' },
})
process.env[TEST_SERVER_VARIABLE] = server.url
process.once('SIGINT', () => void close().then(() => process.exit(130)))
process.once('SIGTERM', () => void close().then(() => process.exit(143)))

try {
  await runFiles(
    files.filter((file) => !isHeavy(file)),
    2,
  )
  await runFiles(files.filter(isHeavy), 1)
} finally {
  await close()
}

for (const failure of failures) console.log(`\n${failure}`)
if (counts.skipped > 0) console.log(`\n${counts.skipped} skipped`)
console.log(`\n${counts.passed} passed, ${counts.failed} failed`)
// A run that found nothing to run has shown nothing.
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0

async function runFiles(paths: string[], concurrency: number): Promise<void> {
  if (paths.length === 0) return
  const printed = new Map<string, string>()
  const perFile = new Map<string, { passed: number; failed: number }>()
  const stream = run({
    files: paths.map((path) => join(ROOT, path)),
    concurrency,
    timeout: TEST_MINUTES_MAX * 60_000,
    cwd: ROOT,
  })
  for await (const { type, data } of stream) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      printed.set(data.file, `${printed.get(data.file) ?? ''}${data.message}`)
    } else if (type === 'test:pass') {
      if (data.details.type === 'suite') continue
      if (data.skip || data.todo) counts.skipped++
      else count(data.file, 'passed')
    } else if (type === 'test:fail') {
      const error = data.details.error
      // A group fails with its tests, which are told one by one.
      if ((error as { failureType?: string }).failureType === 'subtestsFailed') continue
      count(data.file, 'failed')
      failures.push(tellFailure(data, error, printed.get(data.file ?? '') ?? ''))
    } else if (type === 'test:summary' && data.file) {
      const { passed, failed } = perFile.get(data.file) ?? { passed: 0, failed: 0 }
      const tally = `${passed} passed${failed ? `, ${failed} failed` : ''}`
      const seconds = Math.round(data.duration_ms / 1000)
      console.log(`${failed ? '✗' : '✓'} ${relative(ROOT, data.file)}  ${tally}  ${seconds} s`)
    }
  }

  function count(file: string | undefined, result: 'passed' | 'failed') {
    counts[result]++
    if (!file) return
    const tally = perFile.get(file) ?? { passed: 0, failed: 0 }
    tally[result]++
    perFile.set(file, tally)
  }
}

function tellFailure(
  data: { name: string; file?: string | undefined; line?: number | undefined },
  error: Error,
  printed: string,
): string {
  // With what led to it: a property says which case failed, and only its cause says how.
  const text = inspect(error.cause ?? error)
  const place = data.file ? `${relative(ROOT, data.file)}${data.line ? `:${data.line}` : ''}` : ''
  const output = printed.trim()
    ? `\n  printed by this file:\n${indent(printed.trim().split('\n').slice(-40).join('\n'))}`
    : ''
  return `✗ ${data.name}\n  ${place}\n${indent(text)}${output}`
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}

async function close(): Promise<void> {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
