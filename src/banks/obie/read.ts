import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { BankAccounts, BankPage } from '#intake'
import { type Clock, Fault, type FaultCode } from '#kit'
import type { AccountReader, BankRequest, Credentials, Presence } from '../account-reader.ts'
import { requireConsentId } from '../consent-id.ts'
import { followLink, followPages, readJson, readRows, refusalCode } from '../read-json.ts'
import { chooseBalance, readBalance } from './balances.ts'
import { CODES, type ObieVersion } from './codes.ts'
import { normaliseAccount, normaliseTransaction } from './normalise.ts'
import {
  ObieAccount,
  ObieAccounts,
  ObieBalance,
  ObieBalances,
  ObieError,
  ObieTransactions,
  obieConsent,
  obieTransaction,
} from './shapes.ts'

/** What a bank answers that does not give this account's balances: it is closed, or the person did not agree to them. */
const NOT_GIVEN = new Set([403, 404])

/**
 * Reads a bank's UK Open Banking account-information API, version 4.0 or 3.1 (docs/standards.md). The standard names nobody:
 * that an answer is about the person who linked rests on their token and their consent, which is checked at every pull.
 */
export function createObieReader(needs: {
  baseUrl: string
  version: ObieVersion
  request: BankRequest
  clock: Clock
  /** A new id for each request, by which the bank finds it in its records. */
  newRequestId?: () => string
}): AccountReader {
  const { baseUrl, version, request, clock, newRequestId = randomUUID } = needs
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
  const codes = CODES[version]
  const ObieConsent = obieConsent(codes)
  const ObieTransaction = obieTransaction(codes)

  const headersOf = (present?: Presence) => ({
    'x-fapi-interaction-id': newRequestId(),
    ...(present ? { 'x-fapi-customer-ip-address': present.ipAddress } : {}),
    ...(present?.userAgent ? { 'x-customer-user-agent': present.userAgent } : {}),
  })
  const get = (connection: Credentials, url: URL, present?: Presence) =>
    request(connection, url, 'GET', { headers: headersOf(present) })

  function pages<T extends { Links?: { Next?: string | null | undefined } | null | undefined }>(
    connection: Credentials,
    first: URL,
    shape: z.ZodType<T>,
    present?: Presence,
  ) {
    return followPages(
      first.href,
      async (place) => await readAnswer(await get(connection, new URL(place), present), shape),
      ({ Links }) => (Links?.Next ? followLink(Links.Next, first).href : undefined),
    )
  }

  const consentUrl = (connection: Credentials) =>
    new URL(`account-access-consents/${encodeURIComponent(requireConsentId(connection))}`, base)

  async function requireConsent(connection: Credentials): Promise<void> {
    const answer = await request(connection, consentUrl(connection), 'GET', {
      headers: headersOf(),
      token: 'client',
    })
    if (!answer.ok) throw await refused(answer, 'bank-refused')
    const { ConsentId, Status } = (await readJson(answer, ObieConsent)).Data
    if (ConsentId !== connection.bankConsentId) throw new Fault('bank-answer-mismatched')
    if (Status !== codes.authorised)
      throw new Fault(Status === codes.waiting ? 'bank-refused' : 'bank-access-ended', {
        detail: `consent ${Status}`,
      })
  }

  /** An answer about an account that was not asked for is about somebody else. */
  function requireAbout(rows: readonly unknown[], bankAccountId: string): void {
    for (const row of rows) {
      const about = (row as { AccountId?: unknown } | null)?.AccountId
      if (typeof about === 'string' && about !== bankAccountId) throw new Fault('bank-answer-mismatched')
    }
  }

  async function readBalances(
    connection: Credentials,
    account: BankAccounts['accounts'][number],
    present?: Presence,
  ): Promise<Pick<BankAccounts, 'balances' | 'refused'>> {
    const { bankAccountId } = account
    const missing = { bankAccountId, place: 'balances', field: 'Balance', why: 'missing' } as const
    const url = new URL(`accounts/${encodeURIComponent(bankAccountId)}/balances`, base)
    const answer = await get(connection, url, present)
    if (NOT_GIVEN.has(answer.status)) return { balances: [], refused: [missing] }
    const given = (await readAnswer(answer, ObieBalances)).Data.Balance ?? []
    requireAbout(given, bankAccountId)
    const { rows, refused } = readRows(
      given,
      { bankAccountId, list: 'balances', amountField: 'Amount' },
      ObieBalance,
      (row) => readBalance(row, account.currency),
    )
    const balance = chooseBalance(rows, account, codes)
    return balance ? { balances: [balance], refused } : { balances: [], refused: [...refused, missing] }
  }

  return {
    async readAccounts(connection, present): Promise<BankAccounts> {
      await requireConsent(connection)
      const found: BankAccounts = { accounts: [], balances: [], refused: [] }
      for await (const answer of pages(connection, new URL('accounts', base), ObieAccounts, present)) {
        const { rows, refused } = readRows(
          answer.Data.Account ?? [],
          { bankAccountId: null, list: 'accounts', amountField: 'Currency' },
          ObieAccount,
          (row) => normaliseAccount(row, codes),
        )
        found.refused.push(...refused)
        for (const account of rows)
          if (!found.accounts.some(({ bankAccountId }) => bankAccountId === account.bankAccountId))
            found.accounts.push(account)
      }
      for (const account of found.accounts) {
        const { balances, refused } = await readBalances(connection, account, present)
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
      const url = new URL(`accounts/${encodeURIComponent(bankAccountId)}/transactions`, base)
      const now = clock.now()
      url.searchParams.set('fromBookingDateTime', instant(span.from))
      // What is pending is given the day on which it is expected to be booked: an end at this moment would leave it out.
      if (span.to < now) url.searchParams.set('toBookingDateTime', instant(span.to))
      for await (const answer of pages(connection, url, ObieTransactions, present)) {
        const given = answer.Data.Transaction ?? []
        requireAbout(given, bankAccountId)
        yield readRows(
          given,
          { bankAccountId, list: 'transactions', amountField: 'Amount' },
          ObieTransaction,
          (row) => normaliseTransaction(row, { codes, currency, now }),
        )
      }
    },

    /** A consent that the bank knows no more has ended already. Our own token opens it: a refusal says nothing of the person's. */
    async endConsent(connection) {
      const response = await request(connection, consentUrl(connection), 'DELETE', {
        headers: headersOf(),
        token: 'client',
      })
      if (!response.ok && response.status !== 404) throw await refused(response, 'bank-refused')
    },
  }
}

async function readAnswer<T>(response: Response, shape: z.ZodType<T>): Promise<T> {
  if (!response.ok) throw await refused(response)
  return await readJson(response, shape)
}

/** With the bank's own code, which is of the standard's list and says nothing of anybody. */
async function refused(response: Response, as: FaultCode = refusalCode(response.status)): Promise<Fault> {
  const error = ObieError.safeParse(await response.json().catch(() => null))
  const code = error.success ? ` ${error.data.Errors[0]!.ErrorCode}` : ''
  return new Fault(as, { detail: `status ${response.status}${code}` })
}

/** Whole seconds in UTC, as the standard's own examples have it. */
const instant = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`
