import { useEffect, useRef } from 'react'
import type { GrantJson, PurposeJson } from '../../src/http/api.ts'
import { formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Tick } from '../parts/tick.tsx'
import { staysOn } from './live-grants.ts'

/** One purpose, off until it is turned on: what is read, what for, how long. What is on already shows as on. */
export function PurposeChoice(props: {
  purpose: PurposeJson
  chosen: boolean
  /** The grant in force, when this bank has it already: choosing it again renews it. */
  live: GrantJson | undefined
  /** The chat sent the person here for this one. */
  isAsked: boolean
  onToggle(): void
}) {
  const { locale, words } = useHere()
  const { purpose, chosen, live, isAsked, onToggle } = props
  const frame = useRef<HTMLLabelElement>(null)
  useEffect(() => {
    if (isAsked) frame.current?.scrollIntoView({ block: 'center' })
  }, [isAsked])

  if (live && !isAsked && staysOn(live, Date.now())) {
    return (
      <div className="choice is-on">
        <OnMark />
        <span className="choice-words">
          <span className="row">
            <strong>{purpose.name}</strong>
            <span className="tag good">{words.onUntil(formatDate(live.expiresAt, locale))}</span>
          </span>
          <span>{purpose.sentence}</span>
        </span>
      </div>
    )
  }
  return (
    <label ref={frame} className={isAsked ? 'choice asked' : 'choice'}>
      <input type="checkbox" checked={chosen} onChange={onToggle} />
      <span className="choice-words">
        <span className="row">
          <strong>{purpose.name}</strong>
          {live && <span className="tag good">{words.renew(formatDate(live.expiresAt, locale))}</span>}
          {isAsked && !live && <span className="tag warn">{words.askedFor}</span>}
        </span>
        <span>{purpose.sentence}</span>
      </span>
    </label>
  )
}

function OnMark() {
  const { words } = useHere()
  return (
    <span className="on-mark">
      <Tick />
      <span className="hidden-text">{words.isOn}</span>
    </span>
  )
}
