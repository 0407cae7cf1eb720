/** Legal forms and countries: no part of a name. */
const FORMS = new Set(
  'ltd limited plc llc inc corp sarl sas sa gmbh uk gb gbr usa us fr fra gbp eur usd ref'.split(' '),
)

/** What may stand behind a brand's name without making it another: `next retail`, but not `next stop`. */
const SHOP_WORDS = new Set(
  'co com the store stores shop superstore retail online internet direct group branch card payment purchase'.split(
    ' ',
  ),
)

/** Towns of the rows and banks we read, in words of one: they follow the shop's name. */
const TOWNS = new Set(
  (
    'birmingham bham london manchester liverpool leeds bristol sheffield solihull coventry wolverhampton walsall dudley ' +
    'tamworth lichfield sutton coldfield erdington harborne edgbaston northfield selly oak moseley longbridge leicester ' +
    'nottingham derby york oxford cambridge cardiff edinburgh glasgow newcastle reading worcester stafford stoke ' +
    'paris lyon marseille toulouse nice nantes bordeaux lille strasbourg rennes montpellier grenoble ' +
    'york chicago boston seattle houston dallas austin denver miami atlanta'
  ).split(' '),
)

const isNumbered = (word: string): boolean => /^[a-z]{0,3}\d+[a-z]?$/.test(word)

/** True for what may stand behind a brand that is an everyday word. */
export const isNoise = (word: string): boolean =>
  word === '' || SHOP_WORDS.has(word) || isTail(word) || TOWNS.has(word)

/** True for what is left off the end of an unknown name: store numbers and legal forms. */
export const isTail = (word: string): boolean => word === '' || FORMS.has(word) || isNumbered(word)

/** True for a town, which follows a name of two words or more; a shop's only other word is part of its name. */
export const isTown = (word: string): boolean => TOWNS.has(word)
