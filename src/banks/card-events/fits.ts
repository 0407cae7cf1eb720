import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type EventKind, KINDS, kindOf } from './contract.ts'
import { eventSchemas } from './publish.ts'

let checks: ReadonlyMap<EventKind, ValidateFunction> | undefined

/**
 * Whether a value is an event as the published schema has it. The schema is compiled to code that reads the value where it
 * lies: a flood of events costs a fraction of what reading each into a copy does. It does not say what is wrong.
 */
export function fitsContract(value: unknown): boolean {
  const type = (value as { type?: unknown } | null)?.type
  if (typeof type !== 'string') return false
  const kind = kindOf(type)
  checks ??= compile()
  return kind !== null && checks.get(kind)!(value)
}

function compile(): ReadonlyMap<EventKind, ValidateFunction> {
  // Formats say what patterns say too.
  const ajv = new Ajv2020({ validateFormats: false })
  ajv.addSchema({ $id: 'card-events', $defs: eventSchemas() })
  return new Map(KINDS.map((kind) => [kind, ajv.compile({ $ref: `card-events#/$defs/${kind}` })]))
}
