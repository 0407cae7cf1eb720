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

const chance = { next: 0 }

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
  const bank = createBankFetch({
    simulated: true,
    clock,
    timeoutMs,
    fetch: globalThis.fetch,
    chance: () => chance.next,
  })
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
    response.writeHead(status).end()
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
  status = 200
  await bank.fetch(url, {})
  assert.equal(bank.downSince(), null)
})

test('a consent that is asked about too often waits alone, and its bank goes on answering for the others', async (t) => {
  let status = 429
  const { bank, url, clock } = await startBank(t, (_request, response) => {
    response.writeHead(status, status === 429 ? { 'retry-after': '3600' } : {}).end('{}')
  })
  for (let attempt = 0; attempt < 7; attempt++)
    await assert.rejects(bank.fetch(url, {}), (error: unknown) => {
      fails('bank-limit-reached', /status 429, again in 3600 s/)(error)
      return (error as Fault).againInMs === 3_600 * SECOND
    })
  assert.equal(bank.nextAttemptAt(), null)
  status = 200
  assert.equal((await bank.fetch(url, {})).status, 200)
  status = 500
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /status 500/))
  clock.advance(bank.nextAttemptAt()! - clock.now())
  status = 429
  await assert.rejects(bank.fetch(url, {}), fails('bank-limit-reached'))
  assert.deepEqual([bank.downSince(), bank.nextAttemptAt()], [null, null], 'it answers')
})

test('each pause without an answer in between is twice as long, up to a quarter of an hour', async (t) => {
  let status = 500
  const { bank, url, clock, requests } = await startBank(t, (_request, response) => {
    response.writeHead(status).end()
  })
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable'))
  const pauses: number[] = []
  for (let pause = 0; pause < 7; pause++) {
    const at = bank.nextAttemptAt()!
    pauses.push((at - clock.now()) / SECOND)
    clock.advance(at - clock.now() - 1)
    await assert.rejects(bank.fetch(url, {}), (error: unknown) => {
      fails('bank-unreachable', /left in peace/)(error)
      return (error as Fault).againInMs === 1
    })
    clock.advance(1)
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /status 500/))
  }
  assert.deepEqual(pauses, [30, 60, 120, 240, 480, 900, 900])
  assert.equal(requests(), 5 + 7, 'one request tries it after each pause')
  clock.advance(900 * SECOND)
  status = 200
  await bank.fetch(url, {})
  assert.equal(bank.nextAttemptAt(), null)
  status = 500
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable'))
  assert.equal(bank.nextAttemptAt()! - clock.now(), 30 * SECOND, 'an answer begins anew')
})

test('not all who wait come back in the same second: up to a quarter is added', async (t) => {
  const { bank, url, clock } = await startBank(t, (_request, response) => {
    response.writeHead(500).end()
  })
  chance.next = 0.8
  t.after(() => {
    chance.next = 0
  })
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable'))
  assert.equal(bank.nextAttemptAt()! - clock.now(), 36 * SECOND)
})

test('after a pause one request tries the bank, and the others do not pile up behind it', async (t) => {
  let status = 500
  let release = () => {}
  const { bank, url, clock, requests } = await startBank(t, (_request, response) => {
    if (status === 500) return response.writeHead(500).end()
    release = () => response.writeHead(200).end('{}')
  })
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable'))
  clock.advance(30 * SECOND)
  status = 200
  const trial = bank.fetch(url, {})
  await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /being tried/))
  while (requests() < 6) await new Promise((resolve) => setImmediate(resolve))
  release()
  assert.equal((await trial).status, 200)
  const next = bank.fetch(url, {})
  while (requests() < 7) await new Promise((resolve) => setImmediate(resolve))
  release()
  assert.equal((await next).status, 200)
})

test('a bank that says when to come back is left alone until then, for an hour at most', async (t) => {
  let after = '120'
  const { bank, url, clock, requests } = await startBank(t, (_request, response) => {
    response.writeHead(503, { 'retry-after': after }).end()
  })
  const wait = () => bank.nextAttemptAt()! - clock.now()
  await assert.rejects(bank.fetch(url, {}), (error: unknown) => {
    fails('bank-unreachable', /status 503/)(error)
    return (error as Fault).againInMs === 120 * SECOND
  })
  assert.equal(wait(), 120 * SECOND, 'at its first word')
  await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /left in peace/))
  assert.equal(requests(), 1)
  for (const [word, seconds] of [
    [new Date(clock.now() + 300 * SECOND).toUTCString(), 180],
    ['86400', 3600],
  ] as const) {
    clock.advance(wait())
    after = word
    await assert.rejects(bank.fetch(url, {}), fails('bank-unreachable', /status 503/))
    assert.equal(wait(), seconds * SECOND, word)
  }
  clock.advance(wait())
  for (const word of ['soon', '-5', '1e9']) {
    const other = await startBank(t, (_request, response) => {
      response.writeHead(503, { 'retry-after': word }).end()
    })
    await assert.rejects(other.bank.fetch(other.url, {}), fails('bank-unreachable', /status 503/))
    assert.equal(other.bank.nextAttemptAt(), null, `${word} is no time`)
  }
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
    chance: () => 0,
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
