import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageJson, ShowJson } from '../../http/api.ts'
import { inPlainText } from './plain-text.ts'

const said = (show: ShowJson, locale: 'en' | 'fr' = 'en') => {
  const message = { text: 'Here it is.', show, actions: [] } as unknown as MessageJson
  return inPlainText([message], { locale, timeZone: 'Europe/Paris' })
}

test('a chart is told by its figures, and its drawing is on the page', () => {
  const bars: ShowJson = {
    type: 'bars',
    caption: 'By category',
    currency: 'GBP',
    series: ['spent'],
    points: [
      { label: 'Groceries', values: [12_345] },
      { label: 'Travel', values: [600] },
    ],
  }
  assert.deepEqual(said(bars), {
    text: 'Here it is.\nBy category\nGroceries · £123.45\nTravel · £6.00',
    isWhole: false,
  })
  const two = { ...bars, series: ['May', 'June'], points: [{ label: 'Travel', values: [600, 1_250] }] }
  assert.match(said(two).text, /\nTravel · May £6\.00 · June £12\.50$/)

  const overTime: ShowJson = {
    type: 'over-time',
    caption: 'By month',
    currency: 'EUR',
    steps: [
      { label: 'avril 2026', short: 'avr.', netMinor: 98_700 },
      { label: 'mai 2026', short: 'mai', netMinor: -1_250 },
    ],
    isRunning: true,
  }
  assert.match(
    said(overTime, 'fr').text.replaceAll(/\s/gu, ' '),
    /avril 2026 · 987,00 € mai 2026 \(en cours\) · [-−]12,50 €$/,
  )
})

test('a forecast is told by today, by each day on which a payment comes back, and by its end', () => {
  const day = (
    label: string,
    expectedMinor: number,
    due: { merchant: string; amountMinor: number }[] = [],
  ) => ({
    label,
    short: label,
    lowMinor: expectedMinor - 1_000,
    expectedMinor,
    highMinor: expectedMinor + 1_000,
    due,
  })
  const { text, isWhole } = said({
    type: 'forecast',
    caption: 'The next days',
    currency: 'GBP',
    now: { at: 0, amountMinor: 50_000 },
    days: [
      day('1 May', 48_000),
      day('2 May', 8_000, [{ merchant: 'Rent', amountMinor: -40_000 }]),
      day('3 May', 7_000),
    ],
  })
  assert.equal(isWhole, false)
  assert.deepEqual(text.split('\n').slice(1), [
    'The next days',
    'now · £500.00',
    '2 May · between £70.00 and £90.00, around £80.00 · Rent -£400.00',
    '3 May · between £60.00 and £80.00, around £70.00',
  ])
})

test('payments that are told together each say at what hour and with which card', () => {
  const row = {
    id: 'p1',
    at: Date.UTC(2026, 10, 23, 14, 5),
    merchant: 'Tesco',
    category: 'Groceries',
    amount: { amountMinor: -900, currency: 'GBP' },
    foreign: null,
    status: 'pending',
  } as const
  const lines: ShowJson = {
    type: 'transactions',
    caption: 'New',
    rows: [{ ...row, card: '5770' }, row],
    more: 0,
  }
  assert.match(
    said(lines).text,
    /\nNov 23, 2026, 3:05\sPM · Tesco · [-−]£9\.00 · card ending 5770\nNov 23, 2026 · Tesco · [-−]£9\.00$/,
  )
  assert.match(said(lines, 'fr').text, /15:05 · Tesco · .* · carte se terminant par 5770\n/)
})
