import type { z } from 'zod'
import type { BankAccount, BankBalance, BankTransaction } from '#intake'
import { Fault } from '#kit'
import type { Connection } from '#vault'
import type { Authorisation } from '../authorisation.ts'
import { parseExactJson } from '../exact-json.ts'
import { normaliseAccount, normaliseTransaction } from './normalise.ts'
import { FdxAccounts, FdxConsent, FdxCustomer, FdxTransactions, fieldAtFault } from './shapes.ts'

const PAGE_SIZE = 500
/** A bank that pages for ever is stopped here. */
const PAGES_MAX = 400

type Credentials = Omit<Connection, 'id'>

/** Reads a bank's FDX 6-shaped API. Every answer is checked to be about what was asked before any of it is used. */
export function createFdxReader(needs: { baseUrl: string; authorisation: Authorisation }) {
  const { baseUrl, authorisation } = needs
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`

  async function get<T>(
    connection: Credentials,
    path: string,
    query: Record<string, string>,
    shape: z.ZodType<T>,
  ) {
    const url = new URL(path, base)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const response = await authorisation.request(connection, url, 'GET')
    if (!response.ok) throw new Fault('bank-refused', { detail: `status ${response.status}` })
    if (!isJson(response)) throw new Fault('bank-answer-malformed', { detail: 'content-type' })
    const json = parseExactJson(await response.text(), 'bank-answer-malformed')
    const result = shape.safeParse(json)
    if (!result.success) throw new Fault('bank-answer-malformed', { detail: fieldAtFault(result.error) })
    return result.data
  }

  async function* pages<T extends { page?: { nextPageKey?: string | undefined } | undefined }>(
    connection: Credentials,
    path: string,
    query: Record<string, string>,
    shape: z.ZodType<T>,
  ): AsyncGenerator<T> {
    const seen = new Set<string>()
    let key: string | undefined
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await get(
        connection,
        path,
        { ...query, ...(key === undefined ? {} : { pageKey: key }) },
        shape,
      )
      yield answer
      key = answer.page?.nextPageKey
      if (key === undefined) return
      if (seen.has(key)) throw new Fault('bank-answer-malformed', { detail: 'page.nextPageKey repeats' })
      seen.add(key)
    }
    throw new Fault('bank-answer-malformed', { detail: 'the pages do not end' })
  }

  /** The person the API speaks about must be the one who linked, at every pull. */
  async function requireSamePerson(connection: Credentials): Promise<void> {
    const { customerId } = await get(connection, 'customers/current', {}, FdxCustomer)
    if (customerId !== connection.subject) throw new Fault('bank-answer-mismatched')
  }

  /** The accounts that the person chose on the bank's page: an answer about any other is about somebody else. */
  async function readChosenAccounts(connection: Credentials): Promise<Set<string>> {
    const { bankConsentId } = connection
    const path = `consents/${encodeURIComponent(bankConsentId)}`
    const { id, resources } = await get(connection, path, {}, FdxConsent)
    if (id !== bankConsentId) throw new Fault('bank-answer-mismatched')
    return new Set(
      resources.filter(({ resourceType }) => resourceType === 'ACCOUNT').map(({ resourceId }) => resourceId),
    )
  }

  return {
    async readAccounts(
      connection: Credentials,
    ): Promise<{ accounts: BankAccount[]; balances: BankBalance[] }> {
      await requireSamePerson(connection)
      const chosen = await readChosenAccounts(connection)
      const accounts: BankAccount[] = []
      const balances: BankBalance[] = []
      for await (const answer of pages(connection, 'accounts', { limit: String(PAGE_SIZE) }, FdxAccounts)) {
        for (const one of answer.accounts) {
          const { account, balance } = normalised(() => normaliseAccount(one))
          if (!chosen.has(account.bankAccountId)) throw new Fault('bank-answer-mismatched')
          if (accounts.some(({ bankAccountId }) => bankAccountId === account.bankAccountId)) continue
          accounts.push(account)
          balances.push(balance)
        }
      }
      return { accounts, balances }
    },

    /** Pages of an account's transactions posted in the span, and those pending now. `accountCurrency` is the account's own. */
    async *readTransactions(
      connection: Credentials,
      bankAccountId: string,
      accountCurrency: string,
      span: { from: number; to: number },
    ): AsyncGenerator<BankTransaction[]> {
      const path = `accounts/${encodeURIComponent(bankAccountId)}/transactions`
      const query = {
        startTime: new Date(span.from).toISOString(),
        endTime: new Date(span.to).toISOString(),
        limit: String(PAGE_SIZE),
      }
      for await (const answer of pages(connection, path, query, FdxTransactions)) {
        for (const row of answer.transactions) {
          const about = (row as { accountId?: unknown }).accountId
          if (about !== undefined && about !== bankAccountId) throw new Fault('bank-answer-mismatched')
        }
        yield normalised(() => answer.transactions.map((row) => normaliseTransaction(row, accountCurrency)))
      }
    },
  }
}

const isJson = ({ headers }: Response) =>
  /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(headers.get('content-type') ?? '')

/** A currency or amount that cannot be is the bank's answer at fault. */
function normalised<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Fault) throw new Fault('bank-answer-malformed', { cause: error, detail: error.code })
    throw error
  }
}
