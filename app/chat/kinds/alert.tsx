import { useHere } from '../../guichet.tsx'
import { Actions } from '../actions.tsx'
import { MessageText } from '../message-text.tsx'
import { Show } from '../show/show.tsx'
import type { KindProps } from './content.tsx'

/**
 * A payment that looks wrong: the question and its answers first, so that a small screen has both, then the reasons. One
 * that has just come interrupts; one that is read again is part of the transcript.
 */
export function Alert({ message, isLive, onAct }: KindProps) {
  const { words } = useHere()
  const { text, show, actions } = message
  const [question, ...reasons] = text.split('\n')
  return (
    <div className="bubble alert" {...(isLive ? { role: 'alert' } : {})}>
      <p className="alert-title">
        <Shield />
        {words.alertTitle}
      </p>
      <p className="alert-question">{question}</p>
      {actions.length > 0 && <Actions actions={actions} onAct={onAct} />}
      {reasons.length > 0 && (
        <div className="alert-reasons">
          <MessageText text={reasons.join('\n')} />
        </div>
      )}
      {show && <Show show={show} />}
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
