import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

const MAIN = join(import.meta.dirname, '../main.ts')
const AT = ['--now', '2026-11-18T09:00:00Z', '--time-zone', 'Europe/Paris']

async function run(input: string, ...options: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, 'understand', '-', ...options])
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

test('each utterance is answered by one line: intent, slots, confidence', async () => {
  const { code, out, err } = await run(
    "what's my balance\n\nwhat did I spend at Tesco in October\ngive me a loan\nmy balance and a human please\n",
    ...AT,
  )
  assert.deepEqual([code, err], [0, ''])
  const lines = out.trimEnd().split('\n')
  assert.equal(lines[0], 'balance\t{}\t1.00')
  assert.equal(lines[1], 'not-understood\t{"near":null}\t0.00')
  const [intent, slots, confidence] = lines[2]!.split('\t')
  assert.deepEqual(
    [intent, JSON.parse(slots!), confidence],
    [
      'spending',
      {
        filter: {
          period: {
            from: Date.parse('2026-10-01T00:00:00+02:00'),
            to: Date.parse('2026-11-01T00:00:00+01:00'),
            grain: 'month',
          },
          merchant: 'Tesco',
        },
      },
      '1.00',
    ],
  )
  assert.match(lines[3]!, /^not-served\t\{"topic":"loan"\}\t0\.\d\d$/)
  assert.equal(lines[4], 'human\t{}\t1.00')
  assert.equal(lines.length, 5)
})

test('several questions in one utterance stay one line', async () => {
  const { out } = await run('mon solde et mes 5 derniers paiements\n', '--locale', 'fr', ...AT)
  assert.equal(out, 'balance+transactions\t[{},{"count":5,"filter":{}}]\t1.00\n')
})

test('an instant and a time zone that are none are told apart', async () => {
  const { code, err } = await run('balance\n', '--now', 'tomorrow')
  assert.equal(code, 1)
  assert.match(err, /--now is “tomorrow”/)
  assert.match((await run('balance\n', '--time-zone', 'Mars/Base')).err, /--time-zone is “Mars\/Base”/)
})
