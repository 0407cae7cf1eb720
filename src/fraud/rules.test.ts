import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FRAUD_REASONS } from '#fraud'
import { MINUTE, money } from '#kit'
import type { Transaction } from '#vault'
import { BIRMINGHAM, fresh, NOON, ordinaryLife, PARIS, stolenCard } from './everyday.fixture.ts'
import { History } from './history.ts'
import { judged } from './judged.fixture.ts'
import { MODEL_REASONS } from './model-reasons.ts'
import { BUILT_IN } from './rules/index.ts'
import { REASONS_MAX } from './rules.ts'

function historyOf(transactions: readonly Transaction[]): History {
  const history = new History({ timeZone: 'Europe/London', country: 'GB' })
  for (const one of transactions) history.tell(one)
  return history
}

function verdictOn(history: History, transaction: Transaction) {
  history.tell(transaction)
  const payment = history.find(transaction.id)!
  return judged(history, payment)
}

const codes = (verdict: ReturnType<typeof judged>) => verdict.reasons.map(({ code }) => code)

test('every reason can be given by a rule or a model', () => {
  const given = new Set([...BUILT_IN.rules.flatMap(({ reason }) => reason ?? []), ...MODEL_REASONS])
  assert.deepEqual(given, new Set(FRAUD_REASONS))
})

test('a reason is never given twice, nor more reasons than somebody alarmed would read', () => {
  const history = historyOf(ordinaryLife(4))
  const oddities = Array.from({ length: 40 }, (_, i) =>
    fresh(i, {
      pounds: 1 + i * 200,
      descriptor: `outlet ${i % 7}`,
      entryMode: (['online', 'magstripe', 'atm'] as const)[i % 3]!,
      ...(i % 3 ? PARIS : { country: 'US' }),
    }),
  )
  for (const oddity of oddities) {
    const given = codes(verdictOn(history, oddity))
    assert.equal(new Set(given).size, given.length, given.join())
    assert.ok(given.length <= REASONS_MAX)
  }
})

test('the stolen card is asked about, at the latest when the large payment comes', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const history = historyOf(ordinaryLife(seed))
    const verdicts = stolenCard().map((theft) => verdictOn(history, theft))
    assert.ok(verdicts.at(-1)!.asks)
    assert.equal(codes(verdicts.at(-1)!)[0], 'card-testing')
    assert.ok(!verdicts[0]!.asks, 'one small payment abroad is no theft yet')
  }
})

test('card testing is known by the unknown merchants: small purchases at one’s usual shops are none', () => {
  const usual = [0, 1, 2].map((minute) =>
    fresh(minute, { pounds: 2, descriptor: 'amazon.co.uk', entryMode: 'online', id: `txn_song_${minute}` }),
  )
  const history = historyOf([...ordinaryLife(2), ...usual])
  const large = fresh(5, { pounds: 150, descriptor: 'amazon.co.uk', entryMode: 'online' })
  assert.ok(!codes(verdictOn(history, large)).includes('card-testing'))
})

test('nobody is in Paris twenty minutes after Birmingham, and everybody can be two hours later', () => {
  const home = fresh(0, { ...BIRMINGHAM, entryMode: 'chip' })
  const paris = (minutes: number) =>
    fresh(minutes, { ...PARIS, entryMode: 'chip', pounds: 6, descriptor: 'cafe du coin' })
  const soon = verdictOn(historyOf([...ordinaryLife(5), home]), paris(20))
  assert.ok(soon.asks)
  assert.equal(codes(soon)[0], 'travel-impossible')
  const later = verdictOn(historyOf([...ordinaryLife(5), home]), paris(120))
  assert.ok(!later.asks, codes(later).join())
})

test('buying online from Paris is no journey', () => {
  const home = fresh(0, { ...BIRMINGHAM, entryMode: 'chip' })
  const online = fresh(1, { ...PARIS, entryMode: 'online', pounds: 20, descriptor: 'librairie du coin' })
  assert.ok(!verdictOn(historyOf([...ordinaryLife(5), home]), online).asks)
})

