/** What people of a bank see of those who wait for them, by the command line: never more than an opaque id. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { linkIsTold, openTown, type Town } from '../fixtures/town.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

let town: Town
before(async () => {
  town = await openTown({ quiet: true })
})
after(() => town.close())

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    ...process.env,
    GUICHET_PUBLIC_URL: town.url,
    DATABASE_URL: town.database.url,
    GUICHET_BANKS: join(town.folder, 'banks'),
    GUICHET_KEYS: join(town.folder, 'keys'),
    GUICHET_SIGNER: join(town.folder, 'signer'),
    GUICHET_LOG_ORIGIN: 'test.example/guichet/access/1',
  }
  const child = spawn(process.execPath, [MAIN, 'desk', ...args, '--data', town.folder], { env })
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

test('who waits is listed with number, bank and age, and settled by somebody with a name', async () => {
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view', 'fraud-alerts'], 'amina')
  await linkIsTold(visitor)
  const [asked] = await visitor.say('I want to speak to a human')
  const number = /G-[0-9A-Z]{4}-[0-9A-Z]{2}/.exec(asked!.text)![0]

  const listed = await run()
  assert.equal(listed.code, 0, listed.err)
  const line = listed.out.split('\n').find((one) => one.includes(number))!
  assert.match(
    line,
    /\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC +\d+m +chase +wants to speak to a person +per_[\w-]+$/,
  )
  assert.doesNotMatch(listed.out, /amina/i)

  const done = await run('done', number.toLowerCase().replaceAll('-', ' '), '--by', 'Claire')
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /is settled, by Claire\./)
  assert.match((await run()).out, /Nobody waits/)
  const again = await run('done', number, '--by', 'David')
  assert.equal(again.code, 1)
  assert.match(again.err, /was settled by Claire/)
})

test('a number that cannot be one, or that nobody has, settles nothing', async () => {
  const wrong = await run('done', 'G-0000-01', '--by', 'Claire')
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /no case number/)
  const nobodys = await run('done', 'G-0000-00', '--by', 'Claire')
  assert.equal(nobodys.code, 1)
  assert.match(nobodys.err, /There is no request G-0000-00/)
})
