import { readFile } from 'node:fs/promises'
import type { Settings } from '#config'
import {
  type Decision,
  FEATURE_SET,
  FEATURES,
  learnFrom,
  readFraudModel,
  readXgboost,
  reportDrift,
  writeModel,
  writeOnnx,
} from '#fraud'
import { Fault } from '#kit'
import { openDesk } from '../guichet.ts'
import { sayStopped } from './check-judges.ts'
import { chosenEvents, type EventsChoice } from './events.ts'
import { writeNew } from './train.ts'

/** Prints the models of the installation, the newest first. */
export async function listModels(settings: Settings): Promise<void> {
  await using desk = await openClosing(settings)
  const models = await desk.models.list()
  if (models.length === 0) console.log('There is no model: the rules decide alone.')
  for (const { id, status, addedAt, decidedBy, reason, metrics, fits, stopped } of models) {
    const precision = metrics.averagePrecision?.toFixed(3) ?? '?'
    const day = new Date(addedAt).toISOString().slice(0, 10)
    console.log(
      `${id.slice(0, 12)}  ${status.padEnd(10)}  ${day}  average precision ${precision}  ${decidedBy}: ${reason}${fits ? '' : '  (made for the features of another version: it judges nothing; train it anew)'}`,
    )
    if (stopped) console.log(`  ${sayStopped(stopped)}; it judges nothing until a model is promoted`)
  }
}

/** Takes a model file in as the challenger. */
export async function addModel(settings: Settings, path: string, decision: Decision): Promise<void> {
  const text = await readText(path)
  readFraudModel(text)
  await using desk = await openClosing(settings)
  const id = await desk.models.add(text, decision)
  console.log(`${id.slice(0, 12)} is the challenger: its opinions are kept, and decide nothing.`)
}

export async function promoteModel(settings: Settings, start: string, decision: Decision): Promise<void> {
  await using desk = await openClosing(settings)
  const id = await find(desk, start)
  await desk.models.promote(id, decision)
  console.log(
    `${id.slice(0, 12)} is the champion: it decides from now on, beside the rules. If it asks about too much, it is stopped.`,
  )
}

export async function retireModel(settings: Settings, start: string, decision: Decision): Promise<void> {
  await using desk = await openClosing(settings)
  const id = await find(desk, start)
  await desk.models.retire(id, decision)
  console.log(`${id.slice(0, 12)} is retired.`)
}

/** Writes a model file’s trees as ONNX. */
export async function exportOnnx(path: string, { out }: { out: string }): Promise<void> {
  const { trees, features } = readFraudModel(await readText(path))
  await writeNew(out, writeOnnx(trees, features.length))
  console.log(
    `${out} has one input, features (rows × ${features.length}), and one output, the probability before calibration.`,
  )
}

/** Makes a model file out of one that XGBoost wrote for the same features. */
export async function importXgboost(path: string, { out }: { out: string }): Promise<void> {
  const names = FEATURES.map(({ name }) => name)
  const { features, trees, leftOut } = readXgboost(await readText(path), names)
  const text = writeModel({
    featureSet: FEATURE_SET,
    features: [...features],
    settings: null,
    origin: 'xgboost',
    learntFrom: null,
    metrics: {},
    trees,
    calibration: null,
    reference: null,
  })
  readFraudModel(text)
  await writeNew(out, text)
  if (leftOut > 0)
    console.log(
      `Training was stopped early: ${leftOut} ${leftOut === 1 ? 'tree' : 'trees'} grown after the best iteration ${leftOut === 1 ? 'is' : 'are'} left out.`,
    )
  console.log(
    `${out} is a model for these features. It is not calibrated: its own probabilities are taken as they are.`,
  )
}

/**
 * Says how far the payments of a file have moved from those a model was made on; with `since`, those from that instant on, while what
 * is before it is only their past. Exits 1 when something has changed.
 */
export async function showDrift(
  settings: () => Settings,
  path: string,
  events: string | undefined,
  { since, ...choice }: EventsChoice & { since?: number },
): Promise<void> {
  const model = readFraudModel(await readText(path))
  if (!model.reference)
    throw new Fault('model-unreadable', { detail: 'it does not say what payments it was made on' })
  const { all } = await learnFrom(chosenEvents(events, choice, { what: 'drift', settings }), undefined, since)
  const drifts = reportDrift(model.reference, all, model.trees)
  for (const { name, index, level } of drifts.filter((one) => one.level !== 'steady' || one.name === 'score'))
    console.log(`${name.padEnd(26)} ${index.toFixed(3)}  ${level}`)
  if (drifts.some(({ level }) => level === 'changed')) process.exitCode = 1
}

async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  })
}

type Desk = Awaited<ReturnType<typeof openDesk>>

/** A model by the beginning of its id. Throws `not-found` unless exactly one fits. */
async function find(desk: Desk, start: string): Promise<string> {
  const fits = (await desk.models.list()).filter(({ id }) => id.startsWith(start))
  if (fits.length !== 1)
    throw new Fault('not-found', {
      detail: `${fits.length === 0 ? 'no model begins' : 'several models begin'} with ${start}; guichet model list shows them`,
    })
  return fits[0]!.id
}

async function openClosing(settings: Settings) {
  const desk = await openDesk(settings)
  return { ...desk, [Symbol.asyncDispose]: () => desk.close() }
}
