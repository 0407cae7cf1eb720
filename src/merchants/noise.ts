/** Words that stand behind a shop's name in a descriptor and say nothing about which shop it is. */
const WORDS = new Set(
  (
    'ltd limited plc llc inc corp sarl sas sa gmbh co com uk gb gbr usa us fr fra the store stores shop superstore retail ' +
    'online internet direct group branch gbp eur usd ref card payment purchase'
  ).split(' '),
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

/** True for what may be left off the end of a name: store numbers, legal forms, towns, nothing at all. */
export const isNoise = (word: string): boolean =>
  word === '' || WORDS.has(word) || TOWNS.has(word) || /^[a-z]{0,3}\d+[a-z]?$/.test(word)
