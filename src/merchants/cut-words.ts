/** Words that end many business names, in both languages: card terminals cut a line at 18, 22 or 25 characters. */
const WORDS = (
  'restaurant restaurants service services station stations centre shopping warehouse store stores storage convenience education access health market shop shops product products supermarket supermarkets supplies limited company international electronics birmingham solutions equipment ' +
  'furniture stationery wholesale hardware pharmacy hotel theatre conference consultants development distribution ' +
  'engineering enterprises environmental foundation recycling security technology veterinary workwear apartments academy ' +
  'accessories marketing partnership community communications insurance photographic locksmiths builders merchants ' +
  'accommodation association educational university council management museum exhibition catering hospitality healthcare ' +
  'nurseries resources independent professional productions performances trophies uniforms mechanical plumbing heating ' +
  'boulangerie pharmacie boucherie epicerie librairie fleuriste coiffure brasserie patisserie fromagerie poissonnerie ' +
  'supermarche carrosserie assurances immobilier automobiles'
).split(' ')

const LETTERS_MIN = 4

/** Short forms that stand for one thing behind a name, as two words or one. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  's stn': 'service station',
  sstn: 'service station',
  'f stn': 'filling station',
  's st': 'service station',
  'service s': 'service station',
  'service st': 'service station',
  'service sta': 'service station',
  'service stat': 'service station',
  'service stati': 'service station',
  'service statio': 'service station',
  'serv stn': 'service station',
  'service stn': 'service station',
  'city co': 'city council',
  'city cou': 'city council',
  'city coun': 'city council',
  'county co': 'county council',
  'county cou': 'county council',
  'county coun': 'county council',
}

/** The word that `word` is the beginning of, when only one is; null for none, for more than one, and for a whole word. */
export function completeWord(word: string): string | null {
  if (word.length < LETTERS_MIN || WORDS.includes(word)) return null
  const whole = WORDS.filter((each) => each.startsWith(word))
  return whole.length === 1 ? whole[0]! : null
}

/** What the last two words, or the last, stand for; null when they are written out. */
export function writeOut(lastWords: string): string | null {
  return SHORT_FORMS[lastWords] ?? null
}
