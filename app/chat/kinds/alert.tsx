import { useHere } from '../../guichet.tsx'
import { Content, type KindProps } from './content.tsx'

/** A payment that looks wrong. One that has just come interrupts; one that is read again is part of the transcript. */
export function Alert(props: KindProps) {
  const { words } = useHere()
  return (
    <div className="bubble alert" {...(props.isLive ? { role: 'alert' } : {})}>
      <p className="alert-title">
        <Shield />
        {words.alertTitle}
      </p>
      <Content {...props} />
    </div>
  )
}

function Shield() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path
        d="M10 2l6.5 2.4v4.8c0 4.2-2.7 7.2-6.5 8.8-3.8-1.6-6.5-4.6-6.5-8.8V4.4z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinejoin="round"
      />
      <path d="M10 6v4.6M10 13v.6" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  )
}
