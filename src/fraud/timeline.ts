/** Something that happened at an instant; `id` settles the order of what shares one. */
export type Happening = { readonly id: string; readonly at: number }

/** A stretch of a timeline: positions [from, to). */
export type Stretch = { readonly from: number; readonly to: number }

/** The order of time. Total, so that a history reads the same whatever order its pieces arrived in. */
export function inOrder(a: Happening, b: Happening): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/**
 * Happenings in order of time, with running totals of some measures of them. Any window is two look-ups and a
 * subtraction. Measures are whole numbers and stay under 2^53, so a total is exact: nothing drifts as payments come and
 * go, and a window has the very same value whether it was followed live or rebuilt from what is kept.
 */
export class Timeline<T extends Happening> {
  readonly #measures: readonly ((item: T) => number)[]
  readonly #items: T[] = []
  /** `#totals[m][i]` is measure m summed over the first i items; true for i ≤ #settled. */
  readonly #totals: number[][]
  #settled = 0

  constructor(measures: readonly ((item: T) => number)[] = []) {
    this.#measures = measures
    this.#totals = measures.map(() => [0])
  }

  get length(): number {
    return this.#items.length
  }

  /** Adds an item in its place: at the end nearly always, elsewhere when it was told late. */
  add(item: T): void {
    const last = this.#items.at(-1)
    if (last === undefined || inOrder(last, item) < 0) {
      this.#items.push(item)
      return
    }
    const place = this.#placeOf(item)
    this.#items.splice(place, 0, item)
    this.#settled = Math.min(this.#settled, place)
  }

  /** Takes out the item with this id and instant, if it is here. */
  remove(item: Happening): void {
    const place = this.#placeOf(item)
    if (this.#items[place]?.id !== item.id) return
    this.#items.splice(place, 1)
    this.#settled = Math.min(this.#settled, place)
  }

  /** What happened from the instant `since` on and before `until`. */
  stretch(since: number, until: Happening): Stretch {
    return { from: this.#placeOf({ at: since, id: '' }), to: this.#placeOf(until) }
  }

  /** The sum of a measure over a stretch. */
  total(measure: number, { from, to }: Stretch): number {
    if (to <= from) return 0
    this.#settle(to)
    const totals = this.#totals[measure]!
    return totals[to]! - totals[from]!
  }

  /** The items of a stretch, latest first. */
  *latestFirst({ from, to }: Stretch): Generator<T> {
    for (let i = to - 1; i >= from; i--) yield this.#items[i]!
  }

  /** How many items of a stretch pass a test. */
  count({ from, to }: Stretch, test: (item: T) => boolean): number {
    let passed = 0
    for (let i = from; i < to; i++) if (test(this.#items[i]!)) passed++
    return passed
  }

  #settle(count: number): void {
    for (let i = this.#settled; i < count; i++) {
      const item = this.#items[i]!
      for (const [m, measure] of this.#measures.entries())
        this.#totals[m]![i + 1] = this.#totals[m]![i]! + measure(item)
    }
    this.#settled = Math.max(this.#settled, count)
  }

  /** How many items come before `one`. */
  #placeOf(one: Happening): number {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (inOrder(this.#items[middle]!, one) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
