import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type FreshDatabase, freshDatabase } from '../../tests/postgres.ts'
import { findTestServer } from '../../tests/test-server.ts'

const ROOT = join(import.meta.dirname, '../..')

let folder: string
let database: FreshDatabase
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-serve-'))
  await mkdir(join(folder, 'banks'))
  await mkdir(join(folder, 'keys'))
  await writeFile(join(folder, 'keys', 'database.secret'), (await findTestServer()).secret)
  database = await freshDatabase()
})
after(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** Starts Guichet as an operator does; gives how it ended, and what it said. */
async function serve(
  databaseUrl: string,
  port: number,
  signal: AbortSignal,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: ROOT,
    env: {
      ...process.env,
      GUICHET_PORT: String(port),
      GUICHET_PUBLIC_URL: `http://localhost:${port}`,
      GUICHET_DATA: folder,
      GUICHET_OFFERS: join(ROOT, 'sim/offers'),
      DATABASE_URL: databaseUrl,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  const code = await new Promise<number | null>((ended, failed) =>
    child.once('exit', ended).once('error', failed),
  )
  return { code, said }
}

const portOf = (server: ReturnType<typeof createServer>) => (server.address() as AddressInfo).port
const listening = (server: ReturnType<typeof createServer>) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

test('a start whose port is taken ends and says why', { timeout: 60_000 }, async ({ signal }) => {
  const other = createServer()
  await listening(other)
  try {
    const { code, said } = await serve(database.url, portOf(other), signal)
    assert.equal(code, 1)
    assert.match(said, new RegExp(`EADDRINUSE.*${portOf(other)}`))
  } finally {
    other.close()
  }
})

test('a start that loses the database on its way ends, wherever it was, so that it can be started again', {
  timeout: 240_000,
}, async ({ signal }) => {
  const to = new URL((await findTestServer()).url)
  for (const lost of [4, 7, 10, 13]) {
    const open = new Set<Socket>()
    let met = 0
    const way = createServer((socket) => {
      met++
      if (met > lost) {
        for (const one of open) one.destroy()
        return socket.destroy()
      }
      const onward = connect(Number(to.port), to.hostname)
      for (const [one, two] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        open.add(one)
        one.on('error', () => two.destroy())
        one.on('close', () => two.destroy())
        one.pipe(two)
      }
    })
    await listening(way)
    try {
      const url = new URL(database.url)
      url.hostname = '127.0.0.1'
      url.port = String(portOf(way))
      const { code } = await serve(url.href, 1, signal)
      assert.equal(code, 1, `after ${lost} connections`)
      assert.ok(met > lost)
    } finally {
      way.close()
    }
  }
})
