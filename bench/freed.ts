import type { MessageJson } from '../src/http/api.ts'
import { eventually, openTown } from '../tests/fixtures/town.ts'
import { linkedVisitor, wealthy } from './alert.ts'
import { type Bench, longestWait, median } from './measure.ts'

const PAYMENTS = 30
const LIMIT_MS = 1_000

/** From the tap *it was me* on a payment that a bank refused to its money having moved in the bank's books. */
export const freedBench: Bench = {
  names: ['alert.freed'],
  async run(say) {
    const town = await openTown({ quiet: true, customers: wealthy })
    try {
      const visitor = await linkedVisitor(town)
      const bank = town.bank('chase')
      const available = () => bank.accountsOf('amina')[0]!.availableMinor
      const samples: number[] = []
      let asked: string | undefined
      for (let n = 0; n < PAYMENTS; n++) {
        const before = available()
        const stopped = bank.stopPayment('amina', {
          amount: `${400 + n}.00`,
          descriptor: `hotel ${n} lisboa`,
          mcc: '7011',
          country: 'PT',
          entryMode: 'online',
        })
        if (stopped.outcome !== 'declined') throw new Error('the bank let it through')
        await bank.flush()
        const alert: MessageJson = await eventually('the alert', async () =>
          (await visitor.messages()).findLast(
            ({ id, kind, actions }) => kind === 'alert' && id !== asked && actions.length > 0,
          ),
        )
        asked = alert.id
        const begin = performance.now()
        await visitor.tap(alert.actions.find(({ label }) => /it was me/i.test(label))!)
        if (before - available() !== (400 + n) * 100)
          await eventually('the money', async () => before - available() === (400 + n) * 100)
        samples.push(performance.now() - begin)
        if (n % 10 === 9) say(`freed: ${n + 1} of ${PAYMENTS}`)
      }
      say(`freed: median ${median(samples).toFixed(1)} ms over ${samples.length} payments`)
      return [longestWait('alert.freed', samples, LIMIT_MS)]
    } finally {
      await town.close()
    }
  },
}
