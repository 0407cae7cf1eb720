import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { Fault } from '#kit'
import type { Calibration } from './calibrate.ts'
import { Settings } from './settings.ts'
import type { Trees } from './trees.ts'

export const MODEL_FORMAT = 'guichet.trees/1'

/** Deeper trees than anybody grows: a walk down them would take long, or more stack than there is. */
const DEPTH_MAX = 64

const numbers = z.array(z.number())
const counts = z.array(z.int().min(-1))

/** How one feature, or the score, was spread among the rows the model was made on: shares between rising edges. */
const Spread = z.strictObject({ edges: numbers, shares: numbers })
export type Spread = z.infer<typeof Spread>

const ModelShape = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  /** The version of the features' definitions, and their names in order. */
  featureSet: z.string().min(1),
  features: z.array(z.string().min(1)).min(1),
  /** Where it is from: trained here with these settings, or read from another program's file. */
  settings: Settings.nullable(),
  origin: z.string(),
  /** The first and last instant of the payments it was learnt from, RFC 3339; null when not known. */
  learntFrom: z.strictObject({ from: z.string(), to: z.string() }).nullable(),
  /** On rows it was not learnt from. */
  metrics: z.record(z.string(), z.number()),
  trees: z.strictObject({
    roots: counts,
    feature: counts,
    threshold: numbers,
    left: counts,
    missingRight: counts,
    value: numbers,
    cover: numbers,
    base: z.number(),
    asFloat32: z.boolean(),
  }),
  calibration: z.strictObject({ logOdds: numbers, probability: numbers }).nullable(),
  /** For telling drift: how features and score were spread. */
  reference: z.strictObject({ features: z.array(Spread), score: Spread }).nullable(),
})
const FileShape = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), model: ModelShape })

/** A model with all that must be known to use it. `id` is the digest of its contents. */
export type Model = Omit<z.infer<typeof ModelShape>, 'trees' | 'calibration' | 'format'> & {
  id: string
  trees: Trees
  calibration: Calibration | null
}

/** Writes a model as JSON that `readModel` reads back to the same bits. */
export function writeModel(model: Omit<Model, 'id'>): string {
  const { roots, feature, threshold, left, missingRight, value, cover, base, asFloat32 } = model.trees
  const contents = {
    format: MODEL_FORMAT,
    featureSet: model.featureSet,
    features: model.features,
    settings: model.settings,
    origin: model.origin,
    learntFrom: model.learntFrom,
    metrics: model.metrics,
    trees: {
      roots: [...roots],
      feature: [...feature],
      threshold: [...threshold],
      left: [...left],
      missingRight: [...missingRight],
      value: [...value],
      cover: [...cover],
      base,
      asFloat32,
    },
    calibration: model.calibration,
    reference: model.reference,
  }
  return `${JSON.stringify({ sha256: digestOf(contents), model: contents })}\n`
}

/**
 * Reads a model file and checks all of it: a file cut short, altered, of another version or made for other features is
 * refused (`model-unreadable`), saying which.
 */
export function readModel(
  text: string,
  expected: { featureSet: string; features: readonly string[] },
): Model {
  const refuse = (detail: string): never => {
    throw new Fault('model-unreadable', { detail })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refuse('the file is cut short, or is not JSON')
  }
  const format = (json as { model?: { format?: unknown } } | null)?.model?.format
  if (typeof format === 'string' && format !== MODEL_FORMAT)
    return refuse(`its format is ${format}, and this version reads ${MODEL_FORMAT}`)
  const read = FileShape.safeParse(json)
  if (!read.success)
    return refuse(`${read.error.issues[0]?.path.join('.') || 'the file'} does not have the right shape`)
  const { sha256, model } = read.data
  if (digestOf(model) !== sha256) return refuse('its contents do not match its digest: it was altered')
  if (model.featureSet !== expected.featureSet)
    return refuse(`it was made for the features ${model.featureSet}, and these are ${expected.featureSet}`)
  const differs = expected.features.findIndex((name, i) => model.features[i] !== name)
  if (differs >= 0 || model.features.length !== expected.features.length)
    return refuse(
      `its feature ${differs < 0 ? expected.features.length : differs} is not the one expected there`,
    )
  const fault = faultOf(model.trees, model.features.length)
  if (fault) return refuse(fault)
  if (model.calibration && !isRising(model.calibration)) return refuse('its calibration does not rise')
  const { trees } = model
  return {
    ...model,
    id: sha256,
    trees: {
      roots: Int32Array.from(trees.roots),
      feature: Int32Array.from(trees.feature),
      threshold: Float64Array.from(trees.threshold),
      left: Int32Array.from(trees.left),
      missingRight: Uint8Array.from(trees.missingRight),
      value: Float64Array.from(trees.value),
      cover: Float64Array.from(trees.cover),
      base: trees.base,
      asFloat32: trees.asFloat32,
    },
  }
}

const digestOf = (contents: unknown): string =>
  createHash('sha256').update(canonicalize(contents)!).digest('hex')

/** What is wrong with the trees; null when every walk down them ends in a leaf. */
function faultOf(trees: z.infer<typeof ModelShape>['trees'], width: number): string | null {
  const { roots, feature, threshold, left, missingRight, value, cover } = trees
  const count = feature.length
  for (const one of [threshold, left, missingRight, value, cover])
    if (one.length !== count) return 'its nodes are not complete'
  if (roots.length === 0) return 'it has no tree'
  for (const root of roots) if (root < 0 || root >= count) return 'a tree begins outside the file'
  /** How deep each node is; roots are at 1, and 0 is where nothing leads. */
  const depth = new Uint8Array(count)
  for (const root of roots) {
    if (depth[root]! > 0) return 'two trees begin at one node'
    depth[root] = 1
  }
  for (let node = 0; node < count; node++) {
    if (feature[node]! >= width) return `node ${node} asks about a feature that does not exist`
    if (missingRight[node] !== 0 && missingRight[node] !== 1) return `node ${node} is malformed`
    // Children come after their parent: so no walk can go round in a circle.
    if (feature[node]! >= 0 && (left[node]! <= node || left[node]! + 1 >= count))
      return `node ${node} leads outside the file or back`
    if (!(cover[node]! >= 0)) return `node ${node} was come by less than never`
    if (feature[node]! < 0) continue
    if (!(cover[left[node]!]! + cover[left[node]! + 1]! > 0))
      return `node ${node} has children that nobody came by`
    for (const child of [left[node]!, left[node]! + 1]) {
      if (depth[child]! > 0) return `two nodes lead to node ${child}`
      depth[child] = depth[node]! + 1
    }
    if (depth[node]! > DEPTH_MAX) return `node ${node} is deeper than ${DEPTH_MAX} questions`
  }
  return null
}

function isRising({ logOdds, probability }: Calibration): boolean {
  if (logOdds.length === 0 || logOdds.length !== probability.length) return false
  return logOdds.every(
    (x, i) =>
      probability[i]! >= 0 &&
      probability[i]! <= 1 &&
      (i === 0 || (x >= logOdds[i - 1]! && probability[i]! >= probability[i - 1]!)),
  )
}
