import { type ReactNode, useState } from 'react'
import { useHere } from '../guichet.tsx'

/** Something the person should know, which they can put away once they do. */
export function Notice({ children, bad = false }: { children: ReactNode; bad?: boolean }) {
  const { words } = useHere()
  const [gone, setGone] = useState(false)
  if (gone) return null
  return (
    <div className={bad ? 'notice bad' : 'notice'}>
      <p role={bad ? 'alert' : 'status'}>{children}</p>
      <button type="button" className="dismiss" onClick={() => setGone(true)}>
        <span aria-hidden="true">✕</span>
        <span className="hidden-text">{words.dismiss}</span>
      </button>
    </div>
  )
}
