import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { BANK_ONLY, simulateCards } from '../../sim/cards/index.ts'

const MAIN = join(import.meta.dirname, '../main.ts')

let folder: string
let events: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-rules-'))
  events = join(folder, 'events.ndjson')
  const days = simulateCards({ seed: 3, people: 40, days: 60, answering: { ...BANK_ONLY, answerShare: 0.6 } })
  const lines = [...days].flatMap((day) => day.events.map((event) => JSON.stringify(event)))
  await writeFile(events, `${lines.join('\n')}\n`)
})
after(() => rm(folder, { recursive: true }))

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, 'rules', ...args])
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

async function file(name: string, contents: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, contents)
  return path
}

test('the facts that a rule may use are listed with what they mean', async () => {
  const { code, out } = await run('facts')
  assert.equal(code, 0)
  assert.match(out, /^amountZ +number +how far the amount is from the usual one/m)
  assert.match(out, /^country +text +the merchant’s country/m)
})

test('a rule file is checked, with the place of each mistake and how to mend it', async () => {
  const good = await run('check', await file('good.rules', 'rule a asks when amountZ > 4'))
  assert.deepEqual([good.code, good.err], [0, ''])
  assert.match(good.out, /rules-[0-9a-f]{16} can be used: 1 rule\./)
  const bad = await run('check', await file('bad.rules', 'rule a asks when amountzz > 4'))
  assert.equal(bad.code, 1)
  assert.match(bad.err, /line 1, column 18: “amountzz” is neither a fact nor defined/)
})

test('a rule file is tried on past payments, and one that asks too much fails with the reason', async () => {
  const modest = await run('try', await file('modest.rules', 'rule a asks when amountZ > 6'), events)
  assert.equal(modest.code, 0, modest.err)
  assert.match(modest.out, /rule +asked +caught +annoyed +saved\na +\d/)
  const greedy = await run('try', await file('greedy.rules', 'rule a asks when habits >= 0'), events)
  assert.equal(greedy.code, 1)
  assert.match(greedy.out, /a annoys about 1 payment in 1: more than 1 in 50 is refused/)
})
