import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Secret } from '#kit'
import {
  type Asked,
  NO_PLAN,
  type Reply,
  says,
  startLanguageModel,
} from '../tests/fixtures/language-model.ts'
import { createPlanner } from './planner.ts'

const NOW = Date.UTC(2026, 10, 18, 9)
const scene = { now: NOW, timeZone: 'Europe/Paris', locale: 'en' } as const
let reply: Reply
let asked: Asked[] = []
let model: Awaited<ReturnType<typeof startLanguageModel>>
before(async () => {
  model = await startLanguageModel((one) => {
    asked.push(one)
    return reply
  })
})
after(() => model.stop())
let failures: string[] = []
beforeEach(() => {
  asked = []
  failures = []
})

const plan = (text: string, timeLimitMs = 5_000) =>
  createPlanner({
    url: model.url,
    model: 'small',
    key: new Secret('key-1'),
    timeLimitMs,
    onFailed: (code) => void failures.push(code),
  }).plan(text, scene)

test('the words, their language, the date and the shape of a question are sent, and nothing else', async () => {
  reply = says({ ...NO_PLAN, kind: 'balance' })
  assert.deepEqual(await plan('am I doing fine moneywise'), { kind: 'balance' })
  const [{ url: path, headers, body }] = asked as [(typeof asked)[number]]
  assert.deepEqual([path, headers.authorization], ['/v1/chat/completions', 'Bearer key-1'])
  const { messages, model, temperature, response_format, ...rest } = JSON.parse(body)
  assert.deepEqual([model, temperature, rest], ['small', 0, {}])
  assert.deepEqual(messages[1], { role: 'user', content: 'am I doing fine moneywise' })
  assert.match(messages[0].content, /English.*2026-11-18/)
  assert.equal(messages.length, 2)
  const { schema, strict } = response_format.json_schema
  assert.equal(strict, true)
  assert.equal(schema.additionalProperties, false)
  assert.deepEqual(schema.required.toSorted(), ['kind', ...Object.keys(NO_PLAN)].toSorted())
})

test('days become the person’s own period, by the name that answers give it', async () => {
  reply = says({ ...NO_PLAN, kind: 'spending', from: '2026-10-01', to: '2026-10-31', merchant: 'tesco' })
  assert.deepEqual(await plan('the damage at Tesco around Halloween month'), {
    kind: 'spending',
    filter: {
      period: {
        from: Date.parse('2026-10-01T00:00:00+02:00'),
        to: Date.parse('2026-11-01T00:00:00+01:00'),
        grain: 'month',
      },
      merchant: 'tesco',
    },
  })
})

test('every question that only reads can be planned, and none that acts', async () => {
  const october = { from: '2026-10-01', to: '2026-10-31' }
  const plans: Record<string, object> = {
    greeting: {},
    thanks: {},
    help: {},
    balance: {},
    transactions: { count: 5 },
    find: { merchant: 'Tesco' },
    spending: october,
    'spending-by': { by: 'merchant' },
    'over-time': { step: 'week', category: 'fuel' },
    forecast: { until: '2026-11-30' },
    compare: { ...october, againstFrom: '2026-09-01', againstTo: '2026-09-30' },
    recurring: {},
    offers: {},
    consents: {},
    'who-read': {},
    'not-served': { topic: 'loan' },
  }
  const planned = new Map<string, unknown>()
  for (const [kind, fields] of Object.entries(plans)) {
    reply = says({ ...NO_PLAN, ...fields, kind })
    const question = await plan('so how about Tesco')
    assert.equal(question?.kind, kind)
    planned.set(kind, question)
  }
  assert.deepEqual(planned.get('over-time'), {
    kind: 'over-time',
    step: 'week',
    filter: { category: 'fuel' },
  })
  assert.deepEqual(planned.get('forecast'), {
    kind: 'forecast',
    until: { at: Date.parse('2026-12-01T00:00:00+01:00') },
  })
  assert.deepEqual(planned.get('compare'), {
    kind: 'compare',
    period: {
      from: Date.parse('2026-10-01T00:00:00+02:00'),
      to: Date.parse('2026-11-01T00:00:00+01:00'),
      grain: 'month',
    },
    against: {
      from: Date.parse('2026-09-01T00:00:00+02:00'),
      to: Date.parse('2026-10-01T00:00:00+02:00'),
      grain: 'month',
    },
    filter: {},
  })
  reply = says({ ...NO_PLAN, kind: 'forecast', event: 'after-rent' })
  assert.deepEqual(await plan('then what'), { kind: 'forecast', until: { event: 'rent', isWith: true } })

  // The shape that is sent names these kinds and one more, for words that are no question.
  const { schema } = JSON.parse(asked[0]!.body).response_format.json_schema
  assert.deepEqual(
    schema.properties.kind.enum.toSorted(),
    [...Object.keys(plans), 'not-understood'].toSorted(),
  )
})

