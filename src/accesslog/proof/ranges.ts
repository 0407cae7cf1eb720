/** The leaves from `start` up to but not including `end`; its hash is the RFC 6962 tree hash over them. */
export type Range = { readonly start: number; readonly end: number }

// Sizes may pass 2^32, where JavaScript's bit operators stop: everything here is ordinary arithmetic.

/** The largest power of two smaller than `size`, where a tree of that size splits (RFC 6962, section 2.1). */
export function splitPoint(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

export function isPerfect({ start, end }: Range): boolean {
  const size = end - start
  let power = 1
  while (power < size) power *= 2
  return power === size && start % size === 0
}

/** What an inclusion proof is made of, from the leaf's sibling up (RFC 6962, section 2.1.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  const path: Range[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  return path.reverse()
}

/** What a consistency proof between two sizes is made of (RFC 6962, section 2.1.2); nothing from an empty or equal tree. */
export function consistencyRanges(from: number, to: number): Range[] {
  if (from === 0 || from === to) return []
  const proof: Range[] = []
  let start = 0
  let end = to
  while (end !== from) {
    const middle = start + splitPoint(end - start)
    if (from <= middle) {
      proof.push({ start: middle, end })
      end = middle
    } else {
      proof.push({ start, end: middle })
      start = middle
    }
  }
  // The old root itself is known to the verifier; any other subtree must be told.
  if (start > 0) proof.push({ start, end })
  return proof.reverse()
}
