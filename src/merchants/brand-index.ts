import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Brand } from './brand-table.ts'
import type { Category } from './categories.ts'
import { isNoise } from './noise.ts'
import { wordsOf } from './normalise.ts'

/**
 * Names in the index that are everyday words in English or French. Behind one of them could be any shop, so they are
 * read as the business's own name, without the brand's kind of spending.
 */
const EVERYDAY = new Set(
  (
    'abc ace arco action adagio admiral alice alpine altitude amigo amigos antic arche arthur astro atlas attendant avenue ' +
    'avril away balance bambu barnes barrio bastide beacon best better bis birds blink bonjour bravo brewers brio browns ' +
    'buckle budget bump bumpers but butlers byron camper canopy caravan casa castle catherines central centra certified ' +
    'champion change chapters chase checkers citizen clark clem coach columbia conrad consume converse cook coral cosmo ' +
    'crawford creams crisis crown curves delta dig dignity dim discovery dreams duchess dynamite earls edition electra ' +
    'element elan emma enterprise entendre equinox esprit evans exe expert express fabrique fleet fly flyers foley ford ' +
    'fossil frame free freebirds fresh frida galaxy game gap garage gate gaylord genesis george giant giraffe glo global ' +
    'goals graduate grainger greet grind guess gusto habitat harps hay hell holiday home hunters hurley icing indigo ' +
    'interchange international irving islands jacksons jigsaw jockey joey johnsons jolt journeys jules justice karma ' +
    'kings lakeland leaders liberty lids lilas lime lincoln locke loft loop lotus lounges lucid lucky lush mace magnet ' +
    'majestic man mango marathon marguerite match max mayfair memphis metro midas millennium mim mind mini minor monsoon ' +
    'monta morgan mulberry mustang national nationwide neat nectar normal notes oasis office olympia omega only optimum ' +
    'orange orchestra oriental origins outfit pablo pace pandora paprika parkers paul pavilions pilot pink pods popular ' +
    'practical premier progressive prudential pure purple quick quickly quiz rainbow ram rebel relay renaissance replay ' +
    'reserved revolution rhodes richardson rise robinsons rocket roman romans roots roses ross rumble runnings ryder sage ' +
    'salsa sas save savers scope sears seat select sense sharps shelter sherpa showcase sierra simmons sinclair sky smart ' +
    'smuggler snooze sonic spaces spangles specialized spectrum speedy sprint stags star stinker stripes sugar sunnyside ' +
    'swift talbots target taste taylors tempo therapy thrifty thyme tops tortilla total townends trek tribe triumph ' +
    'tudor tuffy twisters typo unleashed utile utopia vagabond victoria vision wallis warehouse wash waves welcome ' +
    'westfield windsor woodcraft york zest the co coop village pizza market bakery diner pharmacy burton merchants'
  )
    .split(' ')
    .concat('the coffee', 'red lion', 'st john', 'main event', 'live'),
)

/** A name of several words and this many letters may have any words behind it: a branch, a street, a department. */
const OPEN_LETTERS_MIN = 9
/** Names are also found when a web address writes them as one word, from this length on. */
const JOINED_LETTERS_MIN = 6

/** Words that may stand behind a brand of that kind, and make another business of any other: the Hallmark Hotel. */
const KIND_WORDS: Readonly<Record<string, Category>> = {
  hotel: 'travel',
  hotels: 'travel',
  restaurant: 'eating-out',
  cafe: 'eating-out',
  pharmacy: 'health',
}

type Entry = { brand: Brand; countries: readonly string[] | null; joined: Set<string> }
/** `wordsMax` is how many words the longest name that begins with a word has: nearly all words begin none. */
type Index = { entries: ReadonlyMap<string, Entry>; wordsMax: ReadonlyMap<string, number> }
let index: Index | null = null

/** A brand of the index, and whether nothing but noise stood behind its name. */
export type Indexed = Brand & { isWhole: boolean }

/**
 * The brand of the index that `words` (from `wordsOf`) begin with, the longest first; null for none. A brand of other
 * countries than `country` (ISO 3166 alpha-2, any case) is not taken; a null country takes all.
 */
export function findIndexed(words: string, country: string | null): Indexed | null {
  index ??= read()
  const all = words.split(' ')
  const first = all[0] === 'the' && all.length > 1 ? 1 : 0
  for (let from = 0; from <= first; from++)
    for (let end = Math.min(all.length, from + (index.wordsMax.get(all[from]!) ?? 0)); end > from; end--) {
      const name = all.slice(from, end).join(' ')
      const entry = index.entries.get(name)
      if (!entry || !isIn(entry, country)) continue
      const isWhole = all
        .slice(end)
        .every((word) => isNoise(word) || KIND_WORDS[word] === entry.brand.category)
      const isOpen = (end - from > 1 || entry.joined.has(name)) && name.length >= OPEN_LETTERS_MIN
      if (isWhole || isOpen) return { ...entry.brand, isWhole }
    }
  return null
}

/** A name this short is an abbreviation as often as a shop. */
const NAMED_LETTERS_MIN = 4

/** Whether a text names a brand of the index anywhere, everyday words and abbreviations apart. */
export function namesIndexed(words: string): boolean {
  index ??= read()
  const all = words.split(' ')
  return all.some((first, from) => {
    for (let end = Math.min(all.length, from + (index!.wordsMax.get(first) ?? 0)); end > from; end--) {
      const name = all.slice(from, end).join(' ')
      if (name.length >= NAMED_LETTERS_MIN && index!.entries.has(name)) return true
    }
    return false
  })
}

const isIn = ({ countries }: Entry, country: string | null): boolean =>
  countries === null || country === null || countries.includes(country.toLowerCase())

/** Read when first asked: a process that resolves no merchant does without. */
function read(): Index {
  const found = new Map<string, Entry>()
  const joined = new Map<string, Entry>()
  for (const line of readFileSync(join(import.meta.dirname, 'brand-index.tsv'), 'utf8').split('\n')) {
    const [name, category, countries, others] = line.split('\t')
    if (!category) continue
    const entry: Entry = {
      brand: { name: name!, category: category as Category },
      countries: countries === '*' ? null : (countries ?? '').split(','),
      joined: new Set(),
    }
    const own = wordsOf(name!)
    for (const words of [own, ...(others ? others.split('|') : [])]) {
      // Its own name is a brand's before it is another's second name.
      if (EVERYDAY.has(words) || (words !== own && found.has(words))) continue
      found.set(words, entry)
      const single = words.replaceAll(' ', '')
      if (single === words || single.length < JOINED_LETTERS_MIN) continue
      joined.set(single, entry)
      entry.joined.add(single)
    }
  }
  for (const [single, entry] of joined) if (!found.has(single)) found.set(single, entry)
  const wordsMax = new Map<string, number>()
  for (const name of found.keys()) {
    const words = name.split(' ')
    wordsMax.set(words[0]!, Math.max(words.length, wordsMax.get(words[0]!) ?? 0))
  }
  return { entries: found, wordsMax }
}
