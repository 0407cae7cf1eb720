import { randomUUID } from 'node:crypto'
import type { BankStore } from './store.ts'

/** What a client asks a customer to agree to, by the FDX names (rich authorization request `fdx_consent`). */
export type ConsentRequest = {
  durationType: 'TIME_BOUND'
  /** Days. */
  durationPeriod: number
  /** Days, from the request. */
  lookbackPeriod: number
  resources: { resourceType: 'ACCOUNT' | 'CUSTOMER'; dataClusters: string[] }[]
  purposes: { id: string; name: string; sentence?: string }[]
}

export type Consent = {
  consentId: string
  customerId: string
  oauthGrantId: string
  status: 'ACTIVE' | 'REVOKED'
  createdAt: number
  updatedAt: number
  expiresAt: number
  accountIds: string[]
  request: ConsentRequest
  revocation: Revocation | null
}
export type Revocation = { reason: string; initiator: string }

type Row = {
  consent_id: string
  customer_id: string
  oauth_grant_id: string
  status: 'ACTIVE' | 'REVOKED'
  created_at: number
  updated_at: number
  expires_at: number
  account_ids: string
  request: string
  revocation: string | null
}

const DAY = 86_400_000

export type Consents = ReturnType<typeof createConsents>

/** The consents that customers gave at this bank's own page. */
export function createConsents(store: BankStore, now: () => number) {
  const all = (where: string, ...values: (string | number)[]) =>
    store.all<Row>(`select * from consents where ${where}`, ...values).map(read)

  return {
    give(given: { customerId: string; oauthGrantId: string; accountIds: string[]; request: ConsentRequest }) {
      const consentId = `con_${randomUUID()}`
      const at = now()
      store.run(
        `insert into consents (consent_id, customer_id, oauth_grant_id, status, created_at, updated_at, expires_at, account_ids, request)
         values (?, ?, ?, 'ACTIVE', ?, ?, ?, ?, ?)`,
        consentId,
        given.customerId,
        given.oauthGrantId,
        at,
        at,
        at + given.request.durationPeriod * DAY,
        JSON.stringify(given.accountIds),
        JSON.stringify(given.request),
      )
      return consentId
    },
    find: (consentId: string): Consent | null => all('consent_id = ?', consentId)[0] ?? null,
    /** Live at this instant; a consent is over at its very end. */
    isLive: (consent: Consent) => consent.status === 'ACTIVE' && consent.expiresAt > now(),
    live: (): Consent[] => all(`status = 'ACTIVE' and expires_at > ?`, now()),
    /** Whether somebody may be told about this account. */
    covers: (accountId: string): boolean =>
      store.first(
        `select 1 from consents, json_each(account_ids) where status = 'ACTIVE' and expires_at > ? and value = ?`,
        now(),
        accountId,
      ) !== undefined,
    /** The customers under whose live consents somebody may be told about this account. */
    holdersOf: (accountId: string): string[] =>
      store
        .all<{ customer_id: string }>(
          `select distinct customer_id from consents, json_each(account_ids)
           where status = 'ACTIVE' and expires_at > ? and value = ? order by customer_id`,
          now(),
          accountId,
        )
        .map(({ customer_id }) => customer_id),
    /** An account opened later is under the consents of this customer that are to everything they had. */
    extend(customerId: string, all: readonly string[], accountId: string): void {
      const isWhole = ({ accountIds }: Consent) => all.every((id) => accountIds.includes(id))
      for (const consent of this.live().filter((one) => one.customerId === customerId && isWhole(one)))
        store.run(
          'update consents set account_ids = ? where consent_id = ?',
          JSON.stringify([...consent.accountIds, accountId]),
          consent.consentId,
        )
    },
    /** Ends a consent and the OAuth grant that rests on it, in one commit. */
    revoke(consent: Consent, revocation: Revocation): void {
      store.atomically(() => {
        store.run(
          `update consents set status = 'REVOKED', updated_at = ?, revocation = ? where consent_id = ?`,
          now(),
          JSON.stringify(revocation),
          consent.consentId,
        )
        store.run(
          `delete from oauth where grant_id = ? or (model = 'Grant' and id = ?)`,
          consent.oauthGrantId,
          consent.oauthGrantId,
        )
      })
    },
    /** The OAuth grant was revoked by the client or by a reused refresh token: the consent ends with it. */
    revokeByOauthGrant(oauthGrantId: string): void {
      store.run(
        `update consents set status = 'REVOKED', updated_at = ?, revocation = ? where oauth_grant_id = ? and status = 'ACTIVE'`,
        now(),
        JSON.stringify({ reason: 'USER_ACTION', initiator: 'DATA_RECIPIENT' }),
        oauthGrantId,
      )
    },
  }
}

function read(row: Row): Consent {
  return {
    consentId: row.consent_id,
    customerId: row.customer_id,
    oauthGrantId: row.oauth_grant_id,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
    accountIds: JSON.parse(row.account_ids),
    request: JSON.parse(row.request),
    revocation: row.revocation === null ? null : JSON.parse(row.revocation),
  }
}
