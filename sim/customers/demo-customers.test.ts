import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import { currency, DAY, seeded } from '#kit'
import { BANKS } from '../simulation.ts'
import { CARD_ROWS_FILE, readCardRows } from './card-rows.ts'
import type { Customer, Entry } from './customer.ts'
import { demoCustomers } from './demo-customers.ts'
import { merchantCountry, merchantKind } from './merchant-codes.ts'
import { drawPostingDays, POSTING_DELAYS } from './posting-delay.ts'
import { walletEntries, weeksToShift } from './wallet.ts'

const NOW = Date.UTC(2026, 10, 23, 14)
const rows = readCardRows()
const everybody = BANKS.flatMap(({ id }) =>
  demoCustomers(id, 1, NOW, rows).map((customer) => ({ bankId: id, customer })),
)
const cardEntries = (customer: Customer) =>
  customer.accounts.flatMap(({ entries }) => entries.filter(({ kind }) => kind === 'card'))

test('the extract is 20,000 real rows in less than a megabyte and a half', () => {
  assert.equal(rows.length, 20_000)
  assert.ok(statSync(CARD_ROWS_FILE).size < 1_500_000)
  assert.ok(
    rows.some(({ billedMinor }) => billedMinor < 0),
    'with refunds',
  )
  assert.ok(new Set(rows.map(({ originalCurrency }) => originalCurrency)).size > 10, 'in many currencies')
  for (const row of rows) currency(row.originalCurrency)
})

test('each of the four people has two years of a person’s spending at each bank', () => {
  assert.equal(everybody.length, 16)
  for (const { bankId, customer } of everybody) {
    const name = `${customer.username} at ${bankId}`
    const paid = cardEntries(customer)
    assert.ok(paid.length >= 1_000 && paid.length <= 2_500, `${name} has ${paid.length} card payments`)
    assert.ok(
      paid.some(({ amountMinor }) => amountMinor > 0),
      `${name} has refunds`,
    )
    assert.ok(
      customer.accounts.some(
        ({ currency: own, entries }) => own === 'EUR' || entries.some(({ foreign }) => foreign),
      ),
      `${name} has paid abroad`,
    )
    assert.ok(customer.everyday.length >= 50, `${name} has everyday payments`)
  }
})

test('everybody shops at Tesco and buys fuel in every month, and once paid exactly £42', () => {
  for (const { bankId, customer } of everybody) {
    const paid = cardEntries(customer)
    for (let back = 1; back <= 23; back++) {
      const from = Date.UTC(2026, 10 - back, 1)
      const to = Date.UTC(2026, 11 - back, 1)
      const month = paid.filter(({ at }) => at >= from && at < to)
      const when = `${customer.username} at ${bankId}, ${new Date(from).toISOString().slice(0, 7)}`
      assert.ok(
        month.some(({ descriptor }) => descriptor.startsWith('tesco')),
        `${when}: Tesco`,
      )
      assert.ok(
        month.some(({ mcc }) => mcc === '5541' || mcc === '5542'),
        `${when}: fuel`,
      )
    }
    assert.ok(
      paid.some(({ amountMinor, at }) => amountMinor === -4_200 && NOW - at < 200 * DAY),
      `${customer.username}: £42`,
    )
  }
})

test('no balance ever falls into the red, and every card bill pays what was posted', () => {
  for (const { customer } of everybody) {
    for (const account of customer.accounts) {
      let balance = account.openingBalanceMinor
      let least = balance
      for (const { amountMinor } of account.entries) {
        balance += amountMinor
        least = Math.min(least, balance)
      }
      if (account.kind === 'card') assert.ok(least > -account.creditLineMinor!, 'within the credit line')
      else assert.ok(least >= 0, `${customer.username}: ${account.name} fell to ${least}`)
    }
    const billed = sum(customer, 'CREDIT CARD PAYMENT')
    assert.equal(billed + sum(customer, 'PAYMENT RECEIVED'), 0)
  }
})

function sum(customer: Customer, descriptor: string): number {
  const lines = customer.accounts
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.descriptor === descriptor)
  return lines.reduce((total, { amountMinor }) => total + amountMinor, 0)
}

test('rows keep their weekday, none is in the future, and the newest is of this week', () => {
  for (let day = 0; day < 7; day++) {
    const now = NOW + day * DAY
    const shift = weeksToShift(now)
    assert.ok(Number.isInteger(shift))
    const own = rows.filter(({ wallet }) => wallet === 'amina-chase')
    const home = { country: 'GB', city: 'Birmingham', latitude: 52, longitude: -1 }
    const entries = walletEntries(own, home, now, seeded(1))
    for (const { entry, row } of entries) {
      assert.equal(new Date(entry.at).getUTCDay(), new Date(row.date).getUTCDay())
      assert.ok(entry.at <= now)
      assert.ok(entry.postedAt > entry.at)
    }
    assert.ok(now - entries.at(-1)!.entry.at < 7 * DAY)
  }
})

test('posting takes as long as it was measured to take', () => {
  const chance = seeded(7)
  const counts = new Map<number, number>()
  for (let n = 0; n < 100_000; n++) {
    const days = drawPostingDays(chance)
    counts.set(days, (counts.get(days) ?? 0) + 1)
  }
  for (const { days, perThousand } of POSTING_DELAYS) {
    const measured = (counts.get(days) ?? 0) / 100
    assert.ok(
      Math.abs(measured - perThousand) < 6,
      `${days} days: ${measured} of a thousand, not ${perThousand}`,
    )
  }
  const history = everybody.flatMap(({ customer }) => cardEntries(customer))
  const days = (entry: Entry) => Math.floor(entry.postedAt / DAY) - Math.floor(entry.at / DAY)
  const nextDay = (history.filter((entry) => days(entry) === 1).length / history.length) * 1000
  assert.ok(Math.abs(nextDay - 693) < 20, `next day: ${nextDay} of a thousand`)
})

test('the same seed gives the same books, and another seed others', () => {
  const books = (seed: number) => JSON.stringify(demoCustomers('citi', seed, NOW, rows))
  assert.equal(books(1), books(1))
  assert.notEqual(books(1), books(2))
})

test('nobody’s account or card has the id of another’s', () => {
  const ids = everybody.flatMap(({ customer }) => [
    customer.customerId,
    ...customer.accounts.map((one) => one.accountId),
  ])
  assert.equal(new Set(ids).size, ids.length)
})

test('merchant codes are given only where the words make them plain', () => {
  const code = (descriptor: string, accountCode = '') => merchantKind(descriptor, accountCode)?.mcc ?? null
  assert.equal(code('tesco stores 2187'), '5411')
  assert.equal(code('tesco pfs 2484'), '5542')
  assert.equal(code('shell fiveways 387'), '5541')
  assert.equal(code('amazon uk marketplace'), '5999')
  assert.equal(code('travelodge website'), '7011')
  assert.equal(code('weoley castle', 'Vehicle Fuel'), '5541')
  assert.equal(code('civil justice cent'), null)
  assert.equal(merchantCountry('brussels airport - za', 'EUR'), 'BE')
  assert.equal(merchantCountry('pressbyran', 'SEK'), 'SE')
  assert.equal(merchantCountry('villalutece2v03', 'EUR'), null)
  assert.equal(merchantCountry('tesco stores', 'GBP'), 'GB')
})
