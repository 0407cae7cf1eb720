import { seeded } from '#kit'
import type { Matrix } from './matrix.ts'

/** Payments whose fraud follows a rule that trees can learn: large and abroad, or at a bad terminal; some of it by chance. */
export function simplePayments(count: number, seed: number): Matrix {
  const chance = seeded(seed)
  const names = ['amountRatio', 'isAbroad', 'terminalFrauds', 'hour', 'noise']
  const values = new Float64Array(count * names.length)
  const labels = new Uint8Array(count)
  for (let row = 0; row < count; row++) {
    const ratio = Math.exp((chance() + chance() + chance() - 1.5) * 2)
    const abroad = chance() < 0.1 ? 1 : 0
    const frauds = chance() < 0.05 ? Math.ceil(chance() * 4) : 0
    const hour = Math.floor(chance() * 24)
    const odds = -5 + (abroad && ratio > 2 ? 4.5 : 0) + (frauds > 0 ? 3 : 0) + (hour < 5 ? 0.7 : 0)
    labels[row] = chance() < 1 / (1 + Math.exp(-odds)) ? 1 : 0
    // Where the bank does not say the terminal, nothing is known of it.
    values.set([ratio, abroad, chance() < 0.2 ? Number.NaN : frauds, hour, chance()], row * names.length)
  }
  return { names, values, labels }
}
