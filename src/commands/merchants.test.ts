import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { linesOf } from './lines.ts'

const MAIN = join(import.meta.dirname, '../main.ts')

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-merchants-'))
})
after(() => rm(folder, { recursive: true }))

async function run(file: string, input?: string): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, 'merchants', 'resolve', file])
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

test('each line of a file is answered by one line: descriptor, merchant, category, confidence', async () => {
  const file = join(folder, 'descriptors.txt')
  await writeFile(
    file,
    "\ufefftesco stores 6463\r\nSQ *JOE'S COFFEE\n\ncar park\nCB CARREFOUR 1234 LYON FACT 230524",
  )
  const { code, out, err } = await run(file)
  assert.deepEqual([code, err], [0, ''])
  assert.deepEqual(out.split('\n'), [
    'tesco stores 6463\tTesco\tgroceries\t0.95',
    "SQ *JOE'S COFFEE\tJoe's Coffee\teating-out\t0.70",
    '\t\tother\t0.10',
    'car park\t\tother\t0.10',
    'CB CARREFOUR 1234 LYON FACT 230524\tCarrefour\tgroceries\t0.95',
    '',
  ])
})

test('the standard input is read for -, and what would break a line or turn a terminal is left out', async () => {
  const { code, out } = await run('-', 'tesco\tpfs\u001b[31m 4203\n')
  assert.equal(code, 0)
  assert.equal(out, 'tesco pfs [31m 4203\tTesco\tfuel\t0.95\n')
})

test('an empty file has an empty answer', async () => {
  assert.deepEqual(await run('-', ''), { code: 0, out: '', err: '' })
})

test('a file that is not there, and one that is no list of lines, are told apart', async () => {
  const absent = await run(join(folder, 'absent.txt'))
  assert.equal(absent.code, 1)
  assert.match(absent.err, /absent\.txt cannot be read[\s\S]*file-unreadable/)
  const binary = join(folder, 'binary')
  await writeFile(binary, Buffer.alloc(200_000))
  const refused = await run(binary)
  assert.equal(refused.code, 1)
  assert.match(refused.err, /line 1 is longer than 65536 characters[\s\S]*file-malformed/)
})

test('lines are whole however the bytes were cut, also within a letter', async () => {
  const bytes = Buffer.from('café été\nIntermarché\r\nlast')
  async function* cut() {
    for (const byte of bytes) yield Uint8Array.of(byte)
  }
  assert.deepEqual(await Array.fromAsync(linesOf(cut())), ['café été', 'Intermarché', 'last'])
})
