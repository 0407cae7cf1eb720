import { z } from 'zod'
import { type Clock, moneyFromDecimal, toDecimal } from '#kit'
import type { Bank } from '../bank/bank.ts'
import type { Authorised } from '../bank/card-events.ts'
import { DISPUTE_OUTCOMES } from '../bank/disputes.ts'
import { ENDPOINTS, FAULT_KINDS } from '../bank/faults.ts'
import { installPages } from '../bank/pages.ts'
import { close, createApp, listen, portOf } from '../bank/server.ts'
import type { Everyday, Pace } from '../live/everyday.ts'
import { alertOfBooking, stopBooking } from '../live/suspicion.ts'
import { stealCard } from '../live/theft.ts'
import { MESSENGERS } from '../messengers/phone.ts'
import type { Phones } from '../messengers/start-phones.ts'
import { localeOf, SENTENCES, type SentenceCode } from './words.ts'

const EVENT_TYPE = /^org\.guichet\.card\.([\w-]+)\.v1$/

const decimal = z.string().regex(/^\d{1,7}(\.\d{1,2})?$/)
const who = z.strictObject({ bankId: z.string().max(40), username: z.string().max(64) })
const inMessenger = z.strictObject({ messenger: z.enum(MESSENGERS) })
/** Done at the telephone, which is in a language. */
const atPhone = inMessenger.extend({ locale: z.enum(['en', 'fr']).default('en') })
const bodies = {
  'phone/write': atPhone.extend({ text: z.string().min(1).max(4_000) }),
  'phone/press': atPhone.extend({ press: z.string().min(1).max(1_000) }),
  'phone/open': atPhone.extend({ url: z.url().max(500) }),
  steal: who,
  pay: who.extend({
    amount: decimal.optional(),
    descriptor: z.string().min(1).max(200).optional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
  }),
  pace: z.strictObject({
    secondsBetween: z.number().min(0.1).max(3600).optional(),
    paused: z.boolean().optional(),
  }),
  faults: z.strictObject({
    bankId: z.string().max(40),
    endpoint: z.enum(ENDPOINTS),
    fault: z.enum(FAULT_KINDS).nullable(),
  }),
  'withdraw-bank': z.strictObject({ bankId: z.string().max(40) }),
  unblock: who.extend({ numberDisplay: z.string().max(8).optional() }),
  'deliver-cards': who,
  'open-account': who,
  'close-account': who,
  'stop-payment': who,
  'bank-alert': who,
  'decide-dispute': who.extend({ disputeId: z.string().max(64), outcome: z.enum(DISPUTE_OUTCOMES) }),
}

function parse<T>(shape: z.ZodType<T>, given: unknown): T {
  const read = shape.safeParse(given)
  if (!read.success) throw new ControlError(400, 'request-malformed')
  return read.data
}

/** A refusal of the control server. */
class ControlError extends Error {
  readonly status: number
  readonly code: SentenceCode

  constructor(status: number, code: SentenceCode) {
    super(code)
    this.status = status
    this.code = code
  }
}

export type Control = Awaited<ReturnType<typeof startControl>>

/**
 * The demo's control page and its JSON: whoever opens it plays the thief, the shops and the banks. It exists in a
 * simulation only, and answers only to its own page on this machine.
 */
