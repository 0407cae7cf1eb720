import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type EventKind, kindOf } from './contract.ts'
import { eventSchemas } from './publish.ts'

let ajv: Ajv2020 | undefined
/** Made when the first event of the kind comes. */
const checks = new Map<EventKind, ValidateFunction>()

/**
 * Whether a value is an event as the published schema has it. The schema is compiled to code that reads the value where it
 * lies: a flood of events costs a fraction of what reading each into a copy does. It does not say what is wrong.
 */
export function fitsContract(value: unknown): boolean {
  const type = (value as { type?: unknown } | null)?.type
  if (typeof type !== 'string') return false
  const kind = kindOf(type)
  return kind !== null && checkOf(kind)(value)
}

function checkOf(kind: EventKind): ValidateFunction {
  const known = checks.get(kind)
  if (known) return known
  ajv ??= withSchemas()
  const check = ajv.compile({ $ref: `card-events#/$defs/${kind}` })
  checks.set(kind, check)
  return check
}

function withSchemas(): Ajv2020 {
  // Formats say what patterns say too; and that these are schemas is for a test to find out, not for the first event.
  const made = new Ajv2020({ validateFormats: false, meta: false, validateSchema: false })
  return made.addSchema({ $id: 'card-events', $defs: eventSchemas() }) as Ajv2020
}
