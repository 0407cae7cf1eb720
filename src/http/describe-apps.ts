import type { Grant } from '#consent'
import type { AppJson, GrantJson } from './api.ts'
import type { HttpNeeds } from './needs.ts'

/** What a person allowed their apps, the newest first, for the privacy centre. */
export async function describeApps(
  { personsApps, banks }: Pick<HttpNeeds, 'personsApps' | 'banks'>,
  personId: string,
  describeGrant: (grant: Grant) => GrantJson,
): Promise<AppJson[]> {
  const accesses = await personsApps.ofPerson(personId)
  const names = await personsApps.names(accesses.map(({ readerId }) => readerId))
  const bankNames = new Map(banks.list().map(({ id, name }) => [id, name]))
  return accesses.map(({ id, readerId, grants, state }) => ({
    id,
    name: names.get(readerId) ?? readerId,
    state: state === 'given' || state === 'expired' ? state : 'ended',
    since: Math.min(...grants.map(({ createdAt }) => createdAt)),
    until: Math.max(...grants.map(({ expiresAt }) => expiresAt)),
    endedAt: latest(grants.map(({ endedAt }) => endedAt)),
    banks: grants.map(({ bankId, reach }) => ({
      bank: bankNames.get(bankId) ?? bankId,
      accounts: reach?.accountIds.length ?? 0,
    })),
    clusters: [...new Set(grants.flatMap(({ reach }) => reach?.clusters ?? []))],
    grants: grants.map(describeGrant),
  }))
}

function latest(instants: (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.max(...known)
}
