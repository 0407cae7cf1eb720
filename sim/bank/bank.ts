import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { exportJWK, generateKeyPair } from 'jose'
import { type Clock, type Random, systemRandom } from '#kit'
import type { Customer } from '../customers/customer.ts'
import { createAccessCheck } from './access.ts'
import { createAccountChanges } from './account-changes.ts'
import type { NewPayment } from './attempts.ts'
import { installCardControl } from './card-control.ts'
import { createCardEvents } from './card-events.ts'
import { createCards } from './cards.ts'
import { createConsents } from './consents.ts'
import { createDeclines } from './declines.ts'
import { createDelivery } from './delivery.ts'
import { createDisputes, type DisputeOutcome } from './disputes.ts'
import { createEventQueue } from './event-queue.ts'
import { createFaults } from './faults.ts'
import { installFdx } from './fdx.ts'
import { FdxError } from './fdx-errors.ts'
import { installInteraction } from './interaction.ts'
import { createLedger } from './ledger.ts'
import { installPages } from './pages.ts'
import { createProvider } from './provider.ts'
import { close, createApp, listen, portOf } from './server.ts'
import { type SigningJwk, signRequest, WITHDRAW_TAG } from './signing.ts'
import { openBankStore } from './store.ts'
import { localeOf } from './words.ts'

/** Who a bank is: what its profile tells Guichet, but for its addresses and keys. */
export type BankIdentity = {
  id: string
  name: string
  legalName: string
  country: string
  timeZone: string
  currency: string
}

/** The profile as Guichet reads it from `<id>.json`. */
export type BankProfileFile = BankIdentity & {
  simulated: true
  issuer: string
  api: { standard: 'fdx-6'; baseUrl: string }
  authorisation: { kind: 'fapi2' }
  cardControlUrl: string
  clientId: 'guichet'
  eventKeys: Record<string, unknown>[]
}

export type Bank = Awaited<ReturnType<typeof startBank>>

const RECENT_EVENTS = 50

