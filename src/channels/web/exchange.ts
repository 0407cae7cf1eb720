import type { Answer, Errand, OrderKind, PrivateChannel } from '#conversation'
import type { Presence } from '#intake'
import {
  announce,
  type Clock,
  Fault,
  type Locale,
  newId,
  Private,
  type Random,
  type Sql,
  type Tx,
} from '#kit'
import type { LoanBase } from '#vault'
import type { MessageJson } from '../../http/api.ts'
import { putInOutbox, stopAsking, type ToSay } from '../messengers/outbox.ts'
import { startAgain, stop } from '../stop.ts'
import { keepHandover } from './handover-rows.ts'
import { settleAnswered } from './requests.ts'
import { asksOfCard, type Content, idsOf, mintButtons, showMessage } from './show.ts'
import type { Transcript } from './transcript.ts'
import { stopWorth } from './worth-knowing.ts'

export type Reader = { locale: Locale; timeZone: string; present?: Presence }

/** One side of an exchange: delivers answers in their own transaction, and remembers what it delivered. */
export type Exchange = PrivateChannel<MessageJson | null> & {
  /** Everything written, in order: what the person said first. */
  messages: MessageJson[]
  /** Orders to the bank that were placed, and wait for nothing. */
  orders: { linkId: string; kind: OrderKind; orderId: string }[]
}

/**
 * Something told without being asked for: `caseId` when it is a question about a payment, `notice` when it has one of its own,
 * `within` the transaction of what it tells, where neither may be without the other.
 */
export type Unasked = { caseId: string | null; notice?: 'human-took' | 'handed-back'; within?: Tx }

/** What comes before the first answer, in that answer's own transaction: the person's message, a button's use. */
export type Opening = (tx: Tx, loan: LoanBase | null) => Promise<MessageJson[]>

/** What else commits together with a person's words or tap. */
export type Along = (tx: Tx) => Promise<void>

