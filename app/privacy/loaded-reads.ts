import type { ReadJson, ReadsJson } from '../../src/http/api.ts'

/** What is loaded of the list, the newest first, without a gap; `more` says whether it goes on. */
export const NOTHING_LOADED: ReadsJson = { reads: [], more: false }

/** The newest page, asked for again. What was loaded before is kept only when nothing can lie between. */
export function joinNewest(known: ReadsJson, newest: ReadsJson): ReadsJson {
  const older = without(known.reads, newest.reads)
  const touches = older.length < known.reads.length
  return touches ? { reads: [...newest.reads, ...older], more: known.more } : newest
}

/** The page that follows what is loaded. */
export function joinOlder(known: ReadsJson, page: ReadsJson): ReadsJson {
  return { reads: [...known.reads, ...without(page.reads, known.reads)], more: page.more }
}

function without(reads: readonly ReadJson[], others: readonly ReadJson[]): ReadJson[] {
  const ids = new Set(others.map(({ id }) => id))
  return reads.filter(({ id }) => !ids.has(id))
}
