import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isPurpose, OFFERED_PURPOSES, PURPOSES, type Purpose } from '#consent'
import { Fault, MINUTE, seal, unseal } from '#kit'
import { reveal } from '../kit/reveal.ts'
import type { BankJson, PurposeJson, RedirectJson } from './api.ts'
import type { HttpNeeds, PendingAtBank } from './needs.ts'
import { parse } from './parse.ts'
import { localeOf, presenceOf, requireOwnPage, type sessionCookie, timeZoneOf } from './security.ts'
import type { Session, Sessions } from './sessions.ts'

/** An authorisation not finished within this is begun again. */
const PENDING_MS = 10 * MINUTE

/** What a bank answers that has ended an access already. */
const REFUSALS = new Set<string>(['bank-refused', 'bank-token-refused', 'bank-access-ended'])

const LinkRequest = z.strictObject({
  bankId: z.string().max(40),
  purposes: z
    .array(
      z
        .string()
        .refine(isPurpose)
        .refine((id) => (OFFERED_PURPOSES as string[]).includes(id)),
    )
    .min(1)
    .max(OFFERED_PURPOSES.length)
    .refine((ids) => new Set(ids).size === ids.length),
  locale: z.enum(['en', 'fr']),
})

type Pending = {
  kind: 'link' | 'sign-in'
  purposes: Purpose[]
  atBank: PendingAtBank
  /** As the page told it that they left from: the browser comes back from the bank without a word of it. Absent in what was begun before it was kept. */
  timeZone?: string
}

