import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSettings } from '#config'
import { runningFile } from './running-demo.ts'
import { findConsole } from './staff.ts'

test('an invitation names the address that Guichet is set up with, and says when nothing answers there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-staff-'))
  t.after(() => rm(folder, { recursive: true }))
  const guichet = createServer((_, answer) => answer.end('{}'))
  await new Promise<void>((resolve) => guichet.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(guichet.address() as AddressInfo).port}`
  const find = (environment: Record<string, string>) =>
    findConsole(readSettings({ GUICHET_DATA: folder, ...environment }))

  const served = await find({ GUICHET_PUBLIC_URL: origin })
  assert.deepEqual([served.url.href, served.doubt], [`${origin}/console`, null])
  await writeFile(runningFile(folder), JSON.stringify({ pid: process.pid, url: origin }))
  const demo = await find({ GUICHET_PORT: '1' })
  assert.deepEqual([demo.url.href, demo.doubt], [`${origin}/console`, null])

  await new Promise((resolve) => guichet.close(resolve))
  const away = await find({ GUICHET_PORT: '1' })
  assert.equal(away.url.href, 'http://localhost:1/console')
  assert.match(away.doubt!, /^Nothing answers at http:\/\/localhost:1 from here\..*GUICHET_PUBLIC_URL/)
})
