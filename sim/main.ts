import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { systemClock } from '#kit'
import { DEFAULT_PACE } from './live/everyday.ts'
import type { MessengersAgreed } from './messengers/start-phones.ts'
import { startSimulation } from './simulation.ts'

const LAST_PORT = 65_530

const options = new Command('sim')
  .description('The simulated banks and the demo’s control page, on 127.0.0.1.')
  .option('--port <number>', 'Guichet’s port; the banks take the next ones', integer(1024, LAST_PORT), 4400)
  .option('--guichet-url <url>', 'Guichet’s public address (default: http://localhost and the port)')
  .option('--data <folder>', 'the data folder; the banks keep theirs in sim/ and banks/ of it', '.guichet')
  .option('--pages <folder>', 'the built pages', join(import.meta.dirname, '../dist/app'))
  .option('--seed <number>', 'what everything invented follows from', integer(0, 0xffff_ffff), 1)
  .option(
    '--pace <seconds>',
    'seconds between two payments of a person',
    integer(1, 3600),
    DEFAULT_PACE.secondsBetween,
  )
  .option('--paused', 'no payments until the control page says so', false)
  .addOption(
    new Option('--messengers <json>', 'what Guichet and the simulated messengers agreed on; none without it')
      // It has keys in it, which no list of processes should show.
      .env('SIM_MESSENGERS')
      .argParser((text) => JSON.parse(text) as MessengersAgreed),
  )
  .parse()
  .opts<{
    port: number
    guichetUrl?: string
    data: string
    pages: string
    seed: number
    pace: number
    paused: boolean
    messengers?: MessengersAgreed
  }>()

const data = resolve(options.data)
const simulation = await startSimulation({
  guichetUrl: options.guichetUrl ?? `http://localhost:${options.port}`,
  basePort: options.port,
  dataFolder: join(data, 'sim'),
  profilesFolder: join(data, 'banks'),
  pagesFolder: resolve(options.pages),
  clock: systemClock,
  seed: options.seed,
  pace: { secondsBetween: options.pace, paused: options.paused },
  ...(options.messengers && { messengers: options.messengers }),
}).catch((error: NodeJS.ErrnoException & { port?: number }) => {
  if (error.code !== 'EADDRINUSE') throw error
  console.error(`Port ${error.port} is taken by another program. Choose other ports with --port.`)
  process.exit(1)
})

for (const { name, issuer } of simulation.banks) console.log(`${name.padEnd(12)} ${issuer}`)
console.log(`Control page ${simulation.control.url}`)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void simulation.stop().then(() => process.exit(0)))
}

function integer(least: number, most: number) {
  return (text: string) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}
