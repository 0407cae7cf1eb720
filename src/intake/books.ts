import type { Transaction } from '#vault'

/** Our id of a bank's transaction of an account, by the bank's ids. */
export type IdOf = (bankAccountId: string, bankTransactionId: string) => string

export type Books = ReturnType<typeof openBooks>

/** The payments that are known of a link, each found by our id and by every id that its bank has given it. */
export function openBooks(known: readonly Transaction[], idOf: IdOf) {
  const byId = new Map<string, Transaction>()
  const byBankId = new Map<string, string>()
  const changed = new Map<string, Transaction>()
  const aliasOf = (accountId: string, bankTransactionId: string) => `${accountId} ${bankTransactionId}`

  function enter(transaction: Transaction): void {
    byId.set(transaction.id, transaction)
    for (const bankTransactionId of transaction.bankTransactionIds) {
      const alias = aliasOf(transaction.accountId, bankTransactionId)
      if (!byBankId.has(alias)) byBankId.set(alias, transaction.id)
    }
  }
  for (const transaction of known) enter(transaction)

  return {
    get: (id: string): Transaction | undefined => byId.get(id),

    /** The payment that the bank means by an id of its own: the one that begins with it, or one that came to have it. */
    find(
      account: { accountId: string; bankAccountId: string },
      bankTransactionId: string,
    ): Transaction | undefined {
      const own = byId.get(idOf(account.bankAccountId, bankTransactionId))
      if (own) return own
      const id = byBankId.get(aliasOf(account.accountId, bankTransactionId))
      return id === undefined ? undefined : byId.get(id)
    },

    /** Puts a payment's new state in its place. */
    write(transaction: Transaction): void {
      enter(transaction)
      changed.set(transaction.id, transaction)
    },

    /** The newest state of each payment that was written, in the order in which they were first. */
    changed: (): Transaction[] => [...changed.values()],
  }
}

/** Whether two payments move money in different directions; nothing moves in neither. */
export const areOpposite = (one: Pick<Transaction, 'amount'>, other: Pick<Transaction, 'amount'>): boolean =>
  Math.sign(one.amount.amountMinor) * Math.sign(other.amount.amountMinor) === -1
