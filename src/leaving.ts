import type { Consents } from '#consent'
import type { BankDoor, Chat } from '#http'
import { type Clock, Fault, type Logger, type Private, type Sql } from '#kit'
import type { People } from '#people'
import type { Connection, Loan, Vault } from '#vault'
import { reveal } from './kit/reveal.ts'

/** What a bank answers that has ended an access already. */
const REFUSALS = new Set<string>(['bank-refused', 'bank-token-refused', 'bank-access-ended'])
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
  consents: Pick<Consents, 'of'>
  banks: BankDoor
  chat: Pick<Chat, 'forget'>
  clock: Clock
  log: Logger
}) {
  const { sql, vault, people, consents, banks, chat, clock, log } = needs

  /** Uses the one-time *walk-away* grant, to read our credentials at the bank. */
  const openToHandBack = <T>(
    personId: string,
    linkId: string,
    use: (loan: Loan<'walk-away'>) => Promise<T>,
  ) =>
    vault.open(
      { personId, purpose: 'walk-away', actor: SERVICE, what: 'hand-back-access', linkIds: [linkId] },
      use,
    )

  const readAccess = async (loan: Loan<'walk-away'>) => ({
    bankId: loan.links[0]!.bankId,
    connection: (await loan.connections()).map((all) => all[0] ?? null),
  })

  /** A bank that refuses has ended the access already: there is nothing left to hand back. */
  async function handBack(access: { bankId: string; connection: Private<Connection | null> }): Promise<void> {
    const { bankId } = access
    const connection = reveal(access.connection)
    if (!connection) return
    await banks.revoke(bankId, connection, 'withdrawn').catch((error: unknown) => {
      if (!(error instanceof Fault && REFUSALS.has(error.code))) throw error
      log.warn('a bank refused to take its access back', { bankId, error })
    })
  }

  async function isGrantedAgain(loan: Loan<'walk-away'>, personId: string, linkId: string): Promise<boolean> {
    const grants = await consents.of(loan.tx, personId)
    const now = clock.now()
    return grants.some(
      ({ linkId: of, state, oneTime, accessId, expiresAt }) =>
        of === linkId && state === 'given' && !oneTime && accessId === null && expiresAt > now,
    )
  }

  const liveLinks = async (personId: string) =>
    (await people.links(sql, personId)).filter((link) => link.state === 'linked')

  async function handBackAll(personId: string): Promise<void> {
    await Promise.all(
      (await liveLinks(personId)).map(async ({ id, bankId }) => {
        await vault.grantOnce(id, 'walk-away', { locale: 'en', via: 'privacy-centre' })
        const tell = async () => {
          const opened = await openToHandBack(personId, id, readAccess)
          if (opened.ok) await handBack(opened.value)
        }
        await within(BANK_WAIT_MS, tell()).catch((error: unknown) => {
          log.warn('a bank was not told that a person left', { bankId, error })
        })
      }),
    )
  }

  /**
   * What may be left of somebody who was erased: a bank that was linked in another tab while the erasing was under way
   * (none can be linked after it), the conversation, and the ways to come back. It can be done again at any time, so that
   * what a crash interrupted is finished when the erasing is announced. Returns what the log says of such a bank.
   */
  async function finishErasing(personId: string): Promise<Shred[]> {
    const late: Shred[] = []
    if ((await liveLinks(personId)).length > 0) {
      await handBackAll(personId)
      late.push(...(await vault.erase(personId)).filter(({ kind }) => kind === 'link'))
    }
    await chat.forget(personId)
    await sql.query(`delete from web.passkey where person_id = $1`, [personId])
    await sql.query(`delete from web.session where person_id = $1`, [personId])
    return late
  }

  return {
    /**
     * After a link's last purpose was withdrawn, hands its access back. The bank is asked within the loan: no other purpose
     * is left to wait for it, and the grant is used up only once the bank has been told. Throws while the bank is down, to
     * be tried again; when the person has linked again meanwhile, the access kept is the new one and stays.
     */
    async afterWithdrawal(personId: string, linkId: string): Promise<void> {
      if ((await vault.livePurposes(linkId, ['walk-away'])).length === 0) return
      await openToHandBack(personId, linkId, async (loan) => {
        if (!(await isGrantedAgain(loan, personId, linkId))) await handBack(await readAccess(loan))
      })
    },

    /**
     * Erases a person everywhere. The banks are asked first to end the access, for five seconds at most: a bank that is
     * down keeps a consent that nobody can use any more, since the credentials are shredded with everything else.
     * Returns what the log says of it.
     */
    async erase(personId: string): Promise<Shred[]> {
      await handBackAll(personId)
      const shreds = await vault.erase(personId)
      shreds.push(...(await finishErasing(personId)))
      return shreds
    },

    finishErasing,
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
