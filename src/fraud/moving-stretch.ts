import type { Follower, Happening, Stretch, Timeline } from './timeline.ts'

/** What counts the items of a stretch: each is added as it comes in, and taken out again as it goes. */
export type Counter<T> = { add(item: T, by: 1 | -1): void }

/**
 * A stretch of a timeline that is moved along it, and what is counted of the items in it: from one payment to the next, few
 * come in and few go out, so that a count costs the same however long the stretch is. Counts are sums of whole numbers: which
 * way the stretch came to where it is changes nothing about them.
 */
export class MovingStretch<T extends Happening> implements Follower<T> {
  readonly #timeline: Timeline<T>
  readonly #counter: Counter<T>
  #from = 0
  #to = 0

  constructor(timeline: Timeline<T>, counter: Counter<T>) {
    this.#timeline = timeline
    this.#counter = counter
    timeline.follow(this)
  }

  moveTo({ from, to }: Stretch): void {
    const end = Math.max(from, to)
    while (this.#from > from) this.#counter.add(this.#timeline.item(--this.#from), 1)
    while (this.#to < end) this.#counter.add(this.#timeline.item(this.#to++), 1)
    while (this.#from < from) this.#counter.add(this.#timeline.item(this.#from++), -1)
    while (this.#to > end) this.#counter.add(this.#timeline.item(--this.#to), -1)
  }

  added(place: number, item: T): void {
    if (place >= this.#to) return
    this.#to++
    if (place < this.#from) this.#from++
    else this.#counter.add(item, 1)
  }

  removed(place: number, item: T): void {
    if (place >= this.#to) return
    this.#to--
    if (place < this.#from) this.#from--
    else this.#counter.add(item, -1)
  }
}