test('on the first day, ordinary amounts in new places are nothing to ask about', () => {
  for (const pounds of [0.5, 3, 20, 80, 250, 600]) {
    const history = historyOf([])
    for (let i = 0; i < 8; i++) {
      const shop = fresh(i * 7, {
        ...BIRMINGHAM,
        pounds: pounds + i,
        descriptor: `shop ${i}`,
        id: `txn_first_${i}`,
      })
      const verdict = verdictOn(history, shop)
      assert.ok(!verdict.asks, `£${pounds + i}: ${codes(verdict).join()}`)
    }
  }
})

test('a holiday is asked about for what is large, not for the coffee', () => {
  const history = historyOf(ordinaryLife(6))
  const abroad = (hours: number, pounds: number, descriptor: string) =>
    fresh(hours * 60, { ...PARIS, entryMode: 'contactless', pounds, descriptor })
  for (const spent of [abroad(5, 4, 'cafe du coin'), abroad(7, 18, 'brasserie lipp'), abroad(9, 12, 'ratp')])
    assert.ok(!verdictOn(history, spent).asks)
  assert.ok(verdictOn(history, abroad(10, 1900, 'bijouterie place vendome')).asks)
})

test('the next day, a country that was paid in is no longer new', () => {
  const history = historyOf(ordinaryLife(6))
  verdictOn(
    history,
    fresh(300, { ...PARIS, entryMode: 'contactless', pounds: 4, descriptor: 'cafe du coin' }),
  )
  const next = verdictOn(
    history,
    fresh(300 + 25 * 60, { ...PARIS, entryMode: 'contactless', pounds: 30, descriptor: 'brasserie lipp' }),
  )
  assert.ok(!codes(next).includes('country-new'))
})

test('a thief’s first payment does not make the second one usual', () => {
  const history = historyOf(ordinaryLife(6))
  const theft = (minutes: number) =>
    fresh(minutes, {
      country: 'US',
      entryMode: 'online',
      pounds: 5,
      descriptor: 'quickdonate',
      id: `txn_${minutes}`,
    })
  verdictOn(history, theft(0))
  const second = codes(verdictOn(history, theft(600)))
  assert.ok(second.includes('merchant-new') && second.includes('country-new'))
})

test('a busy day in one’s own shops is only a busy day', () => {
  const life = ordinaryLife(8)
  const history = historyOf(life)
  const shops = [...new Set(life.map(({ descriptor }) => descriptor))]
  for (let i = 0; i < 200; i++) {
    const verdict = verdictOn(
      history,
      fresh(i / 4, { ...BIRMINGHAM, pounds: 12, descriptor: shops[i % shops.length]!, id: `txn_busy_${i}` }),
    )
    assert.ok(!verdict.asks, codes(verdict).join())
  }
})

test('a bank that tells little has fewer rules speak, and none speak wrongly', () => {
  const bare = {
    country: null,
    city: null,
    latitude: null,
    longitude: null,
    entryMode: null,
    mcc: null,
  } as const
  const history = historyOf(ordinaryLife(9).map((one) => ({ ...one, ...bare })))
  assert.deepEqual(
    verdictOn(history, fresh(0, { ...bare, pounds: 15, descriptor: 'tesco stores 6227' })).reasons,
    [],
  )
})

test('the usual amount is said roundly, in the account’s currency', () => {
  const verdict = verdictOn(
    historyOf(ordinaryLife(1)),
    fresh(0, { pounds: 4321.09, descriptor: 'megatronics outlet' }),
  )
  const high = verdict.reasons.find(({ code }) => code === 'amount-high')
  assert.ok(high?.code === 'amount-high')
  assert.deepEqual(high.values.amount, money(432_109, 'GBP'))
  assert.equal(high.values.usual.amountMinor % 10, 0)
  assert.equal(high.values.usual.currency, 'GBP')
  assert.ok(high.values.times > 50)
})

test('a payment told an hour late is judged by its own time', () => {
  const home = fresh(0, { ...BIRMINGHAM, entryMode: 'chip' })
  const later = fresh(600, { ...PARIS, entryMode: 'chip', pounds: 6, descriptor: 'cafe du coin' })
  const history = historyOf([...ordinaryLife(5), home, later])
  const late = fresh(-30, { ...BIRMINGHAM, entryMode: 'chip', descriptor: 'greggs 1743' })
  assert.ok(late.at < home.at && home.at === NOON && later.at === NOON + 600 * MINUTE)
  assert.deepEqual(verdictOn(history, late).reasons, [])
})
