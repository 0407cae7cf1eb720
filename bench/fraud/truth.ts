/** What protocol and judgement need to know about payments, in columns, in order of time. */
export type Truth = {
  readonly count: number
  /** Milliseconds since 1970. */
  readonly at: Float64Array
  /** Numbered from zero; one card each. */
  readonly customer: Int32Array
  readonly isFraud: Uint8Array
}

/** The first row at or after an instant. */
export function rowAt({ at, count }: Truth, instant: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at[middle]! < instant) low = middle + 1
    else high = middle
  }
  return low
}
