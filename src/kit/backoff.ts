/** How long to wait after so many failures in a row: `firstMs`, then twice as long each time, and `maxMs` at most. */
export const backoffMs = (failures: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number =>
  Math.min(maxMs, firstMs * 2 ** (failures - 1))
