import { Fault, type Money, toDecimal } from '#kit'
import type { Connection } from '#vault'
import type { createAuthorisation } from './authorisation.ts'
import type { BankProfile } from './profile.ts'

type Credentials = Omit<Connection, 'id'>

/** What every order needs: the same key is the same order, however often it is sent, and gets the same answer. */
type Order = { bankAccountId: string; caseNumber: string; idempotencyKey: string }
type CardOrder = Order & { cardNumberDisplay: string }

/**
 * Orders to a bank about a person's card, below `{cardControlUrl}/accounts/{account}` (docs/connect-a-bank.md). Each throws
 * `bank-unreachable` when sending it again may help, `bank-refused` when the bank said no, and `bank-answer-malformed`.
 */
export function createCardControl(needs: {
  profile: BankProfile
  authorisation: ReturnType<typeof createAuthorisation>
}) {
  const { profile, authorisation } = needs

  async function send(
    connection: Credentials,
    { bankAccountId, idempotencyKey }: Pick<Order, 'bankAccountId' | 'idempotencyKey'>,
    path: readonly string[],
    body: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const parts = ['accounts', bankAccountId, ...path].map(encodeURIComponent)
    const url = new URL(`${profile.cardControlUrl}/${parts.join('/')}`)
    const headers = { 'idempotency-key': idempotencyKey }
    const response = await authorisation.request(connection, url, 'POST', { body, headers })
    if (!response.ok) throw new Fault('bank-refused', { detail: `status ${response.status}` })
    const answer: unknown = await response.json().catch(() => null)
    if (typeof answer !== 'object' || answer === null) throw malformed('the body')
    return answer as Record<string, unknown>
  }

  return {
    async blockCard(
      connection: Credentials,
      order: CardOrder,
    ): Promise<{ blockedAt: number; blockId: string }> {
      const { cardNumberDisplay, caseNumber } = order
      const answer = await send(connection, order, ['cards', cardNumberDisplay, 'block'], {
        reason: 'FRAUD',
        caseNumber,
      })
      return { blockId: textIn(answer, 'blockId'), blockedAt: instantIn(answer, 'blockedAt') }
    },

    async unblockCard(connection: Credentials, order: CardOrder): Promise<{ unblockedAt: number }> {
      const { cardNumberDisplay, caseNumber } = order
      const answer = await send(connection, order, ['cards', cardNumberDisplay, 'unblock'], { caseNumber })
      return { unblockedAt: instantIn(answer, 'unblockedAt') }
    },

    /** Orders a new card in place of one that is blocked. `expectedBy` is null when the bank does not say. */
    async replaceCard(
      connection: Credentials,
      order: CardOrder,
    ): Promise<{ orderId: string; orderedAt: number; expectedBy: number | null }> {
      const { cardNumberDisplay, caseNumber } = order
      const answer = await send(connection, order, ['cards', cardNumberDisplay, 'replacement'], {
        caseNumber,
      })
      return {
        orderId: textIn(answer, 'orderId'),
        orderedAt: instantIn(answer, 'orderedAt'),
        expectedBy: answer.expectedBy == null ? null : instantIn(answer, 'expectedBy'),
      }
    },

    /** Has a payment approved that the bank refused. The bank tells of the payment itself by an `authorised` event. */
    async releasePayment(
      connection: Credentials,
      order: Order & { bankTransactionId: string },
    ): Promise<{ releasedAt: number }> {
      const { bankTransactionId, caseNumber } = order
      const answer = await send(connection, order, ['transactions', bankTransactionId, 'release'], {
        caseNumber,
      })
      return { releasedAt: instantIn(answer, 'releasedAt') }
    },

    /** Tells the bank which payments its customer says were not theirs, and since when they have said so. */
    async openDispute(
      connection: Credentials,
      order: Order & {
        notifiedAt: number
        payments: readonly { bankTransactionId: string; amount: Money }[]
      },
    ): Promise<{ disputeId: string; receivedAt: number }> {
      const { caseNumber, notifiedAt, payments } = order
      const answer = await send(connection, order, ['disputes'], {
        caseNumber,
        notifiedAt: new Date(notifiedAt).toISOString(),
        transactions: payments.map(({ bankTransactionId, amount }) => ({
          transactionId: bankTransactionId,
          amount: toDecimal({ ...amount, amountMinor: Math.abs(amount.amountMinor) }),
          currency: amount.currency,
        })),
      })
      return { disputeId: textIn(answer, 'disputeId'), receivedAt: instantIn(answer, 'receivedAt') }
    },
  }
}

const malformed = (what: string) => new Fault('bank-answer-malformed', { detail: what })

function textIn(answer: Record<string, unknown>, name: string): string {
  const value = answer[name]
  if (typeof value !== 'string' || value === '') throw malformed(name)
  return value
}

function instantIn(answer: Record<string, unknown>, name: string): number {
  const at = Date.parse(textIn(answer, name))
  if (Number.isNaN(at)) throw malformed(name)
  return at
}
