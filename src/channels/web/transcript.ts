import { isPurpose, type Purpose } from '#consent'
import { Fault, type Locale, newId, type Private, type Queryable, type Random, type Sql, type Tx } from '#kit'
import type { People } from '#people'
import type { Actor, LoanBase, RefusalReason, Vault } from '#vault'
import type { MessageJson } from '../../http/api.ts'
import { leaveRoomsOf } from '../matrix/leave-rooms.ts'
import { type Button, type Content, showMessage, showWithheld } from './show.ts'

/** Who opens kept messages again, as the log says it. */
const ACTOR: Actor = { kind: 'service', id: 'web-chat', role: 'channel' }

export type MessageRow = {
  id: string
  seq: number
  at: number
  sender: 'person' | 'guichet' | 'human'
  kind: MessageJson['kind']
  purpose: Purpose | null
  linkIds: string[]
  sealed: Buffer
}

const COLUMNS = `id, seq, at, sender, kind, purpose, link_ids as "linkIds", sealed`

export type Transcript = ReturnType<typeof createTranscript>

/** The conversation as it is kept: written in the transaction of whoever speaks, and read again only through the gate. */
export function createTranscript(needs: { vault: Vault; people: People; sql: Sql; random: Random }) {
  const { vault, people, sql, random } = needs

  const contextOf = (id: string) => `message|${id}`
  const buttonContextOf = (hash: Buffer) => `action|${hash.toString('base64url')}`
  const parse = (words: Private<string>) => words.map((json) => JSON.parse(json) as Content)

  /** Seals for a person: under the loan the words were drawn from, or under their chat key. */
  async function sealFor(personId: string, context: string, words: Private<string>, loan: LoanBase | null) {
    return loan ? loan.seal(context, words) : await vault.sealWords(personId, context, words)
  }

  type Opened = { content: Private<Content> } | { withheld: 'consent-ended' | 'erased' }

  /** Opens what the person's own key opens, and the rest with one loan for each purpose and set of links. */
  async function openAll(personId: string, rows: readonly MessageRow[]): Promise<Map<string, Opened>> {
    const opened = new Map<string, Opened>()
    const byLoan = new Map<string, MessageRow[]>()
    for (const row of rows) {
      if (row.purpose === null) {
        opened.set(row.id, {
          content: parse(await vault.unsealWords(personId, contextOf(row.id), row.sealed)),
        })
        continue
      }
      const key = [row.purpose, ...row.linkIds].join(' ')
      const list = byLoan.get(key)
      if (list) list.push(row)
      else byLoan.set(key, [row])
    }
    for (const group of byLoan.values()) {
      for (const [id, one] of await openGroup(personId, group)) opened.set(id, one)
    }
    return opened
  }

  async function openGroup(personId: string, rows: readonly MessageRow[]): Promise<[string, Opened][]> {
    const { purpose, linkIds } = rows[0]!
    const ask = { personId, purpose: purpose!, actor: ACTOR, what: 'reopen-conversation', linkIds }
    const withheld = (why: 'consent-ended' | 'erased') =>
      rows.map((row): [string, Opened] => [row.id, { withheld: why }])
    const result = await vault.open(ask, async (loan) => {
      // Sealed under the keys of all these links together: with one missing, nothing opens.
      if (loan.links.length < linkIds.length) return null
      return rows.map((row): [string, Opened] => [
        row.id,
        { content: parse(loan.unseal(contextOf(row.id), row.sealed)) },
      ])
    })
    if (!result.ok) return withheld(WITHHELD[result.why])
    if (result.value) return result.value
    const links = await people.linksById(sql, linkIds)
    return withheld(links.every(({ state }) => state === 'linked') ? 'consent-ended' : 'erased')
  }

  async function liveTokens(personId: string, rows: readonly MessageRow[]): Promise<Set<string>> {
    const found = await sql.query<{ hash: string }>(
      `select encode(token_hash, 'hex') as hash from channels.action
       where person_id = $1 and message_id = any($2) and used_at is null`,
      [personId, rows.map(({ id }) => id)],
    )
    return new Set(found.map(({ hash }) => hash))
  }

  async function showAll(
    personId: string,
    rows: readonly MessageRow[],
    reader: { locale: Locale; timeZone: string },
  ): Promise<MessageJson[]> {
    const opened = await openAll(personId, rows)
    const live = await liveTokens(personId, rows)
    return rows.map((row) => {
      const frame = { id: row.id, from: row.sender, at: row.at, kind: row.kind }
      const one = opened.get(row.id)!
      if ('withheld' in one) return showWithheld(frame, one.withheld, reader.locale)
      return showMessage(frame, one.content, (hash) => live.has(hash.toString('hex')), reader)
    })
  }

  return {
    contextOf,
    buttonContextOf,
    sealFor,
    showAll,

    newMessageId: () => newId('msg', random),

    /**
     * Writes a message and its buttons, and tells the pages that are open. Returns false when what it tells (`once`) was
     * told before.
     */
    async write(
      tx: Tx,
      personId: string,
      message: Omit<MessageRow, 'seq'> & { once: string | null },
      buttons: readonly (Button & { sealed: Buffer })[],
    ): Promise<boolean> {
      const { id, at, sender, kind, purpose, linkIds, sealed, once } = message
      const written = await tx.query(
        `with written as (
           insert into channels.message (person_id, id, at, sender, kind, purpose, link_ids, told, sealed)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (person_id, told) where told is not null do nothing returning id
         ), offered as (
           insert into channels.action (person_id, message_id, token_hash, by_loan, sealed)
           select $1, written.id, button.*
           from written cross join unnest($10::bytea[], $11::boolean[], $12::bytea[]) as button
         )
         select pg_notify('guichet_message', $13) from written`,
        [
          personId,
          id,
          at,
          sender,
          kind,
          purpose,
          linkIds,
          once,
          sealed,
          buttons.map(({ hash }) => hash),
          buttons.map(({ byLoan }) => byLoan),
          buttons.map((button) => button.sealed),
          JSON.stringify({ personId, messageId: id }),
        ],
      )
      return written.length > 0
    },

    /** A page of messages, oldest first, ending just before `before`. Throws `not-found` for a message of nobody's. */
    async page(personId: string, options: { before?: string; limit: number }): Promise<MessageRow[]> {
      const { before, limit } = options
      const [from] =
        before === undefined
          ? []
          : await sql.query<{ seq: number }>(
              `select seq from channels.message where person_id = $1 and id = $2`,
              [personId, before],
            )
      if (before !== undefined && !from) throw new Fault('not-found')
      const rows = await sql.query<MessageRow>(
        `select ${COLUMNS} from channels.message where person_id = $1 and ($2::bigint is null or seq < $2)
         order by seq desc limit $3`,
        [personId, from?.seq ?? null, limit],
      )
      return rows.map(checked).reverse()
    },

    /** Words that were written under `told`, and the names under which something of theirs was answered; null when none were. */
    async heardAs(
      personId: string,
      told: string,
    ): Promise<{ words: Private<Content>; answered: string[] } | null> {
      const [row] = await sql.query<MessageRow>(
        `select ${COLUMNS} from channels.message where person_id = $1 and told = $2`,
        [personId, told],
      )
      if (!row) return null
      const names = await sql.query<{ told: string }>(
        `select told from channels.message where person_id = $1 and seq > $2 and starts_with(told, $3) order by seq`,
        [personId, row.seq, `${told}|`],
      )
      return {
        words: parse(await vault.unsealWords(personId, contextOf(row.id), row.sealed)),
        answered: names.map((name) => name.told),
      }
    },

    /** The answers to the words that were written under `told`; null when none were. */
    async repliesTo(personId: string, told: string): Promise<string[] | null> {
      const [own] = await sql.query<{ seq: number }>(
        `select seq from channels.message where person_id = $1 and told = $2`,
        [personId, told],
      )
      if (!own) return null
      const rows = await sql.query<{ id: string }>(
        `select id from channels.message where person_id = $1 and seq > $2 and sender <> 'person'
           and (starts_with(told, $3) or seq < coalesce((select min(seq) from channels.message
             where person_id = $1 and seq > $2 and sender = 'person'), 'infinity'::float8))
         order by seq limit 20`,
        [personId, own.seq, `${told}|`],
      )
      return rows.map(({ id }) => id)
    },

    /** What was told under names that begin so, oldest first. */
    async toldUnder(personId: string, name: string): Promise<MessageRow[]> {
      const rows = await sql.query<MessageRow>(
        `select ${COLUMNS} from channels.message where person_id = $1 and starts_with(told, $2) order by seq`,
        [personId, name],
      )
      return rows.map(checked)
    },

    async find(personId: string, messageId: string): Promise<MessageRow | null> {
      const rows = await sql.query<MessageRow>(
        `select ${COLUMNS} from channels.message where person_id = $1 and id = $2`,
        [personId, messageId],
      )
      return rows[0] ? checked(rows[0]) : null
    },

    /** What the person wrote or tapped last, since `since`; null when that is sealed under a loan. */
    async lastWords(personId: string, since: number): Promise<Private<Content> | null> {
      const [row] = await sql.query<MessageRow>(
        `select ${COLUMNS} from channels.message where person_id = $1 and sender = 'person' order by seq desc limit 1`,
        [personId],
      )
      if (!row || row.at < since || row.purpose !== null) return null
      return parse(await vault.unsealWords(personId, contextOf(row.id), row.sealed))
    },

    async forget(tx: Queryable, personId: string): Promise<void> {
      await leaveRoomsOf(tx, personId, null)
      for (const table of [
        ...[
          'action',
          'message',
          'bank_order',
          'line_told',
          'request',
          'quiet',
          'worth_told',
          'worth_stopped',
          'handover',
          'handover_message',
        ],
        ...[
          'outbox',
          'sealed_link',
          'public_button',
          'address',
          'link_code',
          'wording',
          'mailbox',
          'mail_code',
          'push_subscription',
        ],
      ])
        await tx.query(`delete from channels.${table} where person_id = $1`, [personId])
    },
  }
}

/** Why a kept message stays closed, by the gate's reason. */
const WITHHELD: Record<RefusalReason, 'consent-ended' | 'erased'> = {
  'never-consented': 'consent-ended',
  'consent-withdrawn': 'consent-ended',
  'consent-expired': 'consent-ended',
  'no-link': 'erased',
  erased: 'erased',
  'bank-withdrawn': 'erased',
}

/** A purpose is written by our own code only; another one in the table is damage, not data. */
function checked(row: MessageRow): MessageRow {
  if (row.purpose !== null && !isPurpose(row.purpose)) throw new Fault('seal-broken')
  return row
}
