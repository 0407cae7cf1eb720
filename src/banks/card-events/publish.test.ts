import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { Fault } from '#kit'
import { fromSchema, type SchemaDocument, SECRET } from '../../../tests/fixtures/from-schema.ts'
import type { BankProfile } from '../profile.ts'
import { KINDS } from './contract.ts'
import { decodeEvents } from './decode.ts'
import { fitsContract } from './fits.ts'
import { contractDocuments } from './publish.ts'

const documents = contractDocuments()
const schema = documents['card-events.schema.json'] as SchemaDocument & Record<string, unknown>
const asyncApi = documents['card-events.asyncapi.json']
const made = fromSchema(schema)
const bank = { id: 'chase', issuer: 'https://bank.example' } as BankProfile

const read = (...events: unknown[]) => decodeEvents(bank, Buffer.from(JSON.stringify(events)))

/** What no schema says: whose event it is, and amounts that their currency has. */
const PLAIN: Record<string, unknown> = {
  source: bank.issuer,
  currency: 'GBP',
  amount: '12.30',
  foreignAmount: null,
  foreignCurrency: null,
  currentBalance: '-12.30',
  availableBalance: '0',
  creditLine: '500.00',
}
function plain(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [name, Object.hasOwn(PLAIN, name) ? PLAIN[name] : plain(own)]),
  )
}
const eventOf = (kind: string) => made.valid(kind).map(plain)

test('the schema is JSON Schema 2020-12, and the AsyncAPI document is AsyncAPI 3.0 with all its references', () => {
  const ajv = new Ajv2020({ strict: true })
  addFormats.default(ajv)
  assert.equal(typeof ajv.compile(schema), 'function')

  // Loaded by path: the package ships its schemas without types for them.
  const asyncApiSchema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json')
  const check = new Ajv({ strict: false, allErrors: true, logger: false })
  addFormats.default(check)
  const validate = check.compile(asyncApiSchema)
  assert.ok(validate(asyncApi), JSON.stringify(validate.errors?.slice(0, 5), null, 2))
  assert.ok(!validate({ ...asyncApi, info: {} }), 'the check can fail')

  const refs = JSON.stringify(asyncApi).matchAll(/"\$ref":"#\/([^"]+)"/g)
  let count = 0
  for (const [, path] of refs) {
    count++
    const found = path!
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], asyncApi)
    assert.ok(found, `nothing is at ${path}`)
  }
  assert.ok(count > KINDS.length * 3)
  const { components } = asyncApi as { components: { messages: object; schemas: object } }
  assert.deepEqual(Object.keys(components.messages), KINDS)
})

test('both documents say the same of every event', () => {
  const draft7 = new Ajv({ strict: false })
  addFormats.default(draft7)
  draft7.addSchema({ $id: 'asyncapi', ...(asyncApi as object) })
  for (const kind of KINDS) {
    const check = draft7.compile({ $ref: `asyncapi#/components/schemas/${kind}` })
    fc.assert(
      fc.property(eventOf(kind), (event) => {
        assert.ok(check(event) && made.isA(`#/$defs/${kind}`, event))
        for (const { event: bad, path, how } of made.spoil(kind, event))
          assert.ok(!check(bad), `${path.join('.')} ${how}`)
      }),
      { numRuns: 3 },
    )
  }
})

test('whatever the schema allows is read', () => {
  for (const kind of KINDS)
    fc.assert(
      fc.property(eventOf(kind), (event) => {
        assert.deepEqual(
          read(event).map(({ type }) => type),
          [kind],
        )
      }),
    )
})

test('whatever the schema allows fits at a glance, and nothing else does', () => {
  for (const kind of KINDS)
    fc.assert(
      fc.property(eventOf(kind), (event) => {
        assert.ok(fitsContract(event))
        for (const { event: bad, path, how } of made.spoil(kind, event))
          assert.ok(!fitsContract(bad), `${path.join('.')} ${how}`)
      }),
      { numRuns: 4 },
    )
  for (const nothing of [null, 7, 'authorised', [], {}, { type: 'org.guichet.card.constructor.v1' }])
    assert.ok(!fitsContract(nothing))
})

test('whatever it does not allow is refused whole, by the field’s name and never its value', () => {
  for (const kind of KINDS)
    fc.assert(
      fc.property(eventOf(kind), eventOf('balance'), (event, good) => {
        let count = 0
        for (const { path, how, event: bad } of made.spoil(kind, event)) {
          count++
          const at = ['[1]', ...path].join('.')
          assert.throws(
            () => read(good, bad),
            (error: unknown) => {
              assert.ok(error instanceof Fault, `${at} ${how}: ${error}`)
              const { field = '' } = error as Fault & { field?: string }
              assert.equal(error.code, 'event-malformed', `${at} ${how}`)
              assert.ok(field === at || field.startsWith(`${at}.`), `${at} ${how} was named ${field}`)
              assert.ok(
                !`${inspect(error)} ${JSON.stringify(error)}`.includes(SECRET),
                `${at} ${how} is quoted`,
              )
              return true
            },
            `${at} ${how}`,
          )
        }
        assert.ok(count > 100, 'every field was spoilt in many ways')
      }),
      { numRuns: 4 },
    )
})