test('what the person did not say, or what would act, is not taken from a planner', async () => {
  for (const wrong of [
    { ...NO_PLAN, kind: 'spending', merchant: 'Quokka Emporium' },
    { ...NO_PLAN, kind: 'freeze-card' },
    { ...NO_PLAN, kind: 'dispute' },
    { ...NO_PLAN, kind: 'walk-away' },
    { ...NO_PLAN, kind: 'balance', amountMinor: 4200 },
    { ...NO_PLAN, kind: 'balance', from: '2026-10-01', to: '2026-10-31' },
    { ...NO_PLAN, kind: 'spending', from: '2026-10-31', to: '2026-10-01' },
    { ...NO_PLAN, kind: 'spending', from: '2026-02-30', to: '2026-03-01' },
    { ...NO_PLAN, kind: 'spending', from: '2027-01-01', to: '2027-01-31' },
    { ...NO_PLAN, kind: 'spending', from: '2026-10-01' },
    { ...NO_PLAN, kind: 'transactions', count: 5_000 },
    { ...NO_PLAN, kind: 'not-served' },
    { ...NO_PLAN, kind: 'find' },
    { ...NO_PLAN, kind: 'not-understood' },
    { ...NO_PLAN, kind: 'compare', from: '2026-10-01', to: '2026-10-31' },
    { ...NO_PLAN, kind: 'spending', againstFrom: '2026-10-01', againstTo: '2026-10-31' },
    { ...NO_PLAN, kind: 'balance', until: '2026-11-30' },
    { ...NO_PLAN, kind: 'recurring', event: 'before-rent' },
    { ...NO_PLAN, kind: 'spending', step: 'week' },
    { ...NO_PLAN, kind: 'spending', by: 'merchant' },
    { ...NO_PLAN, kind: 'find', category: 'fuel', count: 3 },
    { ...NO_PLAN, kind: 'help', topic: 'loan' },
    { ...NO_PLAN, kind: 'forecast' },
    { ...NO_PLAN, kind: 'forecast', until: '2026-11-17' },
    { ...NO_PLAN, kind: 'forecast', until: '2027-11-19' },
    { ...NO_PLAN, kind: 'forecast', until: '2026-11-30', event: 'before-pay' },
    { ...NO_PLAN, kind: 'forecast', until: '2026-11-30', category: 'fuel' },
    { kind: 'balance' },
    'balance',
    null,
  ]) {
    reply = says(wrong)
    failures = []
    assert.equal(await plan('well then'), null, JSON.stringify(wrong))
    const isHonest = wrong !== null && typeof wrong === 'object' && wrong.kind === 'not-understood'
    assert.deepEqual(failures, isHonest ? [] : ['no-plan'], JSON.stringify(wrong))
  }
})

test('an endpoint that fails in any way is no answer, and its operator is told why by a code', async () => {
  for (const broken of [
    { status: 500, body: '' },
    { status: 200, body: 'not json' },
    { status: 200, body: '{"choices":[]}' },
    { status: 200, body: '{"choices":[{"message":{"content":"I think so"}}]}' },
    { status: 200, body: `{"choices":[{"message":{"content":"${'x'.repeat(100_000)}"}}]}` },
    { status: 307, body: '', location: 'http://127.0.0.1:9/v1/chat/completions' },
  ]) {
    reply = broken
    assert.equal(await plan('well then'), null)
  }
  reply = { status: 200, body: '', waits: true }
  assert.equal(await plan('well then', 50), null)
  assert.deepEqual(failures, [
    'http-500',
    ...['no-plan', 'no-plan', 'no-plan', 'no-plan'],
    'not-reached',
    'too-late',
  ])
  const nobody = createPlanner({
    url: new URL('http://127.0.0.1:9/'),
    model: 'small',
    key: null,
    onFailed: (code) => void failures.push(code),
  })
  assert.equal(await nobody.plan('well then', scene), null)
})
