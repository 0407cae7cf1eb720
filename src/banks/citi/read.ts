import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { BankAccounts, BankPage } from '#intake'
import { Fault } from '#kit'
import type { AccountReader, Credentials, ReaderNeeds } from '../account-reader.ts'
import { createBankDays } from '../bank-days.ts'
import { followPages, readJson, readRows } from '../read-json.ts'
import { normaliseAccount, normaliseTransaction } from './normalise.ts'
import { CitiAccount, CitiAccounts, CitiTransaction, CitiTransactions } from './shapes.ts'

/**
 * Reads Citi's own Accounts API, as far as it is publicly documented (docs/standards.md says what is not). The API names
 * nobody and keeps no record of a consent that can be read: that an answer is about the person who linked rests on their token.
 */
export function createCitiReader(needs: ReaderNeeds): AccountReader {
  const { baseUrl, request, clientId, amounts, pageSize, timeZone, clock } = needs
  if (!amounts) throw new Fault('setting-wrong', { detail: 'api.amounts is missing' })
  const days = createBankDays(timeZone)
  /** What a connection's accounts are: a card's amounts have a sign of their own. */
  const cards = new WeakMap<Credentials, Set<string>>()

  const pages = <T extends { nextStartIndex?: string | null | undefined }>(
    connection: Credentials,
    url: URL,
    shape: z.ZodType<T>,
  ) =>
    followPages(
      '',
      async (place) => {
        const here = new URL(url)
        if (place !== '') here.searchParams.set('nextStartIndex', place)
        const headers = { uuid: randomUUID(), client_id: clientId }
        return await readJson(await request(connection, here, 'GET', { headers }), shape)
      },
      ({ nextStartIndex }) => nextStartIndex || undefined,
    )

  async function readAccounts(connection: Credentials): Promise<BankAccounts> {
    const found: BankAccounts = { accounts: [], balances: [], refused: [] }
    for await (const answer of pages(connection, new URL('v1/accounts', baseUrl), CitiAccounts)) {
      const { rows, refused } = readRows(
        (answer.accountGroupSummary ?? []).flatMap(({ accounts }) => accounts ?? []),
        { bankAccountId: null, list: 'accounts', amountField: 'currentBalance' },
        CitiAccount,
        (row) => normaliseAccount(row, clock.now()),
      )
      found.refused.push(...refused)
      for (const { account, balance } of rows) {
        if (found.accounts.some(({ bankAccountId }) => bankAccountId === account.bankAccountId)) continue
        found.accounts.push(account)
        found.balances.push(balance)
      }
    }
    cards.set(
      connection,
      new Set(found.accounts.filter(({ kind }) => kind === 'card').map(({ bankAccountId }) => bankAccountId)),
    )
    return found
  }

  return {
    readAccounts,

    async *readTransactions(connection, { bankAccountId, currency }, span): AsyncGenerator<BankPage> {
      if (!cards.has(connection)) await readAccounts(connection)
      const spent = amounts[cards.get(connection)!.has(bankAccountId) ? 'card' : 'account']
      const now = clock.now()
      const url = new URL(`v1/accounts/${encodeURIComponent(bankAccountId)}/transactions`, baseUrl)
      url.searchParams.set('transactionFromDate', days.dayOf(span.from))
      url.searchParams.set('transactionToDate', days.dayOf(span.to))
      if (pageSize !== undefined) url.searchParams.set('requestSize', String(pageSize))
      for await (const answer of pages(connection, url, CitiTransactions))
        yield readRows(
          answer.transactions ?? [],
          { bankAccountId, list: 'transactions', amountField: 'transactionAmount' },
          CitiTransaction,
          (row) => normaliseTransaction(row, { currency, spent, days, now }),
        )
    },

    /** The API ends an access by ending its tokens. */
    async endConsent() {},
  }
}
