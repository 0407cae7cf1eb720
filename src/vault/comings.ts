import type { AccessLog } from '#accesslog'
import type { Act, Consents, Grant, Purpose, Reach } from '#consent'
import { announce, type Clock, Fault, newId, type Private, type Random, type Sql, type Tx } from '#kit'
import type { Link, People } from '#people'
import type { Gate } from './gate.ts'
import type { Keyring } from './keyring.ts'
import type { Connection } from './records.ts'

/** A link as the bank's door brings it home. */
export type Arrival = {
  personId: string
  bankId: string
  bankName: string
  subject: string
  /** At least one, each of those a person can be asked for: every one of them lends the connection. */
  purposes: readonly Purpose[]
  connection: Omit<Connection, 'id'>
  /** What the access opens, when `subject` says nothing of who the customer is: accounts the person has are their link. */
  bankAccountIds?: readonly string[]
  act: Act
}

/** A line of the log about something destroyed. Whoever left keeps it: `nonce` and `statement` prove the leaf at `index`. */
export type Shred = { kind: 'person' | 'link'; statement: string; index: number; nonce: Buffer }

/** What a person lets one app of theirs read: the accounts ticked at each of their links, and how far it goes. */
export type AppAllowed = {
  personId: string
  accessId: string
  /** The app's name, as the person saw it. */
  name: string
  accounts: ReadonlyMap<string, { bankName: string; accountIds: readonly string[] }>
  reach: Omit<Reach, 'accountIds'>
  until: number
  act: Act
}

export type Comings = ReturnType<typeof createComings>

