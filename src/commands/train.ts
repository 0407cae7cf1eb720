import { access, writeFile } from 'node:fs/promises'
import type { Settings } from '#config'
import { checkSettings, FEATURE_SET, learnFrom, makeInWorker, readFraudModel, writeModel } from '#fraud'
import { Fault } from '#kit'
import { chosenEvents, type EventsChoice, progress } from './events.ts'

const BAR_WIDTH = 30
const PAYMENTS_BETWEEN_NEWS = 20_000

export type TrainOptions = EventsChoice & { out: string; trees: number; depth: number; seed: number }

/**
 * Learns a fraud model from a file of events, or from what a bank's own people answered, and writes it to `out`, which must not
 * exist yet. Throws `already-done`, `file-unreadable`, `file-malformed` or `rows-unusable`.
 */
export async function train(
  settings: () => Settings,
  path: string | undefined,
  { out, trees, depth, seed, ...choice }: TrainOptions,
): Promise<void> {
  // Nobody reads a whole file, or other people's answers, for what is refused in the end.
  checkSettings({ trees, depth, seed })
  await refuseTaken(out)
  const { past, later, learntFrom } = await learnFrom(
    chosenEvents(path, choice, { what: 'train', settings }),
    (count) => {
      if (count % PAYMENTS_BETWEEN_NEWS === 0) progress(`${count.toLocaleString('en')} payments read`)
    },
  )
  const stop = new AbortController()
  const interrupt = () =>
    stop.abort(new Fault('rows-unusable', { detail: 'it was interrupted; nothing was written' }))
  process.once('SIGINT', interrupt)
  const model = await makeInWorker(
    { featureSet: FEATURE_SET, past, later, learntFrom, settings: { trees, depth, seed } },
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

/** Nobody is asked for what could not be written in the end. */
async function refuseTaken(path: string): Promise<void> {
  const isTaken = await access(path).then(
    () => true,
    () => false,
  )
  if (isTaken) throw new Fault('already-done', { detail: `${path} exists already` })
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
