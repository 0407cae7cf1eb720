/** The kinds of spending that a person's month is made of. */
export const SPENDING_KINDS = [
  'groceries',
  'fuel',
  'eating-out',
  'amazon',
  'travel',
  'subscriptions',
  'getting-around',
  'household',
  'leisure',
  'health',
] as const
export type SpendingKind = (typeof SPENDING_KINDS)[number]

type Rule = { words: RegExp; mcc: string; kind: SpendingKind; online?: true }

/**
 * Which ISO 18245 code a merchant's acquirer would most likely have given, where the descriptor makes it plain. The
 * published rows have no codes, so this is our reading of the words; what no rule knows keeps none. First match wins.
 */
const RULES: readonly Rule[] = [
  {
    words: /\b(tesco|asda|sainsburys?|w ?m morrisons?|morrisons?) (petro|petrol|pfs|pay at pump|fuel)\b/,
    mcc: '5542',
    kind: 'fuel',
  },
  {
    words: /^(tesco pfs|asda petrol|asda filling|js petrol|sainsburys petrol|tesco pay at pump)/,
    mcc: '5542',
    kind: 'fuel',
  },
  {
    words:
      /^(shell|esso|bp |texaco|tex |murco|jet |gulf |rontec|malthurst|mrh |applegreen|eurogarages|total |moto .*(bp|esso|shell)|.*\b(s\/stn|sf connect|service s|service st|service statio|motor fuels)$|leaway|beeches road servi|bristol street ser)/,
    mcc: '5541',
    kind: 'fuel',
  },
  {
    words:
      /^(tesco|asda|sainsburys?|js online|w ?m morrisons?|central eng coop|ms simply food|food city|aldi|lidl|iceland|farmfoods|morrisons?|waitrose|co-?op|coop|marks ?& ?spencer s|food ?wareh|spar\b|budgens|costcutter|nisa|one stop|heron foods|booker|makro|costco)/,
    mcc: '5411',
    kind: 'groceries',
  },
  {
    words: /^(mcdonalds|kfc|burger king|subway|greggs|pret|dominos?|papa johns|five guys|krispy)/,
    mcc: '5814',
    kind: 'eating-out',
  },
  {
    words:
      /^(costa|starbucks|caffe|cafe|coffee|nandos?|pizza|wagamama|frankie|toby carvery|harvester|beefeater|brewers fayre|toby|wetherspoon|the .*(inn|arms|cafe|grill)\b|zizzi|bella italia|prezzo|ask restaurant|tgi|welcome break|roadchef|moto |restaurant|bistro|just eat|www\.just eat|wm? morrisons cafe)/,
    mcc: '5812',
    kind: 'eating-out',
  },
  {
    words:
      /^(amazon prime|itunes|apple itunes|netflix|spotify|google \*|adobe|dropbox|microsoft|msft|audible|lovefilm|now tv|sky |surveymonkey|mailchimp|weebly|wordpress|godaddy|linkedin)/,
    mcc: '5818',
    kind: 'subscriptions',
    online: true,
  },
  { words: /^(amazon web services|aws)/, mcc: '7372', kind: 'subscriptions', online: true },
  {
    words:
      /^(o2|ee |ee$|vodafone|bt |bt$|giffgaff|t-mobile|orange|three |talktalk|virgin media|virginmedia|lebara|tesco mobile)/,
    mcc: '4814',
    kind: 'subscriptions',
    online: true,
  },
  { words: /^(tv ?licen)/, mcc: '9399', kind: 'subscriptions', online: true },
  { words: /^(amazon|amzn)/, mcc: '5999', kind: 'amazon', online: true },
  {
    words:
      /\b(hotel|hilton|marriott|novotel|ibis|holiday inn|travelodge|premier inn|crowne plaza|ramada|radisson|hostel|airbnb|booking\.com|hotels\.com|expedia|courtyard|wyndham)\b/,
    mcc: '7011',
    kind: 'travel',
  },
  {
    words:
      /\b(flybe|easyjet|ryanair|british airways|brit airways|lufthansa|klm|air france|jet2|aer lingus|sas |monarch|emirates)\b/,
    mcc: '4511',
    kind: 'travel',
    online: true,
  },
  { words: /\b(sncf|sncb|eurostar|ns internationaal|deutsche bahn)\b/, mcc: '4112', kind: 'travel' },
  {
    words:
      /^(trainline|thetrainline|virgin ?trains|west coast trains|west midlands trains|london midland|cross ?country|great western|midland mainline|chiltern|arriva trains|northern rail|scotrail|gwr|lnwr|national rail|.* railway|.*rail\b)/,
    mcc: '4112',
    kind: 'travel',
  },
  {
    words:
      /^(lul|tfl|west mid ?travel|west midlands trav|oyster|centro|national express|nat ?express|megabus|stagecoach|arriva|first bus)/,
    mcc: '4111',
    kind: 'getting-around',
  },
  { words: /^(taxipay|uber|tfl taxi|.*\b(taxi|taxis|cabs)\b)/, mcc: '4121', kind: 'getting-around' },
  {
    words:
      /^(ncp|ringgo|park mobile|prk |apcoa|euro car park|q ?park|parking|.*\bcar ?park|.*\bparking\b|bcc .*car ?park|pay ?by ?phone)/,
    mcc: '7523',
    kind: 'getting-around',
  },
  {
    words: /^(m6 ?toll|m6toll|midland expressway|severn bridge|dart ?charge)/,
    mcc: '4784',
    kind: 'getting-around',
  },
  { words: /^(halfords|kwik ?fit|ats euro|national tyre)/, mcc: '5533', kind: 'getting-around' },
  { words: /^(boots|superdrug|lloyds ?pharm|.*pharmacy|.*chemist)/, mcc: '5912', kind: 'health' },
  { words: /^(specsavers|vision express|.*optic)/, mcc: '8043', kind: 'health' },
  { words: /^(holland ?& ?barrett|body ?shop)/, mcc: '5499', kind: 'health' },
  {
    words: /^(vue|tenpin|www\.tenpin|odeon|cineworld|empire cinema|showcase|.*cinema)/,
    mcc: '7832',
    kind: 'leisure',
  },
  { words: /^(sportsdirect|sports direct|jd sports|decathlon|go outdoors)/, mcc: '5941', kind: 'leisure' },
  {
    words:
      /^(waterstones|wh ?smith|whsmith|www\.whsmith|the works|the book people|bookdepository|card factory|ryman|www\.theworks|foyles|w h smith)/,
    mcc: '5942',
    kind: 'leisure',
  },
  {
    words: /^(game |smyths|toys r us|toysrus|hobbycraft|the entertainer|www\.hobbycraft)/,
    mcc: '5945',
    kind: 'leisure',
  },
  {
    words:
      /^(drayton manor|cadbury world|alton towers|sealife|legoland|thinktank|birmingham ?rep|www\.birmingham-rep|dudley zoo|twycross|warwick castle|ash end house|ticketmaster|see tickets)/,
    mcc: '7996',
    kind: 'leisure',
  },
  {
    words:
      /^(primark|matalan|next |h&m|new look|peacocks|debenhams|house of fraser|clarks|asos|tk ?maxx|marks|m&s|marksspencer)/,
    mcc: '5651',
    kind: 'household',
  },
  {
    words:
      /^(argos|the range|www\.argos|wilko|poundland|poundworld|poundstretcher|99p|b ?& ?m|b {2}m |bm |home bargains|john lewis|bhs)/,
    mcc: '5331',
    kind: 'household',
  },
  {
    words: /^(b ?& ?q|b {2}q|bq |selco|homebase|wickes|screwfix|toolstation|dunelm|ikea|robert dyas)/,
    mcc: '5200',
    kind: 'household',
  },
  {
    words: /^(currys|pc ?world|maplin|ebuyer|apple store|apple |ao )/,
    mcc: '5732',
    kind: 'household',
    online: true,
  },
  {
    words: /^(post office|the post office|royal mail|www\.royalmail|postoffice|parcelforce)/,
    mcc: '9402',
    kind: 'household',
  },
  { words: /\b(bank cashpoint|cash ?machine|atm)\b/, mcc: '6011', kind: 'household' },
  { words: /^(timpson|johnson cleaners)/, mcc: '7251', kind: 'household' },
]

