import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Towns of the rows and banks we read that are too small for the list, and how terminals shorten them. */
const NEARBY = (
  'bham,harborne,edgbaston,northfield,selly oak,moseley,longbridge,erdington,weoley castle,sutton coldfield,halesowen,' +
  'kings heath,kings norton,acocks green,perry barr,digbeth,stirchley,bournville,handsworth,yardley,sheldon,star city'
).split(',')

/** Town names that are everyday words or people's names: behind a shop's name they are more likely a part of it. */
const EVERYDAY = new Set(
  (
    'street green heath mobile sale central reading republic bath tours stone midland commerce ham sandwich alliance grove ' +
    'ware deal norton wales union holiday crest phoenix beaumont albert bear orange church eagle enterprise law bank ' +
    'nice vienne tarbes sens mer sete orly vertou cars auto muret plan bron wood hook battle rugby march ash hyde hull ' +
    'crown hope cannes angers hammam lens crewe diss deals hove worth lee rush swords university college garden gardens ' +
    'taxi fleet wells stratford sutton spencer tucker fraser morris roy robinson baker campbell banks preston victoria ' +
    'marina riverside lakeside fountain vista of the and mission media press man boot paradise santa buy club'
  ).split(' '),
)

const STATES = new Set(
  (
    'al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri ' +
    'sc sd tn tx ut vt va wa wv wi wy dc'
  ).split(' '),
)
const WORDS_MAX = 4

/** Terminals cut a town off at the end of their line: what is left of the ones that our rows hold most. */
const CUT_LETTERS_MIN = 4
const OFTEN_CUT = [
  'birmingham',
  'wolverhampton',
  'manchester',
  'liverpool',
  'nottingham',
  'solihull',
  'coventry',
]

type Lists = { anywhere: ReadonlySet<string>; beforeState: ReadonlySet<string> }
let lists: Lists | null = null

/** How many words at the end of `words` are a town, with its state where there is one; 0 for none. */
export function townAtEnd(words: readonly string[]): number {
  const { anywhere, beforeState } = read()
  const hasState = words.length > 1 && STATES.has(words.at(-1)!)
  const end = hasState ? words.length - 1 : words.length
  for (let length = Math.min(WORDS_MAX, end); length > 0; length--) {
    const town = words.slice(end - length, end).join(' ')
    if (anywhere.has(town) || (hasState && beforeState.has(town))) return length + (hasState ? 1 : 0)
  }
  return isCutTown(words[end - 1] ?? '') ? 1 : 0
}

/** True for the two letters of an American state. */
export const isState = (word: string): boolean => STATES.has(word)

/** True for one word that is a whole town's name. */
export const isTown = (word: string): boolean => read().anywhere.has(word)

const isCutTown = (word: string): boolean =>
  word.length >= CUT_LETTERS_MIN && OFTEN_CUT.some((town) => town.startsWith(word))

/** Read when first asked: a process that resolves no merchant does without. */
function read(): Lists {
  if (lists) return lists
  const found = new Map<string, string[]>()
  for (const line of readFileSync(join(import.meta.dirname, 'towns.tsv'), 'utf8').split('\n')) {
    const [list, towns] = line.split('\t')
    if (towns) found.set(list!, towns.split('|'))
  }
  const anywhere = [...(found.get('anywhere') ?? []), ...NEARBY].filter((town) => !EVERYDAY.has(town))
  lists = { anywhere: new Set(anywhere), beforeState: new Set(found.get('before-a-state')) }
  return lists
}
