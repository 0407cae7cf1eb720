import { Fault } from '#kit'
import type { HttpNeeds } from './needs.ts'

/**
 * Somebody who only ever wrote, without a bank or a passkey, is known by their browser's session alone. Once it is over
 * they can neither read what they wrote nor have it erased: so it is erased, rather than kept for nobody.
 */
export function createLeftBehind(needs: Pick<HttpNeeds, 'sql' | 'people' | 'walkAway' | 'onFault'>) {
  const { sql, people, walkAway, onFault } = needs

  async function canComeBack(personId: string): Promise<boolean> {
    const ways = await sql.query(
      `select 1 from web.session where person_id = $1 union all select 1 from web.passkey where person_id = $1`,
      [personId],
    )
    return ways.length > 0 || (await people.links(sql, personId)).length > 0
  }

  return async function eraseLeftBehind(personIds: readonly string[]): Promise<void> {
    for (const personId of personIds) {
      try {
        const person = await people.find(sql, personId)
        if (!person || person.erasedAt !== null || (await canComeBack(personId))) continue
        await walkAway(personId)
      } catch (error) {
        // Whoever signs out has signed out, whatever becomes of this.
        const code = error instanceof Fault ? error.code : 'internal'
        onFault({ code, route: 'sessions', status: 500, error })
      }
    }
  }
}
