import { prepareUnderstanding } from '#conversation'
import { smallCustomers } from '../sim/testing/small-customers.ts'
import type { MessageJson } from '../src/http/api.ts'
import { eventually, openTown, type Town } from '../tests/fixtures/town.ts'
import { type Bench, longestWait, median } from './measure.ts'

const ALERTS = 30
const LIMIT_MS = 100
const ALERT_MS_MAX = 10_000

/** From the moment a bank's event is sent to the alert arriving at an open page, over HTTP on this machine. */
export const alertBench: Bench = {
  names: ['alert.p99'],
  async run(say) {
    const town = await openTown({ quiet: true, customers: wealthy })
    try {
      // As `guichet serve` does: the names of shops are read before anybody waits for them.
      await prepareUnderstanding()
      const visitor = await linkedVisitor(town)
      const page = await openPage(town.url, visitor.cookies)
      const bank = town.bank('chase')
      const samples: number[] = []
      for (let n = 0; n < ALERTS; n++) {
        const arrived = page.next((message) => message.kind === 'alert')
        const outcome = bank.authorise('amina', {
          amount: `${400 + n}.00`,
          descriptor: `electronica ${n} barcelona`,
          entryMode: 'magstripe',
          country: 'ES',
          city: 'Barcelona',
          latitude: 41.39,
          longitude: 2.17,
        })
        if (outcome.outcome !== 'authorised') throw new Error(`the bank declined: ${outcome.why}`)
        const begin = performance.now()
        await bank.flush()
        const alert = await arrived
        samples.push(performance.now() - begin)
        // Said not to be theirs, so that the next one is as strange as this one was.
        await visitor.tap(alert.actions.find((action) => action.style === 'danger')!)
        bank.unblock('amina')
        if (n % 10 === 9) say(`alert: ${n + 1} of ${ALERTS}`)
      }
      page.close()
      say(`alert: median ${median(samples).toFixed(1)} ms over ${samples.length} alerts`)
      return [longestWait('alert.p99', samples, LIMIT_MS)]
    } finally {
      await town.close()
    }
  },
}

/** Somebody who is warned of fraud at a bank. */
export async function linkedVisitor(town: Town) {
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view', 'fraud-alerts'])
  await eventually('the accounts', async () =>
    (await visitor.messages()).find((message) => /Chase is linked/.test(message.text)),
  )
  return visitor
}

/** The bank's small customers with enough money for thirty thefts. */
export function wealthy(bankId: string, now: number) {
  return smallCustomers(bankId)(now).map((customer) => ({
    ...customer,
    accounts: customer.accounts.map((account) => ({ ...account, openingBalanceMinor: 100_000_000 })),
  }))
}

/** An open page's stream of server-sent events. */
async function openPage(url: string, cookies: Map<string, string>) {
  const abort = new AbortController()
  const response = await fetch(`${url}/api/events?tab=bench`, {
    headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    signal: abort.signal,
  })
  const waiting = new Set<{ wants(message: MessageJson): boolean; take(message: MessageJson): void }>()
  const listen = async () => {
    let text = ''
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part
      const blocks = text.split('\n\n')
      text = blocks.pop()!
      for (const block of blocks) {
        if (!block.includes('event: message')) continue
        const message = JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as MessageJson
        for (const one of waiting) {
          if (!one.wants(message)) continue
          waiting.delete(one)
          one.take(message)
        }
      }
    }
  }
  listen().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
  return {
    next: (wants: (message: MessageJson) => boolean) =>
      new Promise<MessageJson>((take, fail) => {
        const tooLong = setTimeout(() => fail(new Error('no alert came')), ALERT_MS_MAX)
        waiting.add({
          wants,
          take: (message) => {
            clearTimeout(tooLong)
            take(message)
          },
        })
      }),
    close: () => abort.abort(),
  }
}
