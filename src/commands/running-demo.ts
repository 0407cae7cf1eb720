import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The file in which a demo says of its folder that it runs. */
export const runningFile = (data: string): string => join(data, 'running.json')

/** Where the demo of a folder is; null when none runs there. */
export async function findRunningDemo(data: string): Promise<string | null> {
  const running = await readFile(runningFile(data), 'utf8').catch(() => null)
  if (running === null) return null
  const { pid, url } = JSON.parse(running) as { pid: number; url: string }
  return isAlive(pid) && (await answers(`${url}/health`)) ? url : null
}

/** Whether something answers there, and is not failing. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.status < 500
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
