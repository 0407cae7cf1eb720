import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FraudReason } from '#fraud'
import { FRAUD_REASONS } from '#fraud'
import { currency, LOCALES, money } from '#kit'
import { CATEGORIES, NOT_SERVED, type Period } from '../question.ts'
import { wordsIn } from './index.ts'
import { NOTICES } from './notices.ts'
import type { Narrowing, SentenceKey, Sentences } from './sentences.ts'
import { createSpeech } from './speech.ts'

const NOW = Date.UTC(2026, 10, 23, 14, 5)
const zone = 'Europe/London'
const month: Period = { from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 10, 1), grain: 'month' }
const thisMonth: Period = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 11, 1), grain: 'month' }
const of: Narrowing = {
  period: month,
  merchants: ['Tesco'],
  merchantWords: 'tesco',
  category: 'fuel',
  size: { bound: 'over', amountMinor: 5000, currency: currency('GBP') },
  running: false,
}
const gbp = money(-123_450, 'GBP')
const paid = money(4200, 'GBP')
const line = { bank: 'Chase', phone: '+1 800 555 0100' }
const about = { card: '1234', number: 'G-7K4M-2Q' }
const wanted = { amountMinor: 4200, currency: currency('GBP') }
const reason: FraudReason = { code: 'country-new', values: { country: 'FR' } }
const account = { bank: 'Chase', account: 'Everyday', numberDisplay: '0042' }
const largest = { merchant: 'Tesco', amount: gbp, foreign: money(-150_000, 'EUR'), at: NOW }
const both = { purpose: 'account-view', banks: ['Chase', 'Citi'] } as const

