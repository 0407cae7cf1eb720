import type { BlockOrder, BlockOutcome, CardBlocker, CardToBlock, Conversation } from '#conversation'
import { type Clock, Fault, Private, type Sql, type Tx } from '#kit'
import type { Actor, Loan, Opened, Vault } from '#vault'
import type { MessageJson } from '../../http/api.ts'
import { blockContext, type Exchange } from './exchange.ts'

const ACTOR: Actor = { kind: 'service', id: 'card-blocks', role: 'channel' }

export type BlockIds = { personId: string; linkId: string; blockId: string }

/**
 * Has a card blocked that a person told us to, exactly once, however often this is called and from wherever. Three short
 * steps, so that no loan is held while the bank answers: borrow the order, send it, note that it is done and say so.
 */
export function createCardBlocks(needs: {
  vault: Vault
  sql: Sql
  conversation: Conversation
  blocker: CardBlocker
  clock: Clock
}) {
  const { vault, sql, conversation, blocker, clock } = needs

  type Row = { caseId: string | null; sealed: Buffer }

  const lend = <T>(
    ids: BlockIds,
    what: string,
    use: (loan: Loan<'fraud-alerts'>) => Promise<T>,
  ): Promise<Opened<T>> =>
    vault.open(
      { personId: ids.personId, purpose: 'fraud-alerts', actor: ACTOR, what, linkIds: [ids.linkId] },
      use,
    )

  async function pending(tx: Tx, { personId, blockId }: BlockIds): Promise<Row | null> {
    const rows = await tx.query<Row>(
      `select case_id as "caseId", sealed from channels.card_block
       where person_id = $1 and id = $2 and blocked_at is null and refused_at is null`,
      [personId, blockId],
    )
    return rows[0] ?? null
  }

  /** Borrows what the bank must be told: the card, and our access to it. */
  const borrow = (ids: BlockIds, row: Row) =>
    lend(ids, 'order-block', async (loan) => {
      const card = loan
        .unseal(blockContext(ids.blockId), row.sealed)
        .map((json) => JSON.parse(json) as CardToBlock)
      const read = Private.all([card, await loan.accounts(), await loan.connections()])
      const order = read.map(
        ([{ accountId, cardNumberDisplay, number }, accounts, connections]): BlockOrder => {
          const account = accounts.find(({ id }) => id === accountId)
          const connection = connections[0]
          if (!account || !connection)
            throw new Fault('not-found', { detail: 'the account or its connection is not kept' })
          return { connection, bankAccountId: account.bankAccountId, cardNumberDisplay, caseNumber: number }
        },
      )
      return { bankId: loan.links[0]!.bankId, card, order }
    })

  /** Sends the order. The bank forgets an old refresh token at once, so a renewed one is kept before it is used. */
  async function send(ids: BlockIds, bankId: string, order: Private<BlockOrder>): Promise<number> {
    const fresh = await blocker.refresh(
      bankId,
      order.map(({ connection }) => connection),
    )
    if (fresh.renewed) {
      await lend(ids, 'keep-connection', (loan) =>
        loan.keep(
          'connection',
          fresh.connection.map((connection) => [{ ...connection, id: ids.linkId }]),
        ),
      )
    }
    const renewed = Private.all([order, fresh.connection]).map(
      ([plain, connection]): BlockOrder => ({ ...plain, connection }),
    )
    return (await blocker.block(bankId, renewed, ids.blockId)).blockedAt
  }

  /** Notes how it went, in the same commit as the message that says so. */
  async function conclude(
    ids: BlockIds,
    row: Row,
    card: Private<CardToBlock>,
    outcome: BlockOutcome,
    exchange: Exchange,
  ): Promise<void> {
    await lend(ids, 'block-card', async (loan) => {
      if (outcome.state !== 'delayed') {
        await loan.tx.query(
          `update channels.card_block set blocked_at = $3, refused_at = $4 where person_id = $1 and id = $2`,
          [
            ids.personId,
            ids.blockId,
            outcome.state === 'blocked' ? outcome.at : null,
            outcome.state === 'refused' ? outcome.at : null,
          ],
        )
      }
      const order = { card, caseId: row.caseId }
      const once = `block:${ids.blockId}:${outcome.state}`
      await exchange.show(await conversation.blockOutcome(loan, order, outcome, once), loan)
    })
  }

  return {
    /**
     * Carries an order out, or does nothing when it is done. Throws the bank's fault when trying again may help, after
     * telling the person so once.
     */
    async carryOut(ids: BlockIds, exchange: Exchange): Promise<MessageJson[]> {
      const refusal = await sql.transaction(async (tx) => {
        // One at a time for each link, whichever its cards: two refreshes of one connection at once would cost us the
        // access. Nothing in here asks this pool for a second connection, or many orders at once would wait for each
        // other for ever.
        await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`card-blocks/${ids.linkId}`])
        const row = await pending(tx, ids)
        if (!row) return null
        const borrowed = await borrow(ids, row)
        if (!borrowed.ok) return borrowed
        const { bankId, card, order } = borrowed.value
        let outcome: BlockOutcome
        let failure: Fault | null = null
        try {
          outcome = { state: 'blocked', at: await send(ids, bankId, order) }
        } catch (error) {
          if (!(error instanceof Fault)) throw error
          failure = error
          outcome = error.retry ? { state: 'delayed' } : { state: 'refused', at: clock.now() }
        }
        await conclude(ids, row, card, outcome, exchange)
        if (failure?.retry) throw failure
        return null
      })
      if (refusal) await giveUp(ids, refusal.bankIds, exchange)
      return exchange.messages
    },
  }

  /** The consent that the order rested on is gone: there is no access to the bank left to use. */
  async function giveUp({ personId, blockId }: BlockIds, bankIds: readonly string[], exchange: Exchange) {
    await sql.query(`update channels.card_block set refused_at = $3 where person_id = $1 and id = $2`, [
      personId,
      blockId,
      clock.now(),
    ])
    await conversation.blockImpossible(bankIds, `block:${blockId}:impossible`, exchange.show)
  }
}
