import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { type AccessLog, type AppendRequest, readFrontier, type Sequenced, type Standing } from '#accesslog'
import { type Consents, type Grant, PURPOSES, type Purpose } from '#consent'
import { type Clock, Fault, newId, type Random, type Sql, seal, type Tx } from '#kit'
import type { Link, People } from '#people'
import {
  Batch,
  BatchEntry,
  type BatchPurpose,
  type Entrant,
  findEntrants,
  findReaders,
  type Reader,
} from './batch.ts'
import type { Keyring } from './keyring.ts'
import { type Lent, lend } from './lend.ts'
import type { Ask, Loan, Opened, Refusal, RefusalReason } from './loan.ts'

/** The hash of the purposes in force, in every access record: a change of the table shows. */
export const POLICY_SHA256 = createHash('sha256').update(canonicalize(PURPOSES)!).digest('hex')

/** Accounts of a batch for which asking beforehand where the log stands takes less than asking twice. In a flood it has moved on. */
const SMALL_BATCH = 32

export type Gate = ReturnType<typeof createGate>

type LinkWithAccounts = Link & { accounts: string[] }

/**
 * The one way to a person's data. The order is the promise: hold the consents, log, release the keys against the log
 * entry, lend, close. A crash after logging leaves a read that was logged and never happened; never the other way round.
 */
