import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EMPTY_FRONTIER, extend, rootOf } from './frontier.ts'
import { commitmentEntry, EMPTY_ROOT, leafHash, nodeHash, rootOfHashes } from './hashing.ts'
import * as browser from './proof/merkle.ts'
import * as browserRecord from './proof/record.ts'
import { createTree, smallInclusionProof, TILE_WIDTH } from './tree.ts'

const leaves = Array.from({ length: 300 }, (_, i) => leafHash(Buffer.from(`read ${i}`)))

test('the server and the browser hash alike', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      async (bytes, nonce) => {
        const entry = Buffer.from(bytes)
        assert.deepEqual(leafHash(entry), Buffer.from(await browser.leafHash(bytes)))
        assert.deepEqual(
          commitmentEntry('guichet.access/1', Buffer.from(nonce), bytes),
          Buffer.from(await browserRecord.commitmentEntry('guichet.access/1', nonce, bytes)),
        )
      },
    ),
    { numRuns: 50 },
  )
  assert.deepEqual(
    nodeHash(leaves[0]!, leaves[1]!),
    Buffer.from(await browser.nodeHash(leaves[0]!, leaves[1]!)),
  )
  assert.deepEqual(EMPTY_ROOT, Buffer.from(await browser.emptyRoot()))
})

test('appending leaf by leaf or many at once leads to the same root as the whole tree', async () => {
  let stepwise = EMPTY_FRONTIER
  for (let size = 1; size <= leaves.length; size++) {
    stepwise = extend(stepwise, [leaves[size - 1]!])
    const whole = rootOfHashes(Buffer.concat(leaves.slice(0, size)))
    assert.deepEqual(rootOf(stepwise), whole, `${size} leaves`)
    const start = Math.floor(size / 3)
    const atOnce = extend(extend(EMPTY_FRONTIER, leaves.slice(0, start)), leaves.slice(start, size))
    assert.deepEqual(rootOf(atOnce), whole)
    if (size <= 20) assert.deepEqual(whole, Buffer.from(await browser.rootOf(leaves.slice(0, size))))
  }
})

/** Tiles of a log of `size` leaves that nobody stored, computed from its hashes. */
function tilesOf(hashes: readonly Buffer[]) {
  const levels = [hashes]
  while (levels.at(-1)!.length >= TILE_WIDTH) {
    const below = levels.at(-1)!
    const full = Math.floor(below.length / TILE_WIDTH)
    levels.push(
      Array.from({ length: full }, (_, i) =>
        rootOfHashes(Buffer.concat(below.slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH))),
      ),
    )
  }
  return async (level: number, index: number, width: number) =>
    Buffer.concat(levels[level]!.slice(index * TILE_WIDTH, index * TILE_WIDTH + width))
}

test('proofs made from tiles hold in a log of three levels of tiles', async () => {
  const size = TILE_WIDTH * TILE_WIDTH * 2 + TILE_WIDTH * 3 + 17
  const many = Array.from({ length: size }, (_, i) => {
    const hash = Buffer.alloc(32)
    hash.writeUInt32BE(i)
    return hash
  })
  const root = rootOfHashes(Buffer.concat(many))
  const tree = createTree(size, tilesOf(many))
  assert.deepEqual(await tree.root(), root)
  for (const index of [0, 1, 255, 256, 65_535, 65_536, 131_071, 131_072, size - 18, size - 1]) {
    const proof = await tree.inclusionProof(index)
    assert.ok(
      await browser.verifyInclusion({ index, size, leaf: many[index]!, proof, root }),
      `leaf ${index}`,
    )
  }
  for (const from of [1, 2, 255, 256, 257, 65_536, 65_537, 100_003, 131_072, size - 1, size]) {
    const fromRoot = rootOfHashes(Buffer.concat(many.slice(0, from)))
    const proof = await tree.consistencyProof(from)
    assert.ok(
      await browser.verifyConsistency({ from, to: size, fromRoot, toRoot: root, proof }),
      `from ${from}`,
    )
  }
})

test('each place in a batch has its proof', async () => {
  for (const size of [1, 2, 3, 7, 64, 300]) {
    const hashes = Buffer.concat(leaves.slice(0, size))
    for (let index = 0; index < size; index++) {
      const proof = smallInclusionProof(hashes, index)
      const claim = { index, size, leaf: leaves[index]!, proof, root: rootOfHashes(hashes) }
      assert.ok(await browser.verifyInclusion(claim))
    }
  }
})
