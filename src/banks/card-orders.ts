import { Fault, type Money, toDecimal } from '#kit'
import type { Connection } from '#vault'
import type { Authorisation } from './authorisation.ts'
import type { BankProfile } from './profile.ts'

type Credentials = Omit<Connection, 'id'>

/** What every order to a bank says of itself. The same key is the same order, and gets the same answer however often it is sent. */
export type Ordered = { bankAccountId: string; caseNumber: string; idempotencyKey: string }
/** An order about one card of the account; `cardNumberDisplay` is its last digits. */
export type CardOrder = Ordered & { cardNumberDisplay: string }
export type ReleaseOrder = Ordered & { bankTransactionId: string }
export type DisputeOrder = Ordered & {
  /** When the person told us that they do not know these payments: the law counts their deadlines from it. */
  notifiedAt: number
  payments: readonly { bankTransactionId: string; amount: Money }[]
}

/**
 * What a person has their bank do about a card or a payment (docs/connect-a-bank.md). Each throws `bank-unreachable` when
 * trying again may help, `bank-not-granted` when the bank does not let us do this for the person, `bank-refused` when it
 * said no for another reason (not their card, or too late), and `bank-answer-malformed`.
 */
export function createCardOrders(needs: { profile: BankProfile; authorisation: Authorisation }) {
  const { profile, authorisation } = needs

  async function send(
    connection: Credentials,
    path: readonly string[],
    order: Ordered,
    body: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const { cardControlUrl } = profile
    if (cardControlUrl === undefined)
      throw new Fault('bank-not-granted', { detail: 'the bank takes no orders about cards' })
    const url = new URL(
      `${cardControlUrl}/accounts/${[order.bankAccountId, ...path].map(encodeURIComponent).join('/')}`,
    )
    const response = await authorisation.request(connection, url, 'POST', {
      body: { ...body, caseNumber: order.caseNumber },
      headers: { 'idempotency-key': order.idempotencyKey },
    })
    const detail = `status ${response.status}`
    if (NOT_GRANTED.has(response.status)) throw new Fault('bank-not-granted', { detail })
    if (!response.ok) throw new Fault('bank-refused', { detail })
    const answer: unknown = await response.json().catch(() => null)
    if (typeof answer !== 'object' || answer === null) throw malformed('the answer')
    return answer as Record<string, unknown>
  }

  const toCard = (
    connection: Credentials,
    order: CardOrder,
    verb: 'block' | 'unblock' | 'replacement',
    reason: 'FRAUD' | 'CUSTOMER_REQUEST',
  ) => send(connection, ['cards', order.cardNumberDisplay, verb], order, { reason })

  return {
    async block(connection: Credentials, order: CardOrder) {
      const answer = await toCard(connection, order, 'block', 'FRAUD')
      return { blockId: textOf(answer, 'blockId'), blockedAt: instantOf(answer, 'blockedAt') }
    },

    async unblock(connection: Credentials, order: CardOrder) {
      const answer = await toCard(connection, order, 'unblock', 'CUSTOMER_REQUEST')
      return { unblockedAt: instantOf(answer, 'unblockedAt') }
    },

    async replace(connection: Credentials, order: CardOrder) {
      const answer = await toCard(connection, order, 'replacement', 'FRAUD')
      const isUndated = answer.expectedBy === undefined || answer.expectedBy === null
      return {
        orderId: textOf(answer, 'orderId'),
        orderedAt: instantOf(answer, 'orderedAt'),
        /** By when the bank expects it to arrive; null when it does not say. */
        expectedBy: isUndated ? null : instantOf(answer, 'expectedBy'),
      }
    },

    async release(connection: Credentials, order: ReleaseOrder) {
      const answer = await send(connection, ['transactions', order.bankTransactionId, 'release'], order, {})
      return { releasedAt: instantOf(answer, 'releasedAt') }
    },

    async dispute(connection: Credentials, order: DisputeOrder) {
      const answer = await send(connection, ['disputes'], order, {
        reason: 'FRAUD',
        notifiedAt: new Date(order.notifiedAt).toISOString(),
        transactions: order.payments.map(({ bankTransactionId, amount }) => ({
          transactionId: bankTransactionId,
          amount: toDecimal(amount).replace('-', ''),
          currency: amount.currency,
        })),
      })
      return { disputeId: textOf(answer, 'disputeId'), receivedAt: instantOf(answer, 'receivedAt') }
    },
  }
}

/** Forbidden: the token lacks the scope. Not allowed, not implemented: the bank has no such order at all. */
const NOT_GRANTED = new Set([403, 405, 501])

const malformed = (detail: string) => new Fault('bank-answer-malformed', { detail })

/** The longest id that a bank gives to a block, a dispute or an order of a card. */
const ID_LENGTH_MAX = 128

function textOf(answer: Record<string, unknown>, field: string): string {
  const value = answer[field]
  if (typeof value !== 'string' || value === '' || value.length > ID_LENGTH_MAX) throw malformed(field)
  return value
}

function instantOf(answer: Record<string, unknown>, field: string): number {
  const value = answer[field]
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) throw malformed(field)
  return at
}
