import { useLayoutEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { ActionJson } from '../../src/http/api.ts'

/** Presses a button, with the payments that were ticked above it; false when that did not reach the server. */
export type OnAct = (token: string, chosen?: readonly string[]) => Promise<boolean>

/**
 * The buttons under a message. All of them go quiet with the first tap, because the server takes one tap a message. One that
 * is about ticked payments waits for the first tick.
 */
export function Actions(props: { actions: ActionJson[]; chosen?: readonly string[]; onAct: OnAct }) {
  const { actions, chosen = [], onAct } = props
  const [tapped, setTapped] = useState<string | null>(null)
  const box = useRef<HTMLDivElement>(null)
  // What was used is gone when the chat is read again: whoever was on it by keyboard stays at its message.
  useLayoutEffect(() => {
    const here = box.current
    return () => {
      if (here?.contains(document.activeElement)) here.closest('article')?.focus({ preventScroll: true })
    }
  }, [])

  const waits = (action: ActionJson) => 'chooses' in action && chosen.length === 0
  const tap = async (action: Extract<ActionJson, { token: string }>) => {
    if (tapped || waits(action)) return
    setTapped(action.token)
    // What did not reach the server was not used up.
    if (!(await onAct(action.token, action.chooses ? chosen : undefined))) setTapped(null)
  }

  return (
    <div className="actions" ref={box}>
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
            aria-disabled={tapped !== null || waits(action)}
            onClick={() => void tap(action)}
          >
            {action.label}
          </button>
        ),
      )}
    </div>
  )
}
