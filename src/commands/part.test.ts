import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type Fault, isAlive } from '#kit'
import { type Part, startPart } from './part.ts'

let folder: string
let part: Part | undefined
const said: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-part-'))
  said.length = 0
})
afterEach(async () => {
  await part?.stop()
  part = undefined
  await rm(folder, { recursive: true })
})

/** Each run adds a line with its process id to the file `runs`. */
async function runs(): Promise<number[]> {
  const text = await readFile(join(folder, 'runs'), 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).map(Number)
}

async function start(script: string, giveUp: (fault: Fault) => void = () => {}): Promise<Part> {
  await writeFile(
    join(folder, 'part.mjs'),
    `import { appendFileSync } from 'node:fs'\nappendFileSync(process.env.RUNS, process.pid + '\\n')\n${script}`,
  )
  part = await startPart({
    name: 'The part',
    args: [join(folder, 'part.mjs')],
    environment: { ...process.env, RUNS: join(folder, 'runs') },
    logFile: join(folder, 'log'),
    isReady: async () => (await runs()).length > 0,
    say: (line) => said.push(line),
    giveUp,
  })
  return part
}

const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((next) => setTimeout(next, 20))
}

test('a part that is killed is started again, and the reason is said', async () => {
  await (await start('setInterval(() => {}, 1000)')).untilReady()
  const [first] = await runs()
  process.kill(first!, 'SIGKILL')
  await until(async () => (await runs()).length === 2)
  assert.deepEqual(said, ['The part has ended (killed by SIGKILL). Starting it again …'])
})

test('a part that ends again and again is given up, with the last words it wrote', async () => {
  const gaveUp = Promise.withResolvers<Fault>()
  await start(`console.error('the disk is full'); process.exit(3)`, gaveUp.resolve)
  const fault = await gaveUp.promise
  assert.equal(fault.code, 'demo-stopped')
  assert.match(fault.detail ?? '', /exit code 3.*\n.*the disk is full/s)
})

test('a part is asked to end, and is gone when stopping is over', async () => {
  await (
    await start(`process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`)
  ).untilReady()
  const [pid] = await runs()
  await part?.stop()
  part = undefined
  assert.equal(isAlive(pid!), false)
  assert.deepEqual(said, [])
})

test('a part ends with the demo, even when the demo is killed outright', async () => {
  const demo = join(folder, 'demo.ts')
  await writeFile(
    demo,
    `import { startPart } from ${JSON.stringify(join(import.meta.dirname, 'part.ts'))}
     const part = await startPart({
       name: 'The part', args: [${JSON.stringify(join(folder, 'part.mjs'))}], environment: process.env,
       logFile: ${JSON.stringify(join(folder, 'log'))}, isReady: async () => true, say() {}, giveUp() {},
     })
     process.stdin.resume()`,
  )
  await writeFile(
    join(folder, 'part.mjs'),
    `import { appendFileSync } from 'node:fs'\nappendFileSync(process.env.RUNS, process.pid + '\\n')\nsetInterval(() => {}, 1000)`,
  )
  const { spawn } = await import('node:child_process')
  const parent = spawn(process.execPath, [demo], {
    env: { ...process.env, RUNS: join(folder, 'runs') },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  await until(async () => (await runs()).length === 1)
  const [pid] = await runs()
  parent.kill('SIGKILL')
  await until(async () => !isAlive(pid!))
})
