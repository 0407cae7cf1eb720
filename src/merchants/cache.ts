export type Cache<Value> = { get(key: string, make: () => Value): Value; readonly size: number }

/** Longer keys are made anew each time: what strangers send must not decide how much memory is used. */
const KEY_LENGTH_MAX = 256

/**
 * Values by key, `max` at most, those asked for lately. They are kept in two halves: when the younger is full, the elder goes,
 * with whatever was not asked for since it was the younger. To find a value again is one look, and moves nothing.
 */
export function createCache<Value>(max: number): Cache<Value> {
  let younger = new Map<string, Value>()
  let elder = new Map<string, Value>()
  return {
    get(key, make) {
      const kept = younger.get(key)
      if (kept !== undefined) return kept
      const found = elder.get(key) ?? make()
      if (key.length > KEY_LENGTH_MAX) return found
      if (younger.size * 2 >= max) {
        elder = younger
        younger = new Map()
      }
      younger.set(key, found)
      return found
    },
    get size() {
      return younger.size + elder.size
    },
  }
}