/** One set of values for every sentence: a new sentence without one does not compile. */
const SAMPLES: Sentences = {
  'spent-over-time': {
    sum: paid,
    from: { step: 'month', at: Date.UTC(2026, 7, 1) },
    to: { step: 'month', at: month.from },
    usual: paid,
    running: false,
    of,
  },
  'over-time-most': { most: { step: 'week', at: Date.UTC(2026, 7, 3) }, net: paid },
  'over-time-longest': { steps: 12, step: 'week' },
  'over-time-kept-from': { at: Date.UTC(2026, 7, 3) },
  'over-time': { step: 'month', of },
  'step-name': { step: 'month', at: month.from },
  'step-short': { step: 'week', at: month.from },
  forecast: {
    ...account,
    at: NOW,
    until: { event: 'rent', isWith: false },
    low: gbp,
    expected: paid,
    high: paid,
  },
  'forecast-below': { at: NOW, isSure: false },
  'forecast-due': { due: [{ merchant: 'Rent', amount: gbp, at: NOW }], more: 2 },
  'forecast-basis': { now: paid, asOf: NOW, usualDay: paid, daysSeen: 90, isNothingDue: true },
  'forecast-instead': {},
  'forecast-as-far': { days: 45, at: NOW },
  'forecast-unknown': { accounts: [account] },
  'forecast-no-event': { event: 'pay' },
  'forecast-no-account': {},
  'forecast-caption': account,
  'day-short': { at: NOW },
  'do-forecast': {},
  hello: {},
  'hello-again': { banks: ['Chase', 'Citi'] },
  help: { linked: true },
  thanks: {},
  'not-served': { topic: 'transfer' },
  'not-understood': { near: 'period' },
  'link-bank': { bank: 'Chase' },
  'link-unknown-bank': { known: ['Chase'] },
  linked: { bank: 'Chase', purposes: ['account-view', 'fraud-alerts'] },
  'ask-examples': {},
  'walk-away': {},
  consents: {},
  'who-read': {},
  'refused-no-link': {},
  'refused-never-consented': { ...both, banks: [...both.banks] },
  'refused-consent-withdrawn': { ...both, banks: ['Chase'] },
  'refused-consent-expired': { ...both, banks: ['Chase'] },
  'refused-erased': {},
  'refused-bank-withdrawn': { banks: ['Chase'] },
  'not-covered': { ...both, banks: ['Citi'] },
  'grant-again': {},
  'still-arriving': { bank: 'Chase' },
  'bank-down': { bank: 'Chase', since: NOW - 3_600_000 },
  'updates-next': { at: NOW + 3_600_000 },
  refreshed: { banks: ['Chase', 'Citi'] },
  'refresh-under-way': { bank: 'Chase' },
  'refresh-later': { bank: 'Chase', at: NOW + 3_600_000 },
  'refresh-failed': { bank: 'Chase', why: 'silent', asOf: NOW - 3_600_000 },
  'connection-broken': { bank: 'Chase', since: NOW - 86_400_000, why: 'refused', asOf: null },
  'access-ended': { bank: 'Chase' },
  'consent-ending': { bank: 'Chase', purposes: ['account-view'], at: NOW + 604_800_000, days: 7 },
  'figures-as-of': { at: NOW },
  'not-in-yet': {},
  'balance-one': {
    bank: 'Chase',
    account: 'Everyday',
    numberDisplay: '1234',
    current: gbp,
    available: paid,
    isCard: true,
    asOf: NOW,
  },
  'balance-many': { held: [paid], owed: [paid], accounts: 3, oldest: NOW - 86_400_000 },
  'balance-unknown': { accounts: ['Saver'] },
  'accounts-closed': { accounts: [{ bank: 'Chase', account: 'Saver', numberDisplay: '1234' }] },
  'account-opened': { bank: 'Chase', account: 'Saver', numberDisplay: '1234' },
  'account-gone': { bank: 'Chase', account: 'Saver', numberDisplay: '1234' },
  'account-closed': { bank: 'Chase', account: 'Saver', numberDisplay: '1234' },
  'account-renumbered': { bank: 'Chase', account: 'Saver', numberDisplay: '1234' },
  accounts: {},
  'payments-listed': { shown: 10, total: 25, of },
  'payments-none': { of },
  payments: { of },
  'some-pending': { pending: 2 },
  'found-one': { wanted, merchant: 'Tesco', amount: gbp, foreign: null, at: NOW },
  'found-many': { wanted, found: 3 },
  'found-none': { wanted, of },
  'found-near': { wanted: { amountMinor: 4200, currency: null }, near: 2 },
  'largest-one': { ...largest, of },
  'largest-listed': { shown: 3, total: 25, of },
  'largest-apart': { payments: [largest] },
  largest: { of },
  spent: { net: paid, payments: 3, of },
  'got-back': { net: paid, of },
  'spent-nothing': { of },
  'also-spent': { totals: [money(900, 'EUR')] },
  'pending-included': { pending: 1, net: paid },
  'refunds-subtracted': { refunds: 2, sum: paid },
  'most-on': { name: null, category: 'groceries', net: paid, sharePercent: 40 },
  spending: { of },
  'other-shares': {},
  compared: {
    current: paid,
    against: paid,
    period: thisMonth,
    againstPeriod: month,
    of: { ...of, running: true },
    changePercent: 12,
  },
  'compared-so-far': {
    againstPeriod: month,
    against: paid,
    differenceMinor: -200,
    currency: currency('GBP'),
  },
  comparison: { period: thisMonth, againstPeriod: month, of },
  recurring: { found: 2, monthly: [paid], about: { category: 'subscriptions' } },
  'recurring-next': { merchant: 'Netflix', amount: paid, at: NOW },
  'recurring-changed': { merchant: 'Netflix', from: money(1099, 'GBP'), to: money(1299, 'GBP'), at: NOW },
  'recurring-none': {},
  'recurring-none-of': { about: { merchant: 'Netflix' } },
  'recurring-due': { merchant: 'Netflix', amount: paid, rhythm: 'monthly', at: NOW },
  'recurring-payments': {},
  'column-amount': {},
  'column-rhythm': {},
  'column-next': {},
  rhythm: { rhythm: 'monthly' },
  date: { at: NOW },
  'duplicate-charge': {
    bank: 'Chase',
    merchant: 'Tesco',
    amount: paid,
    first: NOW - 120_000,
    second: NOW,
    card: '1234',
  },
  'price-rise': { merchant: 'Netflix', from: money(1099, 'GBP'), to: money(1299, 'GBP'), at: NOW },
  'refund-arrived': {
    bank: 'Chase',
    merchant: 'Tesco',
    amount: paid,
    bought: paid,
    boughtAt: NOW - 86_400_000,
    isPending: true,
  },
  'low-balance': {
    bank: 'Chase',
    account: 'Everyday',
    numberDisplay: '1234',
    rent: paid,
    at: NOW,
    now: paid,
    expected: gbp,
    asOf: NOW - 3_600_000,
  },
  'worth-stopped': { kind: 'price-rise' },
  'do-stop-worth': { kind: 'low-balance' },
  'do-choose-worth': {},
  offer: { bank: 'Chase' },
  'offer-private': { bank: 'Chase' },
  'offer-none': { banks: ['Chase'] },
  'offer-dismissed': {},
  'offers-stopped': { banks: ['Chase'] },
  'offers-not-on': {},
  human: { ...line, number: about.number, at: NOW },
  dispute: { bank: 'Chase', phone: null, number: about.number, at: NOW },
  'dispute-which': { bank: 'Chase' },
  'dispute-older': {},
  'dispute-otherwise': { ...line, number: about.number, at: NOW },
  'dispute-caption': { bank: 'Chase' },
  'dispute-allow': { purpose: 'fraud-alerts' },
  'handed-over': { banks: ['Chase', 'Citi'], number: 'G-7K4M-2Q' },
  'human-took': { bank: 'Chase' },
  'handed-back': { bank: 'Chase', number: 'G-7K4M-2Q' },
  'missed-twice': {},
  stopped: {},
  started: {},
  'do-human': {},
  'do-start': {},
  'human-elsewhere': { number: about.number, at: NOW },
  'freeze-which': { bank: 'Chase', cards: 2 },
  'freeze-none': line,
  'card-left': {},
  'block-ordered': { bank: 'Chase', ...about },
  'card-blocked': { bank: 'Chase', ...about, at: NOW },
  'block-delayed': { ...line, ...about },
  'block-refused': { ...line, ...about },
  'block-impossible': line,
  'block-next': { ...line, country: 'US' },
  alert: {
    bank: 'Chase',
    amount: gbp,
    foreign: money(-150_000, 'EUR'),
    merchant: 'FNAC',
    city: 'PARIS',
    country: 'FR',
    at: NOW,
    card: '1234',
  },
  'alert-why': {},
  'alert-reason': { reason },
  'alert-usual-there': { amount: gbp, usual: paid, times: 3 },
  'alert-nothing-moves': { atOnce: false },
  'case-was-me': { number: about.number },
  'not-me-noted': { bank: 'Chase', card: about.card },
  'case-opened': { number: about.number, at: NOW },
  'case-not-me': { number: about.number, at: NOW },
  'case-without-card': { ...line, number: about.number },
  line: {
    bank: 'Chase',
    amount: gbp,
    foreign: null,
    merchant: 'Tesco',
    city: 'Paris',
    country: 'FR',
    at: NOW,
    card: '1234',
    isRefused: true,
  },
  lines: { bank: 'Chase', payments: 3 },
  'lines-caption': { bank: 'Chase' },
  'lines-where': {},
  'alert-by-bank': { bank: 'Chase' },
  'alert-refused': { bank: 'Chase', releasableUntil: NOW + 3_600_000 },
  'alert-again': { ...line, number: about.number },
  'doubt-subscription': { merchant: 'StreamVault', every: 'month', since: NOW - 90 * 86_400_000 },
  'doubt-same-merchant': { merchant: 'Tesco', times: 3, lastAt: NOW - 86_400_000, lastAmount: paid },
  'doubt-other-card': { merchant: 'Tesco', card: '7777', lastAt: NOW - 86_400_000 },
  'doubt-often-wrong': { times: 2 },
  'doubt-next': { hasCard: true },
  doubts: {},
  'doubt-of': {
    doubt: { kind: 'subscription', merchant: 'StreamVault', every: 'month', since: NOW - 90 * 86_400_000 },
  },
  'doubts-next': {},
  'doubts-caption': {},
  snoozed: { until: NOW + 30 * 86_400_000 },
  'snooze-none': {},
  'case-left': {},
  'dispute-opened': { bank: 'Chase', number: about.number, at: NOW, sendAfter: NOW + 1_800_000 },
  'dispute-of': { payments: [largest, largest], more: 3 },
  'dispute-taken-back': { bank: 'Chase', number: about.number },
  'case-taken-back': { bank: 'Chase', number: about.number },
  'dispute-too-late': { ...line, number: about.number },
  'card-stays-blocked': { bank: 'Chase' },
  'mark-others': {},
  'mark-caption': { card: '1234' },
  marked: { payments: 2, number: about.number, sendAfter: NOW + 1_800_000 },
  'own-which': {},
  'own-caption': { number: about.number },
  'own-noted': { payments: 2, number: about.number, bank: 'Chase', sendAfter: NOW + 1_800_000 },
  'do-some-mine': {},
  'do-own': {},
  rights: { country: 'US', isCredit: false },
  'release-ordered': { bank: 'Chase' },
  'release-never': { bank: 'Chase' },
  'release-too-late': { bank: 'Chase' },
  'release-done': { bank: 'Chase', at: NOW },
  'release-delayed': { bank: 'Chase' },
  'release-refused': { ...line, number: about.number },
  'dispute-sent': { bank: 'Chase', number: about.number, at: NOW, reference: 'D-12' },
  'dispute-delayed': { bank: 'Chase', number: about.number },
  'dispute-refused': { ...line, number: about.number },
  'dispute-nothing-paid': { bank: 'Chase', number: about.number },
  'dispute-decided': { ...line, number: about.number, decided: 'in-favour' },
  'unblock-ordered': { bank: 'Chase', ...about },
  'replace-ordered': { bank: 'Chase', ...about },
  'unblock-done': { bank: 'Chase', card: '1234', at: NOW },
  'unblock-delayed': { bank: 'Chase', card: '1234' },
  'unblock-refused': { ...line, ...about },
  'replace-done': { bank: 'Chase', card: '1234', at: NOW, expectedBy: NOW + 5 * 86_400_000 },
  'replace-delayed': { bank: 'Chase', card: '1234' },
  'replace-refused': { ...line, ...about },
  'order-impossible': line,
  'app-let': { app: 'Budget', banks: ['Chase', 'Citi'], until: NOW + 7_776_000_000 },
  'bank-left': { bank: 'Chase' },
  'bank-left-next': {},
  'consent-ended': { purpose: 'bank-offers', bank: 'Chase' },
  'do-refresh': {},
  'do-renew': { bank: 'Chase' },
  'do-link-again': { bank: 'Chase' },
  'do-link': {},
  'do-link-bank': { bank: 'Chase' },
  'do-grant': { purpose: 'account-view', bank: 'Chase' },
  'do-privacy': {},
  'do-balance': {},
  'do-payments': {},
  'do-recurring': {},
  'do-was-me': {},
  'do-not-me': { card: '1234' },
  'do-not-me-after-all': {},
  'do-report': {},
  'do-report-ticked': {},
  'do-lines': {},
  'do-fewer-lines': {},
  'do-was-me-after-all': {},
  'do-still-not-me': { hasCard: true },
  'do-all-mine': {},
  'do-snooze': {},
  'do-mark': {},
  'do-cards': {},
  'do-block': { card: '1234' },
  'do-leave-card': { cards: 2 },
  'do-leave-case': {},
  'do-dismiss': {},
  'do-stop-offers': {},
}

