import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minorOf } from './amounts.ts'
import { understand } from './understand.ts'
import { lineOf, NOW, TIME_ZONE } from './utterances/question-line.ts'

const find = (amount: string, locale: 'en' | 'fr'): string =>
  lineOf(understand(`find the payment of ${amount}`, { now: NOW, timeZone: TIME_ZONE, locale })).replace(
    'find | ',
    '',
  )

test('amounts are read as people of both languages write them', () => {
  const rows: [amount: string, locale: 'en' | 'fr', found: string][] = [
    ['£42', 'en', '4200 GBP'],
    ['£ 42', 'en', '4200 GBP'],
    ['42 £', 'en', '4200 GBP'],
    ['42£', 'en', '4200 GBP'],
    ['42.50 pounds', 'en', '4250 GBP'],
    ['£42.5', 'en', '4250 GBP'],
    ['42 quid', 'en', '4200 GBP'],
    ['42 euros', 'en', '4200 EUR'],
    ['42eur', 'en', '4200 EUR'],
    ['EUR 42', 'en', '4200 EUR'],
    ['$20', 'en', '2000 USD'],
    ['20 bucks', 'en', '2000 USD'],
    ['1 234,56 €', 'fr', '123456 EUR'],
    ['1 234,56 €', 'fr', '123456 EUR'],
    ['1\u202f234,56\u00a0€', 'fr', '123456 EUR'],
    ['12 345 678,90 €', 'fr', '1234567890 EUR'],
    ['£1,234.56', 'en', '123456 GBP'],
    ['€1.234,56', 'en', '123456 EUR'],
    ['1,234,567 dollars', 'en', '123456700 USD'],
    ['£1,234', 'en', '123400 GBP'],
    ['1.234 €', 'fr', '123400 EUR'],
    ['12€50', 'fr', '1250 EUR'],
    ['42 euros 50', 'fr', '4250 EUR'],
    ['quarante-deux livres', 'fr', '4200 GBP'],
    ['quatre-vingt-dix-sept euros', 'fr', '9700 EUR'],
    ['soixante et onze euros', 'fr', '7100 EUR'],
    ['septante euros', 'fr', '7000 EUR'],
    ['forty-two pounds', 'en', '4200 GBP'],
    ['a hundred dollars', 'en', '10000 USD'],
    ['cent euros', 'fr', '10000 EUR'],
    ['50p', 'en', '50 GBP'],
    ['99 cents', 'en', '99 -'],
    ['1500 yen', 'en', '1500 JPY'],
    ['42', 'en', '4200 -'],
    ['42.50', 'en', '4250 -'],
    ['42,50', 'fr', '4250 -'],
    ['£42 on 12 November', 'en', '4200 GBP | day 2026-11-12 2026-11-12'],
    ['£42 from Lidl', 'en', '4200 GBP | merchant Lidl'],
  ]
  for (const [amount, locale, found] of rows)
    assert.equal(find(amount, locale), found, `${amount} in ${locale}`)
})

test('bounds of an amount are read as people of both languages say them', () => {
  const rows: [amount: string, locale: 'en' | 'fr', size: string][] = [
    ['more than £50', 'en', 'over 5000 GBP'],
    ['above 1,000 dollars', 'en', 'over 100000 USD'],
    ['at least £12.50', 'en', 'at-least 1250 GBP'],
    ['£100 or more', 'en', 'at-least 10000 GBP'],
    ['less than 10 euros', 'en', 'under 1000 EUR'],
    ['up to £20', 'en', 'at-most 2000 GBP'],
    ['between £10 and £50', 'en', 'between 1000 5000 GBP'],
    ['between 10 and 50 pounds', 'en', 'between 1000 5000 GBP'],
    ['plus de 50 €', 'fr', 'over 5000 EUR'],
    ['plus de 50', 'fr', 'over 5000'],
    ['between £10 and 50', 'en', 'between 1000 5000 GBP'],
    ['au moins 1 200 €', 'fr', 'at-least 120000 EUR'],
    ['100 € ou plus', 'fr', 'at-least 10000 EUR'],
    ['moins de 10 euros', 'fr', 'under 1000 EUR'],
    ['en dessous de 5 €', 'fr', 'under 500 EUR'],
    ['entre 10 et 50 euros', 'fr', 'between 1000 5000 EUR'],
  ]
  for (const [amount, locale, size] of rows)
    assert.equal(find(amount, locale), `null - | ${size}`, `${amount} in ${locale}`)
})

test('an amount with more decimals than its currency, bounds of none, or two amounts are asked again', () => {
  const rows: [amount: string, locale: 'en' | 'fr'][] = [
    ['£42.505', 'en'],
    ['42,505 €', 'fr'],
    ['1,234 €', 'fr'],
    ['£1.234', 'en'],
    ['12.50 yen', 'en'],
    ['£1,23,4', 'en'],
    ['£1.2.3', 'en'],
    ['more than £42.505', 'en'],
    ['entre 10 et 20', 'fr'],
    ['about £50', 'en'],
    ['between £50 and £10', 'en'],
    ['between £10 and 50 euros', 'en'],
    ['£10 or £20', 'en'],
    ['£99999999999999999999', 'en'],
  ]
  for (const [amount, locale] of rows)
    assert.equal(find(amount, locale), 'not-understood | near amount', amount)
})

test('one mark before three digits is what the locale makes of it', () => {
  assert.equal(minorOf('1,234', 2, 'en'), 123400)
  assert.equal(minorOf('1,234', 2, 'fr'), null)
  assert.equal(minorOf('1.234', 2, 'en'), null)
  assert.equal(minorOf('1.234', 2, 'fr'), 123400)
  assert.equal(minorOf('1,234', 3, 'fr'), 1234)
})
