import type { BrokenConnection, Chat } from '#channels'
import { type Consents, OFFERED_PURPOSES, type Purpose } from '#consent'
import { type Clock, DAY, type Sql } from '#kit'

/** People are told so many days before what they allowed at a bank ends, and once more on the last day. */
const WARNINGS_DAYS = [1, 7] as const
/** A bank that has not let itself be read for so long has its people told. */
const BROKEN_AFTER_MS = DAY

type Ending = { personId: string; linkId: string; bankId: string; purpose: Purpose; expiresAt: number }

/**
 * Has people told before a connection dies, and when one has. What was told is not told again however often this looks: each
 * message has a name made from what it is about.
 */
export function createConnectionWatch(needs: {
  sql: Sql
  consents: Pick<Consents, 'ending'>
  pulls: { broken(since: number): Promise<BrokenConnection[]> }
  chat: Pick<Chat, 'tellConsentsEnding' | 'tellConnectionBroken'>
  clock: Clock
}) {
  const { sql, consents, pulls, chat, clock } = needs

  /** Consents of a link that end on one day are one warning. */
  async function warn(now: number): Promise<void> {
    const ending: Ending[] = await consents.ending(sql, now + Math.max(...WARNINGS_DAYS) * DAY)
    const together = Map.groupBy(
      ending,
      ({ linkId, expiresAt }) => `${linkId} ${Math.floor(expiresAt / DAY)}`,
    )
    for (const grants of together.values()) {
      const { personId, linkId, bankId } = grants[0]!
      const at = Math.min(...grants.map(({ expiresAt }) => expiresAt))
      const days = WARNINGS_DAYS.find((most) => at - now <= most * DAY)!
      const purposes = OFFERED_PURPOSES.filter((one) => grants.some(({ purpose }) => purpose === one))
      await chat.tellConsentsEnding({ personId, linkId, bankId, purposes, at, days })
    }
  }

  /** One round, for `startRounds`. */
  return async function look(): Promise<boolean> {
    const now = clock.now()
    await warn(now)
    for (const broken of await pulls.broken(now - BROKEN_AFTER_MS)) await chat.tellConnectionBroken(broken)
    return false
  }
}
