import { Private } from '#kit'
import type { Page, Readers } from '#readers'
import type { Account, Balance, Loan, Opened, Transaction } from '#vault'
import type { Caller } from './check-call.ts'
import { NotAboutAnybody, NotAllowed } from './refusals.ts'

/** What an app may be handed of an account: never the bank's own number or ids of it, which open things elsewhere. */
export type Owned = { account: Account; balance: Balance | undefined }

export type Lent = ReturnType<typeof createLent>

/** Reading for an app, as both faces do it: by the gate, under the access of the call, with what the log says of it. */
export function createLent(readers: Pick<Readers, 'read' | 'firstPage' | 'nextPage'>) {
  async function open<T>(
    { caller, attended }: { caller: Caller; attended: boolean },
    what: 'app-accounts' | 'app-balances' | 'app-payments',
    use: (loan: Loan<'own-app'>) => Promise<T>,
  ): Promise<T> {
    const { reader, access } = caller
    if (access === null || access.personId === null) throw new NotAboutAnybody('an app speaks for itself')
    const about = { ...access, personId: access.personId }
    const opened: Opened<T> = await readers.read(reader, about, attended ? what : `${what}-alone`, use)
    if (!opened.ok) throw new NotAllowed(opened.why)
    return opened.value
  }

  return {
    open,

    /** The accounts that were ticked, each with its balance where that was allowed; in the order of their ids. */
    async owned(loan: Loan<'own-app'>): Promise<Private<Owned[]>> {
      const read = await Private.together([loan.accounts(), loan.balances()])
      return read.map(([accounts, balances]) =>
        [...accounts]
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map((account) => ({ account, balance: balances.find(({ id }) => id === account.id) })),
      )
    },

    /** One page of a list of payments, the newest first: those that stand. What was let go, undone or refused was never paid. */
    async payments(
      loan: Loan<'own-app'>,
      accessId: string,
      ask: {
        accountId: string | null
        from: number | null
        to: number | null
        pageKey: string | undefined
        size: number
        where?(payment: Transaction): boolean
      },
    ): Promise<Page<Transaction>> {
      const { accountId, from, to, where = () => true } = ask
      const name = { accessId, of: `payments|${accountId ?? 'all'}` }
      if (ask.pageKey !== undefined) return await readers.nextPage(loan, name, ask.pageKey, ask.size)
      const dated = (payment: Transaction) => payment.postedAt ?? payment.at
      const list = (await loan.transactions()).map((all) =>
        all
          .filter(({ status }) => status === 'pending' || status === 'posted')
          .filter((one) => accountId === null || one.accountId === accountId)
          .filter((one) => dated(one) >= (from ?? 0) && dated(one) < (to ?? Number.MAX_SAFE_INTEGER))
          .filter(where)
          .sort((a, b) => dated(b) - dated(a) || (a.id < b.id ? -1 : 1)),
      )
      return await readers.firstPage(loan, name, list, ask.size)
    },
  }
}
