import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findIndexed } from './brand-index.ts'
import { businessName } from './business-name.ts'
import { createCache } from './cache.ts'
import { NAMED_CONFIDENCE_MIN, resolveMerchant } from './index.ts'
import { withoutStatementWords } from './statement-words.ts'
import { townAtEnd } from './towns.ts'

const resolved = (descriptor: string): [merchant: string, category: string] => {
  const { merchant, category, isNamed } = resolveMerchant(descriptor)
  return [isNamed ? merchant : '', category]
}

test('what a French bank writes around the shop is left off', () => {
  for (const [descriptor, merchant, category] of [
    ['CB CARREFOUR 1234 LYON FACT 230524', 'Carrefour', 'groceries'],
    ['PAIEMENT PAR CARTE X1234 MONOPRIX PARIS 12/05', 'Monoprix', 'groceries'],
    ['CARTE 12/05/24 BOULANGERIE DUPONT 75011 PARIS CB*1234', 'Boulangerie Dupont', 'groceries'],
    ['ACHAT CB DECATHLON LILLE 12.05.24', 'Decathlon', 'shopping'],
    ['PRLV SEPA EDF CLIENTS PARTICULIERS ECH/050624 ID EMETTEUR:FR12 MDT/7', 'EDF', 'bills'],
    ['PRELEVEMENT EUROPEEN 1234567890 DE: FREE MOBILE ID: FR7', 'Free', 'bills'],
    ['CB LE PETIT BISTROT NANTES FACT 230524', 'Le Petit Bistrot', 'other'],
    ['RETRAIT DAB 12/05 LYON', '', 'cash'],
    ['FRAIS DE TENUE DE COMPTE', '', 'fees'],
    ['CHARGES COPROPRIETE', 'Charges Copropriete', 'bills'],
    ['PAIEMENT CB 1205 AUCHAN LILLE', 'Auchan', 'groceries'],
    ['FACTURE CARTE DU 120524 LIDL 1234 NANTES CARTE 4974XXXXXXXX1234', 'Lidl', 'groceries'],
    ['CB 1664 BIERES LYON', '1664 Bieres', 'other'],
    ['SARL LA FERME DU COIN', 'La Ferme du Coin', 'other'],
    ['ZARA FRANCE', 'Zara', 'shopping'],
    ['CHQ 000123', '', 'other'],
    ['VIR SEPA LOYER MAI', '', 'bills'],
    ['VIREMENT SALAIRE ACME', '', 'income'],
  ] as const)
    assert.deepEqual(resolved(descriptor), [merchant, category], descriptor)
})

test('what a British or American bank writes around the shop is left off', () => {
  for (const [descriptor, merchant, category] of [
    ['PURCHASE AUTHORIZED ON 05/12 JOES DINER AUSTIN TX CARD 1234', 'Joes Diner', 'eating-out'],
    ['CARD PAYMENT TO THE COFFEE HOUSE ON 12 MAY 2024', 'The Coffee House', 'eating-out'],
    ['POS DEBIT STARBUCKS STORE 1234 SEATTLE WA', 'Starbucks', 'eating-out'],
    ['DIRECT DEBIT PAYMENT TO THAMES WATER', 'Thames Water', 'bills'],
    ['RENT STANDING ORDER', '', 'bills'],
    ['COUNCIL TAX DIRECT DEBIT', 'Council Tax', 'bills'],
    ['PAYMENT - THANK YOU', '', 'other'],
    ['CARD FACTORY 0123', 'Card Factory', 'shopping'],
    ['TST* THE SMITH NEW YORK NY', 'The Smith', 'other'],
    ['THE HOME DEPOT #1234', 'The Home Depot', 'home'],
    ['USPS PO 1234567890', 'USPS', 'bills'],
    [
      'PURCHASE AUTHORIZED ON 05/12 TARGET T-1234 MINNEAPOLIS MN S304123456789012 CARD 1234',
      'Target',
      'shopping',
    ],
    ["DEBIT CARD PURCHASE XXXXX1234 TRADER JOE'S #123 CHICAGO IL", 'Trader Joe’s', 'groceries'],
    ['CHECKCARD 0512 TARGET 00012345 MINNEAPOLIS MN', 'Target', 'shopping'],
    ['POS DEBIT VISA CHECK CARD 1234 SHELL OIL 57444', 'Shell', 'fuel'],
    ['DEBIT PURCHASE -VISA CARD 1234 COSTCO WHSE #0123 SEATTLE WA', 'Costco', 'groceries'],
    ['WEB PMT VERIZON WIRELESS', 'Verizon', 'bills'],
    ["INT'L 0012345678 WWW.ALIEXPRESS.COM LONDON", 'AliExpress', 'shopping'],
  ] as const)
    assert.deepEqual(resolved(descriptor), [merchant, category], descriptor)
})

