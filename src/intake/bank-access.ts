import { Fault } from '#kit'
import type { Connection } from '#vault'
import type { BankReader } from './bank-reader.ts'

/** The person no longer allows what was under way: it ends here, and is nobody's fault. */
export class NoLongerAllowed extends Error {
  readonly why: string

  constructor(why: string) {
    super(why)
    this.name = 'NoLongerAllowed'
    this.why = why
  }
}

/** Asks the bank something with the link's connection as it is now. */
export type AskBank = <T>(question: (connection: Omit<Connection, 'id'>) => Promise<T>) => Promise<T>

/**
 * The way into a bank for one pull. A token that the bank finds not good is renewed and the question asked once more, however
 * often that happens: a long pull may outlive several. Any other refusal says nothing of the access, and leaves it alone.
 */
export async function openAccess(needs: {
  bankId: string
  reader: Pick<BankReader, 'refresh'>
  /** The connection as it was kept when the pull began. */
  first: Connection
  /** The connection as it is kept now. Throws `NoLongerAllowed`. */
  borrow(): Promise<Connection>
  /** Keeps a renewed one. Throws `NoLongerAllowed`. */
  keep(connection: Omit<Connection, 'id'>): Promise<void>
}): Promise<AskBank> {
  const { bankId, reader, borrow, keep } = needs

  async function renewed(kept: Connection, refusedToken: string | null): Promise<Omit<Connection, 'id'>> {
    const isRefused = kept.accessToken === refusedToken
    try {
      const fresh = await reader.refresh(bankId, isRefused ? { ...kept, accessTokenExpiresAt: 0 } : kept)
      // The bank has forgotten the old refresh token: the new one is kept before anything else is asked.
      if (fresh.renewed) await keep(fresh.connection)
      return fresh.connection
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'bank-access-ended')) throw error
      // A refresh token is good for once, and an order about a card may have used it meanwhile.
      const now = await borrow()
      if (now.refreshToken === kept.refreshToken && now.accessToken === kept.accessToken) throw error
      return await renewed(now, refusedToken)
    }
  }

  let connection = await renewed(needs.first, null)
  return async (question) => {
    const used = connection
    try {
      return await question(used)
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'bank-token-refused')) throw error
      connection = await renewed(await borrow(), used.accessToken)
      return await question(connection)
    }
  }
}
