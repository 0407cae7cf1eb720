import { newCaseNumber } from '#fraud'
import { type Currency, Fault, Private, type Random } from '#kit'
import type { OrderWords } from './answer.ts'
import { type Card, type CardOrder, cardsOf, sayCardOrdered } from './answers/cards.ts'
import type { Deliver } from './channel.ts'
import type { Lending } from './lending.ts'
import type { Asker } from './scene.ts'

/** A card as its own page shows it, with what the account behind it is called and is kept in. */
export type NamedCard = Card & { account: string; currency: Currency }

/** A person's cards on our own page, where more can be done with them than in a conversation. */
export function createCardDesk(needs: { lending: Lending; random: Random }) {
  const { lending, random } = needs
  const { lend, bankName } = lending
  return {
    /** The cards behind accounts, by name. */
    nameCards(
      accounts: Parameters<typeof cardsOf>[0],
      transactions: Parameters<typeof cardsOf>[1],
    ): NamedCard[] {
      return cardsOf(accounts, transactions).map((card) => {
        const { name, currency } = accounts.find(({ id }) => id === card.accountId)!
        return { ...card, account: name, currency }
      })
    },

    /** Has something done with a card. Throws `not-found` for a card that is not this person's. */
    async orderForCard<T>(
      kind: CardOrder,
      { linkId, ...card }: Card & { linkId: string },
      asker: Asker,
      deliver: Deliver<T>,
    ): Promise<T> {
      const ask = { purpose: 'fraud-alerts', what: 'list-cards', linkIds: [linkId] } as const
      return await lend(ask, asker, deliver, async (loan) => {
        const words: OrderWords & Card = { ...card, number: newCaseNumber(random) }
        const read = await Private.together([loan.accounts(), loan.transactions()])
        const about = read.map(([accounts, transactions]) => {
          const isTheirs = cardsOf(accounts, transactions).some(
            (one) => one.accountId === card.accountId && one.cardNumberDisplay === card.cardNumberDisplay,
          )
          if (!isTheirs) throw new Fault('not-found')
          return words
        })
        const { bankId } = loan.links[0]!
        return {
          said: about.map((plain) => sayCardOrdered(kind, bankName(bankId), plain)),
          errand: { kind: 'bank-orders', linkId, caseId: null, orders: [{ kind, about }] },
        }
      })
    },
  }
}
