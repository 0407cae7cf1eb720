import { z } from 'zod'
import {
  AccountData,
  BalanceData,
  Declined,
  End,
  Envelope,
  EVENT_KINDS,
  EVENTS_MAX,
  type EventKind,
  KINDS,
  Outcome,
  Payment,
  Suspected,
  TYPE_PREFIX,
  TYPE_VERSION,
} from './contract.ts'

/** The contract of pushed events as documents for a bank's own tools, by the name of their file. */
export type ContractDocuments = Record<
  'card-events.schema.json' | 'card-events.asyncapi.json',
  Record<string, unknown>
>

/** What the schemas call each shape of `data`. */
const DATA_NAMES = new Map<z.ZodType, string>([
  [Payment, 'PaymentData'],
  [Declined, 'DeclinedData'],
  [Suspected, 'SuspectedData'],
  [Outcome, 'DisputeOutcomeData'],
  [End, 'EndData'],
  [BalanceData, 'BalanceData'],
  [AccountData, 'AccountData'],
])

/** What no schema can say, and is refused all the same. */
const BEYOND_SCHEMA =
  'Beyond the schema: `source` is the issuer of your profile; amounts have no more digits than ISO 4217 gives their currency, ' +
  'which exists; foreignAmount and foreignCurrency are null together; the body has at most 1 MiB.'

/** The documents, made of the shapes that decode: JSON Schema 2020-12, and AsyncAPI 3.0 with the same schemas within. */
export function contractDocuments(): ContractDocuments {
  return { 'card-events.schema.json': jsonSchema(), 'card-events.asyncapi.json': asyncApi() }
}

function jsonSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'card-events.schema.json',
    title: 'Guichet card events, version 1',
    description: `A batch of CloudEvents 1.0 in JSON. ${BEYOND_SCHEMA}`,
    ...batchOf((name) => `#/$defs/${name}`),
    $defs: eventSchemas(),
  }
}

/** Every kind of event, and the shapes of their `data`, by name: what stands under `$defs` of the JSON Schema. */
export const eventSchemas = (): Record<string, unknown> =>
  schemas('draft-2020-12', (name) => `#/$defs/${name}`)

/** Without a declared format AsyncAPI reads schemas as draft 7, which is what its tools understand best. */
function asyncApi(): Record<string, unknown> {
  const ref = (name: string) => `#/components/schemas/${name}`
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Guichet card events',
      version: '1',
      description: `What a bank’s core or card system pushes to Guichet. The body of a request is a batch: an array of at most ${EVENTS_MAX} of the messages below, in the order in which they happened. \`200\` means that all of them are kept; anything else, that none is. ${BEYOND_SCHEMA}`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/cloudevents-batch+json',
    channels: {
      events: {
        address: '/banks/{bankId}/events',
        parameters: { bankId: { description: 'The id of your profile.' } },
        messages: Object.fromEntries(KINDS.map((kind) => [kind, { $ref: `#/components/messages/${kind}` }])),
      },
    },
    operations: {
      receiveEvents: {
        action: 'receive',
        channel: { $ref: '#/channels/events' },
        summary: 'Takes a signed batch of events, each exactly once.',
        security: [{ $ref: '#/components/securitySchemes/httpMessageSignature' }],
        bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
      },
    },
    components: {
      messages: Object.fromEntries(
        KINDS.map((kind) => [
          kind,
          {
            name: typeOf(kind),
            summary: EVENT_KINDS[kind].says,
            headers: { $ref: ref('SignatureHeaders') },
            payload: { $ref: ref(kind) },
          },
        ]),
      ),
      schemas: {
        batch: batchOf(ref),
        SignatureHeaders: SIGNATURE_HEADERS,
        ...schemas('draft-7', ref),
      },
      securitySchemes: {
        httpMessageSignature: {
          type: 'asymmetricEncryption',
          description:
            'HTTP Message Signatures (RFC 9421), Ed25519, over "@method" "@path" "content-type" "content-digest", with created, keyid, a fresh nonce and tag="guichet-event".',
        },
      },
    },
  }
}

const SIGNATURE_HEADERS = {
  type: 'object',
  required: ['content-type', 'content-digest', 'signature-input', 'signature'],
  properties: {
    'content-type': { const: 'application/cloudevents-batch+json' },
    'content-digest': { type: 'string', description: 'RFC 9530, sha-256, over the bytes of the body.' },
    'signature-input': { type: 'string', description: 'RFC 9421' },
    signature: { type: 'string', description: 'RFC 9421' },
  },
}

const batchOf = (ref: (name: string) => string) => ({
  type: 'array',
  maxItems: EVENTS_MAX,
  items: { oneOf: KINDS.map((kind) => ({ $ref: ref(kind) })) },
})

const typeOf = (kind: EventKind) => `${TYPE_PREFIX}${kind}${TYPE_VERSION}`

function schemas(
  target: 'draft-2020-12' | 'draft-7',
  uri: (name: string) => string,
): Record<string, unknown> {
  const registry = z.registry<{ id: string }>()
  for (const [shape, id] of DATA_NAMES) registry.add(shape, { id })
  for (const kind of KINDS) {
    const { data, says } = EVENT_KINDS[kind]
    const event = Envelope.extend({ type: z.literal(typeOf(kind)), data }).describe(says)
    registry.add(event, { id: kind })
  }
  const made = z.toJSONSchema(registry, { target, uri, io: 'input', override: foldNull }).schemas
  return Object.fromEntries(
    Object.entries(made).map(([name, { $schema: _, $id: __, id: ___, ...schema }]) => [name, schema]),
  )
}

/**
 * What may be null is written as one schema with two types, where zod makes two of it: that is shorter to read, and a checker need
 * not find the first of the two at fault, with all that it says of it, before it comes to the second.
 */
function foldNull({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const [some, none, ...others] = jsonSchema.anyOf ?? []
  if (typeof some?.type !== 'string' || none?.type !== 'null' || others.length > 0) return
  const said = [jsonSchema.description, some.description].filter(Boolean).join(' ')
  delete jsonSchema.anyOf
  Object.assign(jsonSchema, {
    ...some,
    type: [some.type, 'null'],
    ...(some.enum && { enum: [...some.enum, null] }),
    ...(said && { description: said }),
  })
}
