import type { Conversation } from '#conversation'
import { currency, Fault, Private, type Sql } from '#kit'
import type { People } from '#people'
import type { Actor, Vault } from '#vault'
import type { LineChoiceJson, LinesJson } from '../../http/api.ts'
import { showLines } from './show.ts'

const ACTOR: Actor = { kind: 'service', id: 'web-chat', role: 'channel' }

/** Which payments a person wants a line about, as their own page shows and changes it. */
export function createLineChoices(needs: {
  vault: Vault
  people: People
  sql: Sql
  conversation: Conversation
}) {
  const { vault, people, sql, conversation } = needs
  return {
    /** At every bank where the person has fraud alerts on: lines rest on them. */
    async list(personId: string): Promise<Omit<LinesJson, 'bank'>[]> {
      const links = (await people.links(sql, personId)).filter(({ state }) => state === 'linked')
      const shown: Omit<LinesJson, 'bank'>[] = []
      for (const { id: linkId, bankId } of links) {
        const ask = {
          personId,
          purpose: 'fraud-alerts',
          actor: ACTOR,
          what: 'list-cards',
          linkIds: [linkId],
        } as const
        const opened = await vault.open(ask, async (loan) => {
          const read = await Private.together([loan.accounts(), loan.transactions(), loan.lineChoices()])
          const drawn = read.map(([accounts, transactions, choices]) => ({
            cards: conversation.nameCards(accounts, transactions),
            choices,
          }))
          return showLines({ linkId, bankId }, drawn)
        })
        if (opened.ok) shown.push(opened.value)
      }
      return shown
    },

    /** Keeps a choice. Throws `not-found` where lines have no consent to rest on. */
    async choose(
      personId: string,
      { linkId, ...choice }: LineChoiceJson & { linkId: string },
    ): Promise<void> {
      const ask = {
        personId,
        purpose: 'fraud-alerts',
        actor: ACTOR,
        what: 'choose-lines',
        linkIds: [linkId],
      } as const
      const { above } = choice
      const opened = await vault.open(ask, async (loan) => {
        await conversation.chooseLines(loan, {
          ...choice,
          above: above && { amountMinor: above.amountMinor, currency: currency(above.currency) },
        })
        // What waits for the end of quiet hours waits for another end now, or for none.
        await loan.tx.query(
          `update intake.line_due set not_before = 0, version = default where link_id = $1`,
          [linkId],
        )
      })
      if (!opened.ok) throw new Fault('not-found')
    },
  }
}
