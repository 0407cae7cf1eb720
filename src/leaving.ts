import type { BankDoor, Chat } from '#http'
import { Fault, type Logger, type Sql } from '#kit'
import type { People } from '#people'
import type { Vault } from '#vault'
import { reveal } from './kit/reveal.ts'

const SERVICE = { kind: 'service', id: 'bank-link', role: 'bank-link' } as const

/** Waiting on a bank that does not answer must not keep a person from leaving. */
const BANK_WAIT_MS = 5_000

/** What the log says of a departure. */
type Shred = Awaited<ReturnType<Vault['erase']>>[number]

export type Leaving = ReturnType<typeof createLeaving>

/** What happens around a departure: the bank gets its access back, the chat forgets, the sessions end. */
export function createLeaving(needs: {
  sql: Sql
  vault: Vault
  people: People
  banks: BankDoor
  chat: Pick<Chat, 'forget'>
  log: Logger
}) {
  const { sql, vault, people, banks, chat, log } = needs

  /** Uses the one-time *walk-away* grant: reads our credentials at the bank, and hands them back. */
  async function handBack(personId: string, linkId: string): Promise<void> {
    const opened = await vault.open(
      { personId, purpose: 'walk-away', actor: SERVICE, what: 'hand-back-access', linkIds: [linkId] },
      async (loan) => ({
        bankId: loan.links[0]!.bankId,
        connection: (await loan.connections()).map((all) => all[0] ?? null),
      }),
    )
    if (!opened.ok) return
    const connection = reveal(opened.value.connection)
    if (connection) await banks.revoke(opened.value.bankId, connection, 'withdrawn')
  }

  return {
    /** After a link's last purpose was withdrawn. Throws while the bank is down, to be tried again. */
    async afterWithdrawal(personId: string, linkId: string): Promise<void> {
      const live = await vault.livePurposes(linkId, ['walk-away'])
      if (live.length > 0) await handBack(personId, linkId)
    },

    /**
     * Erases a person everywhere. The banks are asked first to end the access, for five seconds at most: a bank that is
     * down keeps a consent that nobody can use any more, since the credentials are shredded with everything else.
     * Returns what the log says of it.
     */
    async erase(personId: string): Promise<Shred[]> {
      const links = (await people.links(sql, personId)).filter((link) => link.state === 'linked')
      await Promise.all(
        links.map(async ({ id, bankId }) => {
          await vault.grantOnce(id, 'walk-away', { locale: 'en', via: 'privacy-centre' })
          await within(BANK_WAIT_MS, handBack(personId, id)).catch((error: unknown) => {
            log.warn('a bank was not told that a person left', { bankId, error })
          })
        }),
      )
      const shreds = await vault.erase(personId)
      await chat.forget(personId)
      await sql.query(`delete from web.passkey where person_id = $1`, [personId])
      await sql.query(`delete from web.session where person_id = $1`, [personId])
      return shreds
    },
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault('bank-unreachable', { detail: 'no answer in time' })), ms)
  })
  try {
    return await Promise.race([work, tooLong])
  } finally {
    clearTimeout(timer)
  }
}
