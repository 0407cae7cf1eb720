import { randomUUID } from 'node:crypto'
import type { BankAccounts, BankPage } from '#intake'
import { type Clock, Fault } from '#kit'
import type { AccountReader, BankRequest, Credentials, Presence } from '../account-reader.ts'
import { createBankDays } from '../bank-days.ts'
import { requireConsentId } from '../consent-id.ts'
import { readRows } from '../read-json.ts'
import { type Holding, listHoldings } from './accounts.ts'
import { chooseBalance, readBalance } from './balances.ts'
import { createBerlinCalls, isNotServed, refusalOf, refused } from './calls.ts'
import { type BerlinIdentity, normaliseCardTransaction, normaliseTransaction } from './normalise.ts'
import { ibanOf, readReports } from './reports.ts'
import {
  BerlinBalance,
  BerlinBalances,
  BerlinCardTransaction,
  BerlinConsent,
  BerlinTransaction,
} from './shapes.ts'

/** What the standard says a consent may be, and whether it has ended; banks add others, which are not quoted. */
const CONSENT_STATUSES: Readonly<Record<string, 'ended' | 'waits'>> = {
  received: 'waits',
  partiallyAuthorised: 'waits',
  rejected: 'ended',
  revokedByPsu: 'ended',
  expired: 'ended',
  terminatedByTpp: 'ended',
}

/**
 * Reads a bank's NextGenPSD2 1.3 API: payment accounts and card accounts (docs/standards.md). The standard names nobody:
 * that an answer is about the person who linked rests on their consent, whose accounts are checked at every pull.
 */
