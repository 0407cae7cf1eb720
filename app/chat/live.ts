import type { MessageJson } from '../../src/http/api.ts'
import { TAB } from '../api.ts'

/** Listens to new messages until the returned function is called. The browser reconnects by itself; then what was missed is fetched. */
export function listen(heard: { onMessage(message: MessageJson): void; onReconnect(): void }): () => void {
  const stream = new EventSource(`/api/events?tab=${TAB}`)
  let broken = false
  stream.addEventListener('message', (event) => heard.onMessage(JSON.parse(event.data) as MessageJson))
  stream.addEventListener('error', () => {
    broken = true
  })
  stream.addEventListener('open', () => {
    if (broken) heard.onReconnect()
    broken = false
  })
  return () => stream.close()
}
