import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** One PostgreSQL for many test files: its owner's address, and the secret that role passwords follow from. */
export type TestServer = { url: string; secret: string }

export const TEST_SECRET = 'a secret that only tests use'

/** `npm test` starts a server of its own and names it to the test files here. */
export const TEST_SERVER_VARIABLE = 'TEST_POSTGRES_URL'

/** Where a test file that is run alone finds the server that the last one left running. */
export const SHARED_FOLDER = join(tmpdir(), `guichet-tests-${userInfo().username}`)
export const SHARED_ADDRESS = join(SHARED_FOLDER, 'address')

/** The server of this test run, or a shared one that ends by itself some minutes after its last use. */
export async function findTestServer(): Promise<TestServer> {
  const url = process.env[TEST_SERVER_VARIABLE]
  if (url) return { url, secret: TEST_SECRET }
  for (let attempt = 0; attempt < 300; attempt++) {
    const shared = await readFile(SHARED_ADDRESS, 'utf8').catch(() => null)
    if (shared && (await answers(shared))) return { url: shared, secret: TEST_SECRET }
    // Keepers that come second give up, so a few too many do no harm.
    if (attempt % 50 === 0) startKeeper()
    await new Promise((next) => setTimeout(next, 100))
  }
  throw new Error(`no test database came up; see ${join(SHARED_FOLDER, 'keeper.log')}`)
}

function startKeeper(): void {
  const keeper = join(import.meta.dirname, 'keep-test-server.ts')
  spawn(process.execPath, [keeper], { detached: true, stdio: 'ignore', cwd: tmpdir() }).unref()
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
