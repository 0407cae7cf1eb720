import { hkdfSync } from 'node:crypto'
import type { Purpose, Reach } from '#consent'
import { PURPOSES } from '#consent'
import {
  announce,
  type Clock,
  DAY,
  keyedHash,
  monthOf,
  Private,
  type Random,
  seal,
  type Tx,
  unseal,
  wipeKey,
} from '#kit'
import { reveal } from '../kit/reveal.ts'
import {
  appendChunks,
  type Holder,
  type Narrow,
  paymentsOf,
  readChunks,
  readJudged,
  readPayments,
  readScores,
  type StoredPayments,
} from './chunks.ts'
import { LENDS, type Loan, type LoanBase, type Reads, type Span } from './loan.ts'
import { deriveOfferFacts } from './offer-facts.ts'
import { withinReach } from './reach.ts'
import type { RecordKind, RecordKinds, Transaction } from './records.ts'

/**
 * Our ids of a bank's transactions, keyed with the link's data key. Each is remembered: a payment is looked up several times on
 * its way into the books, and a hash takes longer than the rest of what is done to it there.
 */
export function transactionIdsUnder(
  dataKey: Buffer,
): (bankAccountId: string, bankTransactionId: string) => string {
  const hash = keyedHash(dataKey)
  const byAccount = new Map<string, Map<string, string>>()
  return (bankAccountId, bankTransactionId) => {
    const ids = byAccount.get(bankAccountId) ?? new Map<string, string>()
    byAccount.set(bankAccountId, ids)
    const known = ids.get(bankTransactionId)
    if (known !== undefined) return known
    const digest = hash(JSON.stringify(['txn', bankAccountId, bankTransactionId]), 'latin1')
    const id = `txn_${Buffer.from(digest.slice(0, 16), 'latin1').toString('base64url')}`
    ids.set(bankTransactionId, id)
    return id
  }
}

/** One link of a loan: its key, the consent it rests on, and the version of what is kept. */
export type Lent = Holder & { grantId: string; version: number; reach: Reach | null }

type Closable<P extends Purpose> = { loan: Loan<P>; close(): void }

