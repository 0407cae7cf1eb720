import { useState } from 'react'
import type { ActionJson, MessageJson } from '../../src/http/api.ts'
import { formatTime } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Show } from './show.tsx'

/** One line of the conversation. Everything in it is text: nothing a merchant or a person wrote is ever markup. */
export function Message(props: { message: MessageJson; busy: boolean; onAction(token: string): void }) {
  const { locale, words } = useHere()
  const { message, busy, onAction } = props
  const { from, kind, text, show, actions, withheld, at } = message
  const classes = ['message', from, kind, show ? 'wide' : '', withheld ? 'withheld' : ''].join(' ')
  return (
    <article className={classes}>
      <div className="bubble" {...(kind === 'alert' && !withheld ? { role: 'alert' } : {})}>
        <span className="hidden-text">{from === 'person' ? words.you : words.guichet} : </span>
        {kind === 'alert' && !withheld && <h2>{words.alertTitle}</h2>}
        {withheld ? (withheld === 'erased' ? words.withheldErased : words.withheldConsent) : text}
        {show && !withheld && <Show show={show} />}
        {actions.length > 0 && !withheld && <Actions actions={actions} busy={busy} onAction={onAction} />}
      </div>
      <p className="stamp">
        <time dateTime={new Date(at).toISOString()}>{formatTime(at, locale)}</time>
      </p>
    </article>
  )
}

/** Buttons work once: all of a message's go quiet with the first tap. */
function Actions(props: { actions: ActionJson[]; busy: boolean; onAction(token: string): void }) {
  const { actions, busy, onAction } = props
  const [used, setUsed] = useState(false)
  return (
    <div className="actions">
      {actions.map((action) =>
        'href' in action ? (
          <a key={action.href} className={`button ${action.style}`} href={action.href}>
            {action.label}
          </a>
        ) : (
          <button
            key={action.token}
            type="button"
            className={action.style}
            disabled={used || busy}
            onClick={() => {
              setUsed(true)
              onAction(action.token)
            }}
          >
            {action.label}
          </button>
        ),
      )}
    </div>
  )
}
