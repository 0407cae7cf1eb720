import { createHash } from 'node:crypto'

/** A log as the file that `guichet train` reads: a first line that names its format, an event a line, and a last one that counts them. */
export function eventFile(events: Iterable<object>): string {
  const lines = [...events].map((event) => `${JSON.stringify(event)}\n`)
  const sha256 = createHash('sha256').update(lines.join('')).digest('hex')
  return `{"format":"guichet.events/1"}\n${lines.join('')}${JSON.stringify({ events: lines.length, sha256 })}\n`
}
