import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Fault } from '#kit'

const END_WITH_PARENT = pathToFileURL(join(import.meta.dirname, 'end-with-parent.ts')).href

const LOG_BYTES_MAX = 20 * 1024 * 1024
/** More ends than this within a minute, and it will not get better by itself. */
const ENDS_PER_MINUTE_MAX = 5
const STOP_MS_MAX = 25_000
const READY_MS_MAX = 120_000

/** A process of the demo: started again when it ends by itself, until that is no use. */
export type Part = {
  /** Resolves at its first sign of life. */
  untilReady(): Promise<void>
  restart(environment: Record<string, string | undefined>): void
  stop(): Promise<void>
}

/**
 * Runs `node` with `args`, its output appended to `logFile`. `isReady` is asked until it says yes. `say` tells the
 * person at the terminal what happens; `giveUp` is called once when the part cannot be kept running.
 */
export async function startPart(needs: {
  name: string
  args: string[]
  environment: Record<string, string | undefined>
  logFile: string
  isReady: () => Promise<boolean>
  say: (line: string) => void
  giveUp: (fault: Fault) => void
}): Promise<Part> {
  const { name, args, logFile, isReady, say } = needs
  let { environment } = needs
  let child: ChildProcess | undefined
  let stopping = false
  let failed: Fault | undefined
  let restarting = false
  const ends: number[] = []
  const log = await openLog(logFile)

  function run(): void {
    child = spawn(process.execPath, ['--import', END_WITH_PARENT, ...args], {
      env: environment,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      // Ctrl-C is for the demo, which stops its parts in order.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    child.once('error', (error) => void ended(error.message))
    child.once('exit', (code, signal) => void ended(signal ? `killed by ${signal}` : `exit code ${code}`))
  }

  async function ended(reason: string): Promise<void> {
    if (stopping || failed) return
    if (restarting) {
      restarting = false
      run()
      return
    }
    const now = Date.now()
    ends.push(now)
    const recent = ends.filter((at) => now - at < 60_000).length
    if (recent > ENDS_PER_MINUTE_MAX) {
      failed = new Fault('demo-stopped', {
        detail: `${name} ends again and again (${reason}). The last lines of ${logFile}:\n${await lastLines(logFile)}`,
      })
      needs.giveUp(failed)
      return
    }
    say(`${name} has ended (${reason}). Starting it again …`)
    setTimeout(() => {
      if (!stopping) run()
    }, 250 * recent)
  }

  run()
  return {
    async untilReady() {
      const deadline = Date.now() + READY_MS_MAX
      while (!(await isReady())) {
        if (failed) throw failed
        if (Date.now() > deadline)
          throw new Fault('demo-stopped', {
            detail: `${name} does not answer. The last lines of ${logFile}:\n${await lastLines(logFile)}`,
          })
        await new Promise((next) => setTimeout(next, 50))
      }
    },
    restart(changed) {
      environment = changed
      restarting = true
      child?.kill('SIGTERM')
    },
    async stop() {
      stopping = true
      if (child && child.exitCode === null && child.signalCode === null) {
        const exited = new Promise((done) => child?.once('exit', done))
        child.kill('SIGTERM')
        const tooLong = setTimeout(() => child?.kill('SIGKILL'), STOP_MS_MAX)
        await exited
        clearTimeout(tooLong)
      }
      await log.close()
    },
  }
}

async function openLog(path: string) {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_BYTES_MAX) await rename(path, `${path}.1`)
  return await open(path, 'a', 0o600)
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-12).join('\n')
}
