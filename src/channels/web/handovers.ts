import { createHash } from 'node:crypto'
import type { Conversation } from '#conversation'
import { type Clock, Fault, Private, type Random, type Sql, type Tx, tellPages } from '#kit'
import type { People } from '#people'
import type { Vault } from '#vault'
import type { ConsoleMessageJson } from '../../http/api.ts'
import { putInOutbox } from '../messengers/outbox.ts'
import type { createExchanges } from './exchange.ts'
import { keepWords, wordsContext } from './handover-rows.ts'
import { type Content, showWords } from './show.ts'
import type { Transcript } from './transcript.ts'
import { readWords } from './words-in.ts'

/** A member of a bank's staff at the console. */
export type HumanAtBank = { id: string; bankId: string }

/** A request as its bank's people see it. */
export type Waiting = {
  personId: string
  number: string
  kind: 'human' | 'dispute' | 'unanswered-alert'
  askedAt: number
  linkId: string | null
  takenBy: string | null
  takenAt: number | null
  last: number
}

/** A request at one of the banks that it is for. */
type Place = { personId: string; number: string; bankId: string }
const PLACE = `person_id as "personId", number, bank_id as "bankId"`

/** A handover that has just ended: whoever had taken it over was speaking with the person. */
type Ended = Place & { isTaken: boolean }
const ENDED = `${PLACE}, taken_by is not null as "isTaken"`

export type Handovers = ReturnType<typeof createHandovers>

/** Names a request to the console: numbers are unlike within a person only, and nobody's id is for a bank's people to see. */
export const requestId = ({ personId, number }: { personId: string; number: string }) =>
  createHash('sha256').update(`${personId}|${number}`).digest('base64url').slice(0, 22)

