import type { Conversation, OrderKind, OrderWords } from '#conversation'
import { Private, type Sql } from '#kit'
import type { People } from '#people'
import type { Actor, Loan, Vault } from '#vault'
import type { CardJson } from '../../http/api.ts'
import { orderContext } from './exchange.ts'
import { type CardDeed, showCards } from './show.ts'

const ACTOR: Actor = { kind: 'service', id: 'web-chat', role: 'channel' }

type Row = {
  id: string
  kind: OrderKind
  doneAt: number | null
  refusedAt: number | null
  sealed: Buffer
}

/** A person's cards as our own page lists them, with what was last done with each. */
export function createCards(needs: { vault: Vault; people: People; sql: Sql; conversation: Conversation }) {
  const { vault, people, sql, conversation } = needs

  /** What was ordered for the cards of a link, oldest first. */
  async function deedsOf(loan: Loan<'fraud-alerts'>, personId: string): Promise<Private<CardDeed[]>> {
    const { linkId } = loan.links[0]!
    const rows = await sql.query<Row>(
      `select id, kind, done_at as "doneAt", refused_at as "refusedAt", sealed
       from channels.bank_order where person_id = $1 and link_id = $2 and kind in ('block', 'unblock', 'replace')
       order by seq`,
      [personId, linkId],
    )
    return Private.all(
      rows.map(({ sealed, kind, id, doneAt, refusedAt }) =>
        loan.unseal(orderContext(kind, id), sealed).map((json): CardDeed => {
          const { accountId, cardNumberDisplay } = JSON.parse(json) as OrderWords
          return { kind, doneAt, isRefused: refusedAt !== null, accountId, cardNumberDisplay }
        }),
      ),
    )
  }

  return {
    /** Cards at every bank where the person has fraud alerts on: without them nothing is read, and no bank is told anything. */
    async list(personId: string): Promise<CardJson[]> {
      const links = (await people.links(sql, personId)).filter(({ state }) => state === 'linked')
      const cards: CardJson[] = []
      for (const { id: linkId, bankId } of links) {
        const ask = {
          personId,
          purpose: 'fraud-alerts',
          actor: ACTOR,
          what: 'list-cards',
          linkIds: [linkId],
        } as const
        const opened = await vault.open(ask, async (loan) => {
          const read = await Private.together([loan.accounts(), loan.transactions(), deedsOf(loan, personId)])
          const named = read.map(([accounts, transactions, deeds]) => ({
            cards: conversation.nameCards(accounts, transactions),
            deeds,
          }))
          return showCards({ linkId, bankId }, named)
        })
        if (opened.ok) cards.push(...opened.value)
      }
      return cards
    },
  }
}
