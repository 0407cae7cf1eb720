import type { Adapter, AdapterPayload } from 'oidc-provider'
import { type Clock, keyedHash, type Random, SECOND, type Sql, seal, unseal } from '#kit'
import type { Reader, Registry } from '#readers'

type Row = { sealed: Buffer; consumedAt: number | null; expiresAt: number | null }

/**
 * What the authorization server remembers between calls. The tables alone give away no token: ids are kept as keyed hashes
 * and contents are sealed, both under a key of the server's own. Clients are the apps of the registry.
 */
export function createKeep(needs: {
  sql: Sql
  registry: Registry
  key: Buffer
  clock: Clock
  random: Random
}) {
  const { sql, registry, key, clock, random } = needs
  const hash = keyedHash(key)

  return (model: string): Adapter => {
    const hashOf = (kind: string, id: string) => hash(JSON.stringify([model, kind, id]))
    // A grant's tokens are of several models, and end together.
    const grantHash = (id: string) => hash(JSON.stringify(['grant', id]))
    const contextOf = (idHash: Buffer) => `faces/oauth/1|${model}|${idHash.toString('hex')}`

    async function read(column: 'id_hash' | 'uid_hash', wanted: Buffer): Promise<AdapterPayload | undefined> {
      const [row] = await sql.query<Row & { idHash: Buffer }>(
        `select id_hash as "idHash", sealed, consumed_at as "consumedAt", expires_at as "expiresAt" from readers.oauth
         where model = $1 and ${column} = $2 and (expires_at is null or expires_at > $3)`,
        [model, wanted, clock.now()],
      )
      if (!row) return undefined
      const payload = JSON.parse(unseal(key, contextOf(row.idHash), row.sealed).toString()) as AdapterPayload
      return row.consumedAt === null ? payload : { ...payload, consumed: Math.floor(row.consumedAt / SECOND) }
    }

    return {
      async upsert(id, payload, expiresIn) {
        const idHash = hashOf('id', id)
        const now = clock.now()
        await sql.query(`delete from readers.oauth where expires_at <= $1`, [now])
        await sql.query(
          `insert into readers.oauth (model, id_hash, grant_hash, uid_hash, sealed, expires_at)
           values ($1, $2, $3, $4, $5, $6) on conflict (model, id_hash)
           do update set grant_hash = $3, uid_hash = $4, sealed = $5, expires_at = $6`,
          [
            model,
            idHash,
            payload.grantId === undefined ? null : grantHash(payload.grantId),
            payload.uid === undefined ? null : hashOf('uid', payload.uid),
            seal(key, contextOf(idHash), Buffer.from(JSON.stringify(payload)), random),
            expiresIn ? now + expiresIn * SECOND : null,
          ],
        )
      },
      async find(id) {
        if (model === 'Client') {
          const reader = await registry.find(id)
          return reader ? clientOf(reader) : undefined
        }
        return await read('id_hash', hashOf('id', id))
      },
      async findByUid(uid) {
        return await read('uid_hash', hashOf('uid', uid))
      },
      async findByUserCode() {
        // The device flow is not offered.
        return undefined
      },
      async consume(id) {
        await sql.query(
          `update readers.oauth set consumed_at = $3 where model = $1 and id_hash = $2 and consumed_at is null`,
          [model, hashOf('id', id), clock.now()],
        )
      },
      async destroy(id) {
        await sql.query(`delete from readers.oauth where model = $1 and id_hash = $2`, [
          model,
          hashOf('id', id),
        ])
      },
      async revokeByGrantId(grantId) {
        await sql.query(`delete from readers.oauth where grant_hash = $1`, [grantHash(grantId)])
      },
    }
  }
}

/** An app as the authorization server knows it: it signs with keys of its own, and its tokens are bound to one of them. */
function clientOf({ id, name, redirectUris, jwks, jwksUri }: Reader): AdapterPayload {
  return {
    client_id: id,
    client_name: name,
    redirect_uris: redirectUris,
    ...(jwks === null ? { jwks_uri: jwksUri! } : { jwks: jwks as AdapterPayload['jwks'] }),
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
    authorization_details_types: ['fdx_consent'],
  }
}
