/**
 * readers: people's own apps, and institutions' own tools: which there are, what they asked for, and reading what a person
 * chose for one of them. Owns the schema "readers". May touch vault, consent and kit.
 */
import type { Consents } from '#consent'
import type { Clock, Random, Sql } from '#kit'
import type { Vault } from '#vault'
import { createAccesses } from './accesses.ts'
import { createReading } from './reading.ts'
import { createRegistry } from './registry.ts'

export type { Access, Accesses, AccessState, Asked, Revocation } from './accesses.ts'
export type { Page, Reading } from './reading.ts'
export { FACES, type Face, type NewReader, type Reader, type Registry } from './registry.ts'

export type Readers = ReturnType<typeof createReaders>

/** `sql` is a pool of the role guichet_rooms. */
export function createReaders(needs: {
  sql: Sql
  vault: Vault
  consents: Consents
  clock: Clock
  random: Random
}) {
  const registry = createRegistry(needs)
  return { registry, accesses: createAccesses({ ...needs, registry }), ...createReading(needs) }
}
