import { createHash } from 'node:crypto'
import { type Clock, DAY, type Locale, newId, type Queryable, type Random, type Tx } from '#kit'
import { PURPOSES, type Purpose } from './purposes.ts'
import { type ReceiptSigner, shownIn } from './receipt.ts'

/** DPV consent statuses: withdrawn by the person, revoked by anyone else. */
export type GrantState = 'given' | 'withdrawn' | 'revoked' | 'expired'

/** What a grant to a person's own app covers, less than its purpose could: these accounts, kinds of data and payments. */
export type Reach = {
  accountIds: string[]
  clusters: string[]
  /** Of payments: from this instant, and before that one; null for no bound but the purpose's own. */
  from: number | null
  to: number | null
}

/** The app a grant is for, as the receipt names it, and until when. */
export type ForApp = { accessId: string; name: string; until: number; reach: Reach }

export type Grant = {
  id: string
  personId: string
  linkId: string
  bankId: string
  purpose: Purpose
  lineage: string
  /** The app's request that was allowed, and how far it reaches; null for what Guichet does itself. */
  accessId: string | null
  reach: Reach | null
  oneTime: boolean
  state: GrantState
  createdAt: number
  expiresAt: number
  endedAt: number | null
  receipt: string
  leafIndex: number
  leafNonce: Buffer
}

/** What the person saw and did when they consented. */
export type Act = {
  locale: Locale
  via: 'bank-consent-page' | 'privacy-centre' | 'app-page' | 'operator'
  reference?: string
}

/** Commits a consent event to the log; `leaf` then goes into the grant's row. */
export type CommitToLog = (statement: string) => Promise<{ index: number; nonce: Buffer }>

export type Consents = ReturnType<typeof createConsents>

const COLUMNS = `id, person_id as "personId", link_id as "linkId", bank_id as "bankId", purpose, lineage,
  access_id as "accessId", reach, one_time as "oneTime", state, created_at as "createdAt", expires_at as "expiresAt", ended_at as "endedAt",
  receipt, leaf_index as "leafIndex", leaf_nonce as "leafNonce"`

/**
 * One person's consents change one after the other: of two withdrawals at the same time, the second sees that it is the
 * last, and of two grants, the second renews the first. Reading waits for nothing.
 */
async function takeTurn(tx: Tx, personId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`consent/${personId}`])
}

