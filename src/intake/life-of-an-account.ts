import type { Account } from '#vault'
import type { BankEvent } from './bank-event.ts'

/** What its holder is told became of an account. A new name is theirs: nobody is told what they did. */
export type AccountChange = 'opened' | 'closed' | 'renumbered'

/** An account as its bank now describes it, and what is news about it. */
export type ToldAccount = { account: Account; change: AccountChange | null }

export type AccountEvent = Extract<BankEvent, { type: 'account' }>

/**
 * Applies what a bank says of an account to what was known of it; null when something later is known already. It stays the
 * account it was whatever number the bank gives it. `hasOthers`: accounts of this link are known, so that one which is not
 * has just been opened, and is not merely told before the first pull.
 */
export function applyToAccount(
  before: Account | undefined,
  event: AccountEvent,
  accountId: string,
  hasOthers: boolean,
): ToldAccount | null {
  if (before?.asOf !== undefined && before.asOf > event.at) return null
  const { bankId, bankAccountId, at } = event
  const former = formerNumbers(before, event)
  const account: Account = {
    id: accountId,
    bankId,
    bankAccountId,
    ...event.account,
    ...(former.length > 0 && { formerBankAccountIds: former }),
    asOf: at,
  }
  return { account, change: changeOf(before, account, hasOthers) }
}

/** The number by which an account's payments are known, whatever number it has now. */
export const firstNumberOf = (account: Account): string =>
  account.formerBankAccountIds?.[0] ?? account.bankAccountId

function formerNumbers(before: Account | undefined, event: AccountEvent): string[] {
  const { bankAccountId, formerBankAccountId } = event
  const had = before ? [...(before.formerBankAccountIds ?? []), before.bankAccountId] : []
  if (had.length === 0 && formerBankAccountId !== null) had.push(formerBankAccountId)
  const numbers = [...new Set(had)]
  // The first stays the first, by which its payments are known, though the bank comes back to it.
  return numbers.filter((number, place) => number !== bankAccountId || (place === 0 && numbers.length > 1))
}

function changeOf(before: Account | undefined, account: Account, hasOthers: boolean): AccountChange | null {
  if (!before) return hasOthers && account.status === 'open' ? 'opened' : null
  if (before.status !== account.status) return account.status === 'closed' ? 'closed' : 'opened'
  return before.bankAccountId === account.bankAccountId ? null : 'renumbered'
}
