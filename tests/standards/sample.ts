import type { z } from 'zod'

type Json = Record<string, unknown>
type Schema = {
  $ref?: string
  type?: string
  enum?: unknown[]
  example?: unknown
  format?: string
  properties?: Record<string, Schema>
  items?: Schema
}

/** A value that a specification's schema describes, with every field it has; `said` is what fields of a name hold. */
export function sampleOf(
  schemas: Record<string, unknown>,
  schema: Schema,
  said: Json,
  seen: readonly string[] = [],
): unknown {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!
    return seen.includes(name) ? {} : sampleOf(schemas, schemas[name] as Schema, said, [...seen, name])
  }
  if (schema.properties) {
    const entries = Object.entries(schema.properties).map(([name, property]) => [
      name,
      name in said ? said[name] : sampleOf(schemas, property, said, seen),
    ])
    return Object.fromEntries(entries) as Json
  }
  if (schema.type === 'array') return [sampleOf(schemas, schema.items ?? {}, said, seen)]
  if (schema.enum) return schema.enum[0]
  if (schema.example !== undefined) return schema.example
  if (schema.type === 'boolean') return false
  if (schema.type === 'number' || schema.type === 'integer') return 1
  if (schema.type === 'object') return {}
  if (schema.format === 'date') return '2026-11-20'
  if (schema.format === 'date-time') return '2026-11-20T10:00:00Z'
  return 'words'
}

/** Where a value has fields, at any depth: a path each, such as `['Amount', 'Currency']`. */
export function pathsIn(value: unknown, under: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, child]) => {
    const path = [...under, name]
    return [path, ...pathsIn(child, path)]
  })
}

/** Where a reader's shape has fields, by the same paths; of what may be of several shapes, only that it is there. */
export function pathsRead(shape: z.core.$ZodType, under: readonly string[] = []): string[][] {
  const { def } = (shape as z.core.$ZodTypes)._zod
  if (def.type === 'optional' || def.type === 'nullable') return pathsRead(def.innerType, under)
  if (def.type === 'array') return pathsRead(def.element, [...under, '0'])
  if (def.type !== 'object') return under.at(-1) === '0' ? [] : [[...under]]
  return Object.entries(def.shape).flatMap(([name, field]) => pathsRead(field, [...under, name]))
}

export const MISSING = Symbol('missing')

/** The value with one field changed, or left out. */
export function changed<T>(value: T, path: readonly string[], by: unknown): T {
  // By way of JSON, so that no two fields share what they hold.
  const copy = JSON.parse(JSON.stringify(value)) as T
  let at = copy as Record<string, unknown>
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>
  const last = path.at(-1)!
  if (by === MISSING) delete at[last]
  else Object.defineProperty(at, last, { value: by, enumerable: true, configurable: true, writable: true })
  return copy
}
