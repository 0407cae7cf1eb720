import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { isFree } from '#database'

const LAUNCHER = join(import.meta.dirname, '../../bin/guichet.mjs')
const PORTS = 9
const run = promisify(execFile)

const started: Demo[] = []
let folder: string
let port: number

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-demo-'))
  port = await findFreePorts()
})
after(async () => {
  await Promise.all(started.map((demo) => demo.stop()))
  await rm(folder, { recursive: true, force: true })
})

async function findFreePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000)
    const free = await Promise.all(Array.from({ length: PORTS }, (_, i) => isFree(first + i)))
    if (free.every(Boolean)) return first
  }
}

type Demo = {
  process: ChildProcess
  printed(): string
  until(words: string): Promise<void>
  stop(): Promise<number | null>
}

function startDemo(...args: string[]): Demo {
  const child = spawn(
    process.execPath,
    [LAUNCHER, 'demo', '--no-open', '--port', String(port), '--data', join(folder, 'data'), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const demo: Demo = {
    process: child,
    printed: () => printed,
    async until(words) {
      let ended = false
      void exited.then(() => {
        ended = true
      })
      while (!printed.includes(words)) {
        if (ended) throw new Error(`the demo ended before it said “${words}”:\n${printed}`)
        await new Promise((next) => setTimeout(next, 50))
      }
    },
    async stop() {
      child.kill('SIGINT')
      return await exited
    },
  }
  started.push(demo)
  return demo
}

async function partsOf(demo: Demo): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const parts = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // The name in parentheses may hold anything; the parent is the second field after it.
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return parent === demo.process.pid ? [Number(pid)] : []
    }),
  )
  return parts.flat()
}

async function postgresPid(): Promise<number> {
  const { cluster } = JSON.parse(await readFile(join(folder, 'data/postgres/server.json'), 'utf8'))
  return Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0])
}

async function isHealthy(): Promise<boolean> {
  try {
    return (await fetch(`http://localhost:${port}/health`)).ok
  } catch {
    return false
  }
}

async function untilHealthy(): Promise<void> {
  while (!(await isHealthy())) await new Promise((next) => setTimeout(next, 100))
}

test('the demo starts with one command, mends itself when every part is killed, and starts again where it was', {
  skip: process.platform !== 'linux' && 'finds the parts in /proc',
}, async () => {
  const first = startDemo()
  await first.until(`Guichet is ready: http://localhost:${port}\n`)
  assert.equal(await isHealthy(), true)

  for (const pid of [...(await partsOf(first)), await postgresPid()]) process.kill(pid, 'SIGKILL')
  await first.until('Guichet has ended (killed by SIGKILL). Starting it again')
  await first.until('The bank simulation has ended (killed by SIGKILL). Starting it again')
  await first.until('PostgreSQL has ended. Starting it again')
  await untilHealthy()

  const { stdout } = await run(process.execPath, [
    ...[LAUNCHER, 'staff', 'invite', '--bank', 'chase', '--name', 'Claire'],
    ...['--data', join(folder, 'data')],
  ])
  assert.ok(stdout.includes(`may come in at http://localhost:${port}/console with the code`), stdout)

  const second = startDemo()
  await second.until(`This Guichet runs already: http://localhost:${port}`)

  assert.equal(await first.stop(), 0, first.printed())
  assert.equal(await isHealthy(), false)

  const third = startDemo()
  await third.until('Guichet is ready')
  third.process.kill('SIGKILL')
  const fourth = startDemo()
  await fourth.until('Guichet is ready')
  assert.equal(await fourth.stop(), 0, fourth.printed())

  const anew = startDemo('--reset')
  await anew.until('Guichet is ready')
  assert.equal(await anew.stop(), 0, anew.printed())
})
