import type { Answer, Errand, PrivateChannel } from '#conversation'
import { announce, type Clock, type Locale, newId, Private, type Random, type Sql, type Tx } from '#kit'
import type { LoanBase } from '#vault'
import type { MessageJson } from '../../http/api.ts'
import { type Content, mintButtons, showMessage } from './show.ts'
import type { Transcript } from './transcript.ts'

export type Reader = { locale: Locale; timeZone: string }

/** One side of an exchange: delivers answers in their own transaction, and remembers what it delivered. */
export type Exchange = PrivateChannel<MessageJson | null> & {
  /** Everything written, in order: what the person said first. */
  messages: MessageJson[]
  /** Orders to block a card that were placed. */
  blocks: { linkId: string; blockId: string }[]
}

/** What comes before the first answer, in that answer's own transaction: the person's message, a button's use. */
export type Opening = (tx: Tx, loan: LoanBase | null) => Promise<MessageJson[]>

export function createExchanges(needs: { sql: Sql; transcript: Transcript; clock: Clock; random: Random }) {
  const { sql, transcript, clock, random } = needs

  /** Writes what a person said or tapped. `loan` when the words name something of a bank's. */
  async function writeOwn(
    tx: Tx,
    personId: string,
    content: Extract<Content, { by: 'person' }>,
    loan: { loan: LoanBase; purpose: NonNullable<Answer['purpose']> } | null,
    reader: Reader,
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
    await transcript.write(tx, personId, { ...frame, ...place, sender: 'person', sealed, once: null }, [])
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

  async function keepErrand(tx: Tx, personId: string, errand: Errand, loan: LoanBase | null) {
    if (errand.kind !== 'block-card') {
      await tx.query(
        `insert into channels.request (person_id, number, kind, asked_at) values ($1, $2, $3, $4)`,
        [personId, errand.number, errand.kind, clock.now()],
      )
      return null
    }
    if (!loan) throw new Error('a card is blocked from within a loan only')
    const { linkId, caseId, card } = errand
    const blockId = newId('blk', random)
    const sealed = loan.seal(
      blockContext(blockId),
      card.map((plain) => JSON.stringify(plain)),
    )
    await tx.query(
      `insert into channels.card_block (person_id, id, link_id, case_id, wanted_at, sealed)
       values ($1, $2, $3, $4, $5, $6)`,
      [personId, blockId, linkId, caseId, clock.now(), sealed],
    )
    await announce(tx, 'card-block-wanted', { personId, linkId, blockId })
    return { linkId, blockId }
  }

  return {
    writeOwn,

    /** An exchange with one person. `opening` runs once, with the first answer; a failed commit loses both or neither. */
    begin(personId: string, reader: Reader, opening?: Opening): Exchange {
      const exchange: Exchange = { trust: 'private', show, messages: [], blocks: [] }
      let opened = opening === undefined

      async function show(answer: Answer, loan: LoanBase | null): Promise<MessageJson | null> {
        const work = async (tx: Tx) => {
          const own = opened ? [] : await opening!(tx, loan)
          const message = await writeAnswer(tx, personId, answer, loan, reader)
          const block = message && answer.errand && (await keepErrand(tx, personId, answer.errand, loan))
          return { own, message, block }
        }
        const { own, message, block } = loan ? await work(loan.tx) : await sql.transaction(work)
        opened = true
        exchange.messages.push(...own, ...(message ? [message] : []))
        if (block) exchange.blocks.push(block)
        return message
      }
      return exchange
    },
  }
}

export const blockContext = (blockId: string) => `card-block|${blockId}`
