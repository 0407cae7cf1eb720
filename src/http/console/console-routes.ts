import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Fault, LOCALES, type Locale } from '#kit'
import type { ConsoleSessionJson } from '../api.ts'
import type { AnswerFault } from '../faults.ts'
import type { HttpNeeds } from '../needs.ts'
import { parse } from '../parse.ts'
import { createPasskeys } from '../passkeys.ts'
import { localeOf } from '../security.ts'
import { addRequestRoutes } from './request-routes.ts'
import type { Member } from './staff.ts'
import { createStaffSessions, type StaffSession, type StaffSessions } from './staff-sessions.ts'
import { addStatementRoutes, UPLOAD_BYTES_MAX } from './statement-routes.ts'

const CODE_TRIES_PER_MINUTE = 10
const Code = z.strictObject({ code: z.string().min(1).max(64) })
const Language = z.strictObject({ locale: z.enum(LOCALES) })

/** What the routes of the console share. */
export type Desk = {
  /** Refuses what one of the console's own pages did not ask for. */
  ownPage: (request: FastifyRequest) => Promise<void>
  /** Who asks. Throws `not-signed-in`. */
  member(request: FastifyRequest): Promise<Member>
  locale(request: FastifyRequest): Promise<Locale>
}

/**
 * The bank console: a bank's staff sign in by a code of the operator's and a passkey, import statement files, and
 * answer who asked for a person. Of people they read only what was written to them; a session of people's means nothing here,
 * and one from here nothing there.
 */
export function addConsoleRoutes(
  server: FastifyInstance,
  needs: HttpNeeds & { answerFault: AnswerFault },
): { sweep: StaffSessions['sweep'] } {
  const { sql, clock, random, publicUrl, serverKey, sessionIdleMinutes, banks } = needs
  const sessions = createStaffSessions({
    sql,
    clock,
    random,
    csrfKey: serverKey,
    idleMinutes: sessionIdleMinutes,
  })
  const passkeys = createPasskeys(publicUrl)
  const secure = publicUrl.protocol === 'https:'
  const cookieName = secure ? '__Host-guichet-staff' : 'guichet-staff'
  // Strict, unlike people's: nobody comes to the console from another site.
  const cookieOptions = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  const writeCookie = (reply: FastifyReply, token: string) =>
    void reply.setCookie(cookieName, token, cookieOptions)

  const sessionOf = (request: FastifyRequest) => sessions.find(request.cookies[cookieName])
  async function mustFind(request: FastifyRequest): Promise<StaffSession> {
    const session = await sessionOf(request)
    if (!session) throw new Fault('not-signed-in')
    return session
  }

  const desk: Desk = {
    async ownPage(request) {
      if (request.headers.origin !== publicUrl.origin) throw new Fault('origin-refused')
      const token = request.headers['x-csrf-token']
      const session = await sessionOf(request)
      if (!session || typeof token !== 'string' || !sessions.csrfFits(session, token))
        throw new Fault('origin-refused')
    },
    async member(request) {
      const { member } = await mustFind(request)
      if (!member) throw new Fault('not-signed-in')
      return member
    },
    locale: async (request) => (await sessionOf(request))?.locale ?? localeOf(request),
  }

  const describe = (session: StaffSession): ConsoleSessionJson => ({
    csrf: sessions.csrfOf(session),
    locale: session.locale,
    invited: session.invited && withBank(session.invited),
    member: session.member && withBank(session.member),
  })
  const withBank = ({ name, bankId }: Member) => ({ name, bankName: banks.profile(bankId).name })

  server.register((inside, _options, ready) => {
    inside.register(multipart, {
      limits: { files: 1, fileSize: UPLOAD_BYTES_MAX, fields: 4, fieldSize: 256 * 1024, parts: 6 },
    })
    // In the language of whoever sits at the console, which is not a person's session's.
    inside.setErrorHandler(async (error, request, reply) => {
      const locale = await desk.locale(request).catch(() => localeOf(request))
      return needs.answerFault(error, request, reply, locale)
    })

    inside.get('/api/console/session', async (request, reply): Promise<ConsoleSessionJson> => {
      const session = await sessionOf(request)
      if (session) return describe(session)
      const token = await sessions.start(localeOf(request))
      writeCookie(reply, token)
      return describe((await sessions.find(token))!)
    })

    inside.post(
      '/api/console/session/locale',
      { preHandler: desk.ownPage },
      async (request): Promise<ConsoleSessionJson> => {
        const session = await mustFind(request)
        const { locale } = parse(Language, request.body)
        await sessions.setLocale(session, locale)
        return describe({ ...session, locale })
      },
    )

    inside.post('/api/console/signout', { preHandler: desk.ownPage }, async (request, reply) => {
      await sessions.end(await mustFind(request))
      reply.clearCookie(cookieName, cookieOptions)
      return await reply.code(204).send()
    })

    inside.post(
      '/api/console/code',
      {
        preHandler: desk.ownPage,
        config: { rateLimit: { max: CODE_TRIES_PER_MINUTE, timeWindow: '1 minute' } },
      },
      async (request): Promise<ConsoleSessionJson> => {
        const { code } = parse(Code, request.body)
        await sessions.typeCode(await mustFind(request), code)
        return describe(await mustFind(request))
      },
    )

    inside.post('/api/console/passkeys/register/options', { preHandler: desk.ownPage }, async (request) => {
      const session = await mustFind(request)
      if (!session.invited) throw new Fault('not-signed-in')
      const { id, name } = session.invited
      const options = await passkeys.registrationOptions(id, `${name} · Guichet`, [])
      await sessions.keepChallenge(session, options.challenge)
      return options
    })

    inside.post(
      '/api/console/passkeys/register/verify',
      { preHandler: desk.ownPage },
      async (request, reply) => {
        const session = await mustFind(request)
        if (!session.invited) throw new Fault('not-signed-in')
        const made = await passkeys.register(request.body, await sessions.takeChallenge(session))
        await sessions.admit(session, session.invited, made)
        writeCookie(reply, await sessions.signIn(session, session.invited.id))
        return await reply.code(204).send()
      },
    )

    inside.post('/api/console/passkeys/login/options', { preHandler: desk.ownPage }, async (request) => {
      const options = await passkeys.loginOptions()
      await sessions.keepChallenge(await mustFind(request), options.challenge)
      return options
    })

    inside.post(
      '/api/console/passkeys/login/verify',
      { preHandler: desk.ownPage },
      async (request, reply) => {
        const session = await mustFind(request)
        const challenge = await sessions.takeChallenge(session)
        const kept = await sessions.passkeyOf(passkeys.credentialIdOf(request.body))
        if (!kept) throw new Fault('not-signed-in')
        const counter = await passkeys.login(request.body, challenge, kept)
        await sessions.noteCounter(kept.credential_id, counter)
        writeCookie(reply, await sessions.signIn(session, kept.member_id))
        return await reply.code(204).send()
      },
    )

    addStatementRoutes(inside, { ...needs, desk })
    addRequestRoutes(inside, { ...needs, desk })
    ready()
  })

  return { sweep: () => sessions.sweep() }
}
