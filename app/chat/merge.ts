import type { MessageJson } from '../../src/http/api.ts'

/** By time; what was said and what was answered in the same instant, in that order. */
export const inOrder = (a: MessageJson, b: MessageJson): number =>
  a.at - b.at || Number(a.from !== 'person') - Number(b.from !== 'person')

/** The messages of both, each once and in order. What came last is what is shown. */
export function merge(known: readonly MessageJson[], fresh: readonly MessageJson[]): MessageJson[] {
  const byId = new Map(known.map((message) => [message.id, message]))
  for (const message of fresh) byId.set(message.id, message)
  return [...byId.values()].sort(inOrder)
}

/**
 * The newest page, read again, in place of what was known; older lines are dropped, to be asked for again. What came by
 * the live stream while the page was being read is kept: the page was made before it was said.
 */
export function replace(known: readonly MessageJson[], newest: readonly MessageJson[]): MessageJson[] {
  const last = [...newest].sort(inOrder).at(-1)
  return merge(
    known.filter((message) => !last || inOrder(message, last) > 0),
    newest,
  )
}
