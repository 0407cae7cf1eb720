import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { BANK_ONLY, eventFile, simulateCards } from '../../sim/cards/index.ts'

const MAIN = join(import.meta.dirname, '../main.ts')

let folder: string
let events: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-rules-'))
  events = join(folder, 'events.ndjson')
  const days = simulateCards({ seed: 3, people: 40, days: 60, answering: { ...BANK_ONLY, answerShare: 0.6 } })
  await writeFile(events, eventFile([...days].flatMap((day) => day.events)))
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
  assert.match(modest.out, /^saved: by the amount last told; what was released or reversed saves nothing$/m)
  const greedy = await run('try', await file('greedy.rules', 'rule a asks when habits >= 0'), events)
  assert.equal(greedy.code, 1)
  assert.match(greedy.out, /a annoys about 1 payment in 1: more than 1 in 50 is refused/)
  const silent = await file('silent.rules', 'rule a asks when amountZ > 6\nrule b spares when habits >= 0')
  const silenced = await run('try', silent, events)
  assert.equal(silenced.code, 1)
  assert.match(silenced.out, /^b holds for every payment, which is refused/m)
})

test('one payment is worked through step by step, in words: what holds, what does not, and what cannot be said', async () => {
  const seen = {
    kind: 'payment-seen',
    holder: 'amina',
    accountId: 'acc_1',
    card: 'acc_1 5770',
    currency: 'GBP',
    category: '5411',
    country: 'GB',
    entryMode: 'chip',
    hour: 12,
    weekday: 1,
    amountMinor: 4200,
    merchant: 'Tesco',
  }
  const noon = Date.UTC(2026, 10, 23, 12)
  const past = Array.from({ length: 20 }, (_, i) => ({
    ...seen,
    id: `day-${i}`,
    at: noon - (20 - i) * 86_400_000,
  }))
  const now = { ...seen, id: 'now', at: noon, amountMinor: 90_000, merchant: 'Outlet', country: 'FR' }
  const log = await file('log.ndjson', eventFile([...past, now]))
  const rules = await file(
    'explained.rules',
    `define is-large = amountMinor >= 500 GBP
     rule large-elsewhere weighs 60 when is-large and merchant != "tesco"
     rule far-away weighs 60 when travelKilometres > 100 km
     rule at-a-new-shop weighs 40 when isNewMerchant
     rule at-tesco spares when merchant = "tesco"`,
  )
  const told = await run('explain', rules, log, 'now')
  assert.deepEqual([told.code, told.err], [0, ''])
  assert.match(
    told.out,
    /^now: £900\.00 at Outlet, 2026-11-23 12:00 UTC\n.* weigh 100 together.*: they are asked\.$/m,
  )
  assert.match(
    told.out,
    /^large-elsewhere \(weighs 60\) holds\n {2}is-large: holds\n {4}amountMinor is 90000 in the smallest unit \(the amount\)\n {2}merchant != "tesco": holds\n {4}merchant is “outlet”/m,
  )
  assert.match(told.out, /^far-away \(weighs 60\) cannot be said\n.*\n {4}travelKilometres is not known/m)
  assert.match(told.out, /^at-a-new-shop \(weighs 40\) holds\n.*\n {4}isNewMerchant is yes/m)
  assert.match(told.out, /^at-tesco \(spares\) does not hold/m)

  const ordinary = await run('explain', rules, log, 'day-19')
  assert.match(ordinary.out, /weigh 0 together, and from 100 on the person is asked: they are not asked\./)
  const builtIn = await run('explain', 'built-in', log, 'now')
  assert.equal(builtIn.code, 0, builtIn.err)
  assert.match(builtIn.out, /holds/)
  const unknown = await run('explain', rules, log, 'another')
  assert.equal(unknown.code, 1)
  assert.match(unknown.err, /no payment another can be judged/)
  const cut = await run(
    'explain',
    rules,
    await file('cut.ndjson', eventFile(past).replace(/.+\n$/, '')),
    'day-19',
  )
  assert.deepEqual([cut.code, cut.out], [1, ''])
  assert.match(cut.err, /the file is cut short/)
})
