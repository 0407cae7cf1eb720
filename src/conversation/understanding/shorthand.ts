/**
 * What people shorten or run together on a telephone, unaccented, and the words it stands for. None of them is an order of
 * either language; where a shop is named, they are not looked up.
 */
const SHORTHAND: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // English
    'what s': 'whats wats wots',
    'where s': 'wheres',
    what: 'wot wat',
    how: 'hw',
    'how much': 'howmuch',
    'i ve': 'ive',
    'i m': 'im',
    'don t': 'dont',
    'didn t': 'didnt',
    'can t': 'cant',
    'give me': 'gimme',
    'let me': 'lemme',
    now: 'rn',
    month: 'mnth mth',
    months: 'mnths mths',
    week: 'wk',
    weeks: 'wks',
    year: 'yr',
    years: 'yrs',
    yesterday: 'yday yest',
    today: '2day',
    account: 'acc acct accnt',
    accounts: 'accs accts',
    balance: 'bal',
    spend: 'spnd',
    spent: 'spnt',
    payment: 'pymt pmt pymnt',
    payments: 'pymts pmts pymnts',
    transaction: 'txn trx',
    transactions: 'txns tx txs trans',
    subscriptions: 'subs',
    // French
    'j ai': 'jai g',
    'je suis': 'chuis chui jsuis',
    'je veux': 'jveux',
    'je peux': 'jpeux',
    'je voudrais': 'jvoudrais',
    'c est': 'cest',
    combien: 'cmb cmbien combi conbien',
    quoi: 'koi kwa',
    quel: 'kel',
    quelle: 'kelle',
    que: 'ke',
    quand: 'kand qd',
    dans: 'ds',
    tout: 'tt',
    beaucoup: 'bcp',
    'aujourd hui': 'ajd auj ajdh aujourdhui',
    semaine: 'sem',
    salut: 'slt',
    bonjour: 'bjr bjour',
    bonsoir: 'bsr',
    merci: 'mrc mci',
  }).flatMap(([words, short]) => short.split(' ').map((one) => [one, words] as const)),
)

export const isShorthand = (word: string): boolean => SHORTHAND.has(word)

/** The words that `word` is short for; null when it is not short for anything. */
export const spelledOut = (word: string): string | null => SHORTHAND.get(word) ?? null
