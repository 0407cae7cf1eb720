import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '#kit'
import { type Bank, startBank } from '../bank/bank.ts'
import { link, type StandIn, startGuichetStandIn } from './client.ts'
import { smallCustomers } from './small-customers.ts'

export const TEST_IDENTITY = {
  id: 'chase',
  name: 'Chase',
  legalName: 'JPMorgan Chase Bank, N.A.',
  country: 'US',
  timeZone: 'America/New_York',
  currency: 'USD',
}

/** A bank with two customers and a stand-in for Guichet; both end with the test. */
export async function startTestBank(t: TestContext, options: { clock?: Clock } = {}) {
  const dataFolder = await mkdtemp(join(tmpdir(), 'guichet-sim-'))
  const guichet: StandIn = await startGuichetStandIn()
  const start = () =>
    startBank({
      identity: TEST_IDENTITY,
      guichetUrl: guichet.url,
      host: '127.0.0.1',
      port: 0,
      dataFolder,
      pagesFolder: join(dataFolder, 'no-pages'),
      clock: options.clock ?? systemClock,
      chance: () => 0.5,
      customers: smallCustomers('chase'),
    })
  let bank: Bank = await start()
  t.after(async () => {
    await bank.stop()
    await guichet.stop()
    await rm(dataFolder, { recursive: true, force: true })
  })
  return {
    guichet,
    dataFolder,
    get bank() {
      return bank
    },
    link: (username: string, choice: Partial<Parameters<typeof link>[2]> = {}) =>
      link(bank.issuer, guichet, { username, ...choice }),
    async restart() {
      await bank.stop()
      bank = await start()
      return bank
    },
  }
}

/** The CloudEvents that Guichet received, in order. */
export function eventsOf(guichet: StandIn) {
  return guichet.received
    .filter(({ path }) => path.endsWith('/events'))
    .flatMap(({ body }) => JSON.parse(body) as ReceivedEvent[])
}
export type ReceivedEvent = {
  id: string
  type: string
  subject: string
  sequence: string
  time: string
  source: string
  data: Record<string, unknown> & { merchant: Record<string, unknown> }
}
export const typeOf = (event: ReceivedEvent) => event.type.split('.')[3]
