import type { EmbedJson } from '../../src/http/api.ts'
import { get } from '../api.ts'

/** What the page around tells this frame, and what it is told: that is all there is. */
export type FromPage = { guichet: 'opened' | 'closed' }
export type ToPage = { guichet: 'ready' | 'close' } | { guichet: 'unread'; count: number }

/** Of more, a page is told no more than this. */
export const UNREAD_MAX = 99

/**
 * Joins the page that this frame stands in. Only the page itself is heard, and only on an origin that the operator named;
 * what it is told has no field for anything that was said.
 */
export async function joinPage(onChange: (isOpen: boolean) => void): Promise<(message: ToPage) => void> {
  const { origins } = await get<EmbedJson>('/api/embed')
  let around: string | null = null
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || !origins.includes(origin)) return
    const { guichet } = (data ?? {}) as Partial<FromPage>
    if (guichet !== 'opened' && guichet !== 'closed') return
    around = origin
    onChange(guichet === 'opened')
  })
  // Nobody has spoken yet, so it is not known to whom this goes: it says nothing but that the frame is there.
  parent.postMessage({ guichet: 'ready' } satisfies ToPage, '*')
  return (message) => {
    if (around !== null) parent.postMessage(message, around)
  }
}
