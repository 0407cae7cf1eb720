import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '#kit'
import { FEATURES, newVector, PLACE_OF } from '../features/index.ts'
import type { Payment } from '../payment.ts'
import { BUILT_IN, FACTS, readRules } from './index.ts'

const PAYMENT = {
  merchant: 'Hotel Aurora',
  country: 'ES',
  category: '7011',
  entryMode: 'online',
  currency: 'GBP',
} as Payment

const vectorOf = (values: Partial<Record<keyof typeof PLACE_OF, number>>): Float64Array => {
  const vector = newVector().fill(Number.NaN)
  for (const [name, value] of Object.entries(values)) vector[PLACE_OF[name as keyof typeof PLACE_OF]] = value
  return vector
}

const held = (text: string, values = {}, payment: Partial<Payment> = {}) =>
  readRules(text)
    .held(vectorOf(values), { ...PAYMENT, ...payment } as Payment)
    .map(({ name }) => name)

/** What is said of a text that is refused. */
function refusal(text: string): string {
  try {
    readRules(text)
  } catch (error) {
    assert.ok(error instanceof Fault && error.code === 'rules-refused', String(error))
    return error.detail!
  }
  assert.fail(`nothing was wrong with: ${text}`)
}

test('a rule reads as it is said: amounts, shares, speeds, times, places and lists', () => {
  const text = `
    list casinos of merchant = "lucky seven", "Hotel Aurora"   # capitals do not matter
    rule much asks when amountMinor >= 50 GBP
    rule fast weighs 40 when travelKilometresPerHour > 900 km/h
    rule night weighs 10 when hourShare < 1 %
    rule soon weighs 10 when minutesSincePayment < 1 hour
    rule casino weighs 60 when merchant in casinos and country != "GB"
    rule ratio weighs 10 when amountMinor / usualMinor > 3
  `
  const values = { amountMinor: 5_000, hourShare: 0.005, minutesSincePayment: 59, usualMinor: 1_600 }
  assert.deepEqual(held(text, values), ['much', 'casino', 'night', 'soon', 'ratio'])
  assert.deepEqual(held(text, { ...values, amountMinor: 4_999 }, { country: 'GB' }), [
    'night',
    'soon',
    'ratio',
  ])
})

test('what cannot be said holds no rule, and neither does its opposite', () => {
  const text = `
    rule more weighs 10 when amountZ > 2
    rule less weighs 10 when not amountZ > 2
    rule abroad weighs 10 when not country in ("GB", "IE")
    rule euros weighs 10 when not amountMinor >= 50 EUR
    rule untold weighs 10 when amountZ is unknown and country is unknown
    rule divided weighs 10 when amountMinor / usualMinor > 1
  `
  assert.deepEqual(held(text, { amountMinor: 100, usualMinor: 0 }, { country: null }), ['untold'])
  assert.deepEqual(held(text, { amountZ: 1 }), ['less', 'abroad'])
})

test('definitions are said once and used by later ones', () => {
  const text = `
    define ratio = amountMinor / usualMinor
    define is-large = ratio >= 2 and amountZ >= 2
    rule large asks because amount-high when is-large and not isVouched
    rule usual spares when not is-large
  `
  const large = { amountMinor: 500, usualMinor: 100, amountZ: 3, isVouched: 0 }
  assert.deepEqual(held(text, large), ['large'])
  assert.deepEqual(held(text, { ...large, amountZ: 1 }), ['usual'])
})

test('what is wrong is said with its line and column and how to mend it, all at once', () => {
  const said = refusal(`rule one asks when amuontMinor > 5
rule two asks when amountMinor > 5 km
rule three weighs 500 when amountZ > 1`)
  assert.match(said, /line 1, column 20: “amuontMinor” is neither a fact nor defined/)
  assert.match(said, /line 2, column 20: an amount cannot be compared with kilometres/)
  assert.match(said, /line 3, column 19: A weight is a whole number from 1 to 100/)
})

