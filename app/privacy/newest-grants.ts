import type { GrantJson } from '../../src/http/api.ts'

/** One grant a purpose: the newest stands for those it renewed or replaced. What is on comes first, in the order it was given. */
export function newestGrants(grants: readonly GrantJson[]): GrantJson[] {
  const newest = new Map<string, GrantJson>()
  for (const grant of grants) {
    const known = newest.get(grant.purpose)
    if (!known || grant.createdAt > known.createdAt) newest.set(grant.purpose, grant)
  }
  return [...newest.values()].sort(
    (a, b) => Number(b.state === 'given') - Number(a.state === 'given') || a.createdAt - b.createdAt,
  )
}
