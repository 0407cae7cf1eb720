/**
 * Makes `src/merchants/brand-index.tsv` from the npm package name-suggestion-index (BSD-3-Clause; its licence is kept in
 * `src/merchants/brand-index.LICENSE.md`): `npm pack name-suggestion-index`, unpack it, then
 * `node scripts/extract-brands.ts <package folder>`. The same package always gives the same bytes.
 *
 * Kept are brands that take payments and are found in the United Kingdom, the United States, France, or everywhere, with
 * the kind of spending that their map tag stands for (`brand-kinds.ts`). One line a brand, parted by tabs: name, category,
 * countries (`*` for everywhere), other names parted by `|`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Category } from '#merchants'
import { wordsOf } from '../src/merchants/normalise.ts'
import { kindOf, rankOf } from './brand-kinds.ts'

const OUTPUT = join(import.meta.dirname, '../src/merchants/brand-index.tsv')
const COUNTRIES = ['gb', 'us', 'fr'] as const
const EVERYWHERE = '*'

/** The index's own codes that stand for the whole of a country, or for the world and Europe. */
const AREAS: Record<string, string> = { fx: 'fr', '001': EVERYWHERE, '150': EVERYWHERE, '155': EVERYWHERE }

/** Fewer letters than this fit by chance. */
const LETTERS_MIN = 3

type Item = {
  displayName: string
  locationSet: { include?: unknown[] }
  tags: Record<string, string>
  matchNames?: string[]
}
type Index = { _meta: { version: string }; nsi: Record<string, { items?: Item[] }> }
type Brand = { name: string; category: Category; rank: number; countries: Set<string>; names: Set<string> }

const folder = process.argv[2]
if (!folder) {
  console.error(
    'usage: node scripts/extract-brands.ts <folder of the unpacked package name-suggestion-index>',
  )
  process.exit(2)
}
const { _meta, nsi } = JSON.parse(readFileSync(join(folder, 'dist/json/nsi.min.json'), 'utf8')) as Index

const brands = new Map<string, Brand>()
for (const [path, { items = [] }] of Object.entries(nsi)) {
  const category = kindOf(path)
  if (!category) continue
  for (const item of items) take(item, category, rankOf(path))
}

const lines = [...brands.values()]
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .map(({ name, category, countries, names }) => {
    const shown = countries.has(EVERYWHERE) ? EVERYWHERE : [...countries].sort().join(',')
    const others = [...names].filter((other) => other !== wordsOf(name)).sort()
    return [name, category, shown, others.join('|')].join('\t').trimEnd()
  })
const head = `# Extract of name-suggestion-index ${_meta.version} (BSD-3-Clause, see brand-index.LICENSE.md), by scripts/extract-brands.ts`
writeFileSync(OUTPUT, `${[head, ...lines].join('\n')}\n`)
console.log(`${lines.length} brands`)

/** A brand is listed once for each kind of place it has: the kind that ranks first is what its name stands for. */
function take(item: Item, category: Category, rank: number): void {
  const countries = countriesOf(item)
  const { tags } = item
  const name = clean(tags.name ?? tags.brand ?? tags.operator ?? tags.network ?? item.displayName)
  const key = wordsOf(name)
  if (countries.length === 0 || key.replace(/[^a-z]/g, '').length < LETTERS_MIN) return
  const brand = brands.get(key) ?? { name, category, rank, countries: new Set(), names: new Set() }
  if (rank < brand.rank) Object.assign(brand, { name, category, rank })
  for (const country of countries) brand.countries.add(country)
  for (const other of [
    tags.brand,
    tags.operator,
    tags.short_name,
    tags.official_name,
    ...(item.matchNames ?? []),
  ]) {
    const words = wordsOf(other ?? '')
    if (isNameOf(key, words)) brand.names.add(words)
  }
  brands.set(key, brand)
}

/**
 * Other names that begin like the brand's own. One word of a longer name, such as the Grange of Grange Insurance, could
 * be anybody's; and a name that begins otherwise is a company taken over, whose old payments keep their old name.
 */
function isNameOf(own: string, other: string): boolean {
  const [first, ...more] = own.split(' ')
  const isPartOnly = more.length > 0 && own.split(' ').includes(other)
  return other.replace(/[^a-z]/g, '').length >= LETTERS_MIN && !isPartOnly && other.split(' ')[0] === first
}

function countriesOf({ locationSet }: Item): string[] {
  const found = (locationSet.include ?? []).flatMap((place) => {
    if (typeof place !== 'string') return []
    const country = AREAS[place] ?? place.slice(0, 2)
    return country === EVERYWHERE || (COUNTRIES as readonly string[]).includes(country) ? [country] : []
  })
  return [...new Set(found)]
}

/** One line, without a bracketed explanation, with the apostrophe that our own table has. */
function clean(name: string): string {
  return name
    .replace(/\s*\([^)]*\)\s*$/, '')
    .replaceAll("'", '’')
    .replace(/\s+/g, ' ')
    .trim()
}