/** Starts one simulated bank on 127.0.0.1. What it knows is in `dataFolder/<id>.sqlite` and survives a kill -9. */
export async function startBank(options: {
  identity: BankIdentity
  guichetUrl: string
  host: string
  port: number
  dataFolder: string
  pagesFolder: string
  clock: Clock
  random?: Random
  /** Uniform in [0, 1): the spread of pauses. */
  chance: () => number
  customers(now: number): readonly Customer[]
}) {
  const { identity, host, pagesFolder, clock, random = systemRandom } = options
  const guichetUrl = options.guichetUrl.replace(/\/$/, '')
  const store = openBankStore(join(options.dataFolder, `${identity.id}.sqlite`))
  const keptPort = store.readFact('port')
  const server = await listen(host, options.port, keptPort === null ? null : Number(keptPort)).catch(
    (error) => {
      store.close()
      throw error
    },
  )
  store.writeFact('port', String(portOf(server)))

  const issuer = `http://${host}:${portOf(server)}`
  const profile: BankProfileFile = {
    ...identity,
    simulated: true,
    issuer,
    api: { standard: 'fdx-6', baseUrl: `${issuer}/fdx/v6` },
    authorisation: { kind: 'fapi2' },
    cardControlUrl: `${issuer}/card-control/v1`,
    clientId: 'guichet',
    eventKeys: [],
  }
  const eventKey = await readEventKey()
  const { d: _private, ...publicEventKey } = eventKey
  profile.eventKeys = [publicEventKey]

  const now = () => clock.now()
  const consents = createConsents(store, now)
  const ledger = createLedger({ store, random })
  const cards = createCards({ store, ledger, clock, random })
  const declines = createDeclines({ store, random })
  const faults = createFaults()
  let stopped = false
  const recent: { type: string; at: number }[] = []
  const queue = createEventQueue({ store, consents, issuer, random, added: () => delivery.wake() })
  const delivery = createDelivery({
    queue,
    eventsUrl: `${guichetUrl}/banks/${identity.id}/events`,
    key: eventKey,
    clock,
    random: options.chance,
    delivered(events) {
      for (const { body } of events) {
        const { type, time } = JSON.parse(body) as { type: string; time: string }
        recent.push({ type, at: Date.parse(time) })
      }
      recent.splice(0, recent.length - RECENT_EVENTS)
    },
  })
  const payments = createCardEvents({ store, ledger, cards, declines, queue, clock, random })
  const changes = createAccountChanges({ store, ledger, consents, queue, clock, random })
  const disputes = createDisputes({ store, queue, clock, random })
  store.atomically(() => {
    if (store.readFact('opened-at') !== null && ledger.customers().length > 0) return
    for (const customer of options.customers(clock.now())) ledger.admit(customer, clock.now())
    store.writeFact('opened-at', String(clock.now()))
  })

  const { provider, publicJwk, cookieSecret } = await createProvider({
    bankId: identity.id,
    issuer,
    fdxBaseUrl: profile.api.baseUrl,
    guichetUrl,
    store,
    consents,
    hasCustomer: (customerId) => ledger.findCustomer(customerId) !== null,
  })
  const access = createAccessCheck({ provider, publicJwk, issuer, audience: profile.api.baseUrl, consents })
  const app = createApp(server)
  faults.install(app)
  const sendPage = await installPages(app, pagesFolder)
  app.get('/interaction/:uid', (_request, reply) => sendPage(reply, 'bank.html'))
  const bank = { id: identity.id, name: identity.name }
  // The bank's website: on the same site as Guichet, as a bank's own subdomain would be, or no session reaches the frame.
  const homeUrl = `http://${new URL(guichetUrl).hostname}:${portOf(server)}`
  app.get('/', async (request, reply) =>
    request.headers.host === new URL(homeUrl).host
      ? await sendPage(reply, 'bank-home.html', {
          guichetUrl,
          language: localeOf(request.headers['accept-language']),
        })
      : await reply.redirect(homeUrl),
  )
  app.get('/home', () => ({ bank, guichetUrl }))
  await app.register((scope, _options, done) => {
    installInteraction(scope, { bank, issuer, provider, secret: cookieSecret, store, ledger, consents })
    done()
  })
  await app.register((scope, _options, done) => {
    scope.setErrorHandler(answerInFdxForm)
    installFdx(scope, { bank: { name: identity.legalName, issuer }, access, ledger, consents, faults, clock })
    installCardControl(scope, { access, store, ledger, cards, declines, disputes, payments })
    done()
  })
  await app.register((scope, _options, done) => {
    // The provider reads its own bodies.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    const answer = provider.callback()
    scope.all('/*', (request, reply) => {
      reply.hijack()
      void answer(request.raw, reply.raw)
    })
    done()
  })
  await app.ready()
  delivery.wake()

  async function readEventKey(): Promise<SigningJwk> {
    const { privateKey } = await generateKeyPair('Ed25519', { extractable: true })
    const fresh = {
      ...(await exportJWK(privateKey)),
      kid: `${identity.id}-${randomBytes(6).toString('hex')}`,
    }
    return JSON.parse(store.fact('event-key', () => JSON.stringify(fresh)))
  }

  function customerOf(username: string) {
    const customer = ledger.findByUsername(username)
    if (!customer) throw new RangeError(`there is no customer ${username} at ${identity.id}`)
    return customer
  }

  return {
    id: identity.id,
    name: identity.name,
    profile,
    issuer,
    homeUrl,
    faults,

    /** Everybody who banks here. */
    customers: () => ledger.customers(),
    /** Their accounts with what they hold, in minor units of each account's currency. */
    accountsOf: (username: string) =>
      ledger
        .accountsOf(customerOf(username).customerId)
        .map((account) => ({ ...account, ...ledger.balance(account) })),
    /** One line per payment, newest first; for tests. */
    entriesOf: (accountId: string) =>
      ledger.page(accountId, 0, Number.MAX_SAFE_INTEGER, null, Number.MAX_SAFE_INTEGER - 1).entries,
    /** Usernames with a live consent, in order of log-in names. */
    linkedCustomers: () =>
      [...new Set(consents.live().map(({ customerId }) => ledger.findCustomer(customerId)!.username))].sort(),
    consentsOf: (username: string) => {
      const { customerId } = customerOf(username)
      return consents.live().filter((consent) => consent.customerId === customerId)
    },
    /** The customer ends every consent at the bank itself. */
    revokeConsents(username: string): void {
      const { customerId } = customerOf(username)
      for (const consent of consents.live()) {
        if (consent.customerId !== customerId) continue
        consents.revoke(consent, { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' })
      }
    },

    authorise: (username: string, payment: NewPayment) => payments.authorise(username, payment),
    /** A payment that the bank's own fraud system stops. */
    stopPayment: payments.stop,
    /** The bank's own alert about a payment that it let through. */
    suspect: payments.suspect,
    adjust: payments.adjust,
    post: payments.post,
    release: payments.release,
    reverse: payments.reverse,
    schedule: payments.schedule,
    /** Takes the steps of payments that are due by the clock: postings, releases, reversals. */
    advance: payments.advance,
    isBlocked: cards.isBlocked,
    cardState: cards.state,
    /** Lifts the block of one card of theirs, or of all. */
    unblock: (username: string, card?: string) => {
      for (const { accountId, cardNumberDisplay } of ledger.accountsOf(customerOf(username).customerId)) {
        if (cardNumberDisplay === null || (card !== undefined && cardNumberDisplay !== card)) continue
        if (cards.state(accountId, cardNumberDisplay) === 'blocked')
          cards.unblock(accountId, cardNumberDisplay)
      }
    },
    /** The new cards that are on their way to them arrive. */
    deliverCards: (username: string) => {
      for (const { accountId, cardNumberDisplay, kind } of ledger.accountsOf(
        customerOf(username).customerId,
      )) {
        if (cardNumberDisplay === null) continue
        store.atomically(() => {
          const digits = cards.arrive(accountId, cardNumberDisplay)
          if (digits !== null && kind === 'card') changes.renumber(accountId, digits)
        })
      }
    },
    openSavings: (username: string) => changes.openSavings(customerOf(username).customerId),
    closeSavings: (username: string) => changes.closeSavings(customerOf(username).customerId),
    /** What somebody disputes, newest first. */
    disputesOf: (username: string) =>
      ledger
        .accountsOf(customerOf(username).customerId)
        .flatMap(({ accountId }) => disputes.of(accountId))
        .sort((a, b) => b.receivedAt - a.receivedAt),
    decideDispute: (disputeId: string, outcome: DisputeOutcome) => disputes.decide(disputeId, outcome),

    /** Delivers every event that waits, now. Throws when Guichet does not take them. */
    flush: () => delivery.flush(),
    deliveryState: () => ({ ...delivery.state(), refused: queue.refused() }),
    /** Types and times of what was delivered lately, oldest first: nothing about anybody. */
    recentEvents: () => [...recent],

    /** Signs a request as this bank does, for whoever wants to send a strange one. */
    sign: (request: {
      url: string
      body: string
      contentType: string
      tag: string
      now?: number
      nonce?: string
    }) => signRequest({ key: eventKey, now: clock.now(), ...request }),

    isWithdrawn: () => store.readFact('withdrawn-at') !== null,
    /** The bank leaves Guichet as a whole: once Guichet has taken it in, every consent here ends too. */
    async withdraw(reason: string): Promise<void> {
      const { url, ...request } = await signRequest({
        url: `${guichetUrl}/banks/${identity.id}/withdraw`,
        body: JSON.stringify({ reason }),
        contentType: 'application/json',
        tag: WITHDRAW_TAG,
        key: eventKey,
        now: clock.now(),
      })
      const response = await fetch(url, request)
      if (!response.ok)
        throw new Error(`Guichet answered ${response.status} to the withdrawal of ${identity.id}`)
      store.atomically(() => {
        store.writeFact('withdrawn-at', String(clock.now()))
        for (const consent of consents.live()) {
          consents.revoke(consent, { reason: 'BUSINESS_RULE', initiator: 'DATA_PROVIDER' })
        }
        queue.clear()
      })
    },

    /** Stopping twice is stopping once. */
    async stop(): Promise<void> {
      if (stopped) return
      stopped = true
      faults.release()
      await delivery.stop()
      await close(app, server)
      store.close()
    },
  }
}

const answerInFdxForm: FastifyInstance['errorHandler'] = (error, _request, reply) => {
  if (error instanceof FdxError) {
    if (error.status === 401) reply.header('www-authenticate', 'DPoP error="invalid_token"')
    if (error.status === 403) reply.header('www-authenticate', 'DPoP error="insufficient_scope"')
    return reply.code(error.status).send(error.body)
  }
  const isTheirs = ((error as { statusCode?: number }).statusCode ?? 500) < 500
  const answer = new FdxError(isTheirs ? 'malformed' : 'internal', 'The request could not be handled')
  return reply.code(answer.status).send(answer.body)
}