export function createGate(needs: {
  sql: Sql
  log: AccessLog
  consents: Consents
  people: People
  keyring: Keyring
  clock: Clock
  random: Random
}) {
  const { sql, log, consents, people, keyring, clock, random } = needs

  /**
   * The links that a request is about, with the live consents for what it wants, held until the transaction ends. What does not
   * need another's answer is asked at once; of nobody's links but the person's own.
   */
  async function find(tx: Tx, { personId, linkIds, purpose, accessId, alsoFor }: Ask) {
    const mine = (await people.links(tx, personId)).filter(({ id }) => linkIds?.includes(id) ?? true)
    const live = mine.flatMap(({ id, state }) => (state === 'linked' ? [id] : []))
    const diaryKeys = keyring.diaryKeys(live)
    // A bank that leaves meanwhile takes them along: with it went the consents, and that is what is said.
    diaryKeys.catch(() => {})
    const [accounts, held, also] = await Promise.all([
      people.accountIdsOf(tx, live),
      consents.hold(tx, live, purpose, accessId),
      alsoFor && consents.hold(tx, live, alsoFor),
    ])
    const links: LinkWithAccounts[] = mine.map((link) => ({ ...link, accounts: accounts.get(link.id) ?? [] }))
    return { links, held, also, diaryKeys }
  }

  function record(
    ask: Pick<Ask, 'purpose' | 'actor' | 'what'>,
    link: Pick<LinkWithAccounts, 'id' | 'pseudonym' | 'accounts'>,
    grant: Pick<Grant, 'id' | 'reach'> | null,
    decision: string,
    diaryKey: Buffer,
  ) {
    return {
      chain: link.id,
      record: {
        v: 1 as const,
        sub: link.pseudonym,
        t: new Date(clock.now()).toISOString(),
        actor: ask.actor,
        purpose: ask.purpose,
        consent: grant?.id ?? null,
        clusters: grant?.reach?.clusters ?? [...PURPOSES[ask.purpose].clusters],
        accounts: grant?.reach?.accountIds ?? link.accounts,
        decision,
        what: ask.what,
        policy: POLICY_SHA256,
        req: newId('req', random),
      },
      sealRecord: (bytes: Buffer) => seal(diaryKey, diaryContext(link.id), bytes, random),
    } satisfies AppendRequest
  }

  /** Logs the refusal under every live link it is about, and says why. */
  async function refuse(tx: Tx, ask: Ask, links: LinkWithAccounts[]): Promise<Refusal> {
    const live = links.filter((link) => link.state === 'linked')
    const bankIds = [...new Set(links.map((link) => link.bankId))]
    const why = await reason(tx, ask, links, live)
    if (live.length > 0) {
      const diaryKeys = await keyring.diaryKeys(live.map((link) => link.id))
      const readable = live.filter((link) => diaryKeys.has(link.id))
      await log.append(
        readable.map((link) => record(ask, link, null, `refused:${why}`, diaryKeys.get(link.id)!)),
      )
    }
    return { ok: false, why, purpose: ask.purpose, bankIds }
  }

  async function reason(
    tx: Tx,
    { purpose, accessId }: Ask,
    links: LinkWithAccounts[],
    live: LinkWithAccounts[],
  ): Promise<RefusalReason> {
    if (live.length === 0) {
      if (links.length === 0) return 'no-link'
      return links.at(-1)!.state === 'erased' ? 'erased' : 'bank-withdrawn'
    }
    const latest = await consents.latest(
      tx,
      live.map((link) => link.id),
      purpose,
      accessId,
    )
    if (latest.some((grant) => grant.state === 'withdrawn' || grant.state === 'revoked'))
      return 'consent-withdrawn'
    return latest.length > 0 ? 'consent-expired' : 'never-consented'
  }

  /** Takes the links' version rows: two loans of one link never overlap, and neither sees the other's half-done work. */
  async function lockVersions(tx: Tx, linkIds: readonly string[]): Promise<Map<string, number>> {
    const [, rows] = await Promise.all([
      tx.query(`select set_config('guichet.links', $1, true)`, [linkIds.join(',')]),
      tx.query<{ link_id: string; version: number }>(
        `select link_id, version from vault.link_version where link_id = any($1) order by link_id for update`,
        [linkIds],
      ),
    ])
    return new Map(rows.map((row) => [row.link_id, row.version]))
  }

  type Entrant = { ask: Ask; link: LinkWithAccounts; grant: Grant; entry: Sequenced }

  async function enter(tx: Tx, entrants: readonly Entrant[]): Promise<Map<string, Lent>> {
    const [keys, versions] = await Promise.all([
      keyring.release(entrants.map(({ link, entry }) => ({ linkId: link.id, entry }))),
      lockVersions(tx, [...new Set(entrants.map(({ link }) => link.id))]),
    ])
    return new Map(
      entrants.map(({ ask, link, grant }) => [
        link.id,
        {
          personId: ask.personId,
          linkId: link.id,
          bankId: link.bankId,
          dataKey: keys.get(link.id)!,
          grantId: grant.id,
          version: versions.get(link.id) ?? 0,
          reach: grant.reach,
        },
      ]),
    )
  }

  async function openIn<P extends Purpose, T>(
    tx: Tx,
    ask: Ask<P>,
    use: (loan: Loan<P>) => Promise<T>,
  ): Promise<Opened<T>> {
    const { links, held, also, diaryKeys } = await find(tx, ask)
    if (held.length === 0) return await refuse(tx, ask, links)
    const grants = held.filter(({ linkId }) => !also || also.some((grant) => grant.linkId === linkId))
    if (grants.length === 0) return await refuse(tx, { ...ask, purpose: ask.alsoFor! }, links)

    const covered = grants.map((grant) => ({ grant, link: links.find(({ id }) => id === grant.linkId)! }))
    const sealedBy = await diaryKeys
    const entries = await log.append(
      covered.map(({ link, grant }) => record(ask, link, grant, 'allowed', mustHave(sealedBy, link.id))),
    )
    const lent = await enter(
      tx,
      covered.map(({ link, grant }, i) => ({ ask, link, grant, entry: entries[i]! })),
    )
    const { loan, close } = lend(tx, ask.purpose, ask.personId, [...lent.values()], {
      clock,
      random,
      ownsKeys: true,
    })
    try {
      const value = await use(loan)
      for (const { grant } of covered) if (grant.oneTime) await consents.spend(tx, grant)
      return { ok: true, value }
    } finally {
      close()
    }
  }

  /**
   * Holds the consents and versions of the links that a batch's accounts belong to, and says which they are. For whoever has
   * something else to ask at the same time: `openBatch` does it itself when it is not told.
   */
  async function holdBatch(
    tx: Tx,
    { bankId, accounts, purposes }: Pick<BatchAsk, 'bankId' | 'accounts' | 'purposes'>,
  ): Promise<Held> {
    const withHeads = accounts.size <= SMALL_BATCH
    const [links, frontier] = await Promise.all([
      findEntrants(tx, bankId, [...accounts.keys()], clock.now(), { purposes, withHeads }),
      withHeads ? readFrontier(tx) : undefined,
    ])
    const standing = frontier && { frontier, heads: new Map(links.map(({ linkId, head }) => [linkId, head])) }
    return { links, standing }
  }

  /** Logs the reads of many links under one leaf, and gives their data keys against it. The keys stay the keyring's. */
  async function logTogether(
    links: readonly (Pick<Reader, 'linkId' | 'pseudonym' | 'accounts' | 'grantId'> & {
      reads: Pick<Ask, 'purpose' | 'actor' | 'what'>
    })[],
    standing?: Standing,
  ): Promise<Map<string, Buffer>> {
    const linkIds = links.map(({ linkId }) => linkId)
    const diaryKeys = await keyring.diaryKeysForBatch(linkIds)
    const logged = log.appendBatch(
      links.map(({ linkId, pseudonym, accounts, grantId, reads }) =>
        record(
          reads,
          { id: linkId, pseudonym, accounts },
          { id: grantId, reach: null },
          'allowed',
          mustHave(diaryKeys, linkId),
        ),
      ),
      standing,
    )
    return await keyring.releaseForBatch(linkIds, logged)
  }

  const open = <P extends Purpose, T>(ask: Ask<P>, use: (loan: Loan<P>) => Promise<T>): Promise<Opened<T>> =>
    sql.transaction((tx) => openIn(tx, ask, use))

  return {
    /** See `Vault.open`. */
    open,

    openIn,

    /**
     * Opens a loan of one link for each of many people, in one transaction and under **one** log leaf that commits to every
     * person's own record; `use` has them all at once. Whoever has no live consent is refused alone afterwards, as by
     * `open`. What is returned is in the order of `links`, each of which is named once.
     */
    async openEach<P extends Purpose, T>(
      { links, ...ask }: Pick<Ask<P>, 'purpose' | 'actor' | 'what'> & { links: readonly OneLink[] },
      use: (loan: Loan<P>, place: number) => Promise<T>,
    ): Promise<Opened<T>[]> {
      const together = await sql.transaction(async (tx) => {
        const readers = await findReaders(tx, links, ask.purpose, clock.now())
        if (readers.length === 0) return []
        const [keys] = await Promise.all([
          logTogether(readers.map((reader) => ({ ...reader, reads: ask }))),
          tx.query(`select set_config('guichet.links', $1, true)`, [
            readers.map(({ linkId }) => linkId).join(','),
          ]),
        ])
        const lent = links.map(({ personId, linkId }) => {
          const reader = readers.find((one) => one.linkId === linkId && one.personId === personId)
          if (!reader) return null
          const own = [{ ...reader, dataKey: keys.get(linkId)!, reach: null }]
          return lend(tx, ask.purpose, personId, own, { clock, random, ownsKeys: false })
        })
        try {
          return await Promise.all(
            lent.map(
              async (one, place): Promise<Opened<T> | null> =>
                one ? { ok: true, value: await use(one.loan, place) } : null,
            ),
          )
        } finally {
          for (const one of lent) one?.close()
        }
      })
      const all: Opened<T>[] = []
      // Once the others are committed: nobody's payments wait for a refusal of somebody else's.
      for (const [place, { personId, linkId }] of links.entries()) {
        const alone = { ...ask, personId, linkIds: [linkId] }
        all.push(together[place] ?? (await open(alone, (loan) => use(loan, place))))
      }
      return all
    },

    /**
     * Opens the words that a person addressed to people at their bank. No consent is held, since it reads nothing of what is
     * kept about them: their asking is the reason, and it is logged before the key is released, like every read. Throws
     * `not-found` once the link is over.
     */
    async releaseHanded(ask: {
      personId: string
      linkId: string
      actor: Ask['actor']
      what: string
    }): Promise<Buffer> {
      const { personId, linkId } = ask
      const link = await sql.transaction(async (tx) =>
        (await people.links(tx, personId)).find(({ id, state }) => id === linkId && state === 'linked'),
      )
      if (!link) throw new Fault('not-found')
      const diaryKeys = await keyring.diaryKeys([linkId])
      const about = { purpose: 'talk-to-person', actor: ask.actor, what: ask.what } as const
      const [entry] = await log.append([
        record(about, { ...link, accounts: [] }, null, 'allowed', mustHave(diaryKeys, linkId)),
      ])
      return await keyring.releaseChat(personId, { linkId, entry: entry! })
    },

    /** Which of `purposes` a link has a live consent for, in their order. */
    livePurposes<P extends Purpose>(linkId: string, purposes: readonly P[]): Promise<P[]> {
      return sql.transaction(async (tx) => {
        const live: P[] = []
        for (const purpose of purposes)
          if ((await consents.hold(tx, [linkId], purpose)).length > 0) live.push(purpose)
        return live
      })
    },

    holdBatch,

    /**
     * Opens one loan for each link of a batch of events, under **one** log leaf that commits to every person's own
     * record. For each link the first purpose with a live consent is used; a link with none is absent, and so is one that
     * was `held` and of which no account is asked for.
     */
    async openBatch<T>(tx: Tx, ask: BatchAsk, use: (batch: Batch) => Promise<T>, held?: Held): Promise<T> {
      const { bankId } = ask
      const { links: found, standing } = held ?? (await holdBatch(tx, ask))
      const links = found.flatMap((link) => {
        const inBatch = link.inBatch.filter(({ hash }) => ask.accounts.has(hash))
        return inBatch.length > 0 ? [{ ...link, inBatch }] : []
      })
      if (links.length === 0) return await use(new Batch(tx, [], random))

      const keys = await logTogether(
        links.map((link) => ({
          ...link,
          reads: { purpose: link.purpose, actor: ask.actor, what: ask.what[link.purpose] },
        })),
        standing,
      )
      const needs = { tx, clock, random, ownsKeys: false, shown: new Set<string>() } as const
      const batch = new Batch(
        tx,
        links.map(({ linkId, personId, grantId, version, loose, purpose, inBatch, renumbered }) => {
          const lent = { personId, linkId, bankId, dataKey: keys.get(linkId)!, grantId, version, reach: null }
          const accountIds = new Map(inBatch.map((one) => [ask.accounts.get(one.hash)!, one.accountId]))
          return new BatchEntry({ lent, loose, purpose, accountIds, renumbered }, needs)
        }),
        random,
      )
      try {
        return await use(batch)
      } finally {
        for (const entry of batch.entries.values()) entry.close()
      }
    },
  }
}

/** A batch of one bank's events: the keyed hashes of its accounts (hexadecimal) with the bank's own ids of them. */
export type BatchAsk = {
  bankId: string
  accounts: ReadonlyMap<string, string>
  actor: Ask['actor']
  what: Record<BatchPurpose, string>
  /** In which order purposes are looked for; without it, the most protective first. */
  purposes?: readonly BatchPurpose[]
}

export type OneLink = { personId: string; linkId: string }

/** The links of a batch, with their consents held until the transaction ends, and of a small one where the log stood then. */
export type Held = { links: readonly Entrant[]; standing: Standing | undefined }

export const diaryContext = (linkId: string) => `guichet/diary/1|${linkId}`

/** A link that is still linked has its keys: anything else is a bug worth stopping for. */
function mustHave(keys: Map<string, Buffer>, linkId: string): Buffer {
  const key = keys.get(linkId)
  if (!key) throw new Error(`the diary key of ${linkId} is gone but the link is not`)
  return key
}
