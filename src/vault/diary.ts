import type { AccessLog, AccessRecord } from '#accesslog'
import { Fault, type Sql, unseal } from '#kit'
import type { Link, People } from '#people'
import { diaryContext } from './gate.ts'
import type { Keyring } from './keyring.ts'

const NONCE_BYTES = 32

/** One read of a person's data, as the person may see it. `linkId` and `seq` name it. */
export type DiaryEntry = {
  linkId: string
  bankId: string
  seq: number
  provable: boolean
  record: AccessRecord
}

export type Diary = ReturnType<typeof createDiary>

/** The person's own view of the log: every read of their data, and the proof of each. */
export function createDiary(needs: { sql: Sql; log: AccessLog; people: People; keyring: Keyring }) {
  const { sql, log, people, keyring } = needs

  async function openLinks(personId: string): Promise<{ links: Link[]; keys: Map<string, Buffer> }> {
    const links = (await people.links(sql, personId)).filter((link) => link.state === 'linked')
    return { links, keys: await keyring.diaryKeys(links.map((link) => link.id)) }
  }

  return {
    /** Reads of a person's data, newest first; `before` is the instant and id of the last one already shown. */
    async entries(personId: string, options: { beforeAt?: number; limit: number }): Promise<DiaryEntry[]> {
      const { links, keys } = await openLinks(personId)
      const covered = await log.provableSize()
      const all: DiaryEntry[] = []
      for (const link of links) {
        const key = keys.get(link.id)
        if (!key) continue
        for (const row of await log.recordsOf(link.id, {
          beforeAt: options.beforeAt,
          limit: options.limit,
        })) {
          const opened = unseal(key, diaryContext(link.id), row.sealed)
          all.push({
            linkId: link.id,
            bankId: link.bankId,
            seq: row.seq,
            provable: row.leafIndex < covered,
            record: JSON.parse(opened.subarray(NONCE_BYTES).toString()) as AccessRecord,
          })
        }
      }
      return all.sort((a, b) => (a.record.t < b.record.t ? 1 : -1)).slice(0, options.limit)
    },

    /** How many reads there are in all. */
    async count(personId: string): Promise<number> {
      const { links } = await openLinks(personId)
      let total = 0
      for (const link of links) total += (await log.head(link.id)).count
      return total
    },

    /** The tlog-proof of one read, under the newest checkpoint or a given one; null until one covers it. Throws `not-found` for another person's. */
    async proof(personId: string, linkId: string, seq: number, under?: string): Promise<string | null> {
      const { links, keys } = await openLinks(personId)
      const key = keys.get(linkId)
      if (!key || !links.some((link) => link.id === linkId)) throw new Fault('not-found')
      if (seq < 1 || seq > (await log.head(linkId)).count) throw new Fault('not-found')
      return await log.proofOf(linkId, seq, (sealed) => unseal(key, diaryContext(linkId), sealed), under)
    },
  }
}
