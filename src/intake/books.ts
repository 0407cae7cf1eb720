import type { Transaction } from '#vault'

/** Our id of a bank's transaction of an account, by the bank's ids. */
export type IdOf = (bankAccountId: string, bankTransactionId: string) => string

/** An account: our id of it, and the bank's number that its payments are known by. */
export type BookedAccount = { accountId: string; bankAccountId: string }

export type Books = ReturnType<typeof openBooks>

/**
 * The payments that are known of a link, each found by our id and by every id that its bank has given it. What a payment merely
 * refers to, as a refund to its purchase, is not found by that.
 */
export function openBooks(known: readonly Transaction[], idOf: IdOf) {
  const byId = new Map<string, Transaction>()
  /** Our ids by the bank's, account by account: those that payments began with, and those that they came to have. */
  const byAccount = new Map<string, { first: Map<string, string>; later: Map<string, string> }>()
  const changed = new Map<string, Transaction>()

  function idsOf(accountId: string): { first: Map<string, string>; later: Map<string, string> } {
    let ids = byAccount.get(accountId)
    if (!ids) {
      ids = { first: new Map(), later: new Map() }
      byAccount.set(accountId, ids)
    }
    return ids
  }

  function enter(transaction: Transaction): void {
    const { id, accountId, bankTransactionIds } = transaction
    byId.set(id, transaction)
    const { first, later } = idsOf(accountId)
    let ids = first
    for (const bankTransactionId of bankTransactionIds) {
      if (!ids.has(bankTransactionId)) ids.set(bankTransactionId, id)
      ids = later
    }
  }
  for (const transaction of known) enter(transaction)

  return {
    get: (id: string): Transaction | undefined => byId.get(id),

    /** The payment that the bank means by an id of its own: the one that begins with it, or one that came to have it. */
    find(account: BookedAccount, bankTransactionId: string): Transaction | undefined {
      const own = byId.get(idOf(account.bankAccountId, bankTransactionId))
      return own ?? byId.get(idsOf(account.accountId).later.get(bankTransactionId) ?? '')
    },

    /** Of a hold that the bank tells of: the payment it became, when that was told first and has an id of its own. */
    findPosting(
      account: BookedAccount,
      hold: { id: string; amount: Transaction['amount'] },
    ): Transaction | undefined {
      const posting = byId.get(idsOf(account.accountId).first.get(hold.id) ?? '')
      return posting && !areOpposite(posting, hold) ? posting : undefined
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

/**
 * The ids that a payment came to have. Its first is none of them: that is what our own id was made from, or another payment which
 * this one refers to and is not.
 */
export const laterIdsOf = ({ bankTransactionIds }: Pick<Transaction, 'bankTransactionIds'>): string[] =>
  bankTransactionIds.slice(1)

/** Whether two payments move money in different directions; nothing moves in neither. */
export const areOpposite = (one: Pick<Transaction, 'amount'>, other: Pick<Transaction, 'amount'>): boolean =>
  Math.sign(one.amount.amountMinor) * Math.sign(other.amount.amountMinor) === -1
