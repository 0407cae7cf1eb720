import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BRANDS } from './brands.ts'
import { CATEGORIES, categoryOf, categoryOfMcc, matchMerchant, resolveMerchant } from './index.ts'
import { wordsOf } from './normalise.ts'

test('descriptors as card terminals write them become the names people know', () => {
  // Real descriptors of Birmingham City Council's purchase cards (Open Government Licence v3), and of other countries' banks.
  const rows: [descriptor: string, merchant: string, category: string][] = [
    ['tesco stores 6463', 'Tesco', 'groceries'],
    ['tesco-stores 6602', 'Tesco', 'groceries'],
    ['tesco pfs 4203', 'Tesco', 'fuel'],
    ['tesco pay at pump 4203', 'Tesco', 'fuel'],
    ['asda f/stn', 'Asda', 'fuel'],
    ['asda petrol/upt 04236', 'Asda', 'fuel'],
    ['co-op group petrol', 'Co-op', 'fuel'],
    ['sainsburys s/mkts', 'Sainsbury’s', 'groceries'],
    ["sainsbury's s/mkt", 'Sainsbury’s', 'groceries'],
    ['js online grocery', 'Sainsbury’s', 'groceries'],
    ['w m morrisons', 'Morrisons', 'groceries'],
    ['wm morrison store', 'Morrisons', 'groceries'],
    ['bp snax 24 weoley castle', 'BP', 'fuel'],
    ['shell kings 587', 'Shell', 'fuel'],
    ['leaway s/stn', 'Leaway Service Station', 'fuel'],
    ['beeches road servi', 'Beeches Road Servi', 'fuel'],
    ['amazon uk marketplace', 'Amazon', 'shopping'],
    ['am zon uk m rketpl ce', 'Amazon', 'shopping'],
    ['AMZN Mktp US*2K4RT', 'Amazon', 'shopping'],
    ['Amazon Prime*1A2B', 'Amazon Prime', 'subscriptions'],
    ['itunes.com/bill', 'Apple', 'subscriptions'],
    ['APPLE.COM/BILL', 'Apple', 'subscriptions'],
    ['apple store r118', 'Apple Store', 'shopping'],
    ['applegreen small heath', 'Applegreen', 'fuel'],
    ['tvlicensing.co.uk', 'TV Licensing', 'bills'],
    ['gov.uk/dart-charge', 'Dart Charge', 'travel'],
    ['www.argos.co.u', 'Argos', 'shopping'],
    ['www.just eat.co.uk', 'Just Eat', 'eating-out'],
    ['trainline', 'Trainline', 'travel'],
    ['travelodge gb0000', 'Travelodge', 'travel'],
    ['b q 1234', 'B&Q', 'home'],
    ['B&Q', 'B&Q', 'home'],
    ['mcdonalds rest. 123', 'McDonald’s', 'eating-out'],
    ['next stop newsagen', 'Next Stop Newsagen', 'other'],
    ['next 0226', 'Next', 'shopping'],
    ['UBER *TRIP HELP.UBER.COM', 'Uber', 'travel'],
    ['UBER *EATS', 'Uber Eats', 'eating-out'],
    ['WAL-MART #1234', 'Walmart', 'groceries'],
    ['SNCF INTERNET PARIS', 'SNCF', 'travel'],
    ['CB CARREFOUR CITY PARIS 12/11', 'Carrefour', 'groceries'],
    ['INTERMARCHÉ LYON', 'Intermarché', 'groceries'],
    ['cash advance fee', 'Cash Advance Fee', 'fees'],
    ['lbg  - bank cashpoint', 'Lloyds Bank', 'cash'],
    ['ACME PAYROLL', 'Acme Payroll', 'income'],
  ]
  for (const [descriptor, merchant, category] of rows) {
    const resolved = resolveMerchant(descriptor)
    assert.deepEqual([resolved.merchant, resolved.category], [merchant, category], descriptor)
  }
})

test('the company that carries a payment is not the shop', () => {
  for (const [descriptor, merchant] of [
    ["SQ *JOE'S COFFEE BIRMINGHAM", "Joe's Coffee"],
    ['PAYPAL *EBAY', 'eBay'],
    ['paypal phonicsplay', 'PhonicsPlay'],
    ['paypal', 'PayPal'],
    ['SumUp *Raar Emporium', 'Raar Emporium'],
    ['iz quarter horse coffee', 'Quarter Horse Coffee'],
    ['Zettle_*Kebab King', 'Kebab King'],
    ['sq *', 'SQ'],
  ] as const)
    assert.equal(resolveMerchant(descriptor).merchant, merchant, descriptor)
})

test('every brand that a name was written for is found by that name', () => {
  for (const [category, brands] of Object.entries(BRANDS))
    for (const [name, patterns] of Object.entries(brands)) {
      const first = patterns.split(',')[0]!.replace(/[*$]/g, '').trim()
      const resolved = resolveMerchant(first)
      assert.deepEqual([resolved.merchant, resolved.known], [name, true], first)
      assert.ok((CATEGORIES as readonly string[]).includes(category))
    }
})

test('no two brands claim the same words', () => {
  const owners = new Map<string, string>()
  for (const brands of Object.values(BRANDS))
    for (const [name, patterns] of Object.entries(brands))
      for (const pattern of patterns.split(',')) {
        const words = pattern.trim().replace(/[*$]/g, '')
        assert.ok(
          !owners.has(words) || owners.get(words) === name,
          `${words}: ${owners.get(words)} and ${name}`,
        )
        assert.equal(wordsOf(words), words, `${words} is not written as descriptors are cleaned`)
        owners.set(words, name)
      }
})

