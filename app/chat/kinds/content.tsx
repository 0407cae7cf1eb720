import { useState } from 'react'
import type { MessageJson } from '../../../src/http/api.ts'
import { Actions, type OnAct } from '../actions.tsx'
import { MessageText } from '../message-text.tsx'
import { Show } from '../show/show.tsx'

/** What every kind of message is drawn from. */
export type KindProps = {
  message: MessageJson
  /** It came while the page was open, rather than being read again. */
  isLive: boolean
  onAct: OnAct
}

/** A message's sentences, then what it shows, then its buttons. */
export function Content({ message, onAct }: KindProps) {
  const { text, show, actions } = message
  const [chosen, setChosen] = useState<readonly string[]>([])
  const isChoosing = actions.some((action) => 'chooses' in action)
  const toggle = (id: string) =>
    setChosen((known) => (known.includes(id) ? known.filter((one) => one !== id) : [...known, id]))
  return (
    <>
      <MessageText text={text} />
      {show && <Show show={show} {...(isChoosing && { choice: { chosen, toggle } })} />}
      {actions.length > 0 && <Actions actions={actions} chosen={chosen} onAct={onAct} />}
    </>
  )
}
