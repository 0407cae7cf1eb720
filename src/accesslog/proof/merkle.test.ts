import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Bytes, toHex, utf8 } from './bytes.ts'
import { emptyRoot, leafHash, nodeHash, rootOf, verifyConsistency, verifyInclusion } from './merkle.ts'
import { consistencyRanges, inclusionRanges, isPerfect, type Range } from './ranges.ts'

const SIZE_MAX = 70

// The inputs and roots by which every Certificate Transparency implementation has been checked since the first one.
const KNOWN_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const KNOWN_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const leaves = await Promise.all(Array.from({ length: SIZE_MAX }, (_, i) => leafHash(utf8(`read ${i}`))))
const hashOf = ({ start, end }: Range) => rootOf(leaves.slice(start, end))
const hashesOf = (ranges: readonly Range[]) => Promise.all(ranges.map(hashOf))
const rootAt = (size: number) => rootOf(leaves.slice(0, size))

test('the log computes the roots that other transparency logs publish for the same leaves', async () => {
  assert.equal(toHex(await emptyRoot()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  const known = await Promise.all(KNOWN_LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex'))))
  for (const [i, root] of KNOWN_ROOTS.entries())
    assert.equal(toHex(await rootOf(known.slice(0, i + 1))), root, `the root of ${i + 1} leaves`)
})

test('every read in every log of up to seventy can be proven to be in it', async () => {
  for (let size = 1; size <= SIZE_MAX; size++) {
    const root = await rootAt(size)
    for (let index = 0; index < size; index++) {
      const proof = await hashesOf(inclusionRanges(index, size))
      const leaf = leaves[index]!
      assert.ok(await verifyInclusion({ index, size, leaf, proof, root }), `${index} of ${size}`)
    }
  }
})

test('every log of up to seventy reads can be proven to continue each of its earlier states', async () => {
  for (let to = 0; to <= SIZE_MAX; to++) {
    const toRoot = await rootAt(to)
    for (let from = 0; from <= to; from++) {
      const proof = await hashesOf(consistencyRanges(from, to))
      const fromRoot = await rootAt(from)
      assert.ok(await verifyConsistency({ from, to, fromRoot, toRoot, proof }), `${from} to ${to}`)
    }
  }
})

/** What somebody may do to a list of hashes. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(255) }),
  fc.record({ kind: fc.constant('drop' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('add' as const) }),
)
function damaged(proof: readonly Bytes[], how: typeof damage extends fc.Arbitrary<infer T> ? T : never) {
  const copy = proof.map((hash) => hash.slice())
  const at = how.kind === 'add' || copy.length === 0 ? 0 : how.at % copy.length
  if (how.kind === 'add' || copy.length === 0) copy.push(new Uint8Array(32))
  else if (how.kind === 'drop') copy.splice(at, 1)
  else if (how.kind === 'repeat') copy.splice(at, 0, copy[at]!)
  else copy[at]![how.bit >> 3]! ^= 1 << (how.bit & 7)
  return copy
}

test('a proof of a read with any hash changed, added or left out proves nothing', async () => {
  const cases = fc.tuple(fc.integer({ min: 1, max: SIZE_MAX }), fc.nat(), damage)
  await fc.assert(
    fc.asyncProperty(cases, async ([size, n, how]) => {
      const index = n % size
      const proof = damaged(await hashesOf(inclusionRanges(index, size)), how)
      const root = await rootAt(size)
      assert.equal(await verifyInclusion({ index, size, leaf: leaves[index]!, proof, root }), false)
    }),
    { numRuns: 500 },
  )
})

test('a proof of a read holds for that read, place and size of the log only', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: SIZE_MAX }), fc.nat(), fc.nat(), async (size, n, m) => {
      const index = n % size
      const other = m % size
      fc.pre(index !== other)
      const proof = await hashesOf(inclusionRanges(index, size))
      const root = await rootAt(size)
      const claim = { index, size, leaf: leaves[index]!, proof, root }
      assert.equal(await verifyInclusion({ ...claim, leaf: leaves[other]! }), false)
      assert.equal(await verifyInclusion({ ...claim, index: other }), false)
      assert.equal(await verifyInclusion({ ...claim, index: index + size }), false)
      assert.equal(await verifyInclusion({ ...claim, root: await rootAt(size - 1) }), false)
    }),
    { numRuns: 300 },
  )
})

test('a log that changed or dropped a read cannot be proven to continue the old one', async () => {
  const cases = fc.tuple(fc.integer({ min: 2, max: SIZE_MAX }), fc.nat(), fc.nat(), damage)
  await fc.assert(
    fc.asyncProperty(cases, async ([to, n, m, how]) => {
      const from = 1 + (n % (to - 1))
      const proof = await hashesOf(consistencyRanges(from, to))
      const claim = { from, to, fromRoot: await rootAt(from), toRoot: await rootAt(to), proof }
      assert.equal(await verifyConsistency({ ...claim, proof: damaged(proof, how) }), false)

      const rewritten = leaves.slice(0, from)
      rewritten[m % from] = await leafHash(utf8('another read'))
      assert.equal(await verifyConsistency({ ...claim, fromRoot: await rootOf(rewritten) }), false)
      assert.equal(await verifyConsistency({ ...claim, from: to, to: from }), false)
    }),
    { numRuns: 500 },
  )
})

test('no other root than the empty one is what a log begins from', async () => {
  const toRoot = await rootAt(3)
  const empty = { from: 0, to: 3, toRoot, proof: [] }
  assert.equal(await verifyConsistency({ ...empty, fromRoot: await emptyRoot() }), true)
  assert.equal(await verifyConsistency({ ...empty, fromRoot: new Uint8Array(32) }), false)
})

test('proofs in a log too large for 32 bits have the right shape', () => {
  const size = 2 ** 40 + 5
  const path = inclusionRanges(2 ** 40 + 1, size)
  assert.deepEqual(path.at(-1), { start: 0, end: 2 ** 40 })
  assert.equal(inclusionRanges(2 ** 33, 2 ** 40).length, 40)
  assert.deepEqual(consistencyRanges(2 ** 40, size), [{ start: 2 ** 40, end: size }])
  assert.ok(isPerfect({ start: 2 ** 40, end: 2 ** 40 + 4 }))
  assert.ok(!isPerfect({ start: 2, end: 6 }))
})

test('a leaf cannot pose as a node', async () => {
  const [a, b] = [leaves[0]!, leaves[1]!]
  assert.notDeepEqual(await leafHash(Buffer.concat([a, b])), await nodeHash(a, b))
})
