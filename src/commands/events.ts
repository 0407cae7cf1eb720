import { createReadStream } from 'node:fs'
import type { Settings } from '#config'
import { type FraudEvent, type OwnEvents, readEventFile } from '#fraud'
import { Fault } from '#kit'
import { openDesk } from '../guichet.ts'
import { linesOf } from './lines.ts'

/** Where events come from beside a file: a bank's own people, whoever of them agreed; by whom, and why. */
export type EventsChoice = { own?: string; by?: string; reason?: string }

/** The events of a file, in its order: they are whole only when the last one was given. */
export async function* readEvents(path: string): AsyncGenerator<FraudEvent> {
  try {
    yield* readEventFile(linesOf(createReadStream(path)))
  } catch (cause) {
    if (cause instanceof Fault || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  }
}

/** The events of a file, or of a bank's own people: of one of the two. Throws `file-unreadable`, `bank-unknown`, `rows-unusable`. */
export async function* chosenEvents(
  path: string | undefined,
  { own, by = '', reason = '' }: EventsChoice,
  { what, settings }: { what: Parameters<OwnEvents['read']>[0]['what']; settings: () => Settings },
): AsyncGenerator<FraudEvent> {
  if ((path === undefined) === (own === undefined))
    throw new Fault('file-unreadable', { detail: 'name either a file of events or --own BANK' })
  if (own === undefined) {
    yield* readEvents(path!)
    return
  }
  const desk = await openDesk(settings())
  try {
    if (!(await desk.listBanks()).some(({ id }) => id === own)) throw new Fault('bank-unknown')
    yield* desk.ownEvents.read({ bankId: own, by, reason, what }, (done, of) =>
      progress(`${done.toLocaleString('en')} of ${of.toLocaleString('en')} people asked for`),
    )
  } finally {
    progress('')
    await desk.close()
  }
}

/** Shows how far a long work is, where somebody looks. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
