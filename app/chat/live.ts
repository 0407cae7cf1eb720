import type { ChangedJson, MessageJson } from '../../src/http/api.ts'
import { TAB } from '../api.ts'

/** After the browser has given up: it does when the server answers with an error, as while it restarts. */
const TRY_AGAIN_MS = 4_000

type Heard = {
  onMessage(message: MessageJson): void
  onChanged(what: ChangedJson['what']): void
  onBreak(): void
  /** Also the first time. What was said during a break has to be fetched. */
  onOpen(afterBreak: boolean): void
}

/** Listens to the server until the returned function is called, and begins again whenever the connection breaks. */
export function listen(heard: Heard): () => void {
  let stream: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  let broken = false

  const open = () => {
    stream = new EventSource(`/api/events?tab=${TAB}`)
    stream.addEventListener('message', (event) => heard.onMessage(JSON.parse(event.data) as MessageJson))
    stream.addEventListener('changed', (event) => {
      heard.onChanged((JSON.parse(event.data) as ChangedJson).what)
    })
    stream.addEventListener('open', () => {
      heard.onOpen(broken)
      broken = false
    })
    stream.addEventListener('error', () => {
      broken = true
      heard.onBreak()
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, TRY_AGAIN_MS)
    })
  }

  open()
  return () => {
    clearTimeout(timer)
    stream.close()
  }
}
