/** A layer of weights, as it lies in the memory of `createDense`. */
export type Layer = { from: number; to: number; at: number }

/** A tile of what goes out: so many rows, by so many numbers of each. */
const ROWS = 4
const COLUMNS = 8
const NUMBER_BYTES = 4
const LINE_BYTES = COLUMNS * NUMBER_BYTES
const TILE_BYTES = ROWS * LINE_BYTES
const PAGE_BYTES = 65_536

/**
 * Rows of numbers through layers of weights: nearly all the work of the encoder, and several times as fast by the processor's
 * instructions for four numbers at once. WebAssembly's are the same ones on every machine, rounded the same way, and each
 * sum runs in the order of what goes in, so that the bits do not depend on where it runs. `rowsMax` rows at once.
 */
export function createDense({ rowsMax, fromMax }: { rowsMax: number; fromMax: number }) {
  const memory = new WebAssembly.Memory({ initial: 0 })
  const tile = tileIn(memory)
  let used = 0
  const take = (bytes: number): number => {
    const at = used
    used += bytes
    const more = Math.ceil(used / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES
    if (more > 0) memory.grow(more)
    return at
  }
  // The tile that comes out is at 0, where the code puts it.
  take(TILE_BYTES)
  const input = take(Math.ceil(rowsMax / ROWS) * ROWS * fromMax * NUMBER_BYTES)
  const numbersAt = (at: number, length: number) => new Float32Array(memory.buffer, at, length)

  return {
    /** Weights come with a row for each number that goes in, and lie in strips of as many columns as a tile has, under its bias. */
    layer(weights: Float32Array, bias: Float32Array): Layer {
      const [from, to] = [weights.length / bias.length, bias.length]
      const at = take((from + 1) * to * NUMBER_BYTES)
      const strips = numbersAt(at, (from + 1) * to)
      for (let j = 0, k = 0; j < to; j += COLUMNS) {
        for (let c = 0; c < COLUMNS; c++) strips[k++] = bias[j + c]!
        for (let i = 0; i < from; i++)
          for (let c = 0; c < COLUMNS; c++) strips[k++] = weights[i * to + j + c]!
      }
      return { from, to, at }
    },

    through(x: Float32Array, count: number, { from, to, at }: Layer): Float32Array {
      const y = new Float32Array(count * to)
      const tiles = Math.ceil(count / ROWS)
      const turned = numbersAt(input, tiles * ROWS * from)
      // The rows of one tile go in side by side, and the last of them again where there are no more.
      for (let row = 0; row < tiles * ROWS; row++) {
        const start = Math.min(row, count - 1) * from
        const into = Math.floor(row / ROWS) * ROWS * from + (row % ROWS)
        for (let i = 0; i < from; i++) turned[into + i * ROWS] = x[start + i]!
      }
      const out = numbersAt(0, ROWS * COLUMNS)
      for (let j = 0; j < to; j += COLUMNS) {
        const strip = at + j * (from + 1) * NUMBER_BYTES
        for (let n = 0; n < tiles; n++) {
          tile(input + n * ROWS * from * NUMBER_BYTES, strip, strip + (from + 1) * LINE_BYTES)
          for (let r = 0; r < Math.min(ROWS, count - n * ROWS); r++)
            for (let c = 0; c < COLUMNS; c++) y[(n * ROWS + r) * to + j + c] = out[r * COLUMNS + c]!
        }
      }
      return y
    },
  }
}

type Tile = (input: number, strip: number, end: number) => void

/**
 * The sums of one tile, written at 0: they begin with the strip's first line, its bias, and go down the strip and along the
 * input until the strip's end. Written out in WebAssembly's own bytes, of which there are some 300: no compiler is needed.
 */
function tileIn(memory: WebAssembly.Memory): Tile {
  const [input, strip, end, left, right, number, sums] = [0, 1, 2, 3, 4, 5, 6] as const
  const locals = 3 + 2 * ROWS
  const get = (local: number) => [0x20, local]
  const set = (local: number) => [0x21, local]
  const addTo = (local: number, bytes: number) => [...get(local), 0x41, bytes, 0x6a, ...set(local)]
  const load = (from: number, offset: number) => [...get(from), 0xfd, 0x00, 2, offset]
  const loadOneInAll = (from: number, offset: number) => [...get(from), 0xfd, 0x09, 2, offset]
  const store = (offset: number, sum: number) => [0x41, 0, ...get(sum), 0xfd, 0x0b, 2, ...unsigned(offset)]
  const addProduct = (sum: number, half: number) => [
    ...get(sum),
    ...get(number),
    ...get(half),
    ...[0xfd, 0xe6, 0x01], // f32x4.mul
    ...[0xfd, 0xe4, 0x01], // f32x4.add
    ...set(sum),
  ]
  const rows = Array.from({ length: ROWS }, (_, row) => ({
    row,
    ofLeft: sums + 2 * row,
    ofRight: sums + 2 * row + 1,
  }))
  const nextLine = addTo(strip, LINE_BYTES)
  const body = [
    ...[1, locals, 0x7b], // all v128
    ...rows.flatMap(({ ofLeft, ofRight }) => [
      ...[...load(strip, 0), ...set(ofLeft)],
      ...[...load(strip, 16), ...set(ofRight)],
    ]),
    ...nextLine,
    ...[0x03, 0x40], // loop
    ...[...load(strip, 0), ...set(left)],
    ...[...load(strip, 16), ...set(right)],
    ...rows.flatMap(({ row, ofLeft, ofRight }) => [
      ...[...loadOneInAll(input, row * NUMBER_BYTES), ...set(number)],
      ...addProduct(ofLeft, left),
      ...addProduct(ofRight, right),
    ]),
    ...addTo(input, ROWS * NUMBER_BYTES),
    ...nextLine,
    ...[...get(strip), ...get(end), 0x47, 0x0d, 0], // again, unless they are equal
    0x0b,
    ...rows.flatMap(({ row, ofLeft, ofRight }) => [
      ...store(row * LINE_BYTES, ofLeft),
      ...store(row * LINE_BYTES + 16, ofRight),
    ]),
    0x0b,
  ]
  const name = (text: string) => [text.length, ...Buffer.from(text)]
  const section = (id: number, bytes: readonly number[]) => [id, ...unsigned(bytes.length), ...bytes]
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0]), // one type: three i32 in, nothing out
    ...section(2, [1, ...name('house'), ...name('memory'), 0x02, 0, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('tile'), 0x00, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module)), {
    house: { memory },
  })
  return exports.tile as Tile
}

/** LEB128, of at most two bytes. */
const unsigned = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])
