/** Uniform in [0, 1). */
export type Chance = () => number

/** From the first number to the second. */
export type Range = readonly [number, number]

export function uniform(chance: Chance, [low, high]: Range): number {
  return low + chance() * (high - low)
}

/** A whole number, both ends included. */
export function whole(chance: Chance, [low, high]: Range): number {
  return low + Math.floor(chance() * (high - low + 1))
}

/** Of the standard normal distribution (Box and Muller 1958). */
export function normal(chance: Chance): number {
  // 1 - chance() is never 0, whose logarithm would be endless.
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
}

/** Half of the draws are below the median; `sigma` is the standard deviation of the logarithm. */
export function lognormal(chance: Chance, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(chance))
}

/** How often something happens that happens `mean` times on average (Knuth's method: for small means). */
export function poisson(chance: Chance, mean: number): number {
  if (mean <= 0) return 0
  const limit = Math.exp(-mean)
  let count = 0
  for (let left = chance(); left > limit; left *= chance()) count++
  return count
}

export function pick<T>(chance: Chance, from: readonly T[]): T {
  return from[Math.floor(chance() * from.length)]!
}
