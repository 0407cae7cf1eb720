import { type Clock, Fault, MINUTE, newId, type Private, type Random } from '#kit'
import type { Loan, Opened, Vault } from '#vault'
import { reveal } from '../kit/reveal.ts'
import type { Access } from './accesses.ts'
import type { Reader } from './registry.ts'

/** How long an app may take to page through a list. */
const SNAPSHOT_MS = 10 * MINUTE

/** Which list it is: a key of one opens no page of another. */
export type ListName = { accessId: string; of: string }

/** One page of a list, and the key of the next one; null at the end. */
export type Page<T> = { items: Private<T[]>; next: string | null; total: number }

export type Reading = ReturnType<typeof createReading>

/** How an app reads: by the gate like everyone, under the grants that answered its request and no others. */
export function createReading(needs: { vault: Pick<Vault, 'open'>; clock: Clock; random: Random }) {
  const { vault, clock, random } = needs

  return {
    /** Lends what the person let the app read. A refusal is in the log too, and says why. */
    async read<T>(
      reader: Reader,
      access: Access & { personId: string },
      what: string,
      use: (loan: Loan<'own-app'>) => Promise<T>,
    ): Promise<Opened<T>> {
      return await vault.open(
        {
          personId: access.personId,
          purpose: 'own-app',
          actor: { kind: 'app', id: reader.id, role: reader.name },
          what,
          linkIds: access.grants.map(({ linkId }) => linkId),
          accessId: access.id,
        },
        use,
      )
    },

    /**
     * The first page of a list. The rest is kept for ten minutes as it is now, sealed under the keys of the links it comes
     * from: what changes meanwhile is in the next list, and no row is seen twice or missed. Each further page is a read of
     * its own, and refused once the person has said no.
     */
    async firstPage<T>(
      loan: Loan<'own-app'>,
      name: ListName,
      list: Private<T[]>,
      size: number,
    ): Promise<Page<T>> {
      const total = countOf(list)
      if (total <= size) return { items: list, next: null, total }
      const id = newId('pag', random)
      const sealed = loan.seal(
        contextOf(id, name),
        list.map((all) => JSON.stringify(all)),
      )
      await loan.tx.query(`delete from readers.snapshot where expires_at <= $1`, [clock.now()])
      await loan.tx.query(
        `insert into readers.snapshot (id, access_id, person_id, sealed, expires_at) values ($1, $2, $3, $4, $5)`,
        [id, name.accessId, loan.personId, sealed, clock.now() + SNAPSHOT_MS],
      )
      return { items: list.map((all) => all.slice(0, size)), next: keyOf(id, size), total }
    },

    /** A further page. Throws `page-over` when the key is not one of this access, or too old. */
    async nextPage<T>(loan: Loan<'own-app'>, name: ListName, key: string, size: number): Promise<Page<T>> {
      const [id, from] = placeOf(key)
      const [row] = await loan.tx.query<{ sealed: Buffer }>(
        `select sealed from readers.snapshot where id = $1 and access_id = $2 and expires_at > $3`,
        [id, name.accessId, clock.now()],
      )
      if (!row) throw new Fault('page-over')
      const list = unseal<T>(loan, contextOf(id, name), row.sealed)
      const total = countOf(list)
      if (from >= total) throw new Fault('page-over')
      const to = Math.min(from + size, total)
      return {
        items: list.map((all) => all.slice(from, to)),
        next: to < total ? keyOf(id, to) : null,
        total,
      }
    },
  }
}

/** Another list's key opens nothing; nor does one of a list that drew on a bank which is no longer open. */
function unseal<T>(loan: Loan<'own-app'>, context: string, sealed: Buffer): Private<T[]> {
  try {
    return loan.unseal(context, sealed).map((text) => JSON.parse(text) as T[])
  } catch (error) {
    if (error instanceof Fault && error.code === 'seal-broken') throw new Fault('page-over', { cause: error })
    throw error
  }
}

const contextOf = (id: string, { accessId, of }: ListName) => `readers/snapshot/1|${id}|${accessId}|${of}`

const keyOf = (id: string, from: number) => `${id}.${from}`

function placeOf(key: string): [string, number] {
  const match = /^(pag_[\w-]{22})\.(\d{1,9})$/.exec(key)
  if (!match) throw new Fault('page-over')
  return [match[1]!, Number(match[2])]
}

/** How long a list is: said to its reader in any case. */
function countOf(list: Private<unknown[]>): number {
  return reveal(list).length
}
