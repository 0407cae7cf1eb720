import type { Account, Transaction } from '#vault'
import { type Action, type CardToBlock, type Said, say } from '../answer.ts'

/** A bank as a person reaches it. */
export type Line = { bank: string; phone: string | null }

export type Card = { accountId: string; cardNumberDisplay: string }

/** The cards behind these accounts, by the numbers that payments were made with; newest used first. */
export function cardsOf(accounts: readonly Account[], transactions: readonly Transaction[]): Card[] {
  const open = new Set(accounts.filter(({ status }) => status === 'open').map(({ id }) => id))
  const cards = new Map<string, Card>()
  for (const { accountId, cardNumberDisplay } of transactions.toReversed()) {
    if (cardNumberDisplay === null || !open.has(accountId)) continue
    const key = `${accountId} ${cardNumberDisplay}`
    if (!cards.has(key)) cards.set(key, { accountId, cardNumberDisplay })
  }
  // A card account with no payment yet is known by its own number.
  for (const { id, kind, numberDisplay, status } of accounts) {
    const used = [...cards.values()].some((card) => card.accountId === id)
    if (kind === 'card' && status === 'open' && !used)
      cards.set(id, { accountId: id, cardNumberDisplay: numberDisplay })
  }
  return [...cards.values()]
}

/** Asks before anything is blocked, naming each card. */
export function sayWhichCard(cards: readonly Card[], line: Line, linkId: string): Said {
  if (cards.length === 0) return { text: [say('freeze-none', line)], show: null, actions: [] }
  const blocks = cards.map(
    ({ accountId, cardNumberDisplay }): Action => ({
      label: say('do-block', { card: cardNumberDisplay }),
      style: 'danger',
      intent: { do: 'block-card', linkId, accountId, cardNumberDisplay },
    }),
  )
  const leave: Action = {
    label: say('do-leave-card', {}),
    style: 'plain',
    intent: { do: 'leave-card' },
  }
  return {
    text: [say('freeze-which', { bank: line.bank, cards: cards.length })],
    show: null,
    actions: [...blocks, leave],
  }
}

export const sayCardLeft = (): Said => ({ text: [say('card-left', {})], show: null, actions: [] })

/** The consent the order rested on ended before the bank could be told. */
export const sayBlockImpossible = (lines: readonly Line[]): Said => ({
  text: lines.map((line) => say('block-impossible', line)),
  show: null,
  actions: [],
})

export const sayBlockOrdered = (bank: string, card: CardToBlock): Said => ({
  text: [say('block-ordered', { bank, card: card.cardNumberDisplay, number: card.number })],
  show: null,
  actions: [],
})

/** How an order to block a card went at the bank. */
export type BlockOutcome =
  | { state: 'blocked'; at: number }
  | { state: 'delayed' }
  | { state: 'refused'; at: number }

export function sayBlockOutcome(
  card: CardToBlock,
  outcome: BlockOutcome,
  line: Line & { country: string },
): Said {
  const { cardNumberDisplay, number } = card
  const { bank, phone, country } = line
  switch (outcome.state) {
    case 'blocked':
      return {
        text: [
          say('card-blocked', { bank, card: cardNumberDisplay, at: outcome.at, number }),
          say('block-next', { bank, phone, country }),
        ],
        show: null,
        actions: [],
      }
    case 'delayed':
      return {
        text: [say('block-delayed', { bank, phone, card: cardNumberDisplay, number })],
        show: null,
        actions: [],
      }
    case 'refused':
      return {
        text: [say('block-refused', { bank, phone, card: cardNumberDisplay, number })],
        show: null,
        actions: [],
      }
  }
}
