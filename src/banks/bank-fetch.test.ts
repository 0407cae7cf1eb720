import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Clock, Fault, SECOND } from '#kit'
import { createBankFetch } from './bank-fetch.ts'

const fails = (code: string, detail?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, code)
  if (detail) assert.match(error.detail ?? '', detail)
  return true
}

function stoppedClock(): Clock & { advance(ms: number): void } {
  let now = Date.UTC(2026, 10, 23, 12)
  return {
    now: () => now,
    advance: (ms) => {
      now += ms
    },
  }
}

/** A bank that answers as a test says, on this machine. */
async function startBank(t: TestContext, answer: RequestListener, timeoutMs = 20_000) {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const clock = stoppedClock()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fdx/v6/accounts?secret=1`
  const bank = createBankFetch({ simulated: true, clock, timeoutMs, fetch: globalThis.fetch })
  return { bank, clock, url, requests: () => requests }
}

test('an answer comes through with its status and body, a refusal too', async (t) => {
  let status = 200
  const { bank, url } = await startBank(t, (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  assert.deepEqual(await (await bank.fetch(url, {})).json(), { ok: true })
  status = 403
  assert.equal((await bank.fetch(url, {})).status, 403)
  assert.equal(bank.downSince(), null, 'a bank that refuses is not down')
})

test('an answer without content is one', async (t) => {
  const { bank, url } = await startBank(t, (_request, response) => {
    response.writeHead(204).end()
  })
  assert.equal((await bank.fetch(url, { method: 'PUT' })).status, 204)
})

test('a bank that never answers, or stops in the middle of its answer, is given up', async (t) => {
  let begun = false
  const { bank, url } = await startBank(
    t,
    (_request, response) => {
      if (begun) response.writeHead(200).write('{"accounts":[')
      begun = true
    },
    200,
  )
  await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /^TimeoutError$/))
  await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable'))
})

test('a connection that is cut is a bank that does not answer, and its address is not repeated', async (t) => {
  const { bank, url } = await startBank(t, (_request, response) => {
    response.socket!.destroy()
  })
  await assert.rejects(bank.fetch(url, {}), (error: unknown) => {
    fails('bank-unreachable')(error)
    return !/secret|127\.0\.0\.1/.test(`${(error as Fault).message} ${(error as Fault).detail}`)
  })
})

test('nobody is sent on to another address: tokens stay with the bank they are for', async (t) => {
  for (const status of [301, 302, 303, 307, 308]) {
    const { bank, url, requests } = await startBank(t, (_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    await assert.rejects(
      bank.fetch(url, {}),
      fails('bank-answer-malformed', new RegExp(`redirect ${status}`)),
    )
    assert.equal(requests(), 1)
  }
})

test('an answer without end is not read to its end', async (t) => {
  const { bank, url } = await startBank(t, (_request, response) => {
    const part = Buffer.alloc(1024 * 1024, 32)
    const more = () => {
      while (!response.destroyed && response.write(part));
    }
    response.writeHead(200).on('drain', more)
    more()
  })
  await assert.rejects(bank.fetch(url, {}), fails('bank-answer-malformed', /too large/))
})

test('after five failures in a row a bank is left in peace for half a minute, then tried again', async (t) => {
  let status = 500
  const { bank, url, clock, requests } = await startBank(t, (_request, response) => {
    response.writeHead(status, status === 429 ? { 'retry-after': '3600' } : {}).end()
  })
  const since = clock.now()
  for (let attempt = 0; attempt < 5; attempt++) {
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /status 500/))
    clock.advance(SECOND)
  }
  assert.equal(bank.downSince(), since)
  await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /left in peace/))
  assert.equal(requests(), 5)
  clock.advance(30 * SECOND)
  status = 429
  await assert.rejects(bank.fetch(url, {}), fails('bank-limit-reached', /status 429, again in 3600 s/))
  assert.equal(bank.downSince(), null, 'it answers')
  await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /left in peace/))
  clock.advance(30 * SECOND)
  status = 200
  await bank.fetch(url, {})
  assert.equal(bank.downSince(), null)
})

test('a real bank’s metadata cannot send us to this machine or its network', async () => {
  const asked: string[] = []
  const fetch = async (url: unknown) => {
    asked.push(String(url))
    return new Response('{}')
  }
  const bank = createBankFetch({
    simulated: false,
    clock: stoppedClock(),
    timeoutMs: 300,
    fetch: fetch as never,
  })
  for (const url of [
    'http://api.bank.example/token',
    'https://localhost/token',
    'https://127.0.0.1:8443/token',
    'https://2130706433/token',
    'https://10.0.0.8/token',
    'https://169.254.169.254/latest/meta-data',
    'https://metadata.google.internal/token',
    'https://[::1]/token',
    'https://[fd12::1]/token',
    'https://[::ffff:192.168.0.1]/token',
    'https://intranet/token',
    'file:///etc/passwd',
  ])
    await assert.rejects(bank.fetch(url, {}), fails('bank-answer-malformed', /public/), url)
  assert.deepEqual(asked, [])
  await bank.fetch('https://api.bank.example/token', {})
  assert.equal(asked.length, 1)
})
