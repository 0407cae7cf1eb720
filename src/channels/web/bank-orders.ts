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
import { isOfSameCard, saysOwn } from './show.ts'

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

/** What a person may have said since that an order no longer agrees with: their last word counts. */
const OVERRULED_BY: Partial<Record<OrderKind, readonly OrderKind[]>> = {
  // One that had to wait would set free a card that was reported meanwhile.
  unblock: ['block', 'replace'],
  block: ['unblock'],
}

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

  type Row = { kind: OrderKind; caseId: string | null; sealed: Buffer; seq: number; drawnAt: number | null }
  /** What an order's seal holds; a dispute's own part from when it is first sent. */
  type Sealed = OrderWords & { dispute?: Dispute }
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
      `select kind, case_id as "caseId", sealed, seq, drawn_at as "drawnAt" from channels.bank_order
       where person_id = $1 and id = $2 and done_at is null and refused_at is null`,
      [personId, orderId],
    )
    return rows[0] ?? null
  }

  const openSeal = (loan: Loan<'fraud-alerts'>, kind: OrderKind, orderId: string, sealed: Buffer) =>
    loan.unseal(orderContext(kind, orderId), sealed).map((json) => JSON.parse(json) as Sealed)

  /** Whether something that was ordered later, and that the bank did not refuse, is the person's word on this card now. */
  async function isOverruled(
    loan: Loan<'fraud-alerts'>,
    { personId, linkId }: OrderIds,
    { kind, seq }: Row,
    about: Private<Sealed>,
  ): Promise<boolean> {
    const later = await loan.tx.query<{ id: string; kind: OrderKind; sealed: Buffer }>(
      `select id, kind, sealed from channels.bank_order
       where person_id = $1 and link_id = $2 and kind = any($3) and seq > $4 and refused_at is null`,
      [personId, linkId, OVERRULED_BY[kind] ?? [], seq],
    )
    return later.some((one) => isOfSameCard(about, openSeal(loan, one.kind, one.id, one.sealed)))
  }

  /** Whether the person has answered their case otherwise since: nothing is let through that was not theirs, nothing blocked that was. */
  async function isTakenBack(loan: Loan<'fraud-alerts'>, { kind, caseId }: Row): Promise<boolean> {
    if (caseId === null || (kind !== 'release' && kind !== 'block')) return false
    const isOwn = saysOwn(
      (await loan.cases()).map((all) => all.find(({ id }) => id === caseId)?.state === 'was-me'),
    )
    return kind === 'block' ? isOwn : !isOwn
  }

  /**
   * What a dispute says, from its case, sealed with the order before anything is sent. Null when there is nothing to send:
   * it was sent or taken back, an older order of the same case is still to send it, or nothing was ever paid. That nothing is, is said.
   */
  async function drawDispute(
    loan: Loan<'fraud-alerts'>,
    { personId, orderId }: OrderIds,
    { caseId, seq }: Row,
    about: Private<Sealed>,
    exchange: Exchange,
  ): Promise<{ waitsUntil: number } | { drawn: Private<Sealed> } | null> {
    const older = await loan.tx.query(
      `select 1 from channels.bank_order where person_id = $1 and case_id = $2 and kind = 'dispute' and seq < $3
         and done_at is null and refused_at is null`,
      [personId, caseId, seq],
    )
    if (older.length > 0) return null
    const way = await conversation.disputeOnItsWay(loan, caseId!)
    if (!way || 'waitsUntil' in way) return way
    if (!way.dispute) {
      const once = `dispute:${orderId}:nothing-paid`
      await exchange.show(conversation.nothingToDispute(loan, about, once), loan)
      const waitsUntil = await conversation.waitForCharge(loan, caseId!)
      return waitsUntil === null ? null : { waitsUntil }
    }
    const drawn = Private.all([about, way.dispute]).map(
      ([words, { notifiedAt, payments }]): Sealed => ({ ...words, dispute: { notifiedAt, payments } }),
    )
    const sealed = loan.seal(
      orderContext('dispute', orderId),
      drawn.map((plain) => JSON.stringify(plain)),
    )
    await loan.tx.query(
      `update channels.bank_order set sealed = $3, drawn_at = $4 where person_id = $1 and id = $2`,
      [personId, orderId, sealed, clock.now()],
    )
    return { drawn }
  }

  /**
   * Borrows what the bank must be told, and our access to it. A dispute may have to wait still, because it was taken back
   * and opened again; null for an order that is not to be sent any more.
   */
  const borrow = (ids: OrderIds, row: Row, exchange: Exchange) =>
    lend(ids, DEEDS[row.kind][0], async (loan): Promise<Borrowed | { waitsUntil: number } | null> => {
      const { kind, drawnAt } = row
      let about = openSeal(loan, kind, ids.orderId, row.sealed)
      if ((await isTakenBack(loan, row)) || (await isOverruled(loan, ids, row, about))) return null
      if (kind === 'dispute' && drawnAt === null) {
        const way = await drawDispute(loan, ids, row, about, exchange)
        if (!way || 'waitsUntil' in way) return way
        about = way.drawn
      }
      const read = await Private.together([about, loan.accounts(), loan.connections()])
      const drawn = read.map(([words, accounts, connections]) => {
        const account = accounts.find(({ id }) => id === words.accountId)
        const connection = connections[0]
        if (!account || !connection)
          throw new Fault('not-found', { detail: 'the account or its connection is not kept' })
        const { bankAccountId } = account
        const common = { bankAccountId, caseNumber: words.number }
        return { connection, order: orderOf(kind, words, common, words.dispute) }
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
    tx: Tx,
    ids: OrderIds,
    { kind, caseId }: Row,
    about: Private<OrderWords>,
    outcome: OrderOutcome,
    exchange: Exchange,
  ): Promise<void> {
    const noted = await lend(ids, DEEDS[kind][1], async (loan) => {
      if (outcome.state === 'done') await end(loan.tx, ids, 'done_at', outcome.at)
      if (outcome.state === 'refused') await end(loan.tx, ids, 'refused_at', outcome.at)
      const once = `${kind}:${ids.orderId}:${outcome.state}`
      await exchange.show(await conversation.orderOutcome(loan, { kind, about, caseId }, outcome, once), loan)
    })
    // The consent ended while the bank answered: what it did is done, and there is nobody who may be told of it.
    if (!noted.ok && outcome.state !== 'delayed')
      await end(tx, ids, outcome.state === 'done' ? 'done_at' : 'refused_at', outcome.at)
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
        const borrowed = await borrow(ids, row, exchange)
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
        await conclude(tx, ids, row, borrowed.value.about, outcome, exchange)
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
  dispute: Dispute | undefined,
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
