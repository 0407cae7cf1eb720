import { type OrderKind, type OrderWords, type Said, say, type Template } from '../answer.ts'
import type { OrderDone } from '../ports.ts'
import type { Line } from './cards.ts'
import { openCards } from './case.ts'

/** How an order went at the bank. */
export type OrderOutcome =
  | ({ state: 'done' } & OrderDone)
  | { state: 'delayed' }
  | { state: 'refused'; at: number }

/** Says how an order went. */
export function sayOrderOutcome(
  kind: OrderKind,
  { number, cardNumberDisplay: card = '' }: OrderWords,
  outcome: OrderOutcome,
  line: Line & { country: string },
): Said {
  const { bank, phone, country } = line
  const about = { bank, phone, card, number }
  const sentences: { [K in OrderKind]: () => Template[] } = {
    block: () =>
      outcome.state === 'done'
        ? [say('card-blocked', { ...about, at: outcome.at }), say('block-next', { bank, phone, country })]
        : [say(outcome.state === 'delayed' ? 'block-delayed' : 'block-refused', about)],
    unblock: () =>
      outcome.state === 'done'
        ? [say('unblock-done', { ...about, at: outcome.at })]
        : [say(outcome.state === 'delayed' ? 'unblock-delayed' : 'unblock-refused', about)],
    replace: () =>
      outcome.state === 'done'
        ? [say('replace-done', { ...about, at: outcome.at, expectedBy: outcome.expectedBy })]
        : [say(outcome.state === 'delayed' ? 'replace-delayed' : 'replace-refused', about)],
    release: () =>
      outcome.state === 'done'
        ? [say('release-done', { bank, at: outcome.at })]
        : [say(outcome.state === 'delayed' ? 'release-delayed' : 'release-refused', about)],
    dispute: () =>
      outcome.state === 'done'
        ? [say('dispute-sent', { bank, number, at: outcome.at, reference: outcome.reference })]
        : [say(outcome.state === 'delayed' ? 'dispute-delayed' : 'dispute-refused', about)],
  }
  const isBlocked = kind === 'block' && outcome.state === 'done'
  return { text: sentences[kind](), show: null, actions: isBlocked ? [openCards] : [] }
}

/** The consent the order rested on ended before the bank could be told. */
export const sayOrderImpossible = (kind: OrderKind, lines: readonly Line[]): Said => ({
  text: lines.map((line) => say(kind === 'block' ? 'block-impossible' : 'order-impossible', line)),
  show: null,
  actions: [],
})
