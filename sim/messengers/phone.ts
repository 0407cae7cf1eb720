import type { GraphEmulator } from './graph/graph.ts'
import type { SimulatedTelegram } from './telegram/telegram.ts'

export const MESSENGERS = ['messenger', 'whatsapp', 'telegram'] as const
export type MessengerName = (typeof MESSENGERS)[number]

/** One line of a chat as a telephone shows it. A button either does something at the messenger or opens an address. */
export type PhoneLine = {
  from: 'me' | 'them'
  at: number
  text: string
  link: { label: string; href: string } | null
  buttons: { label: string; press: string }[]
}

/** Somebody's telephone with one messenger open: what it shows, what can be done with it, and what its company was handed. */
export type Phone = {
  lines(): PhoneLine[]
  /** Every body that Guichet handed to the messenger's company, newest first. */
  handed(): string[]
  write(text: string): Promise<void>
  press(press: string): Promise<void>
  /** Opens a link that begins a chat, as from our page. */
  open(url: string): Promise<void>
  /** Sets the language that a telephone is in, where its messenger tells it on. */
  speaks?(language: string): void
}

const HANDED_MAX = 20

/** A telephone with Messenger or WhatsApp. */
export function graphPhone(graph: GraphEmulator, address: string): Phone {
  const person = graph.person(address)
  const { shown } = person.chat
  return {
    lines: () =>
      shown.map(({ from, buttons, ...line }) => ({
        ...line,
        from: from === 'person' ? 'me' : 'them',
        buttons: buttons.map(({ label, payload }) => ({ label, press: payload })),
      })),
    handed: () => graph.seen().flatMap(bodyOf).slice(-HANDED_MAX).reverse(),
    write: person.writes,
    async press(press) {
      const button = shown.flatMap(({ buttons }) => buttons).findLast(({ payload }) => payload === press)
      if (button) await person.taps(button)
    },
    open: (url) => person.opens(url),
  }
}

/** A request of ours: its path, a space, and its body. */
const bodyOf = (request: string): string[] => {
  const body = request.slice(request.indexOf(' ') + 1)
  return body.startsWith('{') ? [body] : []
}

/** A telephone with Telegram. */
export function telegramPhone(telegram: SimulatedTelegram, id: number): Phone {
  const who = { id, firstName: 'Amina', language: 'en' }
  const person = telegram.person(who)
  return {
    speaks(language) {
      who.language = language
    },
    lines: () =>
      person.messages.map(({ from, at, text, buttons }) => {
        const opens = buttons.find(({ url }) => url !== undefined)
        return {
          from: from === 'person' ? 'me' : 'them',
          at,
          text,
          link: opens ? { label: opens.text, href: opens.url! } : null,
          buttons: buttons.flatMap((one) =>
            one.url === undefined ? [{ label: one.text, press: one.text }] : [],
          ),
        }
      }),
    handed: () =>
      telegram
        .calls('sendMessage')
        .slice(-HANDED_MAX)
        .map((body) => JSON.stringify(body))
        .reverse(),
    write: person.write,
    press: async (press) => {
      await person.tap(press)
    },
    open: person.open,
  }
}
