import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Fault, systemRandom } from '#kit'
import { leafHash, rootOfHashes } from './hashing.ts'
import { openCheckpoint, parseCheckpoint, parseNote, parseVkey } from './proof/index.ts'
import { createSigner } from './signer.ts'
import { createTree } from './tree.ts'

const ORIGIN = 'test.example/guichet/access/1'
const inconsistent = (error: unknown) => error instanceof Fault && error.code === 'log-inconsistent'
const wrongSetting = (error: unknown) => error instanceof Fault && error.code === 'setting-wrong'

const history = Array.from({ length: 40 }, (_, i) => leafHash(Buffer.from(`read ${i}`)))
const otherHistory = history.with(3, leafHash(Buffer.from('a read that was replaced')))

async function proposal(leaves: readonly Buffer[], size: number, from: number) {
  const tree = createTree(size, async (_level, _index, width) => Buffer.concat(leaves.slice(0, width)))
  return {
    size,
    root: rootOfHashes(Buffer.concat(leaves.slice(0, size))),
    consistencyProof: await tree.consistencyProof(from),
  }
}

async function openFolder(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-signer-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return { folder, open: () => createSigner({ folder, origin: ORIGIN, random: systemRandom }) }
}

test('the signer signs a log that grows, and anyone with its public key can tell', async (t) => {
  const { open } = await openFolder(t)
  const signer = await open()
  await signer.sign(await proposal(history, 10, 0))
  const note = await signer.sign(await proposal(history, 27, 10))
  const { checkpoint } = await openCheckpoint(note, await parseVkey(signer.vkey))
  assert.deepEqual([checkpoint.origin, checkpoint.size], [ORIGIN, 27])
  assert.equal(await signer.sign(await proposal(history, 27, 27)), note, 'the same again is the same note')
})

test('the signer refuses a log that was set back, forked or rewritten, even after a restart', async (t) => {
  const { open } = await openFolder(t)
  const first = await open()
  await first.sign(await proposal(history, 20, 0))
  for (const signer of [first, await open()]) {
    await assert.rejects(signer.sign(await proposal(history, 19, 19)), inconsistent)
    await assert.rejects(signer.sign(await proposal(history, 0, 0)), inconsistent)
    await assert.rejects(signer.sign(await proposal(otherHistory, 20, 20)), inconsistent)
    await assert.rejects(signer.sign(await proposal(otherHistory, 30, 20)), inconsistent)
    const grown = await proposal(history, 30, 20)
    await assert.rejects(signer.sign({ ...grown, consistencyProof: [] }), inconsistent)
    assert.equal((await signer.last()).size, 20, 'a refusal is not remembered as a signature')
  }
  assert.equal(parseCheckpoint(parseNote(await first.sign(await proposal(history, 30, 20))).text).size, 30)
})

test('of two different histories offered at one moment the signer signs one', async (t) => {
  const { open } = await openFolder(t)
  const signer = await open()
  const answers = await Promise.allSettled([
    signer.sign(await proposal(history, 20, 0)),
    signer.sign(await proposal(otherHistory, 20, 0)),
  ])
  assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('the key is the same after a restart, and nobody but its owner can read it', async (t) => {
  const { folder, open } = await openFolder(t)
  const [first, second] = [await open(), await open()]
  assert.equal(first.vkey, second.vkey)
  for (const name of ['log-key', 'last-checkpoint'])
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600)
})

test('a signer whose memory is gone or damaged signs nothing', async (t) => {
  const { folder, open } = await openFolder(t)
  const signer = await open()
  const note = await signer.sign(await proposal(history, 20, 0))
  const last = join(folder, 'last-checkpoint')
  await writeFile(last, note.replace('\n20\n', '\n10\n'))
  await assert.rejects(signer.sign(await proposal(history, 30, 20)), inconsistent)
  await writeFile(last, '')
  await assert.rejects(signer.sign(await proposal(history, 30, 20)), inconsistent)
  await rm(last)
  await assert.rejects(signer.sign(await proposal(otherHistory, 30, 0)), inconsistent)
  await assert.rejects((await open()).sign(await proposal(otherHistory, 30, 0)), inconsistent)
})

test('a log whose key is lost does not get another one in secret', async (t) => {
  const { folder, open } = await openFolder(t)
  const unused = await open()
  await rm(join(folder, 'log-key'))
  const signer = await open()
  assert.notEqual(signer.vkey, unused.vkey, 'nothing was signed with it, so a new one harms nobody')
  await signer.sign(await proposal(history, 20, 0))
  await rm(join(folder, 'log-key'))
  await assert.rejects(open(), inconsistent)
})

test('a key never serves under another name', async (t) => {
  const { folder, open } = await openFolder(t)
  await open()
  const other = createSigner({ folder, origin: 'other.example/log', random: systemRandom })
  await assert.rejects(other, wrongSetting)
  await assert.rejects(createSigner({ folder, origin: 'two words', random: systemRandom }), wrongSetting)
  const key = await readFile(join(folder, 'log-key'), 'utf8')
  await writeFile(join(folder, 'log-key'), key.slice(0, -6))
  await assert.rejects(open(), wrongSetting)
})
