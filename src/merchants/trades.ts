import type { Category } from './categories.ts'

/** A supermarket's name with one of these is its petrol station: `tesco pfs 4203`, `asda f/stn`, `tesco pay at pump`. */
const PETROL_STATION =
  /\b(?:pfs|pay ?at ?pump|petrol|f s|f stn|fstn|fuels?|filling|carburants?|station service|gas station|s stn|sstn|s serve)\b/
/** Petrol stations nobody knows by name; card terminals cut the words off (`beeches road servi`). */
const SERVICE_STATION =
  /\b(?:service s(?:t(?:a|at|ati|atio|ation|n)?)?|services? stn|serv stn|s st)\b|\bservic?$|\b(?:road|rd|lane) service$/

/** Words that give a trade away, in order: the first line with one of them wins. A star lets the word go on. */
const TRADES: readonly (readonly [category: Category, words: string])[] = [
  ['fees', 'fee fees agios overdraft penalty amende'],
  ['cash', 'cashpoint atm advance withdrawal retrait dab'],
  ['income', 'salary payroll wages salaire'],
  // Before the flats and the hotels that it is paid for.
  ['bills', 'rent loyer loyers lettings landlord bailleur copropriete syndic'],
  [
    'health',
    'pharmac* chemist* dental dentist* doctor* surgery clinic hospital optician* optique medical veterinar* vets physio* nhs',
  ],
  [
    'travel',
    'hotel* hostel inn inns taxi taxis cab cabs minicab* parking carpark* prk upt railway rail trains coach coaches airport airline* airways travel toll lodge apartments suites peage tickets',
  ],
  [
    'eating-out',
    'restaurant* resturant* cafe caffe coffee espresso pizza pizzeria chicken kebab* grill diner sandwich* burger* fish chippy tandoori balti catering pub tavern takeaway noodle* sushi bistro brasserie deli eatery tea spice kitchen',
  ],
  [
    'education',
    'school* college university academy nursery educat* learning teach* ecole universite creche phonics pupil',
  ],
  [
    'groceries',
    'supermarket* supermarche superstore* butcher* grocer* foods food bakery bakers convenience wines halal fruit boucherie boulangerie epicerie primeur market minimarket foodstore',
  ],
  [
    'leisure',
    'theatre* cinema* museum* musee zoo leisure golf gym bowl bowling safari karting swimming aquarium gallery paintball cineplex',
  ],
  [
    'home',
    'hardware timber builder* building plumb* electrical paint paints garden gardens locksmith* furniture carpet* tiles glass glazing ironmonger* flooring diy tool tools decorat* fencing heating bathroom* bricolage',
  ],
  ['bills', 'insurance assurance* energy electricity water telecom* mutuelle council tax hmrc'],
  [
    'shopping',
    'book books toys shoe shoes clothing fashion office stationery stationers computer* electronic* gift gifts flower* florist* sport sports news newsagent* print* cartridge* cycles bikes batter* music art crafts craft jewell* librairie bazaar shop store stores shopping uniforms workwear badges photo mobile phones',
  ],
]

/** What is rented for a day, and not to live in. */
const VEHICLES = new Set('car cars van bike scooter auto voiture'.split(' '))

const BY_WORD = new Map<string, number>()
const BY_START: [start: string, line: number][] = []
for (const [line, [, words]] of TRADES.entries())
  for (const word of words.split(' '))
    if (word.endsWith('*')) BY_START.push([word.slice(0, -1), line])
    else BY_WORD.set(word, line)

/** True when the words name a petrol station, whatever brand stands before them. */
export const isPetrolStation = (words: string): boolean => PETROL_STATION.test(words)

/** The kind of spending that plain words in a descriptor give away; null when they do not. */
export function categoryOfTrade(words: string): Category | null {
  if (PETROL_STATION.test(words) || SERVICE_STATION.test(words)) return 'fuel'
  let best = TRADES.length
  const all = words.split(' ')
  if (all.includes('rent') && all.some((word) => VEHICLES.has(word))) return 'travel'
  for (const word of all) {
    const line = BY_WORD.get(word) ?? BY_START.find(([start]) => word.startsWith(start))?.[1]
    if (line !== undefined && line < best) best = line
  }
  return TRADES[best]?.[0] ?? null
}
