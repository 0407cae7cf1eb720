import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { BankAccounts, BankPage } from '#intake'
import type { AccountReader, Credentials, Presence, ReaderNeeds } from '../account-reader.ts'
import { createBankDays } from '../bank-days.ts'
import { followLink, followPages, readJson, readRows } from '../read-json.ts'
import { chooseBalance, normaliseAccount, normaliseTransaction, readBalance } from './normalise.ts'
import {
  StetAccount,
  StetAccounts,
  StetBalance,
  StetBalances,
  type StetLinks,
  StetTransaction,
  StetTransactions,
} from './shapes.ts'

/**
 * Reads a bank's STET PSD2 API, version 1.4 (docs/standards.md). The standard names the person but gives them no id, and has
 * no record of their consent: that an answer is about the person who linked rests on their token.
 */
export function createStetReader(needs: ReaderNeeds & { newRequestId?: () => string }): AccountReader {
  const { baseUrl, request, clock, timeZone, newRequestId = randomUUID } = needs
  const days = createBankDays(timeZone)

  const at = (...path: string[]) => new URL(path.map(encodeURIComponent).join('/'), baseUrl)
  const get = (connection: Credentials, url: URL, present?: Presence) =>
    request(connection, url, 'GET', {
      headers: {
        accept: 'application/hal+json, application/json',
        'x-request-id': newRequestId(),
        // The standard takes the person for present when their address is told, and counts the others.
        ...(present ? { 'psu-ip-address': present.ipAddress } : {}),
        ...(present?.userAgent ? { 'psu-user-agent': present.userAgent } : {}),
      },
    })

  /** A list by its HAL links. A bank that has nothing to list answers without content. */
  async function* pages<T extends { _links?: StetLinks }>(
    connection: Credentials,
    first: URL,
    shape: z.ZodType<T>,
    present?: Presence,
  ): AsyncGenerator<T> {
    const answers = followPages(
      first.href,
      async (place) => {
        const response = await get(connection, new URL(place), present)
        return response.status === 204 ? null : await readJson(response, shape)
      },
      (page) => (page?._links?.next ? followLink(page._links.next.href, first).href : undefined),
    )
    for await (const answer of answers) if (answer !== null) yield answer
  }

  async function balancesOf(
    connection: Credentials,
    row: StetAccount,
    account: BankAccounts['accounts'][number],
    present?: Presence,
  ): Promise<Pick<BankAccounts, 'balances' | 'refused'>> {
    const { bankAccountId } = account
    const given = [...(row.balances ?? [])]
    if (given.length === 0) {
      const url = at('accounts', bankAccountId, 'balances')
      for await (const answer of pages(connection, url, StetBalances, present)) given.push(...answer.balances)
    }
    const { rows, refused } = readRows(
      given,
      { bankAccountId, list: 'balances', amountField: 'balanceAmount' },
      StetBalance,
      (balance) => readBalance(balance, { currency: account.currency, days, now: clock.now() }),
    )
    const balance = chooseBalance(rows, account)
    if (balance) return { balances: [balance], refused }
    const missing = { bankAccountId, place: 'balances', field: 'balances', why: 'missing' } as const
    return { balances: [], refused: [...refused, missing] }
  }

  return {
    async readAccounts(connection, present): Promise<BankAccounts> {
      const found: BankAccounts = { accounts: [], balances: [], refused: [] }
      const listed: [StetAccount, BankAccounts['accounts'][number]][] = []
      for await (const answer of pages(connection, at('accounts'), StetAccounts, present)) {
        const { rows, refused } = readRows(
          answer.accounts,
          { bankAccountId: null, list: 'accounts', amountField: 'currency' },
          StetAccount,
          (row) => [row, normaliseAccount(row)] as [StetAccount, BankAccounts['accounts'][number]],
        )
        found.refused.push(...refused)
        for (const row of rows)
          if (!listed.some(([, { bankAccountId }]) => bankAccountId === row[1].bankAccountId))
            listed.push(row)
      }
      for (const [row, account] of listed) {
        const { balances, refused } = await balancesOf(connection, row, account, present)
        found.accounts.push(account)
        found.balances.push(...balances)
        found.refused.push(...refused)
      }
      return found
    },

    async *readTransactions(
      connection,
      { bankAccountId, currency },
      span,
      present,
    ): AsyncGenerator<BankPage> {
      const now = clock.now()
      const url = at('accounts', bankAccountId, 'transactions')
      url.searchParams.set('dateFrom', days.dayOf(span.from))
      // The day itself is left out, so that it is the one after; without an end, what is pending is in it.
      if (span.to < now) url.searchParams.set('dateTo', days.dayOf(days.endOf(days.dayOf(span.to)) + 1))
      for await (const answer of pages(connection, url, StetTransactions, present))
        yield readRows(
          answer.transactions,
          { bankAccountId, list: 'transactions', amountField: 'transactionAmount' },
          StetTransaction,
          (row) => normaliseTransaction(row, { currency, days, now }),
        )
    },

    /** The standard ends an access by ending its tokens. */
    async endConsent() {},
  }
}
