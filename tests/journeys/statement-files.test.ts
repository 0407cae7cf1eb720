/** A bank sends statement files: the operator's command takes them, and the person finds the payments in the chat. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { StatementReport } from '#intake'
import { camtFile } from '../fixtures/statements/index.ts'
import { linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
const DAY = 86_400_000

let town: Town
let amina: Visitor
let files: string
before(async () => {
  town = await openTown({ quiet: true })
  files = join(town.folder, 'files')
  await mkdir(files)
  amina = town.visitor()
  await amina.link('chase', ['account-view'], 'amina')
  await linkIsTold(amina)
})
after(() => town.close())

/** The bank's number of Amina's current account, as the simulated bank makes it. */
const ACCOUNT = `acc_${createHash('sha256').update('chase amina current').digest('base64url').slice(0, 16)}`
const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 10)

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      ...process.env,
      DATABASE_URL: town.database.url,
      GUICHET_DATA: town.folder,
      GUICHET_LOG_ORIGIN: 'test.example/guichet/access/1',
    },
  })
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

async function file(name: string, contents: string | Buffer): Promise<string> {
  const path = join(files, name)
  await writeFile(path, contents)
  return path
}

test('a statement is tried, taken, taken again, and found in the chat', async () => {
  const path = await file(
    'november.xml',
    camtFile(ACCOUNT, [
      [day(2), -1_234, 'STMT-1', 'Alhambra Books'],
      [day(2), 5_000, 'STMT-2', 'Claire Dubois'],
      [day(1), -350, 'STMT-3', 'Corner Coffee'],
    ]),
  )
  const tried = await run('import', path, '--bank', 'chase', '--dry-run')
  assert.equal(tried.code, 0, tried.err)
  assert.match(tried.out, /camt\.053\.001\.08, 1 statement/)
  assert.match(tried.out, /A dry run: nothing was kept/)
  assert.match(tried.out, /^ +3 {2}new$/m)

  const taken = await run('import', path, '--bank', 'chase', '--json')
  const report = JSON.parse(taken.out) as StatementReport
  assert.deepEqual([taken.code, report.rows.new, report.balanced], [0, 3, 1])
  assert.equal(taken.err, '')

  const again = await run('import', path, '--bank', 'chase')
  assert.equal(again.code, 0)
  assert.match(again.out, /^ +0 {2}new$/m)
  assert.match(again.out, /^ +3 {2}already there$/m)

  const answers = await amina.say('Show my last payments')
  assert.match(JSON.stringify(answers), /Alhambra Books/)
})

test('refused rows have their line and reason, the exit code says so, and the doctor shows them', async () => {
  const path = await file(
    'flawed.xml',
    camtFile(ACCOUNT, [
      [day(1), -100, 'STMT-4', 'Corner Coffee'],
      [day(1), -200, 'STMT-5', 'Corner Coffee'],
    ]).replace('>2.00</Amt>', '>2,00</Amt>'),
  )
  const { code, out } = await run('import', path, '--bank', 'chase')
  assert.equal(code, 2)
  assert.match(out, /^ +1 {2}new$/m)
  assert.match(out, /^ +1 {2}refused$/m)
  assert.match(out, /✗ line 15: Amt is not an amount/)
  const doctor = await run('doctor')
  assert.match(
    doctor.out,
    /Rows of chase \(file:[0-9a-f]{16}\): 1 refused, Amt is not an amount, last at line 15\n +Correct the field in the file/,
  )
})

test('a statement that does not add up is refused until somebody accepts it', async () => {
  const path = await file(
    'unbalanced.xml',
    camtFile(ACCOUNT, [[day(1), -777, 'STMT-6', 'Corner Coffee']], { opening: 0, closing: 9_999 }),
  )
  const refused = await run('import', path, '--bank', 'chase')
  assert.equal(refused.code, 2)
  assert.match(refused.out, /1 statement did not add up/)
  assert.match(refused.out, /balance does not follow from the rows/)
  const accepted = await run('import', path, '--bank', 'chase', '--accept-unbalanced')
  assert.equal(accepted.code, 0)
  assert.match(accepted.out, /^ +1 {2}new$/m)
})

test('another person’s account is counted and dropped, and nothing says whose it was', async () => {
  const path = await file('others.xml', camtFile('acc_of_nobody', [[day(1), -100, 'X-1', 'Secret Shop']]))
  const { code, out } = await run('import', path, '--bank', 'chase')
  assert.equal(code, 0)
  assert.match(out, /^ +1 {2}of accounts that nobody here has linked/m)
  assert.doesNotMatch(out, /acc_of_nobody|Secret Shop/)
})

test('files that are none say what they are, how to go on, and exit 1', async () => {
  const good = camtFile(ACCOUNT, [[day(1), -100, 'X-2', 'Corner Coffee']])
  const huge = await file('huge.xml', good)
  await truncate(huge, 200 * 1024 * 1024)
  const cases: [string, RegExp][] = [
    [await file('empty.xml', ''), /0 bytes[\s\S]*statement-empty/],
    [await file('cut.xml', good.slice(0, good.length / 2)), /XML ends before[\s\S]*statement-cut-short/],
    [await file('a.zip', Buffer.from('504b030414000000', 'hex')), /a ZIP archive[\s\S]*statement-archive/],
    [await file('rows.qif', '!Type:Bank\nD1/1/26\nT1\n^\n'), /QIF names no currency[\s\S]*mapping-needed/],
    [huge, /200 MiB; at most 128[\s\S]*statement-too-large/],
    [join(files, 'not-there.xml'), /cannot be read[\s\S]*file-unreadable/],
  ]
  for (const [path, says] of cases) {
    const { code, out, err } = await run('import', path, '--bank', 'chase')
    assert.equal(code, 1, path)
    assert.match(err, says)
    assert.equal(out, '')
  }
  const elsewhere = await run('import', await file('good.xml', good), '--bank', 'nowhere')
  assert.equal(elsewhere.code, 1)
  assert.match(elsewhere.err, /bank-unknown/)
  const badMapping = await file('mapping.json', '{"format":"csv"}')
  const mapped = await run('import', join(files, 'good.xml'), '--bank', 'chase', '--mapping', badMapping)
  assert.match(mapped.err, /account: [\s\S]*mapping-wrong/)
})
