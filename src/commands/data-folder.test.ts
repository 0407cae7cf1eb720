import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { claimDataFolder, resetDataFolder } from './data-folder.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guichet-folder-'))
})
afterEach(() => rm(root, { recursive: true }))

test('a folder that is new or empty becomes Guichet’s, and is recognised the next time', async () => {
  const folder = join(root, 'new')
  await claimDataFolder(folder)
  await writeFile(join(folder, 'kept'), '')
  await claimDataFolder(folder)
  assert.ok((await readdir(folder)).includes('kept'))
})

test('a folder with somebody’s other things is neither filled nor emptied', async () => {
  await writeFile(join(root, 'holiday.jpg'), '')
  await assert.rejects(claimDataFolder(root), { code: 'folder-not-ours' })
  await assert.rejects(resetDataFolder(root), { code: 'folder-not-ours' })
  assert.deepEqual(await readdir(root), ['holiday.jpg'])
})

test('beginning anew deletes what an earlier demo kept, and asks nothing of a folder that is not there', async () => {
  const folder = join(root, 'demo')
  await resetDataFolder(folder)
  await claimDataFolder(folder)
  await writeFile(join(folder, 'kept'), '')
  await resetDataFolder(folder)
  await assert.rejects(stat(folder), { code: 'ENOENT' })
})
