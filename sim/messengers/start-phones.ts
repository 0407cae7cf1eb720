import { createServer } from 'node:http'
import type { Clock } from '#kit'
import { startGraph } from './graph/graph.ts'
import { graphPhone, type MessengerName, type Phone, telegramPhone } from './phone.ts'
import { createTelegram } from './telegram/telegram.ts'

/** What Guichet and the simulated messengers agree on. */
export type MessengersAgreed = {
  pageId: string
  phoneId: string
  botName: string
  botToken: string
  /** Every other key and signature. */
  secret: string
}

/** Whose telephone it is: the names by which the messengers know them. */
const ADDRESS = { messenger: '4021337700112233', whatsapp: 'FR.12345678901234567890', telegram: 42_424_242 }

export type Phones = { of: Record<MessengerName, Phone>; stop(): Promise<void> }

/** Messenger, WhatsApp and Telegram, each on a port of its own from `firstPort` on, and somebody's telephone with all three. */
export async function startPhones(needs: {
  guichetUrl: string
  firstPort: number
  agreed: MessengersAgreed
  phoneUrl: URL
  clock: Clock
}): Promise<Phones> {
  const { guichetUrl, firstPort, phoneUrl, clock } = needs
  const { pageId, phoneId, botName, botToken, secret } = needs.agreed
  const graphOf = (product: 'messenger' | 'whatsapp', id: string, port: number) =>
    startGraph({
      product,
      id,
      accessToken: secret,
      appSecret: secret,
      webhookUrl: new URL(`/webhooks/${product}`, guichetUrl),
      phoneUrl,
      clock,
      port,
    })
  const messenger = await graphOf('messenger', pageId, firstPort)
  const whatsapp = await graphOf('whatsapp', phoneId, firstPort + 1)
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(firstPort + 2, '127.0.0.1', resolve)
  })
  const telegram = await createTelegram(server, {
    token: botToken,
    botName,
    phoneUrl,
    clock,
    fetch,
  })
  // Telegram remembers where it sends to: when it is started again alone, nobody tells it anew.
  telegram.outgoing.set({
    url: new URL('/webhooks/telegram', guichetUrl).href,
    secret_token: secret,
    allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member'],
  })
  return {
    of: {
      messenger: graphPhone(messenger, ADDRESS.messenger),
      whatsapp: graphPhone(whatsapp, ADDRESS.whatsapp),
      telegram: telegramPhone(telegram, ADDRESS.telegram),
    },
    async stop() {
      await messenger.stop()
      await whatsapp.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
