import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  daysAgo,
  formatDate,
  formatDay,
  formatInstant,
  formatMoment,
  formatMoney,
  formatMoneyShort,
} from './format.ts'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

test('amounts are written as each language writes them, with a true minus sign', () => {
  const money = { amountMinor: -123_450, currency: 'EUR' }
  assert.equal(formatMoney(money, 'en'), '−€1,234.50')
  assert.equal(plain(formatMoney(money, 'fr')), '−1 234,50 €')
})

test('pounds keep their own sign in French, and dollars the letters that tell them apart', () => {
  assert.equal(plain(formatMoney({ amountMinor: 500, currency: 'GBP' }, 'fr')), '5,00 £')
  assert.equal(plain(formatMoney({ amountMinor: 500, currency: 'USD' }, 'fr')), '5,00 $US')
})

test('beside a chart amounts are short, and those of one scale never look the same', () => {
  const scale = (pounds: readonly number[], locale: 'en' | 'fr' = 'en') =>
    pounds.map((one) =>
      plain(
        formatMoneyShort(
          { amountMinor: one * 100, currency: 'GBP' },
          locale,
          (pounds[1]! - pounds[0]!) * 100,
        ),
      ),
    )
  assert.deepEqual(scale([0, 500, 1_000]), ['£0', '£500', '£1K'])
  assert.deepEqual(scale([2_000, 2_500], 'fr'), ['2 k £', '2,5 k £'])
  assert.deepEqual(scale([-1_100, -1_050, -1_000]), ['−£1,100', '−£1,050', '−£1,000'])
  assert.deepEqual(scale([1_000_000, 1_050_000]), ['£1,000,000', '£1,050,000'])
  assert.equal(formatMoneyShort({ amountMinor: 294_204, currency: 'GBP' }, 'en'), '£2.9K')
})

test('the first of a month is an ordinal in French', () => {
  const first = new Date(2026, 11, 1, 12).getTime()
  assert.equal(plain(formatDate(first, 'fr')), '1er décembre 2026')
  assert.equal(plain(formatDay(first, 'fr', first)), 'mardi 1er décembre')
  assert.equal(plain(formatDay(new Date(2026, 10, 11).getTime(), 'fr', first)), 'mercredi 11 novembre')
})

test('in a list of payments, money that comes in has a plus sign', () => {
  assert.equal(formatMoney({ amountMinor: 500, currency: 'GBP' }, 'en', { signed: true }), '+£5.00')
  assert.equal(formatMoney({ amountMinor: 0, currency: 'GBP' }, 'en', { signed: true }), '£0.00')
})

test('a currency without small change has none, and one with thousandths has three digits', () => {
  assert.equal(formatMoney({ amountMinor: 1_500, currency: 'JPY' }, 'en'), '¥1,500')
  assert.match(formatMoney({ amountMinor: 1_500, currency: 'TND' }, 'en'), /1\.500/)
})

test('a day of this year is named without its year, one of another year with it', () => {
  const now = new Date(2026, 10, 23, 12).getTime()
  assert.equal(formatDay(new Date(2026, 10, 22, 23).getTime(), 'en', now), 'Sunday 22 November')
  assert.equal(plain(formatDay(new Date(2025, 11, 31, 23).getTime(), 'fr', now)), 'mercredi 31 décembre 2025')
})

test('one minute before midnight is yesterday, not today', () => {
  const now = new Date(2026, 10, 23, 0, 1).getTime()
  assert.equal(daysAgo(new Date(2026, 10, 22, 23, 59).getTime(), now), 1)
  assert.equal(daysAgo(now, now), 0)
})

test('a moment is told to the minute, and to the second where it is proved', () => {
  const at = new Date(2026, 10, 23, 14, 5, 37).getTime()
  for (const locale of ['en', 'fr'] as const) {
    assert.match(formatMoment(at, locale), /14:05$/)
    assert.match(formatInstant(at, locale), /14:05:37$/)
  }
})
