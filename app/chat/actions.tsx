import { useState } from 'react'
import { Link } from 'wouter'
import type { ActionJson } from '../../src/http/api.ts'

/** The buttons under a message. All of them go quiet with the first tap, because the server takes one tap a message. */
export function Actions(props: { actions: ActionJson[]; onAct(token: string): Promise<boolean> }) {
  const { actions, onAct } = props
  const [tapped, setTapped] = useState<string | null>(null)

  const tap = async (token: string) => {
    if (tapped) return
    setTapped(token)
    // What did not reach the server was not used up.
    if (!(await onAct(token))) setTapped(null)
  }

  return (
    <div className="actions">
      {actions.map((action) =>
        'href' in action ? (
          <Link key={action.href} className={`button ${action.style}`} href={action.href}>
            {action.label}
          </Link>
        ) : (
          // Not `disabled`: that would take the focus away from who tapped with the keyboard.
          <button
            key={action.token}
            type="button"
            className={tapped === action.token ? `${action.style} tapped` : action.style}
            aria-disabled={tapped !== null}
            onClick={() => void tap(action.token)}
          >
            {action.label}
          </button>
        ),
      )}
    </div>
  )
}
