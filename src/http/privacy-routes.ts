import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Grant, PURPOSES } from '#consent'
import { Fault, type Locale } from '#kit'
import type { ErasedJson, GrantJson, PrivacyJson, ReadJson, ReadsJson, ShredJson } from './api.ts'
import { describeApps } from './describe-apps.ts'
import { exportFile } from './export-file.ts'
import { createTurns } from './in-turn.ts'
import type { HttpNeeds, Shred } from './needs.ts'
import { parse } from './parse.ts'
import { localeOf, requireOwnPage, type sessionCookie, signedIn, steppedUp } from './security.ts'
import type { Sessions } from './sessions.ts'
import type { Streams } from './streams.ts'
import { whatWasDone } from './what-was-done.ts'

const READS_PER_PAGE_MAX = 100

const Page = z.strictObject({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(READS_PER_PAGE_MAX).default(50),
})
const Id = z.strictObject({ id: z.string().regex(/^[\w.-]{1,80}$/) })

/** The privacy centre: links and consents, who looked, the proofs, withdrawing, erasing, and the person's own copy. */
export function addPrivacyRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { sessions: Sessions; cookie: ReturnType<typeof sessionCookie>; streams: Streams },
): void {
  const { sql, vault, people, consents, log, banks, sessions, cookie, streams, publicUrl, clock, onFault } =
    needs
  const ownPage = requireOwnPage(publicUrl, sessions)
  const inTurn = createTurns()

  const nameOf = (bankId: string) => banks.list().find((bank) => bank.id === bankId)?.name ?? bankId

  function describeGrant(grant: Grant, locale: Locale): GrantJson {
    return {
      id: grant.id,
      purpose: grant.purpose,
      name: PURPOSES[grant.purpose][locale].name,
      sentence: PURPOSES[grant.purpose][locale].sentence,
      state: grant.state === 'given' && grant.expiresAt <= clock.now() ? 'expired' : grant.state,
      createdAt: grant.createdAt,
      expiresAt: grant.expiresAt,
      endedAt: grant.endedAt,
      receiptHref: `/api/privacy/receipts/${grant.id}`,
    }
  }

  async function describe(personId: string, locale: Locale): Promise<PrivacyJson> {
    const links = await people.links(sql, personId)
    const grants = await consents.of(sql, personId)
    return {
      links: links.map((link) => ({
        id: link.id,
        bankId: link.bankId,
        bank: nameOf(link.bankId),
        since: link.createdAt,
        status: link.state,
        grants: grants
          .filter((grant) => grant.linkId === link.id && !grant.oneTime && grant.accessId === null)
          .map((grant) => describeGrant(grant, locale)),
      })),
      apps: await describeApps(needs, personId, (grant) => describeGrant(grant, locale)),
      reads: await vault.diary.count(personId),
      log: { origin: log.origin, vkey: log.vkey },
    }
  }

  /** The proof goes with the answer: whoever has left has no session to come back for it with. */
  async function describeShred({ kind, statement, index, nonce }: Shred): Promise<ShredJson> {
    const proof = await log.statementProofOf(index, nonce, Buffer.from(statement))
    return { kind, index, statement, proof }
  }

  /** Signs the log once more. When that fails the erasing still stands, and its lines go out without their proof. */
  async function signOnce(): Promise<void> {
    await log.checkpoint().catch((error: unknown) => {
      onFault({
        code: error instanceof Fault ? error.code : 'internal',
        route: '/api/erase',
        status: 500,
        error,
      })
    })
  }

  server.get('/api/privacy', async (request): Promise<PrivacyJson> => {
    const { personId } = signedIn(request)
    return await describe(personId, localeOf(request))
  })

  server.get('/api/privacy/reads', async (request): Promise<ReadsJson> => {
    const { personId } = signedIn(request)
    const { before, limit } = parse(Page, request.query)
    const locale = localeOf(request)
    const entries = await vault.diary.entries(personId, {
      ...(before === undefined ? {} : { beforeAt: before }),
      limit: limit + 1,
    })
    const reads = entries.slice(0, limit).map(
      ({ linkId, bankId, seq, provable, record }): ReadJson => ({
        id: `${linkId}.${seq}`,
        linkId,
        bank: nameOf(bankId),
        seq,
        at: Date.parse(record.t),
        actor: record.actor,
        what: whatWasDone(record.what, locale),
        deed: record.what,
        purpose: record.purpose,
        purposeName: PURPOSES[record.purpose as keyof typeof PURPOSES][locale].name,
        consent: record.consent,
        clusters: record.clusters,
        decision: record.decision === 'allowed' ? 'allowed' : 'refused',
        provable,
      }),
    )
    return { reads, more: entries.length > limit }
  })

  server.get('/api/privacy/reads/:id/proof', async (request, reply) => {
    const { personId } = signedIn(request)
    const { id } = parse(Id, request.params)
    const dot = id.lastIndexOf('.')
    const seq = Number(id.slice(dot + 1))
    if (dot < 1 || !Number.isSafeInteger(seq)) throw new Fault('not-found')
    const find = () => vault.diary.proof(personId, id.slice(0, dot), seq)
    let proof = await find()
    if (proof === null) {
      // A read of a moment ago is not signed yet. Nobody is sent away for that: those who ask together share a signature.
      await log.checkpoint()
      proof = await find()
    }
    if (proof === null) throw new Fault('not-found', { detail: 'no signed checkpoint covers this read yet' })
    return await reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="read-${seq}.tlog-proof"`)
      .send(proof)
  })

  server.get('/api/privacy/receipts/:id', async (request, reply) => {
    const { personId } = signedIn(request)
    const { id } = parse(Id, request.params)
    const grant = (await consents.of(sql, personId)).find((one) => one.id === id)
    if (!grant) throw new Fault('not-found')
    return await reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="receipt-${grant.purpose}.jws"`)
      .send(grant.receipt)
  })

  server.post('/api/grants/:id/withdraw', { preHandler: ownPage }, async (request): Promise<PrivacyJson> => {
    const { personId } = signedIn(request)
    const { id } = parse(Id, request.params)
    await vault.withdraw(personId, id)
    await streams.changed(personId, 'consents')
    return await describe(personId, localeOf(request))
  })

  server.post('/api/apps/:id/withdraw', { preHandler: ownPage }, async (request): Promise<PrivacyJson> => {
    const { personId } = signedIn(request)
    const { id } = parse(Id, request.params)
    await needs.personsApps.withdraw(personId, id)
    await streams.changed(personId, 'consents')
    return await describe(personId, localeOf(request))
  })

  server.post('/api/export', { preHandler: ownPage }, async (request, reply) => {
    const { personId } = steppedUp(request)
    // A copy rests on a consent that it uses up: asked for twice at once, each would use the other's.
    const file = await inTurn(personId, () =>
      exportFile({
        ...needs,
        personId,
        actor: { kind: 'person', id: 'self', role: 'you' },
        act: { locale: localeOf(request), via: 'privacy-centre' },
      }),
    )
    const day = new Date(clock.now()).toISOString().slice(0, 10)
    return await reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="guichet-${day}.json"`)
      .send(file)
  })

  server.post('/api/erase', { preHandler: ownPage }, async (request, reply): Promise<ErasedJson> => {
    parse(z.strictObject({ confirm: z.literal(true) }), request.body)
    const { personId } = steppedUp(request)
    const shreds = await needs.walkAway(personId)
    cookie.clear(reply)
    await signOnce()
    return {
      log: { origin: log.origin, vkey: log.vkey },
      shreds: await Promise.all(shreds.map(describeShred)),
    }
  })
}