export function createExchanges(needs: { sql: Sql; transcript: Transcript; clock: Clock; random: Random }) {
  const { sql, transcript, clock, random } = needs

  /**
   * Writes what a person said or tapped. `loan` when the words name something of a bank's. Throws `already-done` for words
   * that were written before under `once`, so that nothing else of that transaction is done again.
   */
  async function writeOwn(
    tx: Tx,
    personId: string,
    content: Extract<Content, { by: 'person' }>,
    loan: { loan: LoanBase; purpose: NonNullable<Answer['purpose']> } | null,
    reader: Reader,
    once: string | null = null,
  ): Promise<MessageJson> {
    const id = transcript.newMessageId()
    const at = clock.now()
    const words = new Private<Content>(content)
    const sealed = await transcript.sealFor(
      personId,
      transcript.contextOf(id),
      words.map((plain) => JSON.stringify(plain)),
      loan?.loan ?? null,
    )
    const frame = { id, at, kind: 'plain' } as const
    const place = {
      purpose: loan?.purpose ?? null,
      linkIds: loan?.loan.links.map(({ linkId }) => linkId) ?? [],
    }
    const row = { ...frame, ...place, sender: 'person', sealed, once } as const
    if (!(await transcript.write(tx, personId, row, []))) throw new Fault('already-done')
    return showMessage({ ...frame, from: 'person' }, words, () => false, reader)
  }

  async function writeAnswer(
    tx: Tx,
    personId: string,
    answer: Answer,
    loan: LoanBase | null,
    reader: Reader,
  ): Promise<MessageJson | null> {
    const id = transcript.newMessageId()
    const at = clock.now()
    const { content, buttons } = mintButtons(answer.said, random)
    const words = content.map((plain) => JSON.stringify(plain))
    const sealedButtons = []
    for (const button of buttons) {
      const context = transcript.buttonContextOf(button.hash)
      const sealed = await transcript.sealFor(personId, context, button.what, button.byLoan ? loan : null)
      sealedButtons.push({ ...button, sealed })
    }
    const row = {
      id,
      at,
      sender: 'guichet',
      kind: answer.kind,
      purpose: answer.purpose,
      linkIds: loan?.links.map(({ linkId }) => linkId) ?? [],
      sealed: await transcript.sealFor(personId, transcript.contextOf(id), words, loan),
      once: answer.once,
    } as const
    if (!(await transcript.write(tx, personId, row, sealedButtons))) return null
    return showMessage({ id, at, from: 'guichet', kind: answer.kind }, content, () => true, reader)
  }

  /** Keeps what somebody must still do; gives the orders that can be sent at once. */
  async function keepErrand(
    tx: Tx,
    personId: string,
    errand: Errand,
    loan: LoanBase | null,
  ): Promise<Exchange['orders']> {
    if (errand.kind === 'lines-told') {
      await tx.query(
        `insert into channels.line_told (person_id, transaction_id, told_at) select $1, id, $3 from unnest($2::text[]) as id`,
        [personId, idsOf(errand.transactionIds), clock.now()],
      )
      return []
    }
    if (errand.kind === 'worth-told') {
      await tx.query(
        `insert into channels.worth_told (person_id, about, told_at) select $1, about, $3 from unnest($2::text[]) as about`,
        [personId, idsOf(errand.about), clock.now()],
      )
      return []
    }
    if (errand.kind === 'worth-stopped') {
      await stopWorth(tx, personId, errand.worth, clock.now())
      return []
    }
    if (errand.kind === 'stop') {
      await stop(tx, personId, clock.now())
      return []
    }
    if (errand.kind === 'answer-doubted') {
      for (const caseId of errand.caseIds) await stopAsking(tx, personId, caseId)
      return []
    }
    if (errand.kind === 'start') {
      await startAgain(tx, personId)
      return []
    }
    if (errand.kind !== 'bank-orders') {
      await tx.query(
        `insert into channels.request (person_id, number, kind, asked_at, bank_ids, case_id)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [
          personId,
          errand.number,
          errand.kind,
          clock.now(),
          errand.bankIds,
          errand.kind === 'unanswered-alert' ? errand.caseId : null,
        ],
      )
      if (errand.kind !== 'unanswered-alert') await keepHandover(tx, personId, errand)
      return []
    }
    if (!loan) throw new Error('a bank is told something from within a loan only')
    const { linkId, caseId } = errand
    if (caseId !== null) {
      await settleAnswered(tx, { personId, caseId, now: clock.now() })
      await stopAsking(tx, personId, caseId)
    }
    const ready: Exchange['orders'] = []
    for (const { kind, about, notBefore } of errand.orders) {
      const orderId = newId('ord', random)
      const sealed = loan.seal(
        orderContext(kind, orderId),
        about.map((plain) => JSON.stringify(plain)),
      )
      await tx.query(
        `insert into channels.bank_order (person_id, id, link_id, case_id, kind, wanted_at, sealed)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [personId, orderId, linkId, caseId, kind, clock.now(), sealed],
      )
      const timing = notBefore === undefined ? {} : { notBefore }
      await announce(tx, 'bank-order-wanted', { personId, linkId, orderId }, timing)
      if (notBefore === undefined) ready.push({ linkId, kind, orderId })
    }
    return ready
  }

  /** Quiet lines are not carried elsewhere: they are what a person looks at when they like. */
  async function sayElsewhere(
    tx: Tx,
    personId: string,
    { kind, said }: Answer,
    messageId: string,
    { caseId, notice }: Unasked,
  ): Promise<void> {
    if (kind === 'line') return
    const isAlert = kind === 'alert'
    const question = asksOfCard(said) ? 'card-question' : 'payment-question'
    const say: ToSay = {
      personId,
      cause: `message|${messageId}`,
      notice: isAlert ? question : (notice ?? 'message-waiting'),
      // Who waits for a person is told at once that one is there, or no longer is.
      urgency: isAlert ? 'alert' : notice ? 'answer' : 'news',
      messageIds: [messageId],
      caseId,
    }
    await putInOutbox(tx, say, { now: clock.now(), random })
  }

  return {
    writeOwn,

    /**
     * An exchange with one person. `opening` runs once, with the first answer; a failed commit loses both or neither. What
     * is told `unasked` is also to be said at their messengers, where only that something waits is said.
     */
    begin(personId: string, reader: Reader, opening?: Opening, unasked?: Unasked): Exchange {
      const exchange: Exchange = { trust: 'private', show, messages: [], orders: [] }
      let opened = opening === undefined

      async function show(answer: Answer, loan: LoanBase | null): Promise<MessageJson | null> {
        const work = async (tx: Tx) => {
          const own = opened ? [] : await opening!(tx, loan)
          const message = await writeAnswer(tx, personId, answer, loan, reader)
          if (message && unasked) await sayElsewhere(tx, personId, answer, message.id, unasked)
          const orders = message && answer.errand ? await keepErrand(tx, personId, answer.errand, loan) : []
          return { own, message, orders }
        }
        const tx = loan?.tx ?? unasked?.within
        const { own, message, orders } = tx ? await work(tx) : await sql.transaction(work)
        opened = true
        exchange.messages.push(...own, ...(message ? [message] : []))
        exchange.orders.push(...orders)
        return message
      }
      return exchange
    },
  }
}

/** An order to block is sealed under the name that it had before there were others. */
export const orderContext = (kind: OrderKind, orderId: string) =>
  `${kind === 'block' ? 'card-block' : `bank-order|${kind}`}|${orderId}`
