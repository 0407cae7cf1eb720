import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { readFraudModel } from '#fraud'
import { BANK_ONLY, type CardEvent, eventFile, simulateCards } from '../../sim/cards/index.ts'

const MAIN = join(import.meta.dirname, '../main.ts')

let folder: string
let events: string
/** What the file says. */
let told: CardEvent[]
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-train-'))
  events = join(folder, 'events.ndjson')
  const days = simulateCards({ seed: 3, people: 60, days: 70, answering: { ...BANK_ONLY, answerShare: 0.6 } })
  told = [...days].flatMap((day) => day.events)
  await writeFile(events, eventFile(told))
})
after(() => rm(folder, { recursive: true }))

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args])
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

test('a model is learnt from a file of events, says how good it is, and the same seed makes the same one', async () => {
  const first = join(folder, 'first.json')
  const learnt = await run('train', events, '--out', first, '--trees', '25')
  assert.deepEqual([learnt.code, learnt.err], [0, ''])
  assert.match(learnt.out, /average precision +0\.\d{3}[\s\S]*guichet model add/)
  const again = join(folder, 'again.json')
  await run('train', events, '--out', again, '--trees', '25')
  assert.equal(await readFile(again, 'utf8'), await readFile(first, 'utf8'))
  assert.ok(readFraudModel(await readFile(first, 'utf8')).metrics.areaUnderRoc! > 0.6)

  const overwritten = await run('train', events, '--out', first, '--trees', '5')
  assert.match(overwritten.err, /first\.json exists already/)

  const onnx = await run('model', 'export-onnx', first, '--out', join(folder, 'first.onnx'))
  assert.deepEqual([onnx.code, onnx.err], [0, ''])
  const drift = await run('model', 'drift', first, events)
  assert.match(drift.out, /^score +0\.0\d\d {2}steady$/m)

  const abroad = told.map((event, n) =>
    n > told.length * 0.8 && event.kind === 'payment-seen' ? { ...event, foreignCurrency: 'USD' } : event,
  )
  const moved = join(folder, 'moved.ndjson')
  await writeFile(moved, eventFile(abroad))
  const late = await run('model', 'drift', first, moved)
  assert.match(late.out, /^isForeign +\d/m, 'what moved among the latest is seen')
  const few = join(folder, 'few.ndjson')
  await writeFile(few, eventFile(told.slice(0, 50)))
  const refused = await run('model', 'drift', first, few)
  assert.deepEqual([refused.code, refused.out], [1, ''])
  assert.match(refused.err, /only 50 payments[\s\S]*no comparison[\s\S]*rows-unusable/)
})

test('drift since a day compares what was paid from then on, with the past that it had', async () => {
  const made = join(folder, 'since.json')
  await run('train', events, '--out', made, '--trees', '5')
  const at = told.flatMap((event) => (event.kind === 'payment-seen' ? [event.at] : []))
  const day = new Date(Math.max(...at) - 30 * 86_400_000).toISOString().slice(0, 10)
  const whole = await run('model', 'drift', made, events)
  const since = await run('model', 'drift', made, events, '--since', day)
  assert.match(since.out, /^score +\d/m)
  assert.notEqual(since.out, whole.out)
  const none = await run('model', 'drift', made, events, '--since', '2999-01-01')
  assert.match(none.err, /too few payments in the file since that day/)
  assert.match((await run('model', 'drift', made, events, '--since', '2026-02-31')).err, /must be a date/)
})

test('a line that is no event is named by its number and its field, and nothing is written', async () => {
  const refused = async (line: string, words: RegExp) => {
    const file = join(folder, 'broken.ndjson')
    await writeFile(file, `{"format":"guichet.events/1"}\n${line}\n{"events":1}\n`)
    const { code, err } = await run('train', file, '--out', join(folder, 'never.json'))
    assert.equal(code, 1)
    assert.match(err, words)
  }
  await refused('{"kind":', /line 2: it is not JSON/)
  await refused(
    '{"kind":"label-learnt","paymentId":"a","label":"maybe","source":"person","at":1}',
    /line 2: label/,
  )
  await refused(
    '{"kind":"payment-changed","paymentId":"a","at":1,"change":"posted","amountMinor":-5}',
    /line 2: amountMinor/,
  )
  await refused(
    '{"kind":"payment-questioned","paymentId":"a","at":8640000000000001}',
    /line 2: at does not have/,
  )
  await assert.rejects(readFile(join(folder, 'never.json')))
})

test('a file of events that was cut short is refused, even at a line’s end, and nothing is written', async () => {
  const file = join(folder, 'short.ndjson')
  await writeFile(file, (await readFile(events, 'utf8')).replace(/.+\n$/, ''))
  const { code, out, err } = await run('train', file, '--out', join(folder, 'never.json'))
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /cut short.*{"events": …}[\s\S]*file-malformed/)
  await assert.rejects(readFile(join(folder, 'never.json')))
})

test('a setting that cannot be is refused at once, with what it may be, before anything is read', async () => {
  const out = join(folder, 'never.json')
  const refused = async (name: string, value: string) => {
    const { code, err } = await run('train', join(folder, 'no-such-file'), '--out', out, name, value)
    assert.equal(code, 1)
    return err
  }
  assert.match(
    await refused('--trees', '0'),
    /^✗ the setting trees is 0; it must be a whole number from 1 to 5,000$/m,
  )
  assert.match(
    await refused('--depth', '99'),
    /^✗ the setting depth is 99; it must be a whole number from 1 to 12$/m,
  )
  assert.match(await refused('--seed', '7'), /no-such-file cannot be read/)
})

test('events come from a file or from a bank’s own people, never from both or neither', async () => {
  for (const given of [[], [events, '--own', 'chase', '--by', 'Claire', '--reason', 'why not']]) {
    const { code, err } = await run('train', ...given, '--out', join(folder, 'never.json'))
    assert.equal(code, 1)
    assert.match(err, /either a file of events or --own BANK/)
  }
  await assert.rejects(readFile(join(folder, 'never.json')))
})

test('a model file that was cut short is refused before anything is asked of it', async () => {
  const file = join(folder, 'short.json')
  await writeFile(file, '{"sha256":"ab')
  const { code, err } = await run('model', 'export-onnx', file, '--out', join(folder, 'never.onnx'))
  assert.equal(code, 1)
  assert.match(err, /cut short[\s\S]*model-unreadable/)
})
