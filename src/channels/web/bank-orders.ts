import type {
  BankDesk,
  BankOrder,
  Conversation,
  OrderDone,
  OrderKind,
  OrderOutcome,
  OrderWords,
} from '#conversation'
import { announce, type Clock, Fault, Private, type Sql, type Tx } from '#kit'
import type { Actor, Connection, Loan, Opened, Vault } from '#vault'
import { type Exchange, orderContext } from './exchange.ts'

const ACTOR: Actor = { kind: 'service', id: 'bank-orders', role: 'channel' }

export type OrderIds = { personId: string; linkId: string; orderId: string }

/** What is written in the log when an order is borrowed to be sent, and when it is noted how it went. */
const DEEDS = {
  block: ['order-block', 'block-card'],
  unblock: ['order-unblock', 'unblock-card'],
  replace: ['order-new-card', 'replace-card'],
  release: ['order-release', 'release-payment'],
  dispute: ['order-dispute', 'send-dispute'],
} as const satisfies Record<OrderKind, readonly [string, string]>

/**
 * Has a bank do what a person told us to, exactly once, however often this is called and from wherever. Three short steps,
 * so that no loan is held while the bank answers: borrow the order, send it, note that it is done and say so.
 */
export function createBankOrders(needs: {
  vault: Vault
  sql: Sql
  conversation: Conversation
  desk: BankDesk
  clock: Clock
}) {
  const { vault, sql, conversation, desk, clock } = needs

  type Row = { kind: OrderKind; caseId: string | null; sealed: Buffer }
  type Borrowed = {
    bankId: string
    about: Private<OrderWords>
    order: Private<BankOrder>
    connection: Private<Connection>
  }

  const lend = <T>(
    ids: OrderIds,
    what: string,
    use: (loan: Loan<'fraud-alerts'>) => Promise<T>,
  ): Promise<Opened<T>> =>
    vault.open(
      { personId: ids.personId, purpose: 'fraud-alerts', actor: ACTOR, what, linkIds: [ids.linkId] },
      use,
    )

  async function pending(tx: Tx, { personId, orderId }: OrderIds): Promise<Row | null> {
    const rows = await tx.query<Row>(
      `select kind, case_id as "caseId", sealed from channels.bank_order
       where person_id = $1 and id = $2 and done_at is null and refused_at is null`,
      [personId, orderId],
    )
    return rows[0] ?? null
  }

  /**
   * Borrows what the bank must be told, and our access to it. A dispute may have to wait still, because it was taken back
   * and opened again; null for one that is sent already or was taken back.
   */
  const borrow = (ids: OrderIds, { kind, caseId, sealed }: Row) =>
    lend(ids, DEEDS[kind][0], async (loan): Promise<Borrowed | { waitsUntil: number } | null> => {
      const about = loan
        .unseal(orderContext(kind, ids.orderId), sealed)
        .map((json) => JSON.parse(json) as OrderWords)
      const way = kind === 'dispute' ? await conversation.disputeOnItsWay(loan, caseId!) : null
      if (kind === 'dispute' && (!way || 'waitsUntil' in way)) return way
      const dispute = way && 'dispute' in way ? way.dispute : new Private(null)
      const read = Private.all([about, await loan.accounts(), await loan.connections(), dispute])
      const drawn = read.map(([words, accounts, connections, disputed]) => {
        const account = accounts.find(({ id }) => id === words.accountId)
        const connection = connections[0]
        if (!account || !connection)
          throw new Fault('not-found', { detail: 'the account or its connection is not kept' })
        const { bankAccountId } = account
        const common = { bankAccountId, caseNumber: words.number }
        return { connection, order: orderOf(kind, words, common, disputed) }
      })
      return {
        bankId: loan.links[0]!.bankId,
        about,
        order: drawn.map(({ order }) => order),
        connection: drawn.map(({ connection }) => connection),
      }
    })

  /** Sends the order. The bank forgets an old refresh token at once, so a renewed one is kept before it is used. */
  async function send(
    ids: OrderIds,
    { kind, caseId }: Row,
    { bankId, order, connection }: Borrowed,
  ): Promise<OrderDone> {
    const fresh = await desk.refresh(bankId, connection)
    if (fresh.renewed) {
      await lend(ids, 'keep-connection', (loan) =>
        loan.keep(
          'connection',
          fresh.connection.map((kept) => [{ ...kept, id: ids.linkId }]),
        ),
      )
    }
    // A case has one dispute, whichever of its orders comes to send it.
    const key = kind === 'dispute' ? `dispute-${caseId}` : ids.orderId
    return await desk.carryOut(bankId, fresh.connection, order, key)
  }

  /** Notes how it went, in the same commit as the message that says so. */
  async function conclude(
    ids: OrderIds,
    { kind, caseId }: Row,
    about: Private<OrderWords>,
    outcome: OrderOutcome,
    exchange: Exchange,
  ): Promise<void> {
    await lend(ids, DEEDS[kind][1], async (loan) => {
      if (outcome.state === 'done') await end(loan.tx, ids, 'done_at', outcome.at)
      if (outcome.state === 'refused') await end(loan.tx, ids, 'refused_at', outcome.at)
      const once = `${kind}:${ids.orderId}:${outcome.state}`
      await exchange.show(await conversation.orderOutcome(loan, { kind, about, caseId }, outcome, once), loan)
    })
  }

  async function end(
    tx: Pick<Tx, 'query'>,
    { personId, orderId }: OrderIds,
    how: 'done_at' | 'refused_at',
    at: number,
  ): Promise<void> {
    await tx.query(`update channels.bank_order set ${how} = $3 where person_id = $1 and id = $2`, [
      personId,
      orderId,
      at,
    ])
  }

  return {
    /**
     * Carries an order out, or does nothing when it is done. Throws the bank's fault when trying again may help, after
     * telling the person so once.
     */
    async carryOut(ids: OrderIds, exchange: Exchange): Promise<void> {
      const impossible = await sql.transaction(async (tx) => {
        // One at a time for each link, whichever its cards: two refreshes of one connection at once would cost us the
        // access. Nothing in here asks this pool for a second connection, or many orders at once would wait for each
        // other for ever.
        await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`bank-orders/${ids.linkId}`])
        const row = await pending(tx, ids)
        if (!row) return null
        const borrowed = await borrow(ids, row)
        if (!borrowed.ok) return { kind: row.kind, bankIds: borrowed.bankIds }
        if (!borrowed.value) {
          await end(tx, ids, 'refused_at', clock.now())
          return null
        }
        if ('waitsUntil' in borrowed.value) {
          await announce(tx, 'bank-order-wanted', ids, { notBefore: borrowed.value.waitsUntil })
          return null
        }
        let outcome: OrderOutcome
        let failure: Fault | null = null
        try {
          outcome = { state: 'done', ...(await send(ids, row, borrowed.value)) }
        } catch (error) {
          if (!(error instanceof Fault)) throw error
          failure = error
          outcome = error.retry ? { state: 'delayed' } : { state: 'refused', at: clock.now() }
        }
        await conclude(ids, row, borrowed.value.about, outcome, exchange)
        if (failure?.retry) throw failure
        return null
      })
      if (impossible) await giveUp(ids, impossible, exchange)
    },
  }

  /** The consent that the order rested on is gone: there is no access to the bank left to use. */
  async function giveUp(
    ids: OrderIds,
    { kind, bankIds }: { kind: OrderKind; bankIds: readonly string[] },
    exchange: Exchange,
  ): Promise<void> {
    await end(sql, ids, 'refused_at', clock.now())
    await conversation.orderImpossible(kind, bankIds, `${kind}:${ids.orderId}:impossible`, exchange.show)
  }
}

type Dispute = Pick<Extract<BankOrder, { kind: 'dispute' }>, 'notifiedAt' | 'payments'>

function orderOf(
  kind: OrderKind,
  { cardNumberDisplay, bankTransactionId }: OrderWords,
  common: { bankAccountId: string; caseNumber: string },
  dispute: Dispute | null,
): BankOrder {
  switch (kind) {
    case 'dispute': {
      const { notifiedAt, payments } = dispute!
      return { kind, ...common, notifiedAt, payments }
    }
    case 'release':
      return { kind, ...common, bankTransactionId: bankTransactionId! }
    default:
      return { kind, ...common, cardNumberDisplay: cardNumberDisplay! }
  }
}
