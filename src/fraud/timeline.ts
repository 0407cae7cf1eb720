/** Something that happened at an instant; `id` settles the order of what shares one. */
export type Happening = { readonly id: string; readonly at: number }

/** A stretch of a timeline: positions [from, to). */
export type Stretch = { readonly from: number; readonly to: number }

/** The order of time. Total, so that a history reads the same whatever order its pieces arrived in. */
export function inOrder(a: Happening, b: Happening): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** What comes before it has been forgotten. Shared by the timelines of one history, and only ever moved on. */
export type Floor = { at: number; id: string }
export const noFloor = (): Floor => ({ at: Number.NEGATIVE_INFINITY, id: '' })

/** What keeps a place in a timeline, and so must hear of what is put in or taken out before it. */
export type Follower<T> = { added(place: number, item: T): void; removed(place: number, item: T): void }

const TRIM_AT = 64

/**
 * Happenings in order of time, with running totals of a measure of them. Any window is two look-ups and a
 * subtraction. Measures are whole numbers and their totals stay under 2^53, so a total is exact: nothing drifts as
 * payments come and go, and a window has the very same value whether it was followed live or rebuilt from what is kept.
 */
export class Timeline<T extends Happening> {
  readonly #measure: (item: T) => number
  readonly #floor: Floor
  readonly #items: T[] = []
  /** Their instants, side by side: a search reads these alone, and not items that lie all over memory. */
  readonly #instants: number[] = []
  /** `#totals[i]` is the measure summed over the first i items; true for i ≤ #settled. */
  readonly #totals: number[] = [0]
  #settled = 0
  #trimAt = TRIM_AT
  readonly #followers: Follower<T>[] = []

  constructor(measure: (item: T) => number = () => 0, floor: Floor = noFloor()) {
    this.#measure = measure
    this.#floor = floor
  }

  /** How many items take up memory: up to twice as many as lie above the floor. */
  get length(): number {
    return this.#items.length
  }

  /** Has somebody told what changes, but for what is added at the end. */
  follow(follower: Follower<T>): void {
    this.#followers.push(follower)
  }

  /** Adds an item in its place: at the end nearly always, elsewhere when it was told late. */
  add(item: T): void {
    if (this.#items.length >= this.#trimAt) this.trim()
    const { at } = item
    const { length } = this.#instants
    if (length === 0 || this.#instants[length - 1]! < at) {
      this.#items.push(item)
      this.#instants.push(at)
      return
    }
    const place = this.#placeOf(item)
    this.#items.splice(place, 0, item)
    this.#instants.splice(place, 0, at)
    this.#settled = Math.min(this.#settled, place)
    for (const follower of this.#followers) follower.added(place, item)
  }

  /** Takes out the item with this id and instant, if it is here. */
  remove(item: Happening): void {
    const place = this.#placeOf(item)
    const known = this.#items[place]
    if (known?.id !== item.id) return
    this.#items.splice(place, 1)
    this.#instants.splice(place, 1)
    this.#settled = Math.min(this.#settled, place)
    for (const follower of this.#followers) follower.removed(place, known)
  }

  /** Lets go of what lies below the floor. Nothing that can be asked changes by it. */
  trim(): void {
    const gone = this.#items.splice(0, this.#placeOf(this.#floor))
    // Totals start anew: over a million payments they would leave the whole numbers that a double holds.
    this.#instants.splice(0, gone.length)
    if (gone.length > 0) this.#settled = 0
    for (const follower of this.#followers) for (const item of gone) follower.removed(0, item)
    this.#trimAt = Math.max(TRIM_AT, this.#items.length * 2)
  }

  /** The item that `count` others come after; undefined when there are not so many. */
  fromEnd(count: number): T | undefined {
    return count < this.#items.length ? this.#items[this.#items.length - 1 - count] : undefined
  }

  /** Its instant. */
  instantFromEnd(count: number): number | undefined {
    return count < this.#instants.length ? this.#instants[this.#instants.length - 1 - count] : undefined
  }

  /** What happened from the instant `since` on, if that is remembered, and before `until`. */
  stretch(since: number, until: Happening): Stretch {
    return { from: this.beginOf(since), to: this.endOf(until) }
  }

  /** Where a stretch begins that reaches back to an instant, or to what is remembered. */
  beginOf(since: number): number {
    return since > this.#floor.at ? this.#firstSince(since) : this.#placeOf(this.#floor)
  }

  /** Where a stretch ends that reaches up to `until`. */
  endOf(until: Happening): number {
    return this.#items.length === 0 ? 0 : this.#placeOf(until)
  }

  /** How many items there are in a stretch of time. */
  size(since: number, until: Happening): number {
    if (this.#items.length === 0) return 0
    const { from, to } = this.stretch(since, until)
    return to > from ? to - from : 0
  }

  /** The sum of the measure over a stretch. */
  total(from: number, to: number): number {
    if (to <= from) return 0
    this.#settle(to)
    return this.#totals[to]! - this.#totals[from]!
  }

  /** The item at a position of a stretch. */
  item(position: number): T {
    return this.#items[position]!
  }

  /** How many items of a stretch measure so much or more. */
  countAtLeast(least: number, from: number, to: number): number {
    if (to <= from) return 0
    this.#settle(to)
    const totals = this.#totals
    let count = 0
    let before = totals[from]!
    for (let i = from + 1; i <= to; i++) {
      const total = totals[i]!
      if (total - before >= least) count++
      before = total
    }
    return count
  }

  /** The largest measure in a stretch; 0 when there is nothing in it. */
  largest(from: number, to: number): number {
    if (to <= from) return 0
    this.#settle(to)
    const totals = this.#totals
    let largest = 0
    for (let i = from; i < to; i++) largest = Math.max(largest, totals[i + 1]! - totals[i]!)
    return largest
  }

  #settle(count: number): void {
    const totals = this.#totals
    for (let i = this.#settled; i < count; i++) totals[i + 1] = totals[i]! + this.#measure(this.#items[i]!)
    if (count > this.#settled) this.#settled = count
  }

  /** How many items happened before an instant. */
  #firstSince(since: number): number {
    const instants = this.#instants
    let high = instants.length
    if (high === 0 || instants[0]! >= since) return 0
    // Nearly always it is what happened last that is asked for, so strides grow from the end.
    let low = high - 1
    for (let stride = 2; instants[low]! >= since; stride *= 2) {
      high = low
      low = Math.max(0, low - stride)
    }
    low++
    while (low < high) {
      const middle = (low + high) >>> 1
      if (instants[middle]! < since) low = middle + 1
      else high = middle
    }
    return low
  }

  /** How many items come before `one`. */
  #placeOf(one: Happening): number {
    let low = this.#firstSince(one.at)
    if (low === this.#instants.length || this.#instants[low]! > one.at) return low
    let high = this.#firstSince(one.at + 1)
    while (low < high) {
      const middle = (low + high) >>> 1
      if (inOrder(this.#items[middle]!, one) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
