import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, seeded, writeFileDurably } from '#kit'
import { type Bank, type BankIdentity, startBank } from './bank/bank.ts'
import { startControl } from './control/control.ts'
import type { Customer } from './customers/customer.ts'
import { demoCustomers } from './customers/demo-customers.ts'
import { createEveryday, DEFAULT_PACE, type Pace } from './live/everyday.ts'
import { type MessengersAgreed, startPhones } from './messengers/start-phones.ts'

const us = { country: 'US', timeZone: 'America/New_York', currency: 'USD' }

/** Banks of these names, simulated: they are not the institutions, and nothing here speaks to those. */
export const BANKS: readonly BankIdentity[] = [
  { id: 'chase', name: 'Chase', legalName: 'JPMorgan Chase Bank, N.A.', ...us },
  { id: 'wells-fargo', name: 'Wells Fargo', legalName: 'Wells Fargo Bank, N.A.', ...us },
  { id: 'citi', name: 'Citi', legalName: 'Citibank, N.A.', ...us },
  { id: 'us-bank', name: 'U.S. Bank', legalName: 'U.S. Bank National Association', ...us },
]

const TICK_MS = 250

export type SimulationOptions = {
  /** Guichet's public address: `http://localhost:4400`. */
  guichetUrl: string
  host?: '127.0.0.1'
  /** Guichet's port: the banks take those after it and the control server the one after theirs. 0 takes any that are free. */
  basePort: number
  /** Where the banks keep their books. */
  dataFolder: string
  /** Where Guichet reads the banks' profiles. */
  profilesFolder: string
  /** Where the built pages are; without them everything but the pages works. */
  pagesFolder?: string
  clock: Clock
  seed: number
  pace?: Partial<Pace>
  banks?: readonly BankIdentity[]
  /** What Guichet and the simulated messengers agreed on; without it there are none. They take the ports after the control server's. */
  messengers?: MessengersAgreed
  /** Who banks where; the four demo people with two years of real rows, when left out. Asked only at a bank's first start. */
  customers?(bankId: string, now: number): readonly Customer[]
}

export type Simulation = Awaited<ReturnType<typeof startSimulation>>

/** Starts the banks and the control server, and writes the banks' profiles. Everything stops with `stop`. */
export async function startSimulation(options: SimulationOptions) {
  const {
    guichetUrl,
    host = '127.0.0.1',
    basePort,
    dataFolder,
    profilesFolder,
    clock,
    seed,
    messengers,
  } = options
  const pagesFolder = options.pagesFolder ?? join(import.meta.dirname, '../dist/app')
  const identities = options.banks ?? BANKS
  const customers = options.customers ?? ((bankId: string, now: number) => demoCustomers(bankId, seed, now))
  const chance = seeded(seed)
  const pace: Pace = { ...DEFAULT_PACE, ...options.pace }
  const running: { stop(): Promise<void> }[] = []
  const port = (offset: number) => (basePort === 0 ? 0 : basePort + offset)

  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 })
    const banks: Bank[] = []
    for (const [index, identity] of identities.entries()) {
      const bank = await startBank({
        identity,
        guichetUrl,
        host,
        port: port(index + 1),
        dataFolder,
        pagesFolder,
        clock,
        chance,
        customers: (now) => customers(identity.id, now),
      })
      running.push(bank)
      banks.push(bank)
    }
    const everyday = createEveryday({ banks, pace, clock, chance })
    const control = await startControl({
      host,
      port: port(identities.length + 1),
      pagesFolder,
      guichetUrl,
      banks,
      ...(messengers !== undefined && {
        startPhones: (phoneUrl: URL) =>
          startPhones({
            guichetUrl,
            firstPort: port(identities.length + 2),
            agreed: messengers,
            phoneUrl,
            clock,
          }),
      }),
      pace,
      everyday,
      clock,
      chance,
    })
    running.push(control)
    for (const { id, profile } of banks) {
      await writeFileDurably(join(profilesFolder, `${id}.json`), `${JSON.stringify(profile, null, 2)}\n`)
    }
    const timer = setInterval(() => {
      for (const bank of banks) bank.advance()
      everyday.tick()
    }, TICK_MS)

    return {
      banks,
      /** The bank of that id; a mistake in the caller when there is none. */
      bank(id: string): Bank {
        const found = banks.find((each) => each.id === id)
        if (!found) throw new RangeError(`there is no bank ${id} in this simulation`)
        return found
      },
      control,
      pace,
      everyday,
      async stop(): Promise<void> {
        clearInterval(timer)
        for (const part of running.splice(0).reverse()) await part.stop()
      },
    }
  } catch (error) {
    for (const part of running.reverse()) await part.stop()
    throw error
  }
}
