import { hkdfSync } from 'node:crypto'

/** The run-time roles, by what they serve. None is a superuser or owns what it reads (graphile_worker apart). */
export const ROLES = {
  vault: 'guichet_vault',
  rooms: 'guichet_rooms',
  log: 'guichet_log',
  keys: 'guichet_keys',
  jobs: 'guichet_jobs',
} as const

export type RoleName = keyof typeof ROLES

/** A login address for each run-time role; `keys` leads to the database of wrapped keys, the others to the main one. */
export type DatabaseUrls = Record<RoleName, string>

/** The role's password, derived from the secret file: nothing else needs to be kept or handed around. */
export function rolePassword(secret: string, role: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', `guichet/database/${role}`, 24)).toString('base64url')
}

/** The same database at the same server, as another role. */
export function roleUrl(ownerUrl: string, secret: string, role: string): string {
  const url = new URL(ownerUrl)
  url.username = role
  url.password = rolePassword(secret, role)
  return url.href
}

/** Where wrapped keys are kept when no other place is named: `<name>_keys` on the same server. */
export function keysDatabaseUrl(ownerUrl: string): string {
  const url = new URL(ownerUrl)
  url.pathname = `${url.pathname}_keys`
  return url.href
}

/** The role addresses that belong to an owner's address. */
export function roleUrls(
  ownerUrl: string,
  secret: string,
  keysUrl = keysDatabaseUrl(ownerUrl),
): DatabaseUrls {
  return {
    vault: roleUrl(ownerUrl, secret, ROLES.vault),
    rooms: roleUrl(ownerUrl, secret, ROLES.rooms),
    log: roleUrl(ownerUrl, secret, ROLES.log),
    keys: roleUrl(keysUrl, secret, ROLES.keys),
    jobs: roleUrl(ownerUrl, secret, ROLES.jobs),
  }
}
