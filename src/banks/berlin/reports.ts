import { Fault } from '#kit'
import type { Credentials, Presence } from '../account-reader.ts'
import { followLink, followPages } from '../read-json.ts'
import type { Holding } from './accounts.ts'
import { type BerlinCalls, type Refusal, refused } from './calls.ts'
import { BerlinCardTransactions, type BerlinReport, BerlinTransactions } from './shapes.ts'

/** One page of what a bank reports of an account. */
type Report = {
  booked: unknown[]
  /** Null where the bank reports none, which is not the same as that there are none. */
  pending: unknown[] | null
  debitAccounting: boolean
  next: string | undefined
}

/** The pages of an account's transactions: booked and pending where the bank has both, else booked alone. */
export async function* readReports(
  calls: BerlinCalls,
  connection: Credentials,
  holding: Holding,
  query: Record<string, string>,
  present?: Presence,
): AsyncGenerator<Report> {
  const urlFor = (bookingStatus: 'both' | 'booked') => {
    const url = calls.at(holding.path, holding.account.bankAccountId, 'transactions')
    for (const [name, value] of Object.entries({ ...query, bookingStatus })) url.searchParams.set(name, value)
    return url
  }
  const read = (url: URL) => askReport(calls, connection, holding, url, present)

  let first = urlFor('both')
  let begun = await read(first)
  if (!begun.ok && isWithoutPending(begun.refusal)) {
    first = urlFor('booked')
    begun = await read(first)
  }
  if (!begun.ok) throw refused(begun.refusal)
  const opening = begun.report
  yield* followPages(
    first.href,
    async (place) => {
      if (place === first.href) return opening
      const asked = await read(new URL(place))
      if (!asked.ok) throw refused(asked.refusal)
      return asked.report
    },
    ({ next }) => (next === undefined ? undefined : followLink(next, first).href),
  )
}

async function askReport(
  calls: BerlinCalls,
  connection: Credentials,
  holding: Holding,
  url: URL,
  present?: Presence,
): Promise<{ ok: true; report: Report } | { ok: false; refusal: Refusal }> {
  if (holding.isCardAccount) {
    const asked = await calls.ask(connection, url, BerlinCardTransactions, present)
    if (!asked.ok) return asked
    const { cardTransactions, debitAccounting, _links: links } = asked.answer
    return {
      ok: true,
      report: reportOf(cardTransactions, 'cardTransactions', {
        debitAccounting: debitAccounting ?? holding.debitAccounting,
        isDownload: Boolean(links?.download),
      }),
    }
  }
  const asked = await calls.ask(connection, url, BerlinTransactions, present)
  if (!asked.ok) return asked
  const { account, transactions, _links: links } = asked.answer
  if (account?.iban && holding.iban && ibanOf(account.iban) !== ibanOf(holding.iban))
    throw new Fault('bank-answer-mismatched')
  return {
    ok: true,
    report: reportOf(transactions, 'transactions', {
      debitAccounting: false,
      isDownload: Boolean(links?.download),
    }),
  }
}

function reportOf(
  report: BerlinReport | null | undefined,
  field: string,
  about: { debitAccounting: boolean; isDownload: boolean },
): Report {
  if (!report)
    throw new Fault('bank-answer-malformed', {
      detail: about.isDownload ? `${field}: a download, which is not read` : field,
    })
  return {
    booked: report.booked ?? [],
    pending: report.pending ?? null,
    debitAccounting: about.debitAccounting,
    next: report._links?.next?.href,
  }
}

/** How a bank that reports only what is booked says so. */
const isWithoutPending = ({ status, code }: Refusal) => status === 400 && code === 'PARAMETER_NOT_SUPPORTED'

export const ibanOf = (iban: string) => iban.replaceAll(/\s/g, '').toUpperCase()