/** Linking a bank, and signing in through one: to the bank's own page and back. */
export function addLinkRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { sessions: Sessions; cookie: ReturnType<typeof sessionCookie> },
): void {
  const {
    sql,
    vault,
    people,
    consents,
    banks,
    sessions,
    cookie,
    publicUrl,
    clock,
    random,
    serverKey,
    onFault,
  } = needs
  const ownPage = requireOwnPage(publicUrl, sessions)

  const hashOf = (state: string) => createHash('sha256').update(state).digest()

  async function keepPending(request: FastifyRequest, begun: Omit<Pending, 'timeZone'>): Promise<void> {
    const pending: Pending = { ...begun, timeZone: timeZoneOf(request) }
    const hash = hashOf(pending.atBank.state)
    const words = Buffer.from(JSON.stringify(pending))
    await sql.query(
      `insert into web.pending (state_hash, session_hash, sealed, created_at) values ($1, $2, $3, $4)`,
      [hash, request.session!.hash, seal(serverKey, hash.toString('hex'), words, random), clock.now()],
    )
  }

  /** Takes the request that a return belongs to: of this browser, fresh, and once. Throws `link-state-wrong`. */
  async function takePending(session: Session | null, state: string | undefined): Promise<Pending> {
    if (!session || !state) throw new Fault('link-state-wrong')
    const hash = hashOf(state)
    const [row] = await sql.query<{ sealed: Buffer }>(
      `delete from web.pending where state_hash = $1 and session_hash = $2 and created_at > $3 returning sealed`,
      [hash, session.hash, clock.now() - PENDING_MS],
    )
    if (!row) throw new Fault('link-state-wrong')
    return JSON.parse(unseal(serverKey, hash.toString('hex'), row.sealed).toString()) as Pending
  }

  async function openBank(bankId: string): Promise<{ id: string; name: string }> {
    const profile = banks.profile(bankId)
    if ((await people.bankLeftAt(sql, bankId)) !== null) throw new Fault('bank-withdrawn')
    return profile
  }

  /** Whether this browser's person is warned of frauds at a bank: its new access replaces the one that this rests on. */
  async function isWarned({ personId }: Session, bankId: string): Promise<boolean> {
    if (!personId) return false
    const linked = (await people.links(sql, personId)).filter((link) => link.bankId === bankId)
    for (const { id } of linked) if ((await vault.livePurposes(id, ['fraud-alerts'])).length > 0) return true
    return false
  }

  server.get('/api/banks', async (request): Promise<BankJson[]> => {
    const personId = request.session?.personId
    const links = personId ? await people.links(sql, personId) : []
    const linked = new Set(links.filter((link) => link.state === 'linked').map((link) => link.bankId))
    return await Promise.all(
      banks.list().map(async ({ id, name, simulated }) => ({
        id,
        name,
        simulated,
        status: (await people.bankLeftAt(sql, id)) === null ? ('open' as const) : ('withdrawn' as const),
        linked: linked.has(id),
        signsIn: banks.personFrom(id) === 'id-token',
      })),
    )
  })

  server.get('/api/purposes', async (request): Promise<PurposeJson[]> => {
    const locale = localeOf(request)
    return OFFERED_PURPOSES.map((id) => ({ id, ...PURPOSES[id][locale], days: consents.daysOf(id) }))
  })

  server.post('/api/links', { preHandler: ownPage }, async (request): Promise<RedirectJson> => {
    const { bankId, purposes, locale } = parse(LinkRequest, request.body)
    await openBank(bankId)
    const asked = purposes as Purpose[]
    const { redirect, pending } = await banks.beginLink(bankId, {
      purposes: asked.map((id) => ({ id, name: PURPOSES[id][locale].name })),
      locale,
      lookbackDays: Math.max(...asked.map((id) => PURPOSES[id].lookbackDays)),
      durationDays: Math.max(...asked.map((id) => consents.daysOf(id))),
      cardOrders: asked.includes('fraud-alerts') || (await isWarned(request.session!, bankId)),
      fromAddress: request.ip,
    })
    await keepPending(request, { kind: 'link', purposes: asked, atBank: pending })
    return { redirect }
  })

  server.post('/api/signin/bank', { preHandler: ownPage }, async (request): Promise<RedirectJson> => {
    const { bankId } = parse(z.strictObject({ bankId: z.string().max(40) }), request.body)
    await openBank(bankId)
    const { redirect, pending } = await banks.beginSignIn(bankId, { locale: localeOf(request) })
    await keepPending(request, { kind: 'sign-in', purposes: [], atBank: pending })
    return { redirect }
  })

  server.get('/link/callback', async (request, reply) => {
    const here = new URL(request.raw.url ?? '/', publicUrl)
    try {
      const pending = await takePending(request.session, here.searchParams.get('state') ?? undefined)
      const session = request.session!
      const { session: after, landing } =
        pending.kind === 'link'
          ? await finishLink(request, session, pending, here)
          : await finishSignIn(session, pending, here)
      cookie.write(reply, after)
      return await reply.redirect(landing, 303)
    } catch (error) {
      // The person is in the middle of a journey between two sites: they land on a page of ours that says what happened.
      const code = error instanceof Fault ? error.code : 'internal'
      onFault({ code, route: '/link/callback', status: error instanceof Fault ? error.status : 500, error })
      return await reply.redirect(`/?error=${code}`, 303)
    }
  })

  async function finishLink(request: FastifyRequest, session: Session, pending: Pending, here: URL) {
    const { bankId } = pending.atBank
    const { name } = await openBank(bankId)
    const { subject, connection } = await banks.completeLink(pending.atBank, here)
    let bankAccountIds: readonly string[] | undefined
    const admit = async () => {
      bankAccountIds ??= await accountsOpened(request, session, bankId, connection)
      const personId = await whoLinks(session, pending, subject)
      const { replaced } = await vault.admit({
        personId,
        bankId,
        bankName: name,
        subject,
        purposes: pending.purposes,
        connection,
        bankAccountIds,
        act: { locale: session.locale, via: 'bank-consent-page' },
      })
      return { personId, replaced }
    }
    // Somebody may link the same bank in two browsers at once: the second is then the first one's person come back.
    const admitted = admit().catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'already-done') return admit()
      throw error
    })
    const { personId, replaced } = await admitted.catch(async (error: unknown) => {
      // The bank has given an access that nobody here will keep.
      await handIn(bankId, connection)
      throw error
    })
    const kept = reveal(replaced)
    if (kept) await handIn(bankId, kept)
    await noteTimeZone(personId, pending)
    return { session: await sessions.rotate(session, personId, true), landing: `/?linked=${bankId}` }
  }

  /** Whoever comes back may write nothing here: what is told unasked goes by the clock where they are now. */
  async function noteTimeZone(personId: string, { timeZone }: Pending): Promise<void> {
    if (timeZone !== undefined) await people.setTimeZone(sql, personId, timeZone)
  }

  /**
   * Who the link is for. The bank has just told us which customer this is: if somebody here is linked to them already,
   * it is that person come back in another browser, unless this browser speaks for another who has links of their own.
   */
  async function whoLinks(session: Session, { atBank, timeZone }: Pending, subject: string): Promise<string> {
    const known = await people.linkOfSubject(sql, atBank.bankId, subject)
    const mine = session.personId ? await people.links(sql, session.personId) : []
    if (known && known.personId !== session.personId) {
      if (mine.some((link) => link.state === 'linked')) throw new Fault('already-done')
      return known.personId
    }
    return await sessions.personOf(session, () => vault.welcome(session.locale, timeZone ?? 'UTC'))
  }

  /**
   * The accounts that a new access opens, where the bank says nothing else of whose it is: by them the person's own link is
   * found again. A bank that cannot be read just then renews nothing: what was there before goes on.
   */
  async function accountsOpened(
    request: FastifyRequest,
    { personId }: Session,
    bankId: string,
    connection: Parameters<typeof banks.readAccounts>[1],
  ): Promise<readonly string[]> {
    if (!personId || banks.personFrom(bankId) !== 'none') return []
    const mine = await people.links(sql, personId)
    if (!mine.some((link) => link.bankId === bankId && link.state === 'linked')) return []
    const { accounts } = await banks.readAccounts(bankId, connection, presenceOf(request))
    return accounts.map(({ bankAccountId }) => bankAccountId)
  }

  /** An access that is not, or no longer, needed goes back to the bank. If the bank is down it lapses at its end date. */
  async function handIn(bankId: string, connection: Parameters<typeof banks.revoke>[1]) {
    await banks.revoke(bankId, connection, 'superseded').catch((error: unknown) => {
      // The bank, or the person there, has ended it already.
      if (error instanceof Fault && REFUSALS.has(error.code)) return
      onFault({
        code: error instanceof Fault ? error.code : 'internal',
        route: '/link/callback',
        status: 502,
        error,
      })
    })
  }

  async function finishSignIn(session: Session, pending: Pending, here: URL) {
    const { bankId } = pending.atBank
    await openBank(bankId)
    const { subject } = await banks.completeSignIn(pending.atBank, here)
    const link = await people.linkOfSubject(sql, bankId, subject)
    if (!link) return { session, landing: '/signin?error=not-found' }
    await noteTimeZone(link.personId, pending)
    return { session: await sessions.rotate(session, link.personId, true), landing: '/?signed-in=1' }
  }
}
