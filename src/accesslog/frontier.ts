import { EMPTY_ROOT, nodeHash } from './hashing.ts'

/**
 * A tree as the roots of its perfect subtrees, the largest first: what is needed to append and to know the root, in at
 * most 53 hashes (RFC 6962's tree seen from its right edge; also called a compact range).
 */
export type Frontier = { readonly size: number; readonly nodes: readonly Buffer[] }

export const EMPTY_FRONTIER: Frontier = { size: 0, nodes: [] }

/** The frontier with leaves appended. Each leaf closes as many subtrees as its index, in binary, ends in ones. */
export function extend(frontier: Frontier, leaves: readonly Buffer[]): Frontier {
  const nodes = [...frontier.nodes]
  let size = frontier.size
  for (const leaf of leaves) {
    let node = leaf
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(nodes.pop()!, node)
    nodes.push(node)
    size++
  }
  return { size, nodes }
}

export function rootOf({ nodes }: Frontier): Buffer {
  if (nodes.length === 0) return EMPTY_ROOT
  return nodes.reduceRight((right, left) => nodeHash(left, right))
}
