import type { Banks } from '#banks'
import type { BankDesk, OrderDone } from '#conversation'
import { Private } from '#kit'
import { reveal } from './kit/reveal.ts'

/** Joins the chat's orders about a card to the bank's door, which alone may see the credentials they are sent with. */
export function createBankDesk(banks: Pick<Banks, 'refresh' | 'cardOrders'>): BankDesk {
  return {
    async refresh(bankId, connection) {
      const kept = reveal(connection)
      const fresh = await banks.refresh(bankId, kept)
      return { connection: new Private({ ...fresh.connection, id: kept.id }), renewed: fresh.renewed }
    },

    async carryOut(bankId, connection, sealed, idempotencyKey): Promise<OrderDone> {
      const orders = banks.cardOrders(bankId)
      const credentials = reveal(connection)
      const order = { ...reveal(sealed), idempotencyKey }
      const none = { reference: null, expectedBy: null }
      switch (order.kind) {
        case 'block': {
          const { blockId, blockedAt } = await orders.block(credentials, order)
          return { ...none, at: blockedAt, reference: blockId }
        }
        case 'unblock':
          return { ...none, at: (await orders.unblock(credentials, order)).unblockedAt }
        case 'replace': {
          const { orderId, orderedAt, expectedBy } = await orders.replace(credentials, order)
          return { at: orderedAt, reference: orderId, expectedBy }
        }
        case 'release':
          return { ...none, at: (await orders.release(credentials, order)).releasedAt }
        case 'dispute': {
          const { disputeId, receivedAt } = await orders.dispute(credentials, order)
          return { ...none, at: receivedAt, reference: disputeId }
        }
      }
    },
  }
}
