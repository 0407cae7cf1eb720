import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import pg from 'pg'
import { type EmbeddedPostgres, isFree, removeEmbeddedPostgres, startEmbeddedPostgres } from '#database'

const SECRET = 'only for this test'
const DIE = join(import.meta.dirname, '../../tests/fixtures/start-postgres-and-die.ts')

let root: string
let folder: string
let server: EmbeddedPostgres | undefined

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guichet-embedded-'))
  await chmod(root, 0o755)
  folder = join(root, 'data', 'postgres')
})
afterEach(async () => {
  await server?.stop()
  server = undefined
  await removeEmbeddedPostgres(folder)
  await rm(root, { recursive: true, force: true })
})

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server?.url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function clusterFolder(): Promise<string> {
  return JSON.parse(await readFile(join(folder, 'server.json'), 'utf8')).cluster
}

async function serverPid(): Promise<number> {
  return Number((await readFile(join(await clusterFolder(), 'postmaster.pid'), 'utf8')).split('\n')[0])
}

test('the first start makes a database that writes to disk and listens on this machine only', async () => {
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  assert.equal(server.adopted, false)
  assert.equal(await server.isRunning(), true)
  const [settings] =
    await query(`select current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses,
    current_setting('data_checksums') as checksums, current_setting('log_error_verbosity') as told`)
  assert.deepEqual(settings, { fsync: 'on', addresses: '127.0.0.1', checksums: 'on', told: 'terse' })
})

test('a second start finds everything as it was, at the same address', async () => {
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  const { url } = server
  await query(`create table kept as select 'still here' as value`)
  await server.stop()
  assert.equal(await server.isRunning(), false)
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  assert.equal(server.url, url)
  assert.deepEqual(await query('select value from kept'), [{ value: 'still here' }])
})

test('when Guichet is killed, the next start takes over the database that still runs', async () => {
  const { signal, stderr } = spawnSync(process.execPath, [DIE, folder, SECRET, 'committed'], {
    encoding: 'utf8',
  })
  assert.equal(signal, 'SIGKILL', stderr)
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  assert.equal(server.adopted, true)
  assert.deepEqual(await query('select value from kept'), [{ value: 'committed' }])
})

test('when the database itself is killed, what was committed is there after the next start', async () => {
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  await query('create table kept (value text)')
  await query(`insert into kept values ('committed')`)
  process.kill(await serverPid(), 'SIGKILL')
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  assert.equal(server.adopted, false)
  assert.deepEqual(await query('select value from kept'), [{ value: 'committed' }])
})

test('a lock file whose process id now belongs to another program does not stop the start', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async () => {
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  const lockFile = join(await clusterFolder(), 'postmaster.pid')
  const left = await readFile(lockFile, 'utf8')
  await server.stop()
  await writeFile(lockFile, left.replace(/^\d+/, String(process.pid)))
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  assert.equal(server.adopted, false)
  assert.deepEqual(await query('select 1 as one'), [{ one: 1 }])
})

test('a first start that was interrupted is begun again', async () => {
  await mkdir(join(folder, 'cluster.unfinished', 'base'), { recursive: true })
  await chmod(join(root, 'data'), 0o755)
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  assert.deepEqual(await query('select 1 as one'), [{ one: 1 }])
})

test('when root keeps Guichet where no other user may look, the database stands in the system’s own folder', {
  skip: process.getuid?.() !== 0 && 'only root meets this',
}, async () => {
  await chmod(root, 0o700)
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  assert.match(await clusterFolder(), /^\/var\/lib\/guichet\/cluster-/)
  assert.equal((await stat(root)).mode & 0o777, 0o700)
  assert.deepEqual(await query('select 1 as one'), [{ one: 1 }])
})

test('removing the database also stops a server that a killed Guichet left running', async () => {
  spawnSync(process.execPath, [DIE, folder, SECRET, 'committed'])
  const { port } = JSON.parse(await readFile(join(folder, 'server.json'), 'utf8'))
  assert.equal(await isFree(port), false)
  await removeEmbeddedPostgres(folder)
  assert.equal(await isFree(port), true)
  await assert.rejects(stat(folder), { code: 'ENOENT' })
})

test('a database that was made with another secret is left alone, with a clear error', async () => {
  server = await startEmbeddedPostgres({ folder, secret: SECRET })
  await server.stop()
  await assert.rejects(startEmbeddedPostgres({ folder, secret: 'another' }), {
    code: 'postgres-not-started',
    message: /keys\/database\.secret/,
  })
})
