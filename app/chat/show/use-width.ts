import { type RefObject, useLayoutEffect, useState } from 'react'

/** About a phone's, until it is measured. */
const WIDTH_FIRST = 320

/** How wide an element is, so that a chart is drawn at its own size and its words keep theirs. */
export function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(WIDTH_FIRST)
  useLayoutEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.round(entry!.contentRect.width)
      if (measured > 0) setWidth(measured)
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}