function everything(locale: 'en' | 'fr'): [string, string][] {
  const speech = createSpeech(locale, zone, NOW)
  const { sentences, categories, withheld } = wordsIn[locale]
  const said = Object.entries(SAMPLES).map(([key, values]): [string, string] => {
    const sentence = sentences[key as SentenceKey] as (values: unknown, speech: unknown) => string
    return [key, sentence(values, speech)]
  })
  const notices = Object.entries(NOTICES).map(([key, words]): [string, string] => [key, words[locale]])
  return [...said, ...Object.entries(categories), ...Object.entries(withheld), ...notices]
}

test('every sentence reads well in both languages: nothing empty, nothing unfilled, no straight quotes', () => {
  for (const locale of LOCALES) {
    for (const [key, text] of everything(locale)) {
      assert.ok(text.trim().length > 0, `${locale} ${key} is empty`)
      assert.doesNotMatch(text, /undefined|null|NaN|\[object|['"]|•••| {2}/, `${locale} ${key}: ${text}`)
    }
  }
})

test('French is set with its own spaces: none breaks before a colon, a question mark or inside guillemets', () => {
  for (const [key, text] of everything('fr')) {
    // A time such as 14:05 takes no space.
    assert.doesNotMatch(
      text.replace(/\d{2}:\d{2}/g, ''),
      /[^\u00a0][:;!?»](?!\w)|«[^\u00a0]/,
      `fr ${key}: ${text}`,
    )
  }
})

test('the two languages say different things for every sentence but numbers and names', () => {
  const french = new Map(everything('fr'))
  const same = everything('en').filter(([key, text]) => french.get(key) === text && text.length > 12)
  assert.deepEqual(same, [])
})

test('each reason for an alert has a sentence of its own in both languages', () => {
  const values: Record<FraudReason['code'], FraudReason['values']> = {
    'travel-impossible': { kilometres: 343, minutes: 20, fromCity: 'LONDON', toCity: 'PARIS' },
    'card-testing': { payments: 3, minutes: 5 },
    'many-new-merchants': { merchants: 4, minutes: 60 },
    'many-payments': { payments: 6, minutes: 120 },
    'amount-high': { amount: gbp, usual: paid, times: 29 },
    'country-new': { country: 'FR' },
    'merchant-new': { merchant: 'FNAC' },
    'entry-mode-new': { entryMode: 'magstripe' },
    'hour-unusual': { at: NOW },
    'card-reported': { payments: 2 },
    'terminal-reported': { payments: 3 },
    'merchant-reported': { payments: 5 },
    'pattern-unusual': {},
  }
  for (const locale of LOCALES) {
    const speech = createSpeech(locale, zone, NOW)
    const told = FRAUD_REASONS.map((code) =>
      wordsIn[locale].sentences['alert-reason'](
        { reason: { code, values: values[code] } as FraudReason },
        speech,
      ),
    )
    assert.equal(new Set(told).size, FRAUD_REASONS.length)
    for (const text of told) assert.doesNotMatch(text, /undefined|NaN|-\d/)
  }
})

test('a distance of thousands is written as each language writes thousands', () => {
  const values = { kilometres: 8779, minutes: 4, fromCity: 'Birmingham', toCity: 'Mexico City' }
  const reason: FraudReason = { code: 'travel-impossible', values }
  const tell = (locale: 'en' | 'fr') =>
    wordsIn[locale].sentences['alert-reason']({ reason }, createSpeech(locale, zone, NOW))
  assert.match(tell('en'), /8,779\u00a0km/)
  assert.match(tell('fr'), /8\u202f779\u00a0km/)
})

test('an alert names the payment, the place and the card', () => {
  const tell = (locale: 'en' | 'fr') =>
    wordsIn[locale].sentences.alert(SAMPLES.alert, createSpeech(locale, 'Europe/Paris', NOW))
  assert.equal(
    tell('en'),
    'Was this you? £1,234.50 (€1,500.00) at FNAC (PARIS, France), today at 15:05 with your Chase card ending 1234.',
  )
  assert.equal(
    tell('fr').replace(/[\u00a0\u202f]/g, ' '),
    'Était-ce vous ? 1 234,50 £ (1 500,00 €) chez FNAC (PARIS, France), aujourd’hui à 15:05 avec votre carte Chase se terminant par 1234.',
  )
})

test('payments of some size are named by it', () => {
  const none: Narrowing = {
    period: null,
    merchants: null,
    merchantWords: null,
    category: null,
    running: false,
  }
  const name = (locale: 'en' | 'fr', size: NonNullable<Narrowing['size']>) =>
    wordsIn[locale].sentences
      .payments({ of: { ...none, size } }, createSpeech(locale, zone, NOW))
      .replace(/[\u00a0\u202f]/g, ' ')
  const fifty = { amountMinor: 5000, currency: currency('EUR') }
  assert.equal(name('en', { bound: 'over', ...fifty }), 'Payments of more than €50.00')
  assert.equal(name('fr', { bound: 'over', ...fifty }), 'Paiements de plus de 50,00 €')
  assert.equal(name('en', { bound: 'at-least', ...fifty }), 'Payments of at least €50.00')
  assert.equal(name('fr', { bound: 'at-least', ...fifty }), 'Paiements d’au moins 50,00 €')
  assert.equal(name('en', { bound: 'under', ...fifty }), 'Payments of less than €50.00')
  assert.equal(name('fr', { bound: 'under', ...fifty }), 'Paiements de moins de 50,00 €')
  assert.equal(name('en', { bound: 'at-most', ...fifty }), 'Payments of at most €50.00')
  assert.equal(name('fr', { bound: 'at-most', ...fifty }), 'Paiements de 50,00 € au plus')
  assert.equal(
    name('en', { bound: 'over', amountMinor: 5000, currency: null }),
    'Payments of more than 50.00',
  )
  assert.equal(name('fr', { bound: 'over', amountMinor: 5000, currency: null }), 'Paiements de plus de 50,00')
  assert.equal(name('en', { bound: 'between', ...fifty, toMinor: 9000 }), 'Payments of €50.00 to €90.00')
  assert.equal(name('fr', { bound: 'between', ...fifty, toMinor: 9000 }), 'Paiements de 50,00 € à 90,00 €')
})

test('periods are named in the person’s own time zone, the first of a month as French writes it', () => {
  // 1 November 2026 in New York begins at 04:00 UTC.
  const november: Period = { from: Date.UTC(2026, 10, 1, 4), to: Date.UTC(2026, 10, 16, 5), grain: 'range' }
  const name = (locale: 'en' | 'fr', timeZone: string) =>
    wordsIn[locale].periodName(november, createSpeech(locale, timeZone, NOW))
  assert.equal(name('en', 'America/New_York'), '1 November to 15 November')
  assert.equal(name('fr', 'America/New_York'), 'du 1er novembre au 15 novembre')
  assert.equal(name('fr', 'Asia/Tokyo'), 'du 1er novembre au 16 novembre')
})

test('all categories have a name in both languages', () => {
  for (const locale of LOCALES)
    for (const category of CATEGORIES) assert.ok(wordsIn[locale].categories[category])
})

test('that nothing comes back reads well, of whatever it was asked', () => {
  for (const locale of LOCALES)
    for (const about of [{}, { rent: true }, { merchant: 'Netflix' }, { category: 'bills' }] as const) {
      const text = wordsIn[locale].sentences['recurring-none-of']({ about }, createSpeech(locale, zone, NOW))
      assert.doesNotMatch(text, / {2}| \./, text)
    }
})

test('payments that come back are named by what was asked, as many as they are', () => {
  const tell = (locale: 'en' | 'fr', found: number) =>
    wordsIn[locale].sentences.recurring(
      { found, monthly: [money(1299, 'GBP')], about: { category: 'subscriptions' } },
      createSpeech(locale, zone, NOW),
    )
  assert.match(tell('en', 1), /^1 payment on subscriptions comes back/)
  assert.match(tell('en', 3), /^3 payments on subscriptions come back/)
  assert.match(tell('fr', 1), /^1 paiement de la catégorie «\sabonnements\s» revient/)
  assert.match(tell('fr', 3), /^3 paiements de la catégorie «\sabonnements\s» reviennent/)
})

test('one card is left as it is, and several as they are', () => {
  const label = (locale: 'en' | 'fr', cards: number) =>
    wordsIn[locale].sentences['do-leave-card']({ cards }, createSpeech(locale, zone, NOW))
  assert.deepEqual(
    [1, 2].map((cards) => label('en', cards)),
    ['Leave it as it is', 'Leave them as they are'],
  )
  assert.deepEqual(
    [1, 2].map((cards) => label('fr', cards)),
    ['La laisser telle quelle', 'Les laisser telles quelles'],
  )
})

test('an app that was let in reads some accounts, and French says so as French does', () => {
  const values = { app: 'Budget', banks: ['Chase'], until: NOW }
  const text = wordsIn.fr.sentences['app-let'](values, createSpeech('fr', zone, NOW))
  assert.match(text, /^Vous laissez Budget lire certains de vos comptes chez Chase, /)
})

test('everything that is not done here is answered in both languages, by another sentence each', () => {
  for (const locale of LOCALES) {
    const speech = createSpeech(locale, zone, NOW)
    const said = NOT_SERVED.map((topic) => wordsIn[locale].sentences['not-served']({ topic }, speech))
    assert.equal(new Set(said).size, NOT_SERVED.length)
    for (const sentence of said) assert.ok(sentence.length > 30 && /[.»]$/.test(sentence), sentence)
  }
})
