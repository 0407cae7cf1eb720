import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { BankStore } from './store.ts'

type Row = { payload: string; expires_at: number | null }

/** Keeps what oidc-provider must remember (grants, tokens, codes, sessions, replays) in the bank's own file. */
export function createOauthAdapter(store: BankStore, now: () => number) {
  return (model: string): Adapter => {
    const read = (row: Row | undefined): AdapterPayload | undefined =>
      row && (row.expires_at === null || row.expires_at > now()) ? JSON.parse(row.payload) : undefined
    return {
      async upsert(id, payload, expiresIn) {
        store.atomically(() => {
          store.run('delete from oauth where expires_at < ?', now())
          store.run(
            'insert or replace into oauth (model, id, grant_id, uid, payload, expires_at) values (?, ?, ?, ?, ?, ?)',
            model,
            id,
            payload.grantId ?? null,
            payload.uid ?? null,
            JSON.stringify(payload),
            expiresIn ? now() + expiresIn * 1000 : null,
          )
        })
      },
      async find(id) {
        return read(store.first<Row>('select * from oauth where model = ? and id = ?', model, id))
      },
      async findByUid(uid) {
        return read(store.first<Row>('select * from oauth where model = ? and uid = ?', model, uid))
      },
      async findByUserCode() {
        // The device flow is not offered.
        return undefined
      },
      async consume(id) {
        store.run(
          `update oauth set payload = json_set(payload, '$.consumed', ?) where model = ? and id = ?`,
          Math.floor(now() / 1000),
          model,
          id,
        )
      },
      async destroy(id) {
        store.run('delete from oauth where model = ? and id = ?', model, id)
      },
      async revokeByGrantId(grantId) {
        store.run('delete from oauth where grant_id = ?', grantId)
      },
    }
  }
}
