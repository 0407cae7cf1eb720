import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive } from '#kit'

const Running = z.object({ pid: z.int().positive(), url: z.url() })

/** The file in which a demo says of its folder that it runs. */
export const runningFile = (data: string): string => join(data, 'running.json')

/** Where the demo of a folder is; null when none runs there. */
export async function findRunningDemo(data: string): Promise<string | null> {
  const running = await readFile(runningFile(data), 'utf8').then(parse, () => null)
  if (running === null) return null
  const { pid, url } = running
  return isAlive(pid) && (await answers(`${url}/health`)) ? url : null
}

/** Null for a file that is half written: who wrote it is starting still, or ended before it ran. */
function parse(text: string): z.infer<typeof Running> | null {
  try {
    return Running.parse(JSON.parse(text))
  } catch {
    return null
  }
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
