import type { Account, Transaction } from '#vault'
import { type Action, type Said, say } from '../answer.ts'

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
    label: say('do-leave-card', { cards: cards.length }),
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

/** What a person can have done with a card of theirs, by a button or on our own page. */
export type CardOrder = 'block' | 'unblock' | 'replace'

const ORDERED = {
  block: 'block-ordered',
  unblock: 'unblock-ordered',
  replace: 'replace-ordered',
} as const satisfies Record<CardOrder, string>

export const sayCardOrdered = (
  kind: CardOrder,
  bank: string,
  card: { cardNumberDisplay: string; number: string },
): Said => ({
  text: [say(ORDERED[kind], { bank, card: card.cardNumberDisplay, number: card.number })],
  show: null,
  actions: [],
})
