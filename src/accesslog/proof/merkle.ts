import { type Bytes, concat, equal } from './bytes.ts'
import { splitPoint } from './ranges.ts'

export const HASH_BYTES = 32

const LEAF = Uint8Array.of(0x00)
const NODE = Uint8Array.of(0x01)

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))
}

/** RFC 6962, section 2.1: leaves and nodes are hashed apart, so that neither can pose as the other. */
export const leafHash = (entry: Bytes): Promise<Bytes> => sha256(concat(LEAF, entry))
export const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(concat(NODE, left, right))
export const emptyRoot = (): Promise<Bytes> => sha256(new Uint8Array())

/** The RFC 6962 root over leaf hashes. */
export async function rootOf(leaves: readonly Bytes[]): Promise<Bytes> {
  if (leaves.length === 0) return await emptyRoot()
  if (leaves.length === 1) return leaves[0]!
  const split = splitPoint(leaves.length)
  return await nodeHash(await rootOf(leaves.slice(0, split)), await rootOf(leaves.slice(split)))
}

const odd = (n: number) => n % 2 === 1
const half = (n: number) => Math.floor(n / 2)

/**
 * The root that an inclusion path leads to, or null when it has too few or too many hashes for that place (RFC 9162,
 * section 2.1.3.2: the same tree as RFC 6962, with the algorithm spelled out).
 */
export async function rootFromPath(
  index: number,
  size: number,
  leaf: Bytes,
  path: readonly Bytes[],
): Promise<Bytes | null> {
  if (index >= size) return null
  let position = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return null
    if (odd(position) || position === last) {
      hash = await nodeHash(sibling, hash)
      while (!odd(position) && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else {
      hash = await nodeHash(hash, sibling)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 ? hash : null
}

/** Whether `proof` leads from the leaf to the root. */
export async function verifyInclusion(claim: {
  index: number
  size: number
  leaf: Bytes
  proof: readonly Bytes[]
  root: Bytes
}): Promise<boolean> {
  // A tree of one leaf has that leaf as its root: without a hash there is nothing to compare.
  if (claim.leaf.length !== HASH_BYTES) return false
  const root = await rootFromPath(claim.index, claim.size, claim.leaf, claim.proof)
  return root !== null && equal(root, claim.root)
}

/**
 * Whether the tree of `fromRoot` is the beginning of the tree of `toRoot` (RFC 9162, section 2.1.4.2). `hash` makes an inner node,
 * for whoever need not wait for Web Crypto.
 */
export async function verifyConsistency(
  claim: { from: number; to: number; fromRoot: Bytes; toRoot: Bytes; proof: readonly Bytes[] },
  hash: (left: Bytes, right: Bytes) => Bytes | Promise<Bytes> = nodeHash,
): Promise<boolean> {
  const { from, to, fromRoot, toRoot, proof } = claim
  if (from > to) return false
  // Every tree continues the empty one (C2SP tlog-witness), and that one has one root only.
  if (from === 0 && !equal(fromRoot, await emptyRoot())) return false
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot)
  if (from === 0) return proof.length === 0
  if (proof.length === 0) return false

  let position = from - 1
  let last = to - 1
  while (odd(position)) {
    position = half(position)
    last = half(last)
  }
  // When the old tree is a perfect one its root is the first node of the path, and the proof leaves it out.
  const [seed, ...path] = position === 0 ? [fromRoot, ...proof] : proof
  let oldHash = seed!
  let newHash = seed!
  for (const node of path) {
    if (last === 0) return false
    if (odd(position) || position === last) {
      oldHash = await hash(node, oldHash)
      newHash = await hash(node, newHash)
      while (!odd(position) && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else {
      newHash = await hash(newHash, node)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && equal(oldHash, fromRoot) && equal(newHash, toRoot)
}