test('each kind of mistake is refused with its reason', () => {
  for (const [text, reason] of [
    ['', /There is no rule/],
    ['rule a asks when', /line 1/],
    ['rule a asks amountZ > 1', /line 1/],
    ['rule a asks when amountZ > 1 §', /means nothing here/],
    ['rule a asks when 1 = 1', /holds for every payment, or for none/],
    ['rule a asks when amountZ > 1 or 2 > 1', /holds for every payment, or for none/],
    ['define b = b\nrule a asks when b', /not defined yet.*every rule ends/],
    ['define b = c\ndefine c = amountZ > 1\nrule a asks when b', /not defined yet/],
    ['rule a asks because whim when amountZ > 1', /no reason called “whim”/],
    ['rule a asks when amountZ > 1\nrule a asks when amountZ > 2', /there twice/],
    ['rule amountZ asks when amountZ > 1', /a fact already/],
    ['rule a asks when merchant > 5', /equal to a text in quotes/],
    ['rule a asks when merchant in nowhere', /no list called “nowhere”/],
    ['list a of amountZ = "1"\nrule b asks when amountZ > 1', /no lists of “amountZ”/],
    ['list a of country = "FR"\nrule b asks when merchant in a', /is a list of country/],
    ['rule a asks when amountMinor + 5 GBP > usualMinor', /can only be compared/],
    ['rule a asks when 5 GBP > 3 GBP', /Two amounts of your own/],
    ['rule a asks when amountMinor > 5 XQQQ', /no unit/],
    ['rule a asks when amountMinor + travelKilometres > 1', /cannot be added/],
    ['rule a asks when amountZ', /condition is needed/],
    ['list l of country > "FR"\nrule a asks when country in l', /line 1/],
  ] as const)
    assert.match(refusal(text), reason, text)
})

test('a rule that would take long to read or to judge by is refused before it is read', () => {
  const deep = `rule a asks when ${'('.repeat(500)}amountZ > 1${')'.repeat(500)}`
  assert.match(refusal(deep), /nested too deeply/)
  const negated = `rule a asks when ${'not '.repeat(500)}amountZ > 1`
  assert.match(refusal(negated), /nested too deeply/)
  const long = `rule a asks when ${Array.from({ length: 2_000 }, () => 'amountZ > 1').join(' or ')}`
  assert.match(refusal(long), /More than 1000 words/)
  const many = Array.from({ length: 201 }, (_, i) => `rule r${i} asks when amountZ > ${i}`).join('\n')
  assert.match(refusal(many), /More than 200 rules/)
  assert.match(refusal('#'.repeat(300_000)), /too long/)
  // Doubling at each step would be 2 to the 150th if a definition were put in wherever it is named.
  const doubling = Array.from({ length: 150 }, (_, i) => `define d${i + 1} = d${i} and d${i}`).join('\n')
  assert.deepEqual(held(`define d0 = amountZ > 1\n${doubling}\nrule a asks when d150`, { amountZ: 2 }), ['a'])
  // And 2 to the 31st, if whether something is known were asked in both directions wherever it is asked.
  const known = `${'('.repeat(31)}isForeign${' is known and amountZ > 1)'.repeat(31)}`
  assert.deepEqual(held(`rule a asks when ${known}`, { amountZ: 2, isForeign: 0 }), ['a'])
  assert.deepEqual(held(`rule a asks when ${known}`, { amountZ: Number.NaN, isForeign: 0 }), [])
})

test('a long list within a rule hides nothing behind it, and a list by itself may be long', () => {
  const shops = Array.from({ length: 600 }, (_, i) => `"shop ${i}"`).join(', ')
  assert.match(refusal(`rule a asks when merchant in (${shops})`), /More than 1000 words/)
  assert.match(refusal(`rule a asks when 0 + merchant in (${shops})`), /More than 1000 words/)
  const deep = `habits ${'+ 1 '.repeat(60_000)} > 3`
  assert.match(refusal(`rule a asks when merchant in (${shops}) and ${deep}`), /More than 1000 words/)
  assert.deepEqual(held(`list shops of merchant = ${shops}\nrule a asks when merchant not in shops`), ['a'])
})

test('only what stands within something is nested: forty times “not” beside one another is not deep', () => {
  const beside = (part: string) => Array.from({ length: 40 }, () => part).join(' and ')
  assert.deepEqual(held(`rule a asks when ${beside('not isForeign')}`, { isForeign: 0 }), ['a'])
  assert.deepEqual(held(`rule a asks when ${beside('merchant not in ("nowhere")')}`), ['a'])
  assert.match(
    refusal(`rule a asks when ${'('.repeat(16)}${'not '.repeat(16)}isForeign`),
    /nested too deeply/,
  )
})

