import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import {
  type EmbeddedPostgres,
  isFree,
  postgresFolder,
  readDatabaseSecret,
  startEmbeddedPostgres,
} from '#database'
import { Fault } from '#kit'
import { claimDataFolder, resetDataFolder } from './data-folder.ts'
import { openBrowser } from './open-browser.ts'
import { type Part, startPart } from './part.ts'
import { answers, findRunningDemo, runningFile } from './running-demo.ts'

const ROOT = join(import.meta.dirname, '../..')

const BANKS = 4
/** Messenger, WhatsApp and Telegram, simulated: each has a port after the control page's. */
const MESSENGERS = 3
const WATCH_MS = 2_000
/** After a demo was killed outright, its parts need a moment to end and give their ports back. */
const PORT_WAIT_MS = 5_000

export type DemoOptions = { port: number; data: string; open: boolean; reset?: boolean }

/**
 * Everything on this machine: PostgreSQL, the simulated banks and Guichet, each a process of its own, watched and started
 * again when it ends. Runs until Ctrl-C, and leaves everything where a second start finds it.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const data = resolve(options.data)
  const url = `http://localhost:${options.port}`
  // On Guichet's own site: the phone's page there has the person's own page beside it.
  const controlUrl = `http://localhost:${options.port + BANKS + 1}`
  const simulated = simulatedMessengers()
  const near = relative(process.cwd(), data)
  const shown = near === '' || near.startsWith('..') ? data : near

  await refuseSecond(data)
  await claimPorts(options.port)
  if (options.reset) await resetDataFolder(data)
  await claimDataFolder(data)
  await mkdir(join(data, 'log'), { recursive: true, mode: 0o700 })
  await writeFile(runningFile(data), JSON.stringify({ pid: process.pid, url }))

  const ended = listenForTheEnd()
  const stack: (() => Promise<void>)[] = [() => rm(runningFile(data), { force: true })]
  console.log(
    `Starting Guichet with ${BANKS} simulated banks. Everything is kept in ${shown}; Ctrl-C stops it.`,
  )
  try {
    const secret = await readDatabaseSecret(join(data, 'keys'))
    const start = () => startEmbeddedPostgres({ folder: postgresFolder(data), secret })
    const postgres = await timed('PostgreSQL', start)
    const database = { current: postgres }
    stack.push(() => database.current.stop())

    const part = (
      name: string,
      file: string,
      args: string[],
      environment: Record<string, string>,
      sign: string,
    ) =>
      startPart({
        name,
        args,
        environment: { ...plainEnvironment(), ...environment },
        logFile: join(data, 'log', file),
        isReady: () => answers(sign),
        say: console.log,
        giveUp: ended.fail,
      })

    const sim = await part(
      'The bank simulation',
      'banks.log',
      [join(ROOT, 'sim/main.ts'), '--port', String(options.port), '--data', data],
      { SIM_MESSENGERS: JSON.stringify(simulated) },
      controlUrl,
    )
    stack.push(() => sim.stop())
    await timed('Simulated banks', () => Promise.race([sim.untilReady(), ended.early]))

    const environment = guichetEnvironment({
      data,
      port: options.port,
      controlUrl,
      simulated,
      database: postgres.url,
    })
    const guichet = await part(
      'Guichet',
      'guichet.log',
      [join(ROOT, 'src/main.ts'), 'serve'],
      environment,
      `${url}/health`,
    )
    stack.push(() => guichet.stop())
    await timed('Guichet', () => Promise.race([guichet.untilReady(), ended.early]))

    const watch = setInterval(() => void keepDatabase(database, start, guichet, environment), WATCH_MS)
    stack.push(async () => clearInterval(watch))

    console.log(`\nGuichet is ready: ${url}`)
    console.log(`A bank’s own page with the chat in it: ${bankPages(options.port)[0]}`)
    console.log(`To steal a card, post a payment or have a bank leave: ${controlUrl}`)
    console.log(`A phone with a messenger, beside the page that answers open on: ${controlUrl}/phone`)
    if (options.open) openBrowser(url)
    await ended.whenever
  } catch (error) {
    // Ctrl-C during the start is no failure.
    if (error !== INTERRUPTED) throw error
  } finally {
    console.log('\nStopping …')
    for (const stop of stack.reverse()) await stop()
  }
  console.log(`Stopped. Everything is kept in ${shown}.`)
}

const INTERRUPTED = Symbol('interrupted')

/** `whenever` resolves at Ctrl-C and rejects when a part gave up; `early` rejects at both, to leave the start. */
function listenForTheEnd() {
  const whenever = Promise.withResolvers<void>()
  const early = Promise.withResolvers<never>()
  early.promise.catch(() => {})
  whenever.promise.catch(() => {})
  let asked = 0
  const interrupt = () => {
    // Whoever presses Ctrl-C three times does not want to wait.
    if (++asked === 3) process.exit(130)
    whenever.resolve()
    early.reject(INTERRUPTED)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  return {
    whenever: whenever.promise,
    early: early.promise,
    fail(fault: Fault) {
      whenever.reject(fault)
      early.reject(fault)
    },
  }
}

/** Brings the database back when it was killed; Guichet's own connections come back by themselves. */
async function keepDatabase(
  database: { current: EmbeddedPostgres; busy?: boolean },
  start: () => Promise<EmbeddedPostgres>,
  guichet: Part,
  environment: Record<string, string>,
): Promise<void> {
  if (database.busy) return
  database.busy = true
  try {
    if (await database.current.isRunning()) return
    console.log('PostgreSQL has ended. Starting it again …')
    const before = database.current.url
    database.current = await start()
    if (database.current.url !== before)
      guichet.restart({ ...plainEnvironment(), ...environment, DATABASE_URL: database.current.url })
  } catch (error) {
    console.log(`PostgreSQL does not start: ${(error as Error).message}. Trying again …`)
  } finally {
    database.busy = false
  }
}

/** This environment without any setting of Guichet's: the demo is the same wherever it is started. */
function plainEnvironment(): Record<string, string | undefined> {
  const isSetting = (name: string) => name.startsWith('GUICHET_') || name === 'DATABASE_URL'
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)))
}