export function createBerlinReader(needs: {
  /** With the version: `https://api.bank.example/psd2/v1`. */
  baseUrl: string
  request: BankRequest
  clock: Clock
  /** The bank's own: the standard's dates have no time. */
  timeZone: string
  /** Which of a row's two ids the bank keeps from one answer to the next. */
  identity?: BerlinIdentity
  newRequestId?: () => string
}): AccountReader {
  const { baseUrl, request, clock, timeZone, identity = 'transactionId', newRequestId = randomUUID } = needs
  const calls = createBerlinCalls({
    base: baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`,
    request,
    newRequestId,
  })
  const days = createBankDays(timeZone)
  /** What a connection's accounts are, since their transactions are asked for elsewhere for cards. */
  const listed = new WeakMap<Credentials, Map<string, Holding>>()

  async function requireConsent(connection: Credentials): Promise<BerlinConsent> {
    const consent = await calls.get(
      connection,
      calls.at('consents', requireConsentId(connection)),
      BerlinConsent,
    )
    const { consentStatus } = consent
    if (consentStatus !== 'valid') {
      const known = Object.hasOwn(CONSENT_STATUSES, consentStatus)
        ? CONSENT_STATUSES[consentStatus]
        : undefined
      throw new Fault(known === 'ended' ? 'bank-access-ended' : 'bank-refused', {
        detail: `consent ${known ? consentStatus : 'of another status'}`,
      })
    }
    return consent
  }

  async function list(connection: Credentials, present?: Presence) {
    const consent = await requireConsent(connection)
    const { holdings, refused: setAside } = await listHoldings(calls, connection, present)
    requireConsented(consent, holdings)
    const byId = new Map<string, Holding>()
    for (const holding of holdings)
      if (!byId.has(holding.account.bankAccountId)) byId.set(holding.account.bankAccountId, holding)
    listed.set(connection, byId)
    return { holdings: [...byId.values()], refused: setAside }
  }

  async function balancesOf(connection: Credentials, holding: Holding, present?: Presence) {
    const { account, debitAccounting } = holding
    if (holding.balances) return { balances: holding.balances, debitAccounting }
    if (!holding.offers.balances) return { balances: [], debitAccounting }
    const asked = await calls.ask(
      connection,
      calls.at(holding.path, account.bankAccountId, 'balances'),
      BerlinBalances,
      present,
    )
    if (asked.ok)
      return {
        balances: asked.answer.balances,
        debitAccounting: asked.answer.debitAccounting ?? debitAccounting,
      }
    if (isNotServed(asked.refusal)) return { balances: [], debitAccounting }
    throw refused(asked.refusal)
  }

  async function readBalances(
    connection: Credentials,
    holding: Holding,
    present?: Presence,
  ): Promise<Pick<BankAccounts, 'balances' | 'refused'>> {
    const { account, creditLine } = holding
    const { bankAccountId, currency } = account
    const given = await balancesOf(connection, holding, present)
    const { rows, refused: setAside } = readRows(
      given.balances,
      { bankAccountId, list: 'balances', amountField: 'balanceAmount' },
      BerlinBalance,
      (row) => readBalance(row, { currency, debitAccounting: given.debitAccounting, days, now: clock.now() }),
    )
    const balance = chooseBalance(rows, account, creditLine)
    if (balance) return { balances: [balance], refused: setAside }
    const missing = { bankAccountId, place: 'balances', field: 'balances', why: 'missing' } as const
    return { balances: [], refused: [...setAside, missing] }
  }

  return {
    async readAccounts(connection, present): Promise<BankAccounts> {
      const { holdings, refused: setAside } = await list(connection, present)
      const found: BankAccounts = {
        accounts: holdings.map(({ account }) => account),
        balances: [],
        refused: setAside,
      }
      for (const holding of holdings) {
        const { balances, refused: more } = await readBalances(connection, holding, present)
        found.balances.push(...balances)
        found.refused.push(...more)
      }
      return found
    },

    async *readTransactions(
      connection,
      { bankAccountId, currency },
      span,
      present,
    ): AsyncGenerator<BankPage> {
      if (!listed.has(connection)) await list(connection, present)
      const holding = listed.get(connection)?.get(bankAccountId)
      if (!holding) throw new Fault('bank-refused', { detail: 'the account is not in the consent' })
      if (!holding.offers.transactions) return
      const now = clock.now()
      const query: Record<string, string> = { dateFrom: days.dayOf(span.from) }
      // Without an end it is now, and what is pending is not left out for a day that lies ahead.
      if (span.to < now) query.dateTo = days.dayOf(span.to)
      for await (const report of readReports(calls, connection, holding, query, present)) {
        const page: BankPage = { rows: [], refused: [], withoutPending: report.pending === null }
        for (const [name, status] of LISTS) {
          const about = { status, currency, days, now }
          const place = { bankAccountId, list: name, amountField: 'transactionAmount' }
          const { rows, refused: setAside } = holding.isCardAccount
            ? readRows(report[name] ?? [], place, BerlinCardTransaction, (row) =>
                normaliseCardTransaction(row, { ...about, debitAccounting: report.debitAccounting }),
              )
            : readRows(report[name] ?? [], place, BerlinTransaction, (row) =>
                normaliseTransaction(row, { ...about, identity }),
              )
          page.rows.push(...rows)
          page.refused.push(...setAside)
        }
        yield page
      }
    },

    /** A consent that the bank knows no more has ended already. */
    async endConsent(connection) {
      const response = await calls.send(
        connection,
        calls.at('consents', requireConsentId(connection)),
        'DELETE',
      )
      if (!response.ok && response.status !== 404) throw refused(await refusalOf(response))
    },
  }
}

/** A third list, `information`, has standing orders, which are no payments. */
const LISTS = [
  ['booked', 'posted'],
  ['pending', 'pending'],
] as const

/** An account whose IBAN the consent does not name is somebody else's. A consent to all accounts names none. */
function requireConsented({ access }: BerlinConsent, holdings: readonly Holding[]): void {
  const ibans = new Set(
    [access?.accounts, access?.balances, access?.transactions].flatMap((references) =>
      (references ?? []).flatMap(({ iban }) => (iban ? [ibanOf(iban)] : [])),
    ),
  )
  if (ibans.size === 0) return
  if (holdings.some(({ iban }) => iban !== null && !ibans.has(ibanOf(iban))))
    throw new Fault('bank-answer-mismatched')
}
