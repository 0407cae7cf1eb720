import { createHmac } from 'node:crypto'
import { type Clock, HOUR } from '#kit'
import type { Json } from './graph.ts'

type Delivery = { body: string; headers: Record<string, string> }

/** What goes from Meta to the app: signed, tried again while it is not taken, and kept back or mixed up when a test says so. */
export function createDeliveries(needs: {
  product: 'messenger' | 'whatsapp'
  appSecret: string
  webhookUrl: URL
  clock: Clock
}) {
  const { product, appSecret, webhookUrl, clock } = needs
  const trouble = { doubles: false, holds: false }
  const held: Delivery[] = []
  const sent: Delivery[] = []
  const undelivered: Delivery[] = []
  const statuses: number[] = []
  let failingSince: number | null = null
  let isSubscribed = true

  /** Signed over the form in which letters outside ASCII are escaped, as Meta's are. */
  function sign(content: Json): Delivery {
    const body = JSON.stringify(content).replace(
      /[\u0080-\uffff]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    const signature = createHmac('sha256', appSecret).update(body).digest('hex')
    return {
      body,
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    }
  }

  async function post(delivery: Delivery): Promise<boolean> {
    const status = await fetch(webhookUrl, { method: 'POST', ...delivery }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      () => 0,
    )
    statuses.push(status)
    return status === 200
  }

  /** Messenger takes an app off a page whose webhook has failed for an hour; WhatsApp goes on for days. */
  async function deliver(delivery: Delivery): Promise<void> {
    if (!isSubscribed) return
    if (await post(delivery)) {
      failingSince = null
      sent.push(delivery)
      return
    }
    undelivered.push(delivery)
    failingSince ??= clock.now()
    if (product === 'messenger' && clock.now() - failingSince >= HOUR) isSubscribed = false
  }

  return {
    trouble,
    statuses: statuses as readonly number[],
    isSubscribed: () => isSubscribed,
    subscribe: (): void => {
      isSubscribed = true
      failingSince = null
    },

    async tell(content: Json): Promise<void> {
      const delivery = sign(content)
      if (trouble.holds) held.push(delivery)
      else for (let time = 0; time < (trouble.doubles ? 2 : 1); time++) await deliver(delivery)
    },

    /** Delivers what was kept back, in the order that a test chooses. */
    async release(order: (all: readonly Delivery[]) => readonly Delivery[] = (all) => all): Promise<void> {
      trouble.holds = false
      for (const delivery of order(held.splice(0))) await deliver(delivery)
    },

    /** Tries again what was not taken, as Meta does by itself. */
    async retry(): Promise<void> {
      for (const delivery of undelivered.splice(0)) await deliver(delivery)
    },

    /** Somebody who listened in sends everything once more, to the byte. */
    async replay(): Promise<void> {
      for (const delivery of [...sent]) await post(delivery)
    },
  }
}