test('rent is rent, whatever is rented; a car is not a home', () => {
  for (const descriptor of ['OAK APARTMENTS RENT', 'LOYER RESIDENCE HOTEL DE VILLE', 'FOYER LETTINGS LTD'])
    assert.equal(resolved(descriptor)[1], 'bills', descriptor)
  assert.equal(resolved('DISCOUNT CAR RENT NICE')[1], 'travel')
})

test('a small shop has the name it would give itself', () => {
  for (const [descriptor, name] of [
    ['quay 33 ltd', 'Quay 33'],
    ['thailand no 1', 'Thailand No 1'],
    ['janitorial direct ltd vt', 'Janitorial Direct'],
    ['wilts electrical birmi', 'Wilts Electrical'],
    ['university of birmingh', 'University of Birmingham'],
    ['portsmouth city co', 'Portsmouth City Council'],
    ['witton road service st', 'Witton Road Service Station'],
    ['pak supermarket alum', 'Pak Supermarket'],
    ['www.monkeyoffice.co.u', 'Monkeyoffice'],
    ['replacementkeyscouk', 'Replacementkeys'],
    ['sales@airsquirrels.com', 'Airsquirrels'],
    ['www.leeds.gov.uk', 'Leeds.gov.uk'],
    ['www.lights4fun.co.uk', 'Lights4fun'],
    ['www raffletickets co uk', 'Raffletickets'],
    ['toughook toughook', 'Toughook'],
    ['party party', 'Party Party'],
    ['tates redditch road', 'Tates'],
    ['wordpress pm2fntxdau', 'Wordpress'],
    ['HARRISON TOWING LLC 0042', 'Harrison Towing'],
    ['go waste (uk) ltd', 'Go Waste'],
    ['THE CAMBRIDGE', 'The Cambridge'],
    ['hotel de paris', 'Hotel de Paris'],
    ['LE BOUCHON DES FILLES LYON', 'Le Bouchon des Filles'],
  ] as const)
    assert.equal(businessName(descriptor).name, name, descriptor)
})

test('what names nobody is given no merchant', () => {
  for (const descriptor of [
    'car park',
    'birmingham',
    'cash advance fee',
    '4423',
    'paypal merchant',
    'parking payment: 21',
    'pershore road',
    'reservation refund',
    '',
  ])
    assert.equal(resolveMerchant(descriptor).isNamed, false, descriptor)
})

test('a name of which only a stump is left is told, but not given as a merchant', () => {
  const { merchant, isNamed, confidence } = resolveMerchant('the library of bha')
  assert.deepEqual([merchant, isNamed], ['The Library of Bha', false])
  assert.ok(confidence < NAMED_CONFIDENCE_MIN)
})

test('brands of the larger index are found by their name, in one word or several, in their own country', () => {
  assert.deepEqual(resolved('river island 222'), ['River Island', 'shopping'])
  assert.deepEqual(resolved('www.cotswoldoutdoor.com'), ['Cotswold Outdoor', 'shopping'])
  assert.deepEqual(resolved('café rouge'), ['Café Rouge', 'eating-out'])
  assert.equal(findIndexed('mcdonalds', null)?.name, 'McDonald’s')
  assert.equal(findIndexed('buffalo grill', 'FR')?.category, 'eating-out')
  assert.equal(findIndexed('buffalo grill', 'US'), null)
  // Everyday words are a shop's own name, and say nothing of its trade.
  assert.deepEqual(resolved('sovereign sports'), ['Sovereign Sports', 'shopping'])
  assert.equal(findIndexed('market', null), null)
})

