import type { z } from 'zod'
import type { BankAccounts, BankPage } from '#intake'
import { Fault } from '#kit'
import type { AccountReader, Credentials, ReaderNeeds } from '../account-reader.ts'
import { followPages, readJson, readRows } from '../read-json.ts'
import { normaliseAccount, normaliseTransaction } from './normalise.ts'
import {
  FdxAccount,
  FdxAccounts,
  FdxConsent,
  FdxCustomer,
  FdxTransaction,
  FdxTransactions,
} from './shapes.ts'

const PAGE_SIZE = 500

/** Reads a bank's FDX 6-shaped API. Every answer is checked to be about what was asked before any of it is used. */
export function createFdxReader(needs: ReaderNeeds): AccountReader {
  const { baseUrl, request, namesPerson, pageSize = PAGE_SIZE } = needs

  async function get<T>(connection: Credentials, path: string, query: Query, shape: z.ZodType<T>) {
    const url = new URL(path, baseUrl)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return await readJson(await request(connection, url, 'GET'), shape)
  }

  const pages = <T extends { page?: { nextPageKey?: string | undefined } | undefined }>(
    connection: Credentials,
    path: string,
    query: Query,
    shape: z.ZodType<T>,
  ) =>
    followPages(
      '',
      (pageKey) => get(connection, path, pageKey === '' ? query : { ...query, pageKey }, shape),
      ({ page }) => page?.nextPageKey,
    )

  async function whoIs(connection: Credentials): Promise<string> {
    return (await get(connection, 'customers/current', {}, FdxCustomer)).customerId
  }

  /** The person the API speaks about must be the one who linked, at every pull. */
  async function requireSamePerson(connection: Credentials): Promise<void> {
    if (namesPerson && (await whoIs(connection)) !== connection.subject)
      throw new Fault('bank-answer-mismatched')
  }

  /**
   * The accounts that the person chose on the bank's page: an answer about any other is about somebody else. Null at a bank
   * that keeps no record of the consent that can be read.
   */
  async function readChosenAccounts(connection: Credentials): Promise<Set<string> | null> {
    const { bankConsentId } = connection
    if (bankConsentId === null) return null
    const path = `consents/${encodeURIComponent(bankConsentId)}`
    const { id, resources } = await get(connection, path, {}, FdxConsent)
    if (id !== bankConsentId) throw new Fault('bank-answer-mismatched')
    return new Set(
      resources.filter(({ resourceType }) => resourceType === 'ACCOUNT').map(({ resourceId }) => resourceId),
    )
  }

  return {
    whoIs,

    async readAccounts(connection): Promise<BankAccounts> {
      await requireSamePerson(connection)
      const chosen = await readChosenAccounts(connection)
      const found: BankAccounts = { accounts: [], balances: [], refused: [] }
      for await (const answer of pages(connection, 'accounts', { limit: String(pageSize) }, FdxAccounts)) {
        const { rows, refused } = readRows(
          answer.accounts,
          { bankAccountId: null, list: 'accounts', amountField: 'currentBalance' },
          FdxAccount,
          normaliseAccount,
        )
        found.refused.push(...refused)
        for (const { account, balance } of rows) {
          if (chosen && !chosen.has(account.bankAccountId)) throw new Fault('bank-answer-mismatched')
          if (found.accounts.some(({ bankAccountId }) => bankAccountId === account.bankAccountId)) continue
          found.accounts.push(account)
          found.balances.push(balance)
        }
      }
      return found
    },

    async *readTransactions(connection, { bankAccountId, currency }, span): AsyncGenerator<BankPage> {
      const path = `accounts/${encodeURIComponent(bankAccountId)}/transactions`
      const query = {
        startTime: new Date(span.from).toISOString(),
        endTime: new Date(span.to).toISOString(),
        limit: String(pageSize),
      }
      for await (const answer of pages(connection, path, query, FdxTransactions)) {
        for (const row of answer.transactions) {
          const about = (row as { accountId?: unknown } | null)?.accountId
          if (about !== undefined && about !== bankAccountId) throw new Fault('bank-answer-mismatched')
        }
        yield readRows(
          answer.transactions,
          { bankAccountId, list: 'transactions', amountField: 'amount' },
          FdxTransaction,
          (row) => normaliseTransaction(row, currency),
        )
      }
    },

    /** FDX consent revocation (`PUT …/revocation`). */
    async endConsent(connection) {
      const { bankConsentId } = connection
      if (bankConsentId === null) return
      const url = new URL(`consents/${encodeURIComponent(bankConsentId)}/revocation`, baseUrl)
      const response = await request(connection, url, 'PUT', {
        body: { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' },
      })
      if (!response.ok) throw new Fault('bank-refused', { detail: `status ${response.status}` })
    },
  }
}

type Query = Record<string, string>
