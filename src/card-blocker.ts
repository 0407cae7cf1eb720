import type { Banks } from '#banks'
import type { CardBlocker } from '#conversation'
import { Private } from '#kit'
import { reveal } from './kit/reveal.ts'

/** Joins the chat's order to block a card to the bank's door, which alone may see the credentials it is sent with. */
export function createCardBlocker(banks: Banks): CardBlocker {
  return {
    async refresh(bankId, connection) {
      const kept = reveal(connection)
      const fresh = await banks.refresh(bankId, kept)
      return { connection: new Private({ ...fresh.connection, id: kept.id }), renewed: fresh.renewed }
    },
    async block(bankId, order, idempotencyKey) {
      const { connection, ...rest } = reveal(order)
      return await banks.blockCard(bankId, connection, { ...rest, idempotencyKey })
    },
  }
}
