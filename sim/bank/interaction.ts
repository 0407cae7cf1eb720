import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import { z } from 'zod'
import type { Locale } from '#kit'
import type { Consents } from './consents.ts'
import type { AccountRecord, Ledger } from './ledger.ts'
import { CONSENT_TYPE, type ConsentDetail } from './provider.ts'
import type { BankStore } from './store.ts'
import { localeOf, SENTENCES, type SentenceCode } from './words.ts'

const LOGIN_ATTEMPTS_MAX = 10

const loginBody = z.object({ username: z.string().max(64), password: z.string().max(200), csrf: z.string() })
const consentBody = z.object({
  accountIds: z.array(z.string().max(128)).max(50),
  approve: z.boolean(),
  csrf: z.string(),
})

/** A refusal of the bank's own page. */
class PageError extends Error {
  readonly status: number
  readonly code: SentenceCode

  constructor(status: number, code: SentenceCode) {
    super(code)
    this.status = status
    this.code = code
  }
}

/** The JSON behind the bank's login and consent pages, under `/interaction/{uid}`. */
export function installInteraction(
  app: FastifyInstance,
  needs: {
    bank: { id: string; name: string }
    issuer: string
    provider: Provider
    secret: string
    store: BankStore
    ledger: Ledger
    consents: Consents
  },
): void {
  const { bank, issuer, provider, secret, store, ledger, consents } = needs
  const attempts = new Map<string, number>()

  /** The interaction that this browser's cookie belongs to, when it is the one in the address. */
  async function interactionOf(request: FastifyRequest, reply: FastifyReply) {
    const { uid } = request.params as { uid: string }
    const found = await provider.interactionDetails(request.raw, reply.raw).catch(() => null)
    if (found?.uid !== uid) throw new PageError(404, 'interaction-over')
    return found
  }
  const csrfOf = (uid: string) => createHmac('sha256', secret).update(`csrf ${uid}`).digest('base64url')

  function checkSender(request: FastifyRequest, uid: string, csrf: string): void {
    if (request.headers.origin !== issuer || !isSame(csrf, csrfOf(uid)))
      throw new PageError(403, 'csrf-wrong')
  }

  app.get('/interaction/:uid/details', async (request, reply) => {
    const { uid, prompt, params, session } = await interactionOf(request, reply)
    const consentRequest = consentRequestOf(params)
    return {
      bank,
      prompt: prompt.name,
      locale: localeOf(params.ui_locales),
      client: { name: 'Guichet' },
      ...(prompt.name === 'login' && {
        customers: ledger
          .customers()
          .map(({ username, displayName, password }) => ({ username, displayName, password })),
      }),
      purposes: consentRequest?.purposes ?? [],
      accounts:
        prompt.name === 'consent' && session?.accountId
          ? ledger.accountsOf(session.accountId).map(describeAccount)
          : [],
      durationDays: consentRequest?.durationPeriod ?? 0,
      csrf: csrfOf(uid),
    }
  })

  app.post('/interaction/:uid/login', async (request, reply) => {
    const interaction = await interactionOf(request, reply)
    const { username, password, csrf } = parse(loginBody, request.body)
    checkSender(request, interaction.uid, csrf)
    if (interaction.prompt.name !== 'login') throw new PageError(409, 'step-wrong')
    const attempt = (attempts.get(interaction.uid) ?? 0) + 1
    attempts.set(interaction.uid, attempt)
    if (attempt > LOGIN_ATTEMPTS_MAX) throw new PageError(429, 'login-too-often')
    const customer = ledger.findByUsername(username.trim().toLowerCase())
    // Compared even when there is no such customer: the time taken must not say who banks here.
    if (!isSame(password, customer?.password ?? secret) || !customer) throw new PageError(401, 'login-wrong')
    attempts.delete(interaction.uid)

    // Somebody may log in after somebody else on the same browser: each log-in begins a session of its own.
    if (interaction.session?.uid) {
      await (await provider.Session.findByUid(interaction.session.uid))?.destroy()
      interaction.session = undefined
      await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
    }
    const redirect = await provider.interactionResult(
      request.raw,
      reply.raw,
      { login: { accountId: customer.customerId, remember: false } },
      { mergeWithLastSubmission: false },
    )
    return { redirect }
  })

  app.post('/interaction/:uid/consent', async (request, reply) => {
    const interaction = await interactionOf(request, reply)
    const { accountIds, approve, csrf } = parse(consentBody, request.body)
    checkSender(request, interaction.uid, csrf)
    const customerId = interaction.session?.accountId
    if (interaction.prompt.name !== 'consent' || !customerId) throw new PageError(409, 'step-wrong')
    if (!approve) {
      const result = { error: 'access_denied', error_description: 'The customer did not approve' }
      return { redirect: await provider.interactionResult(request.raw, reply.raw, result) }
    }
    const detail = detailOf(interaction.params)
    const own = new Set(ledger.accountsOf(customerId).map(({ accountId }) => accountId))
    if (detail && (accountIds.length === 0 || accountIds.some((id) => !own.has(id)))) {
      throw new PageError(422, 'accounts-wrong')
    }
    const { missingOIDCScope = [], missingResourceScopes = {} } = interaction.prompt.details as {
      missingOIDCScope?: string[]
      missingResourceScopes?: Record<string, string[]>
    }
    const grant = new provider.Grant({
      accountId: customerId,
      clientId: String(interaction.params.client_id),
    })
    grant.addOIDCScope(missingOIDCScope.join(' '))
    for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
      grant.addResourceScope(resource, scopes.join(' '))
    }
    const grantId = await grant.save()
    if (detail) {
      const consentId = consents.give({
        customerId,
        oauthGrantId: grantId,
        accountIds: [...new Set(accountIds)],
        request: detail.consentRequest,
      })
      grant.addRar({ ...detail, consentId, accountIds: [...new Set(accountIds)] })
      await grant.save()
    }
    const redirect = await provider.interactionResult(request.raw, reply.raw, { consent: { grantId } })
    return { redirect }
  })

  app.setErrorHandler(async (error, request, reply) => {
    const { uid } = request.params as { uid: string }
    const page = error instanceof PageError ? error : new PageError(400, 'request-malformed')
    if (!(error instanceof PageError) && ((error as { statusCode?: number }).statusCode ?? 500) >= 500)
      throw error
    const sentence = SENTENCES[page.code][localeOfInteraction(store, uid)]
    return reply.code(page.status).send({ error: { code: page.code, sentence } })
  })
}

/** The language that Guichet asked for, known even when the browser's cookie is gone. */
function localeOfInteraction(store: BankStore, uid: string): Locale {
  const row = store.first<{ locales: string | null }>(
    `select payload ->> '$.params.ui_locales' as locales from oauth where model = 'Interaction' and id = ?`,
    uid,
  )
  return localeOf(row?.locales)
}

function describeAccount({ accountId, name, numberDisplay, kind }: AccountRecord) {
  return { accountId, name, numberDisplay, kind }
}

function detailOf(params: Record<string, unknown>): ConsentDetail | null {
  if (typeof params.authorization_details !== 'string') return null
  const details = JSON.parse(params.authorization_details) as ConsentDetail[]
  return details.find(({ type }) => type === CONSENT_TYPE) ?? null
}
const consentRequestOf = (params: Record<string, unknown>) => detailOf(params)?.consentRequest

function parse<T>(shape: z.ZodType<T>, body: unknown): T {
  const result = shape.safeParse(body)
  if (!result.success) throw new PageError(400, 'request-malformed')
  return result.data
}

/** Compares in a time that says nothing of where they differ, nor of their lengths. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
