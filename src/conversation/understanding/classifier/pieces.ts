/** What an encoder's vocabulary knows: each piece of a word, and the logarithm of how often it occurs. */
export type Pieces = { longest: number; known: ReadonlyMap<string, { id: number; weight: number }> }

/** The first of the vocabulary stand for no letters. */
const RESERVED = 6
const UNKNOWN = 0
/** Marks where a word begins. */
const WORD = '\u2581'

export function piecesOf(vocabulary: readonly (readonly [piece: string, weight: number])[]): Pieces {
  const known = new Map<string, { id: number; weight: number }>()
  let longest = 1
  vocabulary.forEach(([piece, weight], id) => {
    if (id < RESERVED) return
    known.set(piece, { id, weight })
    longest = Math.max(longest, [...piece].length)
  })
  return { longest, known }
}

/**
 * The likeliest way to cut a text into known pieces (a unigram language model, by Viterbi; Kudo, ACL 2018, as SentencePiece
 * does it). Letters that no piece knows are one unknown piece for each run of them.
 */
export function cut(text: string, { longest, known }: Pieces): number[] {
  const letters = [...(WORD + text.normalize('NFKC').replaceAll(' ', WORD))]
  const best: ({ sum: number; id: number; from: number } | undefined)[] = [{ sum: 0, id: UNKNOWN, from: 0 }]
  const offer = (to: number, one: { sum: number; id: number; from: number }) => {
    const other = best[to]
    if (!other || one.sum >= other.sum) best[to] = one
  }
  letters.forEach((_, from) => {
    const here = best[from]
    if (!here) return
    let hasAny = false
    let piece = ''
    for (let to = from + 1; to <= Math.min(letters.length, from + longest); to++) {
      piece += letters[to - 1]
      const found = known.get(piece)
      if (!found) continue
      hasAny = true
      offer(to, { sum: here.sum + found.weight, id: found.id, from })
    }
    if (!hasAny) offer(from + 1, { sum: here.sum, id: UNKNOWN, from })
  })
  const ids: number[] = []
  for (let to = letters.length; to > 0; to = best[to]!.from) {
    const { id } = best[to]!
    if (id !== UNKNOWN || ids.at(-1) !== UNKNOWN) ids.push(id)
  }
  return ids.reverse()
}