test('a merchant category code decides where the name does not, and where it says more', () => {
  assert.equal(categoryOf({ descriptor: 'unknown thing', mcc: '5411' }), 'groceries')
  assert.equal(categoryOf({ descriptor: 'tesco', mcc: '5541' }), 'fuel')
  assert.equal(categoryOf({ descriptor: 'some bank', mcc: '6011' }), 'cash')
  assert.equal(categoryOf({ descriptor: 'netflix.com', mcc: '4899' }), 'subscriptions')
  assert.equal(categoryOf({ descriptor: 'amazon', mcc: '5942' }), 'shopping')
  assert.equal(categoryOf({ descriptor: 'unknown thing', mcc: null }), 'other')
})

test('codes of ISO 18245 have the category of their block', () => {
  for (const [mcc, category] of [
    ['3001', 'travel'],
    ['3690', 'travel'],
    ['4111', 'travel'],
    ['4814', 'bills'],
    ['4900', 'bills'],
    ['5211', 'home'],
    ['5311', 'shopping'],
    ['5411', 'groceries'],
    ['5542', 'fuel'],
    ['5812', 'eating-out'],
    ['5912', 'health'],
    ['5968', 'subscriptions'],
    ['6010', 'cash'],
    ['7011', 'travel'],
    ['5950', 'shopping'],
    ['7511', 'fuel'],
    ['7801', 'leisure'],
    ['7832', 'leisure'],
    ['8062', 'health'],
    ['8220', 'education'],
  ] as const)
    assert.equal(categoryOfMcc(mcc), category, mcc)
  for (const nothing of ['0000', '9999', '541', '54111', 'abcd', '', null, undefined])
    assert.equal(categoryOfMcc(nothing), null)
})

test('markup in a name stays text, and characters that hide or turn text are gone', () => {
  assert.match(resolveMerchant('<script>alert(1)</script>').merchant, /^<script>alert\(1\)<\/script>$/i)
  assert.equal(resolveMerchant('\u202enoble\u0000 pottery\u200b').merchant, 'Noble Pottery')
  assert.equal(resolveMerchant('  \n ').merchant, '—')
  assert.equal(resolveMerchant('').known, false)
})

test('any text at all has a name that can be shown on one line, and a category', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (descriptor) => {
      const { merchant, category, confidence } = resolveMerchant(descriptor)
      assert.ok(merchant.length > 0 && merchant.length <= 200)
      assert.doesNotMatch(merchant, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      assert.ok(CATEGORIES.includes(category) && confidence >= 0 && confidence <= 1)
    }),
    { seed: 7, numRuns: 2000 },
  )
})

test('each line of the larger index is a name, a kind of spending that exists, and countries', async () => {
  const { readFile } = await import('node:fs/promises')
  const [head, ...lines] = (await readFile(`${import.meta.dirname}/brand-index.tsv`, 'utf8'))
    .trimEnd()
    .split('\n')
  assert.match(head!, /^# Extract of name-suggestion-index \S+ \(BSD-3-Clause/)
  assert.ok(lines.length > 5000)
  for (const line of lines) {
    const [name, category, countries, others = ''] = line.split('\t')
    assert.ok(name && (CATEGORIES as readonly (string | undefined)[]).includes(category), line)
    assert.match(countries!, /^(?:\*|(?:fr|gb|us)(?:,(?:gb|us))*)$/, line)
    for (const other of others.split('|')) assert.equal(wordsOf(other), other, line)
  }
})

const MINE = [
  'Tesco',
  'Amazon',
  'Amazon Prime',
  'Sainsbury’s',
  'Caffè Nero',
  'Shell',
  'Shelly Books',
  'Joe’s Garage',
  'Marks & Spencer',
  'B&Q',
]

test('what a person writes finds the shops they really have', () => {
  for (const [wanted, found] of [
    ['tesco', ['Tesco']],
    ['TESCO', ['Tesco']],
    ['tesko', ['Tesco']],
    ['Tescos', ['Tesco']],
    ['amazon', ['Amazon']],
    ['amazon prime', ['Amazon Prime']],
    ['amazn', ['Amazon']],
    ['sainsburys', ['Sainsbury’s']],
    ["Sainsbury's", ['Sainsbury’s']],
    ['cafe nero', ['Caffè Nero']],
    ['nero', ['Caffè Nero']],
    ['shell', ['Shell']],
    ['joes garage', ['Joe’s Garage']],
    ['joe', ['Joe’s Garage']],
    ['garage', ['Joe’s Garage']],
    ['Marks and Spencer', ['Marks & Spencer']],
    ['marks', ['Marks & Spencer']],
    ['B and Q', ['B&Q']],
    ['bq', ['B&Q']],
  ] as const)
    assert.deepEqual(matchMerchant(wanted, MINE), found, wanted)
})

test('a shop the person has never been to is not turned into one they have', () => {
  for (const wanted of ['Lidl', 'Texas', 'amazing', 'she', '', '!', 'a', '<b>'])
    assert.deepEqual(
      matchMerchant(wanted, ['Tesco', 'Amazon', 'Shell']).filter((name) => name !== 'Shell'),
      [],
      wanted,
    )
  assert.deepEqual(matchMerchant('Lidl', MINE), [])
})
