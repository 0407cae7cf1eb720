/** Keeps the shared test server running until nobody has used it for ten minutes. Started by test-server.ts. */
import { appendFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '#database'
import { isAlive } from '#kit'
import { SHARED_ADDRESS, SHARED_FOLDER, TEST_SECRET } from './test-server.ts'

const IDLE_MINUTES_MAX = 10
const LOCK = join(SHARED_FOLDER, 'keeper.pid')

await mkdir(SHARED_FOLDER, { recursive: true })
if (!(await takeLock())) process.exit(0)
try {
  const server = await startEmbeddedPostgres({
    folder: join(SHARED_FOLDER, 'postgres'),
    secret: TEST_SECRET,
    // Nothing here needs to survive a power cut.
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300' },
  })
  await writeFile(SHARED_ADDRESS, server.url, { mode: 0o600 })
  for (let idle = 0; idle < IDLE_MINUTES_MAX; idle++) {
    await new Promise((next) => setTimeout(next, 60_000))
    if (await isUsed(server.url)) idle = 0
  }
  await rm(SHARED_ADDRESS, { force: true })
  await server.stop()
  await rm(SHARED_FOLDER, { recursive: true, force: true })
} catch (error) {
  await appendFile(join(SHARED_FOLDER, 'keeper.log'), `${(error as Error).stack}\n`)
} finally {
  await rm(LOCK, { force: true })
}

/** The lock of a keeper that was killed is taken over. */
async function takeLock(): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(LOCK, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return true
    } catch {
      const holder = Number(await readFile(LOCK, 'utf8').catch(() => ''))
      if (holder && isAlive(holder)) return false
      await rm(LOCK, { force: true })
    }
  }
  return false
}

async function isUsed(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    const { rowCount } = await client.query(
      `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return (rowCount ?? 0) > 0
  } finally {
    await client.end()
  }
}