export async function startControl(needs: {
  host: string
  port: number
  pagesFolder: string
  guichetUrl: string
  banks: readonly Bank[]
  /** Somebody's telephone, where messengers are simulated too. */
  startPhones?: (phoneUrl: URL) => Promise<Phones>
  pace: Pace
  everyday: Everyday
  clock: Clock
  chance: () => number
}) {
  const { host, pagesFolder, banks, pace, everyday, clock, chance } = needs
  const server = await listen(host, needs.port, null)
  const hosts = new Set([host, 'localhost'].map((name) => `${name}:${portOf(server)}`))
  const app = createApp(server)
  const phoneUrl = new URL(`http://${new URL(needs.guichetUrl).hostname}:${portOf(server)}/phone`)
  const phones = await needs.startPhones?.(phoneUrl)

  app.addHook('onRequest', async (request) => {
    // A page elsewhere can point its own name at this machine; the Host header tells.
    if (!hosts.has(request.headers.host ?? '')) throw new ControlError(403, 'origin-refused')
    const { origin } = request.headers
    const isOwn = origin === `http://${request.headers.host}`
    if (request.method !== 'GET' && !isOwn) throw new ControlError(403, 'origin-refused')
  })
  app.setErrorHandler((error, request, reply) => {
    const isOurs = error instanceof ControlError
    const isTheirs = ((error as { statusCode?: number }).statusCode ?? 500) < 500
    const code = isOurs ? error.code : isTheirs ? 'request-malformed' : 'internal'
    const sentence = SENTENCES[code][localeOf(request.headers['accept-language'])]
    return reply.code(isOurs ? error.status : isTheirs ? 400 : 500).send({ error: { code, sentence } })
  })

  const sendPage = await installPages(app, pagesFolder)
  app.get('/', (_request, reply) => sendPage(reply, 'control.html'))
  app.get('/api/state', () => describe())
  const post = <K extends keyof typeof bodies>(
    name: K,
    act: (body: z.infer<(typeof bodies)[K]>) => unknown,
  ) =>
    app.post(`/api/${name}`, async (request) => {
      const shape: z.ZodType = bodies[name]
      return (await act(parse(shape, request.body) as z.infer<(typeof bodies)[K]>)) ?? {}
    })

  if (phones) {
    // On Guichet's own site, or the person's session would not reach the page beside the telephone.
    app.get('/phone', (request, reply) =>
      request.headers.host === phoneUrl.host
        ? sendPage(reply, 'phone.html', { guichetUrl: needs.guichetUrl })
        : reply.redirect(new URL(request.url, phoneUrl).href),
    )
    app.get<{ Params: { messenger: string } }>('/api/phone/:messenger', ({ params }) => {
      const { messenger } = parse(inMessenger, params)
      const phone = phones.of[messenger]
      return { guichetUrl: needs.guichetUrl, lines: phone.lines(), handed: phone.handed() }
    })
    const phoneOf = ({ messenger, locale }: z.infer<typeof atPhone>) => {
      const phone = phones.of[messenger]
      phone.speaks?.(locale)
      return phone
    }
    post('phone/write', (done) => phoneOf(done).write(done.text))
    post('phone/press', (done) => phoneOf(done).press(done.press))
    post('phone/open', (done) => phoneOf(done).open(done.url))
  }
  post('steal', ({ bankId, username }) => {
    const bank = linked(bankId, username)
    const results = stealCard({ bank, username, everyday, clock, chance })
    refuseDeclined(results.at(-1)!)
  })
  post('pay', ({ bankId, username, amount, descriptor, country }) => {
    const change = {
      ...(amount !== undefined && { amount: toDecimal(moneyFromDecimal(amount, 'GBP')) }),
      ...(descriptor !== undefined && { descriptor }),
      // Another country: nothing is known of where in it.
      ...(country !== undefined && { country, city: null, latitude: null, longitude: null }),
    }
    refuseDeclined(everyday.payOnce(linked(bankId, username), username, change))
  })
  post('pace', ({ secondsBetween, paused }) => {
    if (secondsBetween !== undefined) pace.secondsBetween = secondsBetween
    if (paused !== undefined) pace.paused = paused
    everyday.restart()
  })
  post('faults', ({ bankId, endpoint, fault }) => {
    const { faults } = open(bankId)
    if (fault !== 'hang') faults.release()
    faults.set(endpoint, fault)
  })
  post('withdraw-bank', async ({ bankId }) => {
    await open(bankId)
      .withdraw('The bank ends its service')
      .catch(() => {
        throw new ControlError(502, 'guichet-refused')
      })
  })
  post('unblock', ({ bankId, username, numberDisplay }) =>
    linked(bankId, username).unblock(username, numberDisplay),
  )
  post('deliver-cards', ({ bankId, username }) => linked(bankId, username).deliverCards(username))
  post('open-account', ({ bankId, username }) => {
    linked(bankId, username).openSavings(username)
  })
  post('close-account', ({ bankId, username }) => {
    if (!linked(bankId, username).closeSavings(username)) throw new ControlError(409, 'no-savings')
  })
  post('stop-payment', ({ bankId, username }) => {
    const result = stopBooking({ bank: linked(bankId, username), username, everyday, chance })
    if (result.outcome === 'declined' && result.why !== 'suspected-fraud') refuseDeclined(result)
  })
  post('bank-alert', ({ bankId, username }) =>
    refuseDeclined(alertOfBooking({ bank: linked(bankId, username), username, everyday, chance })),
  )
  post('decide-dispute', ({ bankId, username, disputeId, outcome }) => {
    const bank = linked(bankId, username)
    const dispute = bank.disputesOf(username).find((one) => one.disputeId === disputeId)
    if (!dispute) throw new ControlError(400, 'request-malformed')
    if (dispute.outcome !== null) throw new ControlError(409, 'dispute-decided')
    bank.decideDispute(disputeId, outcome)
  })
  await app.ready()

  function open(bankId: string): Bank {
    const bank = banks.find(({ id }) => id === bankId)
    if (!bank) throw new ControlError(400, 'request-malformed')
    if (bank.isWithdrawn()) throw new ControlError(409, 'bank-left')
    return bank
  }
  function linked(bankId: string, username: string): Bank {
    const bank = open(bankId)
    if (!bank.linkedCustomers().includes(username)) throw new ControlError(409, 'not-linked')
    return bank
  }

  function describe() {
    return {
      banks: banks.map((bank) => ({
        id: bank.id,
        name: bank.name,
        homeUrl: bank.homeUrl,
        withdrawn: bank.isWithdrawn(),
        faults: bank.faults.list(),
        delivery: bank.deliveryState(),
        linkedCustomers: bank.linkedCustomers().map((username) => ({
          username,
          displayName: bank.customers().find((each) => each.username === username)!.displayName,
          cards: cardsOf(bank, username),
          // What is disputed, not what was paid.
          disputes: bank
            .disputesOf(username)
            .filter(({ outcome }) => outcome === null)
            .map(({ disputeId, caseNumber, receivedAt, transactionIds }) => ({
              disputeId,
              caseNumber,
              receivedAt,
              payments: transactionIds.length,
            })),
        })),
      })),
      pace: { secondsBetween: pace.secondsBetween, paused: pace.paused },
      // Types and times only: what was paid is the customer's.
      recentEvents: banks
        .flatMap((bank) =>
          bank
            .recentEvents()
            .map(({ type, at }) => ({ at, type: EVENT_TYPE.exec(type)?.[1] ?? type, bankId: bank.id })),
        )
        .sort((a, b) => b.at - a.at),
      phoneUrl: phones ? phoneUrl.href : null,
      choices: { endpoints: ENDPOINTS, faults: FAULT_KINDS, outcomes: DISPUTE_OUTCOMES },
    }
  }

  return {
    url: `http://${host}:${portOf(server)}`,
    phoneUrl: phones ? phoneUrl.href : null,
    async stop() {
      await close(app, server)
      await phones?.stop()
    },
  }
}

function cardsOf(bank: Bank, username: string) {
  return bank
    .accountsOf(username)
    .flatMap(({ accountId, cardNumberDisplay }) =>
      cardNumberDisplay === null
        ? []
        : [{ numberDisplay: cardNumberDisplay, state: bank.cardState(accountId, cardNumberDisplay) }],
    )
}

function refuseDeclined(result: Authorised): void {
  if (result.outcome === 'declined') throw new ControlError(409, result.why)
}
