import type { GrantJson, PrivacyJson } from '../../src/http/api.ts'

/** The grants in force at one bank, by purpose: what is on already. */
export function liveGrants(privacy: PrivacyJson | null, bankId: string): Map<string, GrantJson> {
  const grants = (privacy?.links ?? [])
    .filter((link) => link.bankId === bankId && link.status === 'linked')
    .flatMap((link) => link.grants)
  return new Map(grants.filter((grant) => grant.state === 'given').map((grant) => [grant.purpose, grant]))
}

/** A grant that ends within this is offered to be renewed. */
const RENEWABLE_MS = 30 * 86_400_000

/** Whether there is nothing to choose about a purpose, because it is on and stays on for long. */
export function staysOn(live: GrantJson | undefined, now: number): boolean {
  return live !== undefined && live.expiresAt - now > RENEWABLE_MS
}
