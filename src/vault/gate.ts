import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { AccessLog, AppendRequest, Sequenced } from '#accesslog'
import { type Consents, type Grant, PURPOSES, type Purpose } from '#consent'
import { type Clock, newId, type Random, type Sql, seal, type Tx } from '#kit'
import type { Link, People } from '#people'
import type { Keyring } from './keyring.ts'
import { type Lent, lend } from './lend.ts'
import type { Ask, Loan, Opened, Refusal, RefusalReason } from './loan.ts'

/** The hash of the purposes in force, in every access record: a change of the table shows. */
export const POLICY_SHA256 = createHash('sha256').update(canonicalize(PURPOSES)!).digest('hex')

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

  async function linksOf(tx: Tx, ask: Ask): Promise<LinkWithAccounts[]> {
    const links = (await people.links(tx, ask.personId)).filter(
      (link) => ask.linkIds === undefined || ask.linkIds.includes(link.id),
    )
    const accounts = await people.accountIdsOf(
      tx,
      links.map((link) => link.id),
    )
    return links.map((link) => ({ ...link, accounts: accounts.get(link.id) ?? [] }))
  }

  function record(ask: Ask, link: LinkWithAccounts, grant: Grant | null, decision: string, diaryKey: Buffer) {
    return {
      chain: link.id,
      record: {
        v: 1 as const,
        sub: link.pseudonym,
        t: new Date(clock.now()).toISOString(),
        actor: ask.actor,
        purpose: ask.purpose,
        consent: grant?.id ?? null,
        clusters: [...PURPOSES[ask.purpose].clusters],
        accounts: link.accounts,
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
    const why = await reason(tx, ask.purpose, links, live)
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
    purpose: Purpose,
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
    )
    if (latest.some((grant) => grant.state === 'withdrawn' || grant.state === 'revoked'))
      return 'consent-withdrawn'
    return latest.length > 0 ? 'consent-expired' : 'never-consented'
  }

  /** Takes the links' version rows: two loans of one link never overlap, and neither sees the other's half-done work. */
  async function lockVersions(tx: Tx, linkIds: readonly string[]): Promise<Map<string, number>> {
    await tx.query(`select set_config('guichet.links', $1, true)`, [linkIds.join(',')])
    const rows = await tx.query<{ link_id: string; version: number }>(
      `select link_id, version from vault.link_version where link_id = any($1) order by link_id for update`,
      [linkIds],
    )
    return new Map(rows.map((row) => [row.link_id, row.version]))
  }

  type Entrant = { ask: Ask; link: LinkWithAccounts; grant: Grant; entry: Sequenced }

  async function enter(tx: Tx, entrants: readonly Entrant[]): Promise<Map<string, Lent>> {
    const keys = await keyring.release(entrants.map(({ link, entry }) => ({ linkId: link.id, entry })))
    const versions = await lockVersions(tx, [...new Set(entrants.map(({ link }) => link.id))])
    return new Map(
      entrants.map(({ ask, link, grant }) => [
        link.id,
        {
          personId: ask.personId,
          linkId: link.id,
          bankId: link.bankId,
          dataKey: keys.get(link.id)!,
          grant,
          version: versions.get(link.id) ?? 0,
        },
      ]),
    )
  }

  async function openIn<P extends Purpose, T>(
    tx: Tx,
    ask: Ask<P>,
    use: (loan: Loan<P>) => Promise<T>,
  ): Promise<Opened<T>> {
    const links = await linksOf(tx, ask)
    const live = links.filter((link) => link.state === 'linked')
    const grants = await consents.hold(
      tx,
      live.map((link) => link.id),
      ask.purpose,
    )
    if (grants.length === 0) return await refuse(tx, ask, links)

    const covered = grants.map((grant) => ({ grant, link: live.find((link) => link.id === grant.linkId)! }))
    const diaryKeys = await keyring.diaryKeys(covered.map(({ link }) => link.id))
    const entries = await log.append(
      covered.map(({ link, grant }) => record(ask, link, grant, 'allowed', mustHave(diaryKeys, link.id))),
    )
    const lent = await enter(
      tx,
      covered.map(({ link, grant }, i) => ({ ask, link, grant, entry: entries[i]! })),
    )
    const { loan, close } = lend(tx, ask.purpose, ask.personId, [...lent.values()], { clock, random })
    try {
      const value = await use(loan)
      for (const { grant } of covered) if (grant.oneTime) await consents.spend(tx, grant)
      return { ok: true, value }
    } finally {
      close()
    }
  }

  return {
    /** See `Vault.open`. */
    open<P extends Purpose, T>(ask: Ask<P>, use: (loan: Loan<P>) => Promise<T>): Promise<Opened<T>> {
      return sql.transaction((tx) => openIn(tx, ask, use))
    },

    openIn,

    /** Which of `purposes` a link has a live consent for, in their order. */
    livePurposes<P extends Purpose>(linkId: string, purposes: readonly P[]): Promise<P[]> {
      return sql.transaction(async (tx) => {
        const live: P[] = []
        for (const purpose of purposes)
          if ((await consents.hold(tx, [linkId], purpose)).length > 0) live.push(purpose)
        return live
      })
    },

    /**
     * Opens one loan for each link of a batch, under **one** log leaf that commits to every person's own record. For
     * each ask the first purpose with a live consent is used; a link with none is absent from what `use` receives.
     */
    async openBatch<T>(
      tx: Tx,
      asks: readonly BatchAsk[],
      use: (loans: ReadonlyMap<string, BatchLoan>) => Promise<T>,
    ): Promise<T> {
      const links = new Map<string, LinkWithAccounts>()
      const found = await people.linksById(
        tx,
        asks.map((ask) => ask.linkId),
      )
      const accounts = await people.accountIdsOf(
        tx,
        found.map((link) => link.id),
      )
      for (const link of found) {
        if (link.state === 'linked') links.set(link.id, { ...link, accounts: accounts.get(link.id) ?? [] })
      }
      const granted = new Map<string, { ask: Ask; link: LinkWithAccounts; grant: Grant }>()
      for (const purpose of BATCH_PURPOSES) {
        const wanted = asks.filter((ask) => links.has(ask.linkId) && !granted.has(ask.linkId))
        for (const grant of await consents.hold(
          tx,
          wanted.map((ask) => ask.linkId),
          purpose,
        )) {
          const { actor, what } = wanted.find((ask) => ask.linkId === grant.linkId)!
          const link = links.get(grant.linkId)!
          granted.set(grant.linkId, {
            ask: { personId: link.personId, purpose, actor, what: what[purpose] },
            link,
            grant,
          })
        }
      }
      if (granted.size === 0) return await use(new Map())

      const all = [...granted.values()].sort((a, b) => (a.link.id < b.link.id ? -1 : 1))
      const diaryKeys = await keyring.diaryKeys(all.map(({ link }) => link.id))
      const entries = await log.appendBatch(
        all.map(({ ask, link, grant }) => record(ask, link, grant, 'allowed', mustHave(diaryKeys, link.id))),
      )
      const lent = await enter(
        tx,
        all.map((one, i) => ({ ...one, entry: entries[i]! })),
      )
      const loans = new Map<string, BatchLoan & { close(): void }>()
      for (const { ask, link } of all) {
        const purpose = ask.purpose as BatchPurpose
        const { loan, close } = lend(tx, purpose, ask.personId, [lent.get(link.id)!], { clock, random })
        loans.set(link.id, { purpose, loan: loan as BatchLoan['loan'], close } as BatchLoan & {
          close(): void
        })
      }
      try {
        return await use(loans)
      } finally {
        for (const { close } of loans.values()) close()
      }
    },
  }
}

/** What a bank's events may be kept for, the most protective first. */
export const BATCH_PURPOSES = ['fraud-alerts', 'account-view', 'spending-insights'] as const
export type BatchPurpose = (typeof BATCH_PURPOSES)[number]
export type BatchAsk = { linkId: string; actor: Ask['actor']; what: Record<BatchPurpose, string> }
export type BatchLoan =
  | { purpose: 'fraud-alerts'; loan: Loan<'fraud-alerts'> }
  | { purpose: 'account-view'; loan: Loan<'account-view'> }
  | { purpose: 'spending-insights'; loan: Loan<'spending-insights'> }

export const diaryContext = (linkId: string) => `guichet/diary/1|${linkId}`

/** A link that is still linked has its keys: anything else is a bug worth stopping for. */
function mustHave(keys: Map<string, Buffer>, linkId: string): Buffer {
  const key = keys.get(linkId)
  if (!key) throw new Error(`the diary key of ${linkId} is gone but the link is not`)
  return key
}