test('a unit is one of ours, and not what every object of the language has', () => {
  for (const unit of ['constructor', 'toString', 'valueOf'])
    assert.match(refusal(`rule a asks when habits * 3 ${unit} > 2 ${unit}`), /is no unit/)
})

test('what somebody writes in a rule is never run', () => {
  const nasty = `list l of merchant = "');globalThis.hacked=1;('", "\\\\u0022"
    rule a asks when merchant in l or country = "${'`'}+process.exit()+${'`'}"`
  assert.deepEqual(held(nasty), [])
  assert.equal((globalThis as { hacked?: number }).hacked, undefined)
})

const numberFacts = [...FACTS].flatMap(([name, fact]) =>
  fact.type === 'number' && fact.unit === 'plain' ? [name] : [],
)
const yesFacts = [...FACTS].flatMap(([name, { type }]) => (type === 'yes' ? [name] : []))

const number = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...numberFacts),
    fc.integer({ min: 0, max: 5 }).map(String),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
      .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
  ),
})).number
const condition = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(fc.constantFrom(...numberFacts), fc.constantFrom('<', '<=', '>', '>=', '=', '!='), number)
      .map((parts) => parts.join(' ')),
    fc.constantFrom(...yesFacts),
    fc.constantFrom(
      'country = "ES"',
      'country not in ("ES", "FR")',
      'entryMode != "atm"',
      'merchant in shops',
    ),
    fc.constantFrom(
      'amountMinor > 5 GBP',
      'amountMinor <= 3 EUR',
      'country is known',
      'amountZ is unknown',
      'd',
    ),
    tie('condition').map((inner) => `not (${inner})`),
    tie('condition').map((inner) => `(${inner}) is known`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) and (${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) or (${b})`),
  ),
})).condition

const value = fc.oneof(
  fc.constant(Number.NaN),
  fc.constantFrom(0, 1, 2, 3, 400, 600),
  fc.double({ noNaN: true }),
)
const payment = fc.record({
  merchant: fc.constantFrom('Corner Kiosk', 'Hotel Aurora'),
  country: fc.constantFrom('ES', 'FR', null),
  category: fc.constant(null),
  entryMode: fc.constantFrom('atm', 'online', null),
  currency: fc.constantFrom('GBP', 'EUR'),
})

test('compiled for scoring and worked through for explanation, a rule says the same of every payment', () => {
  fc.assert(
    fc.property(
      condition,
      condition,
      fc.array(value, { minLength: FEATURES.length, maxLength: FEATURES.length }),
      payment,
      (defined, written, values, some) => {
        const text = `list shops of merchant = "corner kiosk"\ndefine d = ${defined.replaceAll(/\bd\b/g, 'isForeign')}\nrule a asks when ${written}`
        const set = readRules(text)
        const vector = Float64Array.from(values)
        const [explained] = set.explain(vector, some as Payment)
        assert.equal(set.held(vector, some as Payment).length === 1, explained!.outcome === true, text)
      },
    ),
    { numRuns: 3_000 },
  )
})

test('an explanation shows each part as it was written, how it came out, and the facts in it', () => {
  const set = readRules(
    'rule a asks because amount-high when amountZ >= 2 and (isNewMerchant or country = "FR")',
  )
  const [explained] = set.explain(vectorOf({ amountZ: 3, isNewMerchant: 0 }), PAYMENT)
  assert.equal(explained!.outcome, false)
  assert.deepEqual(explained!.parts, [
    { text: 'amountZ >= 2', outcome: true, facts: { amountZ: 3 } },
    { text: 'isNewMerchant or country = "FR"', outcome: false, facts: { isNewMerchant: 0, country: 'ES' } },
  ])
})

test('the rules that come with the software can be read, and give each reason once at most', () => {
  assert.ok(BUILT_IN.rules.length >= 14)
  const vector = Float64Array.from({ length: FEATURES.length }, () => 1)
  const reasons = BUILT_IN.held(vector, PAYMENT).flatMap(({ reason }) => reason ?? [])
  assert.equal(new Set(reasons).size, reasons.length)
})

test('the examples in the manual can be used as they stand', async () => {
  const manual = await readFile(new URL('../../../docs/fraud-rules.md', import.meta.url), 'utf8')
  const examples = [...manual.matchAll(/```rules\n([\s\S]*?)```/g)].map((match) => match[1]!)
  assert.ok(examples.length > 0)
  for (const example of examples) assert.ok(readRules(example).rules.length > 0)
})
