import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { MEANING_SIZE } from './encoder.ts'
import { readExamples, readSources } from './examples.ts'
import type { Cut } from './features.ts'
import { type Linear, train } from './linear.ts'

/** Where a trained model is kept beside the built pages. It follows from the repository, and is not part of it. */
const FILE = join(import.meta.dirname, '../../../../dist/understanding.model')

type Head = { stamp: string; cut: Cut; classes: string[]; size: number }

let model: Linear | undefined
let coming: Promise<void> | undefined

/**
 * Has the model at hand before it is asked for. Where it has to be trained, that is done in a thread of its own, and the house
 * goes on answering.
 */
export function prepareModel(): Promise<void> {
  coming ??= (async () => {
    model ??= readKept(stampOf(readSources())) ?? (await trainInWorker())
  })()
  return coming
}

/** Waits for a model that is being made. Whoever had it prepared is told of a failure; it is then trained when asked for. */
export async function modelToCome(): Promise<void> {
  await coming?.catch(() => {})
}

/** The model as another thread has it, trained there if need be. */
export function trainInWorker(): Promise<Linear> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    // Whoever stops meanwhile need not wait for it.
    worker.unref()
    worker.on('message', resolve)
    worker.on('error', reject)
    // After a result this changes nothing.
    worker.on('exit', () => reject(new Error('the training thread ended without a result')))
  })
}

/** The model of this version: as it was kept, or trained now, which takes some seconds, and kept. */
export function ownModel(): Linear {
  if (model) return model
  const sources = readSources()
  const stamp = stampOf(sources)
  model = readKept(stamp)
  if (!model) {
    model = train(readExamples(sources))
    keep(model, stamp)
  }
  return model
}

/** Names what a model follows from: the sentences, and the code that learns from them. */
function stampOf(sources: readonly Buffer[]): string {
  const hash = createHash('sha256')
  for (const source of sources) hash.update(source)
  for (const name of readdirSync(import.meta.dirname).sort())
    if (!name.includes('.test.')) hash.update(readFileSync(join(import.meta.dirname, name)))
  return hash.digest('hex')
}

/** A line of JSON, then the features' hashes, their rarity, and the lines, as numbers of four bytes. */
function keep({ vocabulary, classes, lines, within }: Linear, stamp: string): void {
  const { cut, places, rarity } = vocabulary
  const head: Head = { stamp, cut, classes: [...classes], size: rarity.length }
  const parts = [Uint32Array.from(places.keys()), rarity, ...lines, within!]
  const bytes = Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    ...parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  ])
  try {
    mkdirSync(dirname(FILE), { recursive: true })
    // Under a name of its own until it is whole: another process may be reading.
    const fresh = `${FILE}.${process.pid}`
    writeFileSync(fresh, bytes)
    renameSync(fresh, FILE)
  } catch (error) {
    // A read-only installation trains at each start.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
  }
}

function readKept(stamp: string): Linear | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(FILE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const start = bytes.indexOf(10) + 1
  if (!bytes.subarray(0, start).includes(stamp)) return undefined
  const { cut, classes, size } = JSON.parse(bytes.subarray(0, start).toString('utf8')) as Head
  // A copy begins at a multiple of four, as numbers must.
  const numbers = Uint8Array.from(bytes.subarray(start)).buffer
  const hashes = new Uint32Array(numbers, 0, size)
  const at = (n: number, length: number) => new Float32Array(numbers, n * 4, length)
  const length = size + MEANING_SIZE + 1
  const lines = [...classes, 'within'].map((_, i) => at(2 * size + i * length, length))
  return {
    vocabulary: { cut, places: new Map(Array.from(hashes, (hash, i) => [hash, i])), rarity: at(size, size) },
    classes,
    within: lines.pop()!,
    lines,
  }
}