/** The desk of a bank's people: they take a request over, read what was written to them since, answer, and hand back. */
export function createHandovers(needs: {
  vault: Vault
  people: People
  sql: Sql
  conversation: Conversation
  exchanges: ReturnType<typeof createExchanges>
  transcript: Transcript
  clock: Clock
  random: Random
}) {
  const { vault, people, sql, conversation, exchanges, transcript, clock, random } = needs

  async function list(bankId: string): Promise<Waiting[]> {
    return await sql.query<Waiting>(
      `select request.person_id as "personId", request.number, kind, asked_at as "askedAt", link_id as "linkId",
         taken_by as "takenBy", taken_at as "takenAt",
         coalesce((select max(seq) from channels.handover_message as said
           where said.person_id = request.person_id and said.number = request.number and said.bank_id = $1), 0)::int as last
       from channels.request left join channels.handover
         on handover.person_id = request.person_id and handover.number = request.number and handover.bank_id = $1
       where request.done_at is null and handover.done_at is null and $1 = any(bank_ids)
       order by asked_at, request.number`,
      [bankId],
    )
  }

  async function find(bankId: string, id: string): Promise<Waiting> {
    const found = (await list(bankId)).find((one) => requestId(one) === id)
    if (!found) throw new Fault('not-found')
    return found
  }

  /** A request that this member has taken over. Throws `not-found` for another's. */
  async function mine({ id: memberId, bankId }: HumanAtBank, id: string) {
    const found = await find(bankId, id)
    if (found.takenBy !== memberId || found.linkId === null) throw new Fault('not-found')
    return { ...found, linkId: found.linkId, bankId }
  }

  /**
   * Says, in the commit that ends it, that the assistant answers again, and what it is. Who has left meanwhile is told nothing,
   * and is in nobody's way.
   */
  async function sayHandedBack(tx: Tx, { personId, number, bankId }: Place): Promise<void> {
    const person = await people.find(tx, personId)
    if (!person || person.erasedAt !== null) return
    const unasked = { caseId: null, notice: 'handed-back', within: tx } as const
    const exchange = exchanges.begin(personId, person, undefined, unasked)
    try {
      await conversation.handedBack(bankId, number, exchange.show)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'key-shredded') throw error
    }
  }

  async function sayTakenBack(tx: Tx, ended: readonly Ended[]): Promise<void> {
    for (const one of ended) if (one.isTaken) await sayHandedBack(tx, one)
  }

  async function readerOf(personId: string) {
    const person = await people.find(sql, personId)
    if (!person || person.erasedAt !== null) throw new Fault('not-found')
    return person
  }

  return {
    list: async (bankId: string) => (await list(bankId)).map((one) => ({ ...one, id: requestId(one) })),

    /**
     * Takes a request over; `live` are those who may still come in, so that what somebody who left had taken is not stuck.
     * Throws `already-done` when a colleague was faster.
     */
    async take(member: HumanAtBank, id: string, live: readonly string[]): Promise<void> {
      const { personId, number, linkId } = await find(member.bankId, id)
      if (linkId === null) throw new Fault('not-found')
      const person = await readerOf(personId)
      await sql.transaction(async (tx) => {
        const taken = await tx.query(
          `update channels.handover set taken_by = $4, taken_at = $5
           where person_id = $1 and number = $2 and bank_id = $3 and done_at is null
             and (taken_by is null or not taken_by = any($6)) returning 1`,
          [personId, number, member.bankId, member.id, clock.now(), live],
        )
        if (taken.length === 0) throw new Fault('already-done')
        const unasked = { caseId: null, notice: 'human-took', within: tx } as const
        const exchange = exchanges.begin(personId, person, undefined, unasked)
        await conversation.humanTook(member.bankId, number, exchange.show)
      })
    },

    /** What was written since they asked, after `after`: logged in the person's diary before it is opened. */
    async read(member: HumanAtBank, id: string, after: number): Promise<ConsoleMessageJson[]> {
      const request = await mine(member, id)
      const { personId, linkId } = request
      const rows = await sql.query<{
        seq: number
        at: number
        from: ConsoleMessageJson['from']
        sealed: Buffer
      }>(
        `select seq::int, at, sender as "from", sealed from channels.handover_message
         where person_id = $1 and number = $2 and bank_id = $3 and seq > $4 order by seq`,
        [personId, request.number, member.bankId, after],
      )
      if (rows.length === 0) return []
      const actor = { kind: 'staff', id: member.id, role: 'customer-service' } as const
      const context = wordsContext(request)
      const words = await vault.openHanded(
        { personId, linkId, actor, what: 'read-handed-over' },
        rows.map(({ sealed }) => ({ context, sealed })),
      )
      await tellPages(sql, personId, 'reads')
      return rows.map(({ seq, at, from }, place) => ({ seq, at, from, text: showWords(words[place]!) }))
    },

    /** Answers a person: in their conversation, as from somebody at the bank, whose own name stays there. */
    async reply(member: HumanAtBank, id: string, text: string): Promise<void> {
      const words = readWords(text)
      const request = await mine(member, id)
      const { personId } = request
      await readerOf(personId)
      const messageId = transcript.newMessageId()
      const at = clock.now()
      const content: Content = { by: 'human', words, bank: conversation.bankName(member.bankId) }
      const sealed = await vault.sealWords(
        personId,
        transcript.contextOf(messageId),
        new Private(JSON.stringify(content)),
      )
      const copy = await vault.sealWords(personId, wordsContext(request), new Private(words))
      await sql.transaction(async (tx) => {
        const frame = {
          id: messageId,
          at,
          kind: 'plain',
          purpose: null,
          linkIds: [] as string[],
          once: null,
        } as const
        await transcript.write(tx, personId, { ...frame, sender: 'human', sealed }, [])
        await keepWords(tx, personId, request, { at, sender: 'human', sealed: copy })
        // At a messenger they are told that it waits; what was written opens on our page alone.
        await putInOutbox(
          tx,
          {
            personId,
            cause: `message|${messageId}`,
            notice: 'human-answered',
            urgency: 'answer',
            messageIds: [messageId],
          },
          { now: at, random },
        )
      })
    },

    /**
     * Settles a request at this bank: what was taken over goes back to the assistant, which says what it is. Throws
     * `already-done` when it was settled just now.
     */
    async settle(member: HumanAtBank, id: string, live: readonly string[]): Promise<void> {
      const { bankId } = member
      const { personId, number, kind, takenBy } = await find(bankId, id)
      if (takenBy !== null && takenBy !== member.id && live.includes(takenBy)) throw new Fault('already-done')
      await sql.transaction(async (tx) => {
        // The request before what was taken over of it, as everybody locks them who settles it.
        const [open] = await tx.query(
          `select 1 from channels.request where person_id = $1 and number = $2 and done_at is null for update`,
          [personId, number],
        )
        const done = await tx.query(
          `insert into channels.handover (person_id, number, bank_id, done_at, done_by) values ($1, $2, $3, $4, $5)
           on conflict (person_id, number, bank_id) do update set done_at = $4, done_by = $5
             where handover.done_at is null
           returning 1`,
          [personId, number, bankId, clock.now(), member.id],
        )
        if (!open || done.length === 0) throw new Fault('already-done')
        await tx.query(
          `update channels.request set done_at = $3, done_by = $4
           where person_id = $1 and number = $2 and done_at is null and not exists (
             select from unnest(bank_ids) as asked (bank_id) where not exists (
               select from channels.handover where person_id = $1 and number = $2
                 and handover.bank_id = asked.bank_id and handover.done_at is not null))`,
          [personId, number, clock.now(), member.id],
        )
        if (kind !== 'unanswered-alert') await sayHandedBack(tx, { personId, number, bankId })
      })
    },

    /** A request is settled elsewhere, in `tx`: whoever had taken it over no longer has it, and the person is told. */
    async handBack(tx: Tx, personId: string, number: string): Promise<void> {
      const ended = await tx.query<Ended>(
        `update channels.handover set done_at = $3 where person_id = $1 and number = $2 and done_at is null returning ${ENDED}`,
        [personId, number, clock.now()],
      )
      await sayTakenBack(tx, ended)
    },

    /**
     * A member may no longer come in. What they had taken over waits again for their colleagues; where there are none left, it
     * goes back to the assistant, and stays on the operator's list. Each person is told in a commit of their own, so that a
     * fault with one holds up nobody else; it is thrown at the end, to have the rest done again.
     */
    async memberLeft(member: HumanAtBank, hasColleagues: boolean): Promise<void> {
      if (hasColleagues) {
        await sql.query(
          `update channels.handover set taken_by = null, taken_at = null where taken_by = $1 and done_at is null`,
          [member.id],
        )
        return
      }
      const open = await sql.query<Place>(
        `select ${PLACE} from channels.handover where bank_id = $1 and done_at is null and link_id is not null`,
        [member.bankId],
      )
      const faults: unknown[] = []
      for (const { personId, number, bankId } of open) {
        const handBack = sql.transaction(async (tx) => {
          const ended = await tx.query<Ended>(
            `update channels.handover set done_at = $4
             where person_id = $1 and number = $2 and bank_id = $3 and done_at is null returning ${ENDED}`,
            [personId, number, bankId, clock.now()],
          )
          await sayTakenBack(tx, ended)
        })
        await handBack.catch((error: unknown) => faults.push(error))
      }
      if (faults.length > 0) throw faults[0]
    },
  }
}
