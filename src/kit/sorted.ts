/**
 * A list in order: the very same one when it is so already, as lists of what happened mostly are. Sorting makes copies even then,
 * and a flood of payments has several lists to each.
 */
export function sorted<T>(list: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  for (let i = 1; i < list.length; i++) if (compare(list[i - 1]!, list[i]!) > 0) return list.toSorted(compare)
  return list
}
