import type { z } from 'zod'
import type { BankAccounts, BankPage } from '#intake'
import { Fault } from '#kit'
import type { AccountReader, Credentials, ReaderNeeds } from '../account-reader.ts'
import { BankId } from '../bank-id.ts'
import { followPages, readJson, readRows } from '../read-json.ts'
import { normaliseAccount, normaliseTransaction } from './normalise.ts'
import {
  FdxAccount,
  FdxAccounts,
  FdxConsent,
  FdxCustomer,
  FdxOneAccount,
  FdxTransaction,
  FdxTransactions,
} from './shapes.ts'
import { DIALECTS, type FdxVersion } from './versions.ts'

const PAGE_SIZE = 500

const PATHS = {
  accounts: 'accounts',
  account: 'accounts/{accountId}',
  transactions: 'accounts/{accountId}/transactions',
  customer: 'customers/current',
  consent: 'consents/{consentId}',
}

/**
 * Reads a bank's FDX-shaped API, of version 6, or 5 and 4, which wrap what they say (docs/standards.md). Every answer is
 * checked to be about what was asked before any of it is used.
 */
export function createFdxReader(needs: ReaderNeeds & { version: FdxVersion }): AccountReader {
  const { baseUrl, request, namesPerson, pageSize = PAGE_SIZE, version, clock } = needs
  const dialect = DIALECTS[version]
  const paths = { ...PATHS, ...needs.paths }

  function at(path: keyof typeof PATHS, id = ''): URL {
    return new URL(paths[path].replace(/\{(accountId|consentId)\}/, encodeURIComponent(id)), baseUrl)
  }

  async function get<T>(connection: Credentials, url: URL, shape: z.ZodType<T>, query: Query = {}) {
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return await readJson(await request(connection, url, 'GET'), shape)
  }

  const pages = <T extends { page?: Parameters<typeof dialect.nextOf>[0] }>(
    connection: Credentials,
    url: URL,
    shape: z.ZodType<T>,
    query: Query = {},
  ) =>
    followPages(
      '',
      (place) =>
        get(connection, new URL(url), shape, {
          ...query,
          limit: String(pageSize),
          ...(place !== '' && { [dialect.pageParameter]: place }),
        }),
      ({ page }) => dialect.nextOf(page),
    )

  async function whoIs(connection: Credentials): Promise<string> {
    return (await get(connection, at('customer'), FdxCustomer)).customerId
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
    const { id, resources } = await get(connection, at('consent', bankConsentId), FdxConsent)
    if (id !== bankConsentId) throw new Fault('bank-answer-mismatched')
    return new Set(
      resources.filter(({ resourceType }) => resourceType === 'ACCOUNT').map(({ resourceId }) => resourceId),
    )
  }

  /** A list may hold no more than what tells accounts apart: then each is asked for by itself. */
  async function withDetails(connection: Credentials, row: unknown): Promise<unknown> {
    const given = dialect.unwrapAccount(row)
    // What is no account at all is set aside with its reason when the list is read.
    if (typeof given !== 'object' || given === null) return given
    const account = given as { accountId?: unknown; accountCategory?: unknown }
    const isLight = !('currentBalance' in account) && KEPT.has(account.accountCategory)
    // One whose id is none is set aside with the others, and asked for by no address.
    const id = BankId.safeParse(account.accountId)
    if (!isLight || !id.success) return account
    const answer = await get(connection, at('account', id.data), FdxOneAccount)
    const detailed = dialect.unwrapAccount(answer) as { accountId?: unknown } | null
    if (detailed?.accountId !== id.data) throw new Fault('bank-answer-mismatched')
    return { ...account, ...detailed }
  }

  return {
    whoIs,

    async readAccounts(connection): Promise<BankAccounts> {
      await requireSamePerson(connection)
      const chosen = await readChosenAccounts(connection)
      const found: BankAccounts = { accounts: [], balances: [], refused: [] }
      for await (const answer of pages(connection, at('accounts'), FdxAccounts)) {
        const given: unknown[] = []
        for (const row of answer.accounts) given.push(await withDetails(connection, row))
        const { rows, refused } = readRows(
          given,
          { bankAccountId: null, list: 'accounts', amountField: 'currentBalance' },
          FdxAccount,
          (account) => normaliseAccount(account, clock.now()),
        )
        found.refused.push(...refused)
        for (const row of rows) {
          if (row === null) continue
          const { account, balance } = row
          if (chosen && !chosen.has(account.bankAccountId)) throw new Fault('bank-answer-mismatched')
          if (found.accounts.some(({ bankAccountId }) => bankAccountId === account.bankAccountId)) continue
          found.accounts.push(account)
          found.balances.push(balance)
        }
      }
      return found
    },

    async *readTransactions(connection, { bankAccountId, currency }, span): AsyncGenerator<BankPage> {
      const url = at('transactions', bankAccountId)
      for await (const answer of pages(connection, url, FdxTransactions, dialect.spanOf(span))) {
        const given = answer.transactions.map(dialect.unwrapTransaction)
        for (const row of given) {
          const about = (row as { accountId?: unknown } | null)?.accountId
          if (about !== undefined && about !== bankAccountId) throw new Fault('bank-answer-mismatched')
        }
        const total = answer.page?.totalElements
        yield {
          ...readRows(
            given,
            { bankAccountId, list: 'transactions', amountField: 'amount' },
            FdxTransaction,
            (row) => normaliseTransaction(row, currency),
          ),
          ...(total === undefined ? {} : { total: Number(total.text) }),
        }
      }
    },

    /** FDX consent revocation (`PUT …/revocation`), where the bank keeps consents; elsewhere the tokens are all there is. */
    async endConsent(connection) {
      const { bankConsentId } = connection
      if (bankConsentId === null) return
      const consent = at('consent', bankConsentId)
      const response = await request(connection, new URL(`${consent.href}/revocation`), 'PUT', {
        body: { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' },
      })
      if (!response.ok) throw new Fault('bank-refused', { detail: `status ${response.status}` })
    },
  }
}

const KEPT = new Set<unknown>(['DEPOSIT_ACCOUNT', 'LOC_ACCOUNT'])

type Query = Record<string, string>
