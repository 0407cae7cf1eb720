import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import {
  FEATURE_SET,
  type FraudEvent,
  learnFrom,
  makeInWorker,
  readEventLine,
  readFraudModel,
  writeModel,
} from '#fraud'
import { Fault } from '#kit'
import { linesOf } from './merchants.ts'

const BAR_WIDTH = 30
const PAYMENTS_BETWEEN_NEWS = 20_000

export type TrainOptions = { out: string; trees: number; depth: number; seed: number }

/**
 * Learns a fraud model from a file of events and writes it to `out`, which must not exist yet. Throws `file-unreadable`,
 * `file-malformed` or `rows-unusable`.
 */
export async function train(path: string, { out, trees, depth, seed }: TrainOptions): Promise<void> {
  const lesson = await learnFrom(readEvents(path), (count) => {
    if (count % PAYMENTS_BETWEEN_NEWS === 0) progress(`${count.toLocaleString('en')} payments read`)
  })
  const stop = new AbortController()
  const interrupt = () =>
    stop.abort(new Fault('rows-unusable', { detail: 'it was interrupted; nothing was written' }))
  process.once('SIGINT', interrupt)
  const model = await makeInWorker(
    { featureSet: FEATURE_SET, ...lesson, settings: { trees, depth, seed } },
    { signal: stop.signal, onTree: (done, of) => progress(bar(done, of)) },
  ).finally(() => process.off('SIGINT', interrupt))
  progress('')
  const text = writeModel(model)
  await writeNew(out, text)
  const { areaUnderRoc, averagePrecision, brierScore, calibrationError, rows, laterRows } = model.metrics
  console.log(`Learnt from ${rows!.toLocaleString('en')} payments, measured on ${Math.ceil(laterRows! / 2).toLocaleString('en')} later ones:
  area under the ROC curve  ${areaUnderRoc!.toFixed(3)}
  average precision         ${averagePrecision!.toFixed(3)}
  Brier score               ${brierScore!.toFixed(5)}
  calibration error         ${calibrationError!.toFixed(5)}
The model ${readFraudModel(text).id.slice(0, 12)} is in ${out}. To try it beside the one in force: guichet model add ${out}`)
}

/** The events of a file, in its order. */
export async function* readEvents(path: string): AsyncGenerator<FraudEvent> {
  let number = 0
  try {
    for await (const line of linesOf(createReadStream(path))) {
      number++
      if (line.trim() !== '') yield readEventLine(line, number)
    }
  } catch (cause) {
    if (cause instanceof Fault || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  }
}

/** Writes a file that must not exist yet: a model that somebody decided on is not overwritten by chance. */
export async function writeNew(path: string, contents: string | Uint8Array): Promise<void> {
  await writeFile(path, contents, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    throw new Fault(cause.code === 'EEXIST' ? 'already-done' : 'file-unreadable', {
      cause,
      detail: cause.code === 'EEXIST' ? `${path} exists already` : `${path} cannot be written`,
    })
  })
}

const bar = (done: number, of: number) => {
  const full = Math.round((done / of) * BAR_WIDTH)
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] tree ${done} of ${of}`
}

/** Shows how far a long work is, where somebody looks. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
