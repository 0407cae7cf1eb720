import type { z } from 'zod'
import type { BankAccount, BankAccounts } from '#intake'
import { Fault, type Money } from '#kit'
import type { Credentials, Presence } from '../account-reader.ts'
import { readRows } from '../read-json.ts'
import type { BerlinCalls } from './calls.ts'
import { amountOf, normaliseAccount, normaliseCardAccount } from './normalise.ts'
import { BerlinAccount, BerlinAccounts, BerlinCardAccount, BerlinCardAccounts } from './shapes.ts'

/** An account of a connection, and what the bank lets us ask of it. */
export type Holding = {
  account: BankAccount
  isCardAccount: boolean
  /** Under which its balances and transactions are asked for. */
  path: 'accounts' | 'card-accounts'
  iban: string | null
  creditLine: Money | null
  debitAccounting: boolean
  /** As they came with the list; null when they did not. */
  balances: unknown[] | null
  offers: { balances: boolean; transactions: boolean }
}
type Listed = { holdings: Holding[]; refused: BankAccounts['refused'] }

/**
 * The payment accounts and the card accounts. Many banks serve only the first, and a consent may cover only one of the two:
 * a list that is refused is left out as long as the other is given.
 */
export async function listHoldings(
  calls: BerlinCalls,
  connection: Credentials,
  present?: Presence,
): Promise<Listed> {
  const accounts = calls.at('accounts')
  accounts.searchParams.set('withBalance', 'true')
  const lists = [
    await tryList('accounts', async () =>
      readPaymentAccounts(await calls.get(connection, accounts, BerlinAccounts, present)),
    ),
    await tryList('cardAccounts', async () =>
      readCardAccounts(await calls.get(connection, calls.at('card-accounts'), BerlinCardAccounts, present)),
    ),
  ]
  if (lists.every(({ fault }) => fault)) throw lists[0]!.fault!
  return {
    holdings: lists.flatMap(({ holdings }) => holdings),
    refused: lists.flatMap(({ refused }) => refused),
  }
}

/** The consent was found valid just before: a refusal is about this list, not about the person's access. */
async function tryList(list: string, read: () => Promise<Listed>): Promise<Listed & { fault: Fault | null }> {
  try {
    return { ...(await read()), fault: null }
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code !== 'bank-refused') throw fault
    const isExpected = NOT_COVERED.test(fault.detail ?? '')
    const noted = { bankAccountId: null, place: list, field: list, why: 'missing' } as const
    return { holdings: [], refused: isExpected ? [] : [noted], fault }
  }
}

/** What a bank says of a list that it does not serve, or that a valid consent does not cover. */
const NOT_COVERED = /^status (404|405|501)\b|CONSENT_INVALID|SERVICE_INVALID|SERVICE_BLOCKED/

function readPaymentAccounts(answer: z.infer<typeof BerlinAccounts>): Listed {
  const { rows: holdings, refused } = readRows(
    answer.accounts,
    { bankAccountId: null, list: 'accounts', amountField: 'currency' },
    BerlinAccount,
    (row): Holding => ({
      ...common(row),
      account: normaliseAccount(row),
      isCardAccount: false,
      path: 'accounts',
      iban: row.iban ?? null,
      creditLine: null,
      debitAccounting: false,
    }),
  )
  return { holdings, refused }
}

function readCardAccounts(answer: z.infer<typeof BerlinCardAccounts>): Listed {
  const { rows: holdings, refused } = readRows(
    answer.cardAccounts,
    { bankAccountId: null, list: 'cardAccounts', amountField: 'creditLimit' },
    BerlinCardAccount,
    (row): Holding => ({
      ...common(row),
      account: normaliseCardAccount(row),
      isCardAccount: true,
      path: 'card-accounts',
      iban: null,
      creditLine: row.creditLimit ? amountOf(row.creditLimit, 'creditLimit') : null,
      debitAccounting: row.debitAccounting ?? false,
    }),
  )
  return { holdings, refused }
}

/** Where a bank links to anything, what it does not link to was not consented to. */
function common({ balances, _links: links }: Pick<BerlinAccount, 'balances' | '_links'>) {
  const offers = (name: string) => !links || links[name] !== undefined
  return {
    balances: balances && balances.length > 0 ? balances : null,
    offers: { balances: offers('balances'), transactions: offers('transactions') },
  }
}