/** Account codes that leave little doubt where the descriptor does. */
const BY_ACCOUNT_CODE: Record<string, { mcc: string; kind: SpendingKind }> = {
  'Vehicle Fuel': { mcc: '5541', kind: 'fuel' },
  'Travel Bus/Rail': { mcc: '4112', kind: 'travel' },
  'Travel Taxis': { mcc: '4121', kind: 'getting-around' },
  'Car Parking': { mcc: '7523', kind: 'getting-around' },
}

export type MerchantKind = { mcc: string; kind: SpendingKind; isOnline: boolean }

/** What the words and the account code say about a merchant; null where they do not say enough. */
export function merchantKind(descriptor: string, accountCode: string): MerchantKind | null {
  const words = descriptor.toLowerCase()
  const rule = RULES.find((each) => each.words.test(words))
  if (rule)
    return {
      mcc: rule.mcc,
      kind: rule.kind,
      isOnline: rule.online ?? /^www\.|\.(com|co\.?u?k?)$/.test(words),
    }
  const code = BY_ACCOUNT_CODE[accountCode]
  return code ? { ...code, isOnline: false } : null
}

/** Currencies of one country. */
const COUNTRY_OF_CURRENCY: Record<string, string> = {
  GBP: 'GB',
  HUF: 'HU',
  SEK: 'SE',
  DKK: 'DK',
  NOK: 'NO',
  HKD: 'HK',
  SGD: 'SG',
  MYR: 'MY',
  CNY: 'CN',
  PLN: 'PL',
  CZK: 'CZ',
  HRK: 'HR',
  RON: 'RO',
  QAR: 'QA',
  CAD: 'CA',
  AUD: 'AU',
  PKR: 'PK',
}
/** Places that a descriptor in a shared currency names. */
const COUNTRY_OF_WORDS: readonly [RegExp, string][] = [
  [/brussel|bruxelles|sncb|stib|antwerp|schuman|trone|gravensteen|bru nat lucht/, 'BE'],
  [/madrid|barcelona|vueling|iberia|praktik/, 'ES'],
  [/sncf|ratp|orly|paris|beussent|^cb /, 'FR'],
  [/db bahn|berlin|munchen|hannover|magdeburg|bvg|lufthansa|eurowings|tankstelle|wirtshaus/, 'DE'],
  [/trenitalia|trenord|casati|milano/, 'IT'],
  [/^ns |nsinternational|schiphol|den haag|klm|\.nl$/, 'NL'],
  [/chiado|morais/, 'PT'],
  [/sokos/, 'EE'],
  [/chicago|hamilton hotel dc|walgreens|uscustoms|chi taxi|dearborn/, 'US'],
]

/** The merchant's country, where the currency or the descriptor says it; null where they do not. */
export function merchantCountry(descriptor: string, originalCurrency: string): string | null {
  const words = descriptor.toLowerCase()
  return (
    COUNTRY_OF_CURRENCY[originalCurrency] ??
    COUNTRY_OF_WORDS.find(([pattern]) => pattern.test(words))?.[1] ??
    null
  )
}
