import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import * as oauth from 'openid-client'
import { link } from '../testing/client.ts'
import { eventsOf, startTestBank, TEST_IDENTITY, typeOf } from '../testing/test-bank.ts'

test('a bank that stops and starts again still knows its consents, tokens, payments and blocks', async (t) => {
  let now = Date.now()
  const house = await startTestBank(t, { clock: { now: () => now } })
  const session = await house.link('amina')
  const { issuer } = house.bank
  const made = house.bank.authorise('amina', { amount: '7.77', descriptor: 'before the restart' })
  assert.ok(made.outcome === 'authorised')
  house.bank.schedule(made.transactionId, 'post', now + 60_000)
  house.guichet.answer = () => ({ status: 503 })
  await assert.rejects(house.bank.flush())
  const before = house.bank.accountsOf('amina')

  const again = await house.restart()
  house.guichet.answer = () => ({ status: 200 })
  assert.equal(again.issuer, issuer, 'the issuer is the same, or every token would be void')
  assert.deepEqual(again.accountsOf('amina'), before)
  assert.deepEqual(again.linkedCustomers(), ['amina'])
  assert.equal((await session.get('/fdx/v6/accounts')).status, 200)
  const { config, DPoP, tokens } = session
  await oauth.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP })

  now += 61_000
  again.advance()
  await again.flush()
  const told = eventsOf(house.guichet)
  assert.deepEqual(told.map(typeOf), ['authorised', 'balance', 'posted', 'balance'])
  assert.deepEqual(
    told.map(({ sequence }) => sequence),
    ['1', '2', '3', '4'],
  )
})

test('a bank killed outright loses no payment it authorised and no news it owed', async (t) => {
  const house = await startTestBank(t)
  await house.link('amina')
  await house.bank.stop()

  // The same books in a process of its own, which authorises and is killed without a chance to tidy up.
  const script = `
    import { startBank } from ${JSON.stringify(new URL('./bank.ts', import.meta.url).href)}
    const bank = await startBank({
      identity: ${JSON.stringify(TEST_IDENTITY)},
      guichetUrl: 'http://127.0.0.1:1', host: '127.0.0.1', port: 0, dataFolder: ${JSON.stringify(house.dataFolder)},
      pagesFolder: '/nowhere', clock: Date, chance: () => 0.5, customers: () => [],
    })
    for (let n = 1; ; n++) {
      bank.authorise('amina', { amount: '0.01', descriptor: 'payment ' + n })
      process.stdout.write(n + '\\n')
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
    if (output.includes('\n25\n')) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const authorised = Number(output.trim().split('\n').at(-1))
  assert.ok(authorised >= 25)

  const bank = await house.restart()
  await bank.flush()
  const told = eventsOf(house.guichet).filter((event) => typeOf(event) === 'authorised')
  const numbers = told.map(({ data }) => Number(String(data.merchant.descriptor).split(' ')[1]))
  // One more may have been committed without the chance to say so.
  assert.deepEqual(
    numbers,
    Array.from({ length: numbers.length }, (_, index) => index + 1),
  )
  assert.ok(numbers.length === authorised || numbers.length === authorised + 1)
  const { accountId } = bank.accountsOf('amina')[0]!
  const booked = bank.entriesOf(accountId).filter(({ facts }) => facts.descriptor.startsWith('payment '))
  assert.equal(booked.length, numbers.length)
  await link(bank.issuer, house.guichet, { username: 'amina' })
})
