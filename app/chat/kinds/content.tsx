import type { MessageJson } from '../../../src/http/api.ts'
import { Actions } from '../actions.tsx'
import { MessageText } from '../message-text.tsx'
import { Show } from '../show/show.tsx'

/** What every kind of message is drawn from. */
export type KindProps = {
  message: MessageJson
  /** It came while the page was open, rather than being read again. */
  isLive: boolean
  onAct(token: string): Promise<boolean>
}

/** A message's sentences, then what it shows, then its buttons. */
export function Content({ message, onAct }: KindProps) {
  const { text, show, actions } = message
  return (
    <>
      <MessageText text={text} />
      {show && <Show show={show} />}
      {actions.length > 0 && <Actions actions={actions} onAct={onAct} />}
    </>
  )
}