/** The consent room: who granted what. Nothing here reads a person's data. */
export function createConsents(needs: {
  clock: Clock
  random: Random
  receipts: ReceiptSigner
  daysMax: number
}) {
  const { clock, random, receipts, daysMax } = needs

  /** For how long a purpose is given at most: the operator may let it be shorter than we do. */
  const daysOf = (purpose: Purpose) => Math.min(PURPOSES[purpose].days, daysMax)

  return {
    daysOf,

    /**
     * Records consent to one purpose for one link, with a signed receipt, committed to the log first. A live grant for
     * the same purpose is renewed: the new one shares its lineage and replaces it without a gap. `app` is for whom the
     * purpose is, when it is not for Guichet itself.
     */
    async grant(
      tx: Tx,
      of: { personId: string; linkId: string; bankId: string; pseudonym: string; bankName: string },
      purpose: Purpose,
      act: Act,
      commit: CommitToLog,
      app: ForApp | null = null,
    ): Promise<Grant> {
      await takeTurn(tx, of.personId)
      const now = clock.now()
      const { clusters, lookbackDays, offered } = PURPOSES[purpose]
      if ((offered === 'to-an-app') !== (app !== null)) throw new Error(`${purpose} is not granted this way`)
      const [renewed] = await tx.query<{ id: string; lineage: string }>(
        `select id, lineage from consent.grant where link_id = $1 and purpose = $2 and state = 'given'
           and access_id is not distinct from $3 for update`,
        [of.linkId, purpose, app?.accessId ?? null],
      )
      const id = newId('grt', random)
      const lineage = renewed?.lineage ?? newId('lin', random)
      const expiresAt = Math.min(now + daysOf(purpose) * DAY, app?.until ?? Number.MAX_SAFE_INTEGER)
      const words = PURPOSES[purpose][act.locale]
      const receipt = await receipts.sign({
        v: 'guichet.receipt/1',
        schema_version: 'ISO/IEC TS 27560:2023',
        record_id: id,
        lineage,
        pii_principal_id: of.pseudonym,
        bank: { id: of.bankId, name: of.bankName },
        event: { state: 'ConsentGiven', time: new Date(now).toISOString(), by: 'data-subject', via: act.via },
        ...(act.reference === undefined ? {} : { reference: act.reference }),
        purpose: { id: purpose, dpv: `https://w3id.org/dpv#${PURPOSES[purpose].dpv}`, name: words.name },
        notice: {
          language: act.locale,
          shown: words.sentence,
          sha256: createHash('sha256').update(words.sentence).digest('hex'),
        },
        pii_categories: app?.reach.clusters ?? [...clusters],
        lookback_days: lookbackDays,
        validity: { until: new Date(expiresAt).toISOString(), one_time: offered === 'by-request' },
        recipients: app ? [{ access: app.accessId, name: app.name, accounts: app.reach.accountIds }] : [],
        withdrawal: '/privacy',
      })
      const leaf = await commit(receipt)
      if (renewed) {
        await tx.query(
          `update consent.grant set state = 'expired', ended_at = $3 where person_id = $1 and id = $2`,
          [of.personId, renewed.id, now],
        )
      }
      const [row] = await tx.query<Grant>(
        `insert into consent.grant (person_id, id, link_id, bank_id, purpose, lineage, one_time, state, created_at,
           expires_at, receipt, leaf_index, leaf_nonce, access_id, reach)
         values ($1, $2, $3, $4, $5, $6, $7, 'given', $8, $9, $10, $11, $12, $13, $14) returning ${COLUMNS}`,
        [
          of.personId,
          id,
          of.linkId,
          of.bankId,
          purpose,
          lineage,
          offered === 'by-request',
          now,
          expiresAt,
          receipt,
          leaf.index,
          leaf.nonce,
          app?.accessId ?? null,
          app ? JSON.stringify(app.reach) : null,
        ],
      )
      return row!
    },

    /**
     * The live grants for one purpose among `linkIds`, locked until the transaction ends: a withdrawal waits until the
     * loan that rests on them is over, and the loan after it is refused. A grant is over at its very instant. One that is
     * used up by its first loan is that loan's alone: a second waits, and then finds it gone. One to an app is found by
     * that app's request only.
     */
    async hold(
      tx: Tx,
      linkIds: readonly string[],
      purpose: Purpose,
      accessId: string | null = null,
    ): Promise<Grant[]> {
      const lock = PURPOSES[purpose].offered === 'by-request' ? 'for update' : 'for share'
      return await tx.query<Grant>(
        `select ${COLUMNS} from consent.grant
         where link_id = any($1) and purpose = $2 and state = 'given' and expires_at > $3
           and access_id is not distinct from $4
         order by link_id ${lock}`,
        [linkIds, purpose, clock.now(), accessId],
      )
    },

    /** The latest grant of each link for a purpose, whatever its state: why the gate says no. */
    async latest(
      tx: Queryable,
      linkIds: readonly string[],
      purpose: Purpose,
      accessId: string | null = null,
    ): Promise<Grant[]> {
      return await tx.query<Grant>(
        `select distinct on (link_id) ${COLUMNS} from consent.grant
         where link_id = any($1) and purpose = $2 and access_id is not distinct from $3
         order by link_id, created_at desc, id`,
        [linkIds, purpose, accessId],
      )
    },

    /** The grants that answered an app's request, one a link; none while nobody has. */
    async ofAccess(sql: Queryable, accessId: string): Promise<Grant[]> {
      return await sql.query<Grant>(
        `select ${COLUMNS} from consent.grant where access_id = $1 order by created_at, id`,
        [accessId],
      )
    },

    /** Every grant of a person, newest first. */
    async of(sql: Queryable, personId: string): Promise<Grant[]> {
      return await sql.query<Grant>(
        `select ${COLUMNS} from consent.grant where person_id = $1 order by created_at desc, id`,
        [personId],
      )
    },

    /** The sentence that somebody was shown when they gave this grant, as their receipt has it. */
    shown: ({ receipt }: Pick<Grant, 'receipt'>): string | null => shownIn(receipt),

    /** Live grants that end before `until`, the next first; one-time grants are nobody's to renew, and an app asks anew by itself. */
    async ending(sql: Queryable, until: number): Promise<Grant[]> {
      return await sql.query<Grant>(
        `select ${COLUMNS} from consent.grant
         where state = 'given' and not one_time and access_id is null and expires_at > $1 and expires_at <= $2
         order by expires_at, id`,
        [clock.now(), until],
      )
    },

    /** Ends one live grant. Null when there is no such live grant of this person: it was ended before, or is another's. */
    async end(
      tx: Tx,
      personId: string,
      grantId: string,
      state: 'withdrawn' | 'revoked',
    ): Promise<Grant | null> {
      await takeTurn(tx, personId)
      const rows = await tx.query<Grant>(
        `update consent.grant set state = $3, ended_at = $4
         where person_id = $1 and id = $2 and state = 'given' returning ${COLUMNS}`,
        [personId, grantId, state, clock.now()],
      )
      return rows[0] ?? null
    },

    /** Ends every live grant of a link. */
    async endAll(tx: Tx, linkId: string, state: 'withdrawn' | 'revoked'): Promise<Grant[]> {
      return await tx.query<Grant>(
        `update consent.grant set state = $2, ended_at = $3
         where link_id = $1 and state = 'given' returning ${COLUMNS}`,
        [linkId, state, clock.now()],
      )
    },

    /** Uses up a one-time grant. */
    async spend(tx: Tx, grant: Grant): Promise<void> {
      await tx.query(
        `update consent.grant set state = 'expired', ended_at = $3 where person_id = $1 and id = $2`,
        [grant.personId, grant.id, clock.now()],
      )
    },
  }
}
