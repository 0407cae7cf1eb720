import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '#database'
import { type Bench, median, timed } from './measure.ts'

const ROOT = join(import.meta.dirname, '..')
const FIRST_PORT = 26_400
const WARM_ROUNDS = 3

/** The demo from nothing to its ready line, and again where it was, against the embedded PostgreSQL's own start. */
export const startBench: Bench = {
  names: ['start.cold', 'start.warm'],
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-bench-'))
    try {
      const data = join(folder, 'data')
      const cold = await startDemo(data)
      say(`start: cold ${(cold / 1000).toFixed(1)} s`)
      const warm: number[] = []
      for (let round = 0; round < WARM_ROUNDS; round++) warm.push(await startDemo(data))
      const bare = { folder: join(folder, 'postgres'), secret: 'bench' }
      const coldBare = await startPostgres(bare)
      const warmBare = await startPostgres(bare)
      const seconds = (ms: number) => ms / 1000
      return [
        {
          name: 'start.cold',
          value: seconds(cold),
          unit: 's',
          against: { what: 'the embedded PostgreSQL alone, first start', value: seconds(coldBare) },
        },
        {
          name: 'start.warm',
          value: seconds(median(warm)),
          unit: 's',
          against: { what: 'the embedded PostgreSQL alone, second start', value: seconds(warmBare) },
        },
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Milliseconds until the demo says that it is ready; then it is stopped as Ctrl-C would. */
async function startDemo(data: string): Promise<number> {
  const args = ['src/main.ts', 'demo', '--no-open', '--port', String(FIRST_PORT), '--data', data]
  const demo = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => demo.on('exit', () => resolve()))
  const ms = await timed(async () => {
    let said = ''
    // A stream that is closed here would end the demo at its next line, with its parts left behind.
    for await (const part of demo.stdout.iterator({ destroyOnReturn: false })) {
      said += part
      if (said.includes('Guichet is ready')) return
    }
    throw new Error(`the demo did not start:\n${said}`)
  })
  demo.stdout.resume()
  demo.kill('SIGINT')
  await ended
  return ms
}

async function startPostgres(where: { folder: string; secret: string }): Promise<number> {
  let server: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined
  const ms = await timed(async () => {
    server = await startEmbeddedPostgres(where)
  })
  await server?.stop()
  return ms
}
