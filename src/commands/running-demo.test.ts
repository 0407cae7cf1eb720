import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { findRunningDemo, runningFile } from './running-demo.ts'

let data: string
before(async () => {
  data = await mkdtemp(join(tmpdir(), 'guichet-running-'))
})
after(() => rm(data, { recursive: true }))

test('a demo is found where its folder says that it runs', async () => {
  const health = createServer((_, answer) => answer.end('{}'))
  await new Promise<void>((resolve) => health.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(health.address() as AddressInfo).port}`
  assert.equal(await findRunningDemo(data), null)
  try {
    await writeFile(runningFile(data), JSON.stringify({ pid: process.pid, url }))
    assert.equal(await findRunningDemo(data), url)
  } finally {
    await new Promise((resolve) => health.close(resolve))
  }
  assert.equal(await findRunningDemo(data), null, 'what no longer answers does not run')
})

test('a file that is empty, half written or about something else tells of no demo', async () => {
  for (const text of ['', `{"pid":${process.pid},"ur`, 'null', '[]', `{"pid":${process.pid}}`]) {
    await writeFile(runningFile(data), text)
    assert.equal(await findRunningDemo(data), null, text)
  }
})