function guichetEnvironment(needs: {
  data: string
  port: number
  controlUrl: string
  simulated: ReturnType<typeof simulatedMessengers>
  database: string
}): Record<string, string> {
  return {
    GUICHET_DATA: needs.data,
    GUICHET_PORT: String(needs.port),
    GUICHET_OFFERS: join(ROOT, 'sim/offers'),
    GUICHET_CONTROL_URL: needs.controlUrl,
    GUICHET_EMBED_ORIGINS: bankPages(needs.port).join(' '),
    ...messengerSettings(needs.port + BANKS + 2, needs.simulated),
    DATABASE_URL: needs.database,
  }
}

/** What Guichet and the simulated messengers agree on. `secret` keeps other programs of this machine out. */
function simulatedMessengers() {
  const secret = randomBytes(24).toString('base64url')
  return {
    pageId: '100010001',
    phoneId: '200020002',
    number: '33100000000',
    botName: 'guichet_demo_bot',
    botToken: `100200300:${secret}`,
    secret,
  }
}

function messengerSettings(
  firstPort: number,
  { pageId, phoneId, number, botName, botToken, secret }: ReturnType<typeof simulatedMessengers>,
): Record<string, string> {
  const api = (place: number, path = '') => `http://127.0.0.1:${firstPort + place}${path}`
  return {
    GUICHET_MESSENGER_PAGE_ID: pageId,
    GUICHET_MESSENGER_PAGE_TOKEN: secret,
    GUICHET_MESSENGER_APP_SECRET: secret,
    GUICHET_MESSENGER_VERIFY_TOKEN: secret,
    GUICHET_MESSENGER_GRAPH_URL: api(0, '/v25.0'),
    GUICHET_WHATSAPP_PHONE_ID: phoneId,
    GUICHET_WHATSAPP_NUMBER: number,
    GUICHET_WHATSAPP_TOKEN: secret,
    GUICHET_WHATSAPP_APP_SECRET: secret,
    GUICHET_WHATSAPP_VERIFY_TOKEN: secret,
    GUICHET_WHATSAPP_GRAPH_URL: api(1, '/v25.0'),
    GUICHET_TELEGRAM_BOT_NAME: botName,
    GUICHET_TELEGRAM_BOT_TOKEN: botToken,
    GUICHET_TELEGRAM_WEBHOOK_SECRET: secret,
    GUICHET_TELEGRAM_API_URL: api(2),
  }
}

/** The simulated banks' websites: on Guichet's own site, as a bank's would be. */
function bankPages(port: number): string[] {
  return Array.from({ length: BANKS }, (_, place) => `http://localhost:${port + 1 + place}`)
}

async function refuseSecond(data: string): Promise<void> {
  const url = await findRunningDemo(data)
  if (url !== null)
    throw new Fault('port-taken', {
      detail: `This Guichet runs already: ${url}. Stop it there with Ctrl-C first, or start a second one with --port and --data`,
    })
}

async function claimPorts(first: number): Promise<void> {
  const deadline = Date.now() + PORT_WAIT_MS
  for (let port = first; port <= first + BANKS + 1 + MESSENGERS; ) {
    if (await isFree(port)) port++
    else if (Date.now() > deadline)
      throw new Fault('port-taken', {
        detail: `Port ${port} is taken by another program. Try other ports: npm run demo -- --port ${first + 1000}`,
      })
    else await new Promise((next) => setTimeout(next, 200))
  }
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  console.log(`  ${name.padEnd(16)} ${((performance.now() - began) / 1000).toFixed(1)} s`)
  return result
}
