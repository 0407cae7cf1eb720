/**
 * Draws the rows that `tests/merchants/labelled-sample.tsv` labels, from the published purchase-card rows:
 * `node scripts/draw-merchant-sample.ts <birmingham.csv.gz> <seed> <rows>` prints each drawn descriptor and how many of
 * the drawn rows have it. The same file, seed and number give the same lines. Every row has the same chance, so that a
 * share measured on the sample estimates the share of payments, not of distinct descriptors.
 */
import { readFileSync } from 'node:fs'
import { seeded } from '#kit'
import { readDescriptors } from '../tests/merchants/descriptors.ts'

const [file, seed = '2018', rows = '500'] = process.argv.slice(2)
if (!file) {
  console.error('usage: node scripts/draw-merchant-sample.ts <birmingham.csv.gz> [seed] [rows]')
  process.exit(2)
}
const descriptors = readDescriptors(readFileSync(file))
const chance = seeded(Number(seed))
const drawn = new Map<string, number>()
for (let i = 0; i < Math.min(Number(rows), descriptors.length); i++) {
  const j = i + Math.floor(chance() * (descriptors.length - i))
  const descriptor = descriptors[j]!
  descriptors[j] = descriptors[i]!
  drawn.set(descriptor, (drawn.get(descriptor) ?? 0) + 1)
}
for (const [descriptor, times] of [...drawn].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${descriptor}\t${times}`)