/** How people come and go: linking, withdrawing one purpose, erasing all, and a bank that leaves. */
export function createComings(needs: {
  sql: Sql
  log: AccessLog
  consents: Consents
  people: People
  keyring: Keyring
  gate: Gate
  clock: Clock
  random: Random
}) {
  const { sql, log, consents, people, keyring, gate, clock, random } = needs

  const commitReceipt = (receipt: string) => log.appendPlain('guichet.consent/1', Buffer.from(receipt))

  async function shredLeaf(kind: 'person' | 'link' | 'bank', name: string) {
    const statement = JSON.stringify({
      v: 'guichet.shred/1',
      kind,
      name,
      time: new Date(clock.now()).toISOString(),
    })
    const leaf = await log.appendPlain('guichet.shred/1', Buffer.from(statement))
    return { ...leaf, statement }
  }

  async function recordShred(
    tx: Tx,
    id: string,
    kind: 'person' | 'link' | 'bank',
    leaf: Awaited<ReturnType<typeof shredLeaf>>,
  ): Promise<void> {
    await tx.query(
      `insert into vault.shred (id, kind, leaf_index, leaf_nonce, statement, shredded_at)
       values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing`,
      [id, kind, leaf.index, leaf.nonce, leaf.statement, clock.now()],
    )
  }

  async function dropChunks(tx: Tx, links: readonly Link[]): Promise<void> {
    const ids = links.map((link) => link.id)
    await tx.query(`select set_config('guichet.links', $1, true)`, [ids.join(',')])
    // The version row is what a loan holds: taking it first waits until the last reader has left.
    await tx.query(`delete from vault.link_version where link_id = any($1)`, [ids])
    await tx.query(`delete from vault.chunk where link_id = any($1)`, [ids])
  }

  return {
    /** Makes a person who has nothing yet but a chat key. */
    async welcome(locale: 'en' | 'fr', timeZone: string) {
      return await sql.transaction(async (tx) => {
        const person = await people.create(tx, locale, timeZone)
        await keyring.createForPerson(person.id)
        return person
      })
    },

    /**
     * Links a person to a bank, or adds purposes to a link they have: keys, grants with receipts, the connection sealed,
     * all in one transaction. The connection that was there before comes back, to be handed in at the bank.
     * Throws `already-done` when that bank customer is linked to somebody else here.
     */
    async admit(
      arrival: Arrival,
    ): Promise<{ link: Link; grants: Grant[]; replaced: Private<Connection | null> }> {
      const { personId, bankId, subject, purposes, act, bankAccountIds = [] } = arrival
      return await sql.transaction(async (tx) => {
        if ((await people.bankLeftAt(tx, bankId)) !== null) throw new Fault('bank-withdrawn')
        const known =
          (await people.linkOfSubject(tx, bankId, subject)) ??
          (await people.linkOfAccounts(tx, personId, bankId, bankAccountIds))
        if (known && known.personId !== personId) throw new Fault('already-done')
        const link = known ?? (await people.addLink(tx, personId, bankId, subject))
        if (!known) {
          await keyring.createForLink(link.id, bankId)
          await tx.query(`insert into vault.link_version (person_id, link_id, version) values ($1, $2, 0)`, [
            personId,
            link.id,
          ])
        }
        const of = {
          personId,
          linkId: link.id,
          bankId,
          pseudonym: link.pseudonym,
          bankName: arrival.bankName,
        }
        const grants: Grant[] = []
        for (const purpose of purposes) grants.push(await consents.grant(tx, of, purpose, act, commitReceipt))

        const kept = await gate.openIn(
          tx,
          {
            personId,
            purpose: purposes[0] as 'account-view',
            actor: { kind: 'service', id: 'bank-link', role: 'bank-link' },
            what: 'keep-connection',
            linkIds: [link.id],
          },
          async (loan) => {
            const before = (await loan.connections()).map((all) => all[0] ?? null)
            await loan.keep('connection', [{ id: link.id, ...arrival.connection }])
            await loan.announce('link-made', { personId, linkId: link.id })
            return before
          },
        )
        if (!kept.ok) throw new Error(`a grant made in this transaction was refused: ${kept.why}`)
        return { link, grants, replaced: kept.value }
      })
    },

    /**
     * Withdraws one purpose. The next read is refused; a loan that rests on the grant ends first. When it was the
     * link's last, a one-time *walk-away* grant lets the bank be told. Throws `not-found` for another person's grant.
     */
    async withdraw(personId: string, grantId: string): Promise<Grant> {
      const found = (await consents.of(sql, personId)).find((grant) => grant.id === grantId)
      if (!found) throw new Fault('not-found')
      if (found.state !== 'given') throw new Fault('already-done')
      if (found.accessId !== null) return (await endApp(personId, found.accessId, 'withdrawn'))[0]!
      const statement = JSON.stringify({
        v: 'guichet.receipt/1',
        record_id: found.id,
        event: { state: 'ConsentWithdrawn', time: new Date(clock.now()).toISOString(), by: 'data-subject' },
      })
      await commitReceipt(statement)
      return await sql.transaction(async (tx) => {
        const ended = await consents.end(tx, personId, grantId, 'withdrawn')
        if (!ended) throw new Fault('already-done')
        const left = (await consents.of(tx, personId)).filter(
          (grant) =>
            grant.linkId === ended.linkId &&
            grant.state === 'given' &&
            grant.expiresAt > clock.now() &&
            !grant.oneTime &&
            // An app reads what is kept, and has no use for the access to the bank.
            grant.accessId === null,
        )
        if (left.length === 0)
          await grantOnce(tx, ended.linkId, 'walk-away', { locale: 'en', via: 'privacy-centre' })
        await announce(tx, 'consent-ended', { personId, linkId: ended.linkId, purpose: ended.purpose })
        return ended
      })
    },

    /**
     * Lets an app of the person's own read the accounts they ticked: a grant a link, all in one transaction, each with its
     * receipt. Throws `not-found` for a link or an account that is not theirs, `already-done` for a request answered before.
     */
    async letApp(allowed: AppAllowed): Promise<Grant[]> {
      const { personId, accessId, name, until, act, reach } = allowed
      return await sql.transaction(async (tx) => {
        await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`vault/app/${accessId}`])
        if ((await consents.ofAccess(tx, accessId)).length > 0) throw new Fault('already-done')
        const links = await people.linksById(tx, [...allowed.accounts.keys()])
        const accounts = await people.accountIdsOf(
          tx,
          links.map((link) => link.id),
        )
        const grants: Grant[] = []
        for (const [linkId, { bankName, accountIds }] of allowed.accounts) {
          const link = links.find(({ id }) => id === linkId)
          const own = accounts.get(linkId) ?? []
          if (link?.personId !== personId || link.state !== 'linked') throw new Fault('not-found')
          if (accountIds.length === 0 || accountIds.some((id) => !own.includes(id)))
            throw new Fault('not-found')
          const of = { personId, linkId, bankId: link.bankId, pseudonym: link.pseudonym, bankName }
          const app = { accessId, name, until, reach: { ...reach, accountIds: [...accountIds] } }
          grants.push(await consents.grant(tx, of, 'own-app', act, commitReceipt, app))
        }
        await announce(tx, 'app-let', { personId, accessId })
        return grants
      })
    },

    /** Ends what an app may read, at every bank at once. Throws `already-done` when nothing of it was live. */
    endApp,

    /**
     * The bank, or the person there, ended the access: every consent that rested on it is revoked, and the person told. Those
     * given since `usedAt`, when the access was found to be over, rest on a new one.
     */
    async accessEnded(personId: string, linkId: string, usedAt: number): Promise<void> {
      const ending = (await consents.of(sql, personId)).filter(
        (grant) =>
          grant.linkId === linkId && grant.state === 'given' && !grant.oneTime && grant.createdAt < usedAt,
      )
      for (const { id } of ending) {
        const time = new Date(clock.now()).toISOString()
        const event = { state: 'ConsentRevoked', time, by: 'data-provider' }
        await commitReceipt(JSON.stringify({ v: 'guichet.receipt/1', record_id: id, event }))
      }
      await sql.transaction(async (tx) => {
        for (const { id } of ending) await consents.end(tx, personId, id, 'revoked')
        if (ending.length > 0) await announce(tx, 'access-ended', { personId, linkId })
      })
    },

    /** A one-time consent that the person's own act creates: a copy for themselves, or giving access back. */
    grantOnce(linkId: string, purpose: 'own-copy' | 'walk-away', act: Act): Promise<Grant> {
      return sql.transaction((tx) => grantOnce(tx, linkId, purpose, act))
    },

    /**
     * Erases a person: the log says so, then the tables, then the keys. A crash after the commit is finished at the next
     * start by `replayShreds`. Consent records stay: they prove what was agreed, and hold no figure. What the log says of
     * it comes back, for the person to keep: the person's own line first, then one a link.
     */
    async erase(personId: string): Promise<Shred[]> {
      const links = (await people.links(sql, personId)).filter((link) => link.state === 'linked')
      const leaves = new Map<string, Awaited<ReturnType<typeof shredLeaf>>>()
      for (const link of links) leaves.set(link.id, await shredLeaf('link', link.pseudonym))
      const personLeaf = await shredLeaf('person', newId('sub', random))
      await sql.transaction(async (tx) => {
        // In the order in which whoever reads several links holds their consents, or each could wait for the other.
        const inOrder = await people.linksById(
          tx,
          links.map(({ id }) => id),
        )
        for (const link of inOrder) {
          await consents.endAll(tx, link.id, 'withdrawn')
          await people.endLink(tx, link.id, 'erased')
          await recordShred(tx, link.id, 'link', leaves.get(link.id)!)
        }
        await dropChunks(tx, links)
        await people.markErased(tx, personId)
        await recordShred(tx, personId, 'person', personLeaf)
        await announce(tx, 'person-left', { personId })
      })
      await keyring.shredLinks(links.map((link) => link.id))
      await keyring.shredPerson(personId)
      const shred = (kind: Shred['kind'], { statement, index, nonce }: typeof personLeaf): Shred => ({
        kind,
        statement,
        index,
        nonce,
      })
      return [shred('person', personLeaf), ...[...leaves.values()].map((leaf) => shred('link', leaf))]
    },

    /** A bank leaves with all its people: its key-encryption keys are destroyed, and each person is told. */
    async bankLeaves(bankId: string): Promise<{ links: number }> {
      if ((await people.bankLeftAt(sql, bankId)) !== null) throw new Fault('already-done')
      const leaf = await shredLeaf('bank', bankId)
      const links = await sql.transaction(async (tx) => {
        await people.markBankLeft(tx, bankId)
        const found = await people.linksOfBank(tx, bankId)
        for (const link of found) {
          await consents.endAll(tx, link.id, 'revoked')
          await people.endLink(tx, link.id, 'bank-withdrawn')
          await announce(tx, 'bank-left', { bankId, personId: link.personId })
        }
        await dropChunks(tx, found)
        await recordShred(tx, bankId, 'bank', leaf)
        return found
      })
      await keyring.shredBank(bankId)
      return { links: links.length }
    },

    /** Shreds again whatever the tables say was shredded: what a crash or a restored key store left behind. */
    async replayShreds(): Promise<number> {
      const rows = await sql.query<{ id: string; kind: string }>(
        `select id, kind from vault.shred order by leaf_index`,
      )
      await keyring.shredLinks(rows.filter((row) => row.kind === 'link').map((row) => row.id))
      for (const row of rows) {
        if (row.kind === 'person') await keyring.shredPerson(row.id)
        if (row.kind === 'bank') await keyring.shredBank(row.id)
      }
      return rows.length
    },
  }

  async function endApp(
    personId: string,
    accessId: string,
    state: 'withdrawn' | 'revoked',
  ): Promise<Grant[]> {
    for (const grant of await consents.ofAccess(sql, accessId)) {
      if (grant.state !== 'given' || grant.personId !== personId) continue
      await commitReceipt(
        JSON.stringify({
          v: 'guichet.receipt/1',
          record_id: grant.id,
          event: {
            state: state === 'withdrawn' ? 'ConsentWithdrawn' : 'ConsentRevoked',
            time: new Date(clock.now()).toISOString(),
            by: state === 'withdrawn' ? 'data-subject' : 'recipient',
          },
        }),
      )
    }
    return await sql.transaction(async (tx) => {
      const ended: Grant[] = []
      for (const { id } of await consents.ofAccess(tx, accessId)) {
        const grant = await consents.end(tx, personId, id, state)
        if (!grant) continue
        ended.push(grant)
        await announce(tx, 'consent-ended', { personId, linkId: grant.linkId, purpose: grant.purpose })
      }
      if (ended.length === 0) throw new Fault('already-done')
      return ended
    })
  }

  async function grantOnce(
    tx: Tx,
    linkId: string,
    purpose: 'own-copy' | 'walk-away',
    act: Act,
  ): Promise<Grant> {
    const [link] = await people.linksById(tx, [linkId])
    if (link?.state !== 'linked') throw new Fault('not-found')
    const { personId, bankId, pseudonym } = link
    return await consents.grant(
      tx,
      { personId, linkId, bankId, pseudonym, bankName: bankId },
      purpose,
      act,
      commitReceipt,
    )
  }
}
