import { type ReactNode, useEffect, useRef } from 'react'

/** Whether a page of this document was shown before: the first one leaves the focus where the browser puts it. */
let wentOn = false

/** A page's own heading. Going from page to page moves the focus to it, as loading a document would. */
export function Heading({ children, hidden = false }: { children: ReactNode; hidden?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (wentOn && !location.hash) {
      heading.current?.focus({ preventScroll: true })
      window.scrollTo(0, 0)
    }
    wentOn = true
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1} className={hidden ? 'hidden-text' : undefined}>
      {children}
    </h1>
  )
}