test('a town is a town behind a shop, and an American one before its state', () => {
  assert.equal(townAtEnd(['the', 'diner', 'lyon']), 1)
  assert.equal(townAtEnd(['joes', 'diner', 'san', 'antonio', 'tx']), 3)
  assert.equal(townAtEnd(['joes', 'diner', 'springfield', 'or']), 2)
  assert.equal(townAtEnd(['rob', 'campbell']), 0)
})

test('the same descriptor is worked out once, and only the latest are remembered', () => {
  const cache = createCache<string>(2)
  const made: string[] = []
  const make = (key: string): string => {
    made.push(key)
    return key.toUpperCase()
  }
  const ask = (key: string) => cache.get(key, () => make(key))
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) assert.equal(ask(key), key.toUpperCase())
  assert.deepEqual(made, ['a', 'b', 'c', 'b'])
  assert.equal(cache.size, 2)
  ask('x'.repeat(1000))
  assert.equal(cache.size, 2, 'a key of any length would let a stranger choose how much is kept')
})

test('a code or a country of its own gives an answer of its own', () => {
  assert.equal(resolveMerchant({ descriptor: 'unknown thing', mcc: '5411' }).category, 'groceries')
  assert.equal(resolveMerchant({ descriptor: 'unknown thing', mcc: '5812' }).category, 'eating-out')
  assert.equal(resolveMerchant({ descriptor: 'buffalo grill', country: 'FR' }).category, 'eating-out')
})

/** Text at which careless expressions go back and forth: repeats of everything they look for. */
const hostile = fc
  .array(
    fc.constantFrom(
      ...[
        'www.',
        '.co',
        '.uk',
        'ltd',
        'cb ',
        'carte ',
        ' ',
        '  ',
        '(',
        ')',
        '*',
        'paypal ',
        'sp ',
        '12/05',
        'x1234 ',
      ],
      ...[
        'on ',
        'du ',
        '9',
        'a',
        '-',
        '/',
        '@',
        'retrait dab ',
        'vir sepa ',
        'fact ',
        'ref/',
        'service s',
        'hotel ',
      ],
      ...['\u202e', 'é', 'ﷺ', '\u0301', 'com', 'https://', 'co uk ', 'london ', 'wa ', "'"],
    ),
    { minLength: 20, maxLength: 120 },
  )
  .map((parts) => parts.join(''))

test('hostile descriptors have an answer of bounded length', () => {
  fc.assert(
    fc.property(hostile, (descriptor) => {
      const { merchant, confidence } = resolveMerchant(descriptor)
      assert.ok(merchant.length > 0 && merchant.length <= 230, `${merchant.length} characters of name`)
      assert.ok(confidence >= 0 && confidence <= 1)
      const { rest } = withoutStatementWords(descriptor.slice(0, 200))
      assert.ok(rest.length <= 200)
    }),
    { seed: 11, numRuns: 3000 },
  )
})

test('what stands behind the two hundredth character is not read, so that no length of text takes longer', () => {
  fc.assert(
    fc.property(hostile, fc.string({ maxLength: 50 }), (start, more) => {
      const read = start.padEnd(200, 'x').slice(0, 200)
      assert.deepEqual(resolveMerchant(read + more.repeat(100)), resolveMerchant(read))
    }),
    { seed: 12, numRuns: 500 },
  )
})

test('no expression has a repeat inside a repeat, or two that can take the same letters', async () => {
  // What lets an expression take a number of steps that grows faster than the square of 200 characters.
  const { readdir, readFile } = await import('node:fs/promises')
  for (const file of (await readdir(import.meta.dirname)).filter((name) => /^[a-z-]+\.ts$/.test(name))) {
    const source = await readFile(`${import.meta.dirname}/${file}`, 'utf8')
    assert.doesNotMatch(source, /\([^()]*[+*]\)[+*]/, file)
    assert.doesNotMatch(source, /\.[*+]\??[^'"`\n]{0,6}\.[*+]/, file)
  }
})
