/**
 * Pulls people's histories as Guichet does when they link a bank, in a process of its own: its time and its peak memory are
 * the figures. Prints a line when everybody is linked, waits for one on its standard input, and prints the figures as JSON;
 * progress goes to the standard error.
 */
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { readSettings } from '#config'
import { createLogger, DAY } from '#kit'
import { resolveMerchant } from '#merchants'
import { buildRooms } from '../../src/guichet.ts'

export type Order = {
  environment: Record<string, string>
  bankId: string
  /** Number of the first person: each is linked once. */
  first: number
  people: number
  /** Pulled before the others, outside the figures: by then code is compiled and connections are open. */
  warmPeople: number
  rowsEach: number
  pullsAtOnce: number
}
/** `from` and `to` are milliseconds of the Unix epoch. */
export type Taken = { rows: number; named: number; from: number; to: number; peakBytes: number }

const ACTOR = { kind: 'service', id: 'bank-sync', role: 'bank-sync' } as const
const CHAT = { kind: 'service', id: 'conversation', role: 'conversation' } as const
const PURPOSES = ['account-view', 'fraud-alerts', 'spending-insights'] as const
const DAYS = 730
const REPORT_EVERY = 100_000

const order = JSON.parse(process.argv[2]!) as Order
const rooms = await buildRooms(readSettings(order.environment), createLogger({ level: 'error' }))
const dpopJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })

try {
  await rooms.vault.start()
  const links: { personId: string; linkId: string }[] = []
  const end = order.first + order.warmPeople + order.people
  for (let number = order.first; number < end; number++) links.push(await link(number))
  for (const warm of links.splice(0, order.warmPeople)) {
    await pull(warm)
    await nameMerchants(warm.personId)
  }
  console.log('ready')
  await once(process.stdin, 'data')
  process.stdin.destroy()

  const left = links.values()
  let rows = 0
  let named = 0
  const from = Date.now()
  await Promise.all(
    Array.from({ length: order.pullsAtOnce }, async () => {
      for (const one of left) {
        await pull(one)
        const found = await nameMerchants(one.personId)
        named += found
        const before = rows
        rows += order.rowsEach
        if (Math.floor(rows / REPORT_EVERY) > Math.floor(before / REPORT_EVERY))
          process.stderr.write(`${rows} rows\n`)
      }
    }),
  )
  const peakBytes = process.resourceUsage().maxRSS * 1024
  console.log(JSON.stringify({ rows, named, from, to: Date.now(), peakBytes } satisfies Taken))
} finally {
  await rooms.close()
}

async function link(number: number): Promise<{ personId: string; linkId: string }> {
  const person = await rooms.vault.welcome('en', 'Europe/London')
  const admitted = await rooms.vault.admit({
    personId: person.id,
    bankId: order.bankId,
    bankName: 'Chase',
    subject: `customer-${number}`,
    purposes: [...PURPOSES],
    connection: {
      accessToken: `token-${number}`,
      accessTokenExpiresAt: Date.now() + DAY,
      refreshToken: null,
      dpopJwk,
      bankConsentId: `consent-${number}`,
      subject: `customer-${number}`,
    },
    act: { locale: 'en', via: 'bank-consent-page' },
  })
  return { personId: person.id, linkId: admitted.link.id }
}

async function pull(of: { personId: string; linkId: string }): Promise<void> {
  const pulled = await rooms.pull({ ...of, days: DAYS, actor: ACTOR })
  if (!pulled.ok || pulled.transactions !== order.rowsEach || pulled.refused.length > 0)
    throw new Error(`a pull went wrong: ${JSON.stringify(pulled).slice(0, 500)}`)
}

/** Finds the merchant of everything kept, as the first question about it does. Gives how many are named. */
async function nameMerchants(personId: string): Promise<number> {
  const ask = { personId, purpose: 'spending-insights', actor: CHAT, what: 'answer-spending' } as const
  let named = 0
  const opened = await rooms.vault.open(ask, async (loan) => {
    ;(await loan.transactions()).map((all) => {
      named = all.filter((transaction) => resolveMerchant(transaction).isNamed).length
      return null
    })
  })
  if (!opened.ok) throw new Error(`what was pulled cannot be read: ${opened.why}`)
  return named
}
