import { useSyncExternalStore } from 'react'

/** As wide as a phone held upright, or a page enlarged to it. The same measure stands in the style sheets. */
const NARROW = matchMedia('(max-width: 30rem)')

const subscribe = (changed: () => void) => {
  NARROW.addEventListener('change', changed)
  return () => NARROW.removeEventListener('change', changed)
}

/** Whether the page is too narrow for a table of several columns. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => NARROW.matches)
}