/** Makes the loan of `lent` for `purpose`, with that purpose's reads and no others. */
export function lend<P extends Purpose>(
  tx: Tx,
  purpose: P,
  personId: string,
  lent: Lent[],
  needs: { clock: Clock; random: Random; ownsKeys: boolean },
): Closable<P> {
  const { clock, random } = needs
  let open = true
  const mustBeOpen = () => {
    if (!open)
      throw new Error('this loan is over: take what you need before the function it was lent to returns')
  }

  const oldestAllowed = clock.now() - PURPOSES[purpose].lookbackDays * DAY

  async function all<K extends RecordKind>(
    kind: K,
    months?: readonly [number, number],
    narrow?: Narrow,
  ): Promise<RecordKinds[K][]> {
    mustBeOpen()
    const byLink = await readChunks(tx, lent, kind, months, narrow)
    return lent.flatMap(({ linkId, reach }) => withinReach(reach, kind, byLink.get(linkId)!))
  }

  /** Payments of some months that are being read: they and their scores stand together, and are asked for apart. */
  let reading: { which: string; payments: Promise<StoredPayments> } | null = null
  function stored(
    months: readonly [number, number] | undefined,
    writtenAfter?: number,
  ): Promise<StoredPayments> {
    mustBeOpen()
    const which = `${months} ${writtenAfter}`
    if (reading?.which === which) return reading.payments
    const payments = readPayments(tx, lent, months, writtenAfter).finally(() => {
      if (reading?.payments === payments) reading = null
    })
    reading = { which, payments }
    return payments
  }

  const storedIn = (span?: Span) => stored(span && [monthOf(span.from), monthOf(span.to)], span?.writtenAfter)

  const wrapped = async <K extends RecordKind>(kind: K) => new Private(await all(kind))

  async function allPayments(
    months: readonly [number, number],
    writtenAfter: number | undefined,
  ): Promise<Transaction[]> {
    const byLink = await stored(months, writtenAfter)
    return lent.flatMap(({ linkId, reach }) =>
      withinReach(reach, 'transaction', paymentsOf(byLink.get(linkId)!)),
    )
  }

  const reads: Reads = {
    accounts: () => wrapped('account'),
    balances: () => wrapped('balance'),
    cases: () => wrapped('fraud-case'),
    knownGood: () => wrapped('known-good'),
    labels: () => wrapped('payment-label'),
    scores: async (span) => new Private(await readScores(tx, lent, storedIn(span))),
    judged: async (span) => new Private(await readJudged(tx, lent, storedIn(span))),
    lineChoices: () => wrapped('line-choice'),
    snoozes: () => wrapped('rule-snooze'),
    offerStates: () => wrapped('offer-state'),
    connections: () => wrapped('connection'),
    async transactions(span, statesMax) {
      const from = Math.max(span?.from ?? 0, oldestAllowed)
      const to = span?.to ?? Number.MAX_SAFE_INTEGER
      const months = [monthOf(from), span ? monthOf(span.to) : 2147483647] as const
      const items =
        statesMax === undefined
          ? await allPayments(months, span?.writtenAfter)
          : await all('transaction', months, { statesMax, writtenAfter: span?.writtenAfter })
      return new Private(items.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at))
    },
    async offerFacts() {
      mustBeOpen()
      const since = Math.max(oldestAllowed, clock.now() - 90 * DAY)
      const [accounts, balances, transactions] = await Promise.all([
        readChunks(tx, lent, 'account'),
        readChunks(tx, lent, 'balance'),
        readChunks(tx, lent, 'transaction', [monthOf(since), 2147483647]),
      ])
      return new Private(
        lent.flatMap(({ linkId, bankId }) =>
          deriveOfferFacts(
            { linkId, bankId },
            accounts.get(linkId)!,
            balances.get(linkId)!,
            transactions.get(linkId)!.filter(({ at }) => at >= since),
          ),
        ),
      )
    },
  }

  const only = (linkId: string | undefined): Lent => {
    const found =
      linkId === undefined && lent.length === 1 ? lent[0] : lent.find((one) => one.linkId === linkId)
    if (!found) throw new Error('name the link to keep under: this loan does not have exactly one')
    return found
  }

  const linkIds = lent.map((one) => one.linkId).sort()
  let derived: Buffer | null = null
  const wordsKey = () => {
    if (derived) return derived
    const keys = [...lent].sort((a, b) => (a.linkId < b.linkId ? -1 : 1)).map((one) => one.dataKey)
    const joined = Buffer.concat(keys)
    derived = Buffer.from(hkdfSync('sha256', joined, '', 'guichet/words/1', 32))
    joined.fill(0)
    return derived
  }
  const wordsContext = (context: string) => `guichet/words/1|${personId}|${linkIds.join(',')}|${context}`

  const idsByLink = new Map<string, ReturnType<typeof transactionIdsUnder>>()

  const base: LoanBase = {
    personId,
    links: lent.map(({ linkId, bankId, grantId }) => ({ linkId, bankId, grantId })),
    get version() {
      return lent.map((one) => `${one.linkId}:${one.version}`).join(' ')
    },
    versionOf: (linkId) => only(linkId).version,
    async keep(kind, items, linkId) {
      mustBeOpen()
      const plain = items instanceof Private ? reveal(items) : items
      if (plain.length === 0) return
      reading = null
      const holder = only(linkId)
      holder.version = await appendChunks(tx, holder, kind, plain, random)
    },
    transactionId(linkId, bankAccountId, bankTransactionId) {
      mustBeOpen()
      const holder = only(linkId)
      const idOf = idsByLink.get(holder.linkId) ?? transactionIdsUnder(holder.dataKey)
      idsByLink.set(holder.linkId, idOf)
      return idOf(bankAccountId, bankTransactionId)
    },
    seal(context, words) {
      mustBeOpen()
      return seal(wordsKey(), wordsContext(context), Buffer.from(reveal(words)), random)
    },
    unseal(context, sealed) {
      mustBeOpen()
      return new Private(unseal(wordsKey(), wordsContext(context), sealed).toString())
    },
    async announce(name, ids, timing) {
      mustBeOpen()
      await announce(tx, name, ids, timing)
    },
    tx,
  }

  const allowed = Object.fromEntries(LENDS[purpose].map((name) => [name, reads[name]]))
  return {
    loan: Object.defineProperties(allowed, Object.getOwnPropertyDescriptors(base)) as Loan<P>,
    close() {
      open = false
      if (derived) wipeKey(derived)
      if (needs.ownsKeys) for (const one of lent) wipeKey(one.dataKey)
    },
  }
}
