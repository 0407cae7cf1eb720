export type Cache<Value> = { get(key: string, make: () => Value): Value; readonly size: number }

/** Longer keys are made anew each time: what strangers send must not decide how much memory is used. */
const KEY_LENGTH_MAX = 256

/** The last `max` values asked for, by key; the one not asked for the longest goes first. */
export function createCache<Value>(max: number): Cache<Value> {
  const values = new Map<string, Value>()
  return {
    get(key, make) {
      const kept = values.get(key)
      if (kept !== undefined) {
        // A Map lists in order of insertion: put in again, it is the youngest.
        values.delete(key)
        values.set(key, kept)
        return kept
      }
      const made = make()
      if (key.length > KEY_LENGTH_MAX) return made
      values.set(key, made)
      if (values.size > max) values.delete(values.keys().next().value!)
      return made
    },
    get size() {
      return values.size
    },
  }
}
