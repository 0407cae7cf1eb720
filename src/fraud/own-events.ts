import { type Consents, PURPOSES } from '#consent'
import { type Clock, DAY, Fault, newId, Private, type Random, type Sql } from '#kit'
import type { Link, People } from '#people'
import type { FraudCase, Loan, PaymentLabel, PaymentScore, Transaction, Vault } from '#vault'
import { reveal } from '../kit/reveal.ts'
import { type FraudEvent, type PaymentSeen, PLACE_OF } from './features/index.ts'
import { KEPT_SPAN } from './history.ts'
import { paymentsIn } from './memory.ts'
import { paymentOf } from './payment.ts'

/** What the events of a bank's own people are read for. */
export const LESSONS = ['train', 'try-rules', 'drift'] as const
export type Lesson = { bankId: string; by: string; reason: string; what: (typeof LESSONS)[number] }

const ACTOR = { kind: 'operator', id: 'command-line', role: 'operator' } as const

/** What is kept of one link's payments, and whose it is. */
export type KeptOfLink = {
  transactions: readonly Transaction[]
  scores: readonly PaymentScore[]
  labels: readonly PaymentLabel[]
  cases: readonly FraudCase[]
}
export type HolderOf = { holder: string; home: string | null; timeZone: string }

/** An event, and where it stands in the log: when it became known, and what of one instant comes first. */
export type Placed = { event: FraudEvent; knownAt: number; rank: number; paidAt: number; id: string }

// Of one instant: what the bank decided, payments and their questions, and what their person said.
const DECIDED = 0
const TOLD = 1
const SAID = 2

export type OwnEvents = ReturnType<typeof createOwnEvents>

/**
 * The events of a bank's own people, for a model to learn from what they answered. They are read in loans, person by person, and
 * held in this process until the work is done; none is ever written anywhere (docs/decisions/0006). Only those are read who were
 * told, in the words they consented to, that Guichet learns from their answers.
 */
export function createOwnEvents(needs: {
  sql: Sql
  vault: Pick<Vault, 'open'>
  people: Pick<People, 'linksOfBank' | 'find'>
  consents: Pick<Consents, 'latest' | 'shown'>
  homeCountryOf: (bankId: string) => string | null
  clock: Clock
  random: Random
}) {
  const { sql, vault, people, consents, homeCountryOf, clock, random } = needs

  /** Whether the live consent of a link was given in the words that are in force now. */
  async function consentOf(link: Link): Promise<string | null> {
    const [grant] = await consents.latest(sql, [link.id], 'fraud-alerts')
    if (grant?.state !== 'given' || grant.expiresAt <= clock.now()) return null
    const { en, fr } = PURPOSES['fraud-alerts']
    return [en.sentence, fr.sentence].some((words) => words === consents.shown(grant)) ? grant.id : null
  }

  async function readLink(link: Link, grantId: string): Promise<Private<Placed[]> | null> {
    const person = await people.find(sql, link.personId)
    if (!person) return null
    const of = { holder: link.id, home: homeCountryOf(link.bankId), timeZone: person.timeZone }
    const ask = {
      personId: link.personId,
      purpose: 'fraud-alerts',
      actor: ACTOR,
      what: 'learn-fraud',
      linkIds: [link.id],
    } as const
    const opened = await vault.open(ask, async (loan: Loan<'fraud-alerts'>) => {
      // Withdrawn or given anew meanwhile: the words they saw then are not those that were looked at.
      if (loan.links[0]?.grantId !== grantId) return null
      const now = clock.now()
      const read = await Private.together([
        loan.transactions({ from: now - KEPT_SPAN, to: now + 30 * DAY }),
        loan.scores(),
        loan.labels(),
        loan.cases(),
      ])
      return read.map(([transactions, scores, labels, cases]) =>
        eventsOf({ transactions, scores, labels, cases }, of),
      )
    })
    return opened.ok ? opened.value : null
  }

  return {
    /** Reads whoever may be read, in the order in which things became known. Notes whose act it was. Throws `rows-unusable`. */
    async *read(
      lesson: Lesson,
      onPerson: (done: number, of: number) => void = () => {},
    ): AsyncGenerator<FraudEvent> {
      if (lesson.by.trim() === '' || lesson.reason.trim() === '')
        throw new Fault('rows-unusable', { detail: 'say who reads the events (--by), and why (--reason)' })
      await sql.query(
        `insert into fraud.lesson (id, bank_id, at, by, reason, what) values ($1, $2, $3, $4, $5, $6)`,
        [newId('les', random), lesson.bankId, clock.now(), lesson.by, lesson.reason, lesson.what],
      )
      const links = await people.linksOfBank(sql, lesson.bankId)
      const all: Private<Placed[]>[] = []
      for (const [i, link] of links.entries()) {
        const grantId = await consentOf(link)
        const events = grantId && (await readLink(link, grantId))
        if (events) all.push(events)
        onPerson(i + 1, links.length)
      }
      if (all.length === 0)
        throw new Fault('rows-unusable', {
          detail: `none of the ${links.length} people of ${lesson.bankId} has agreed that Guichet learns from their answers`,
        })
      for (const { event } of reveal(Private.all(all)).flat().sort(inTheLog)) yield event
    },
  }
}

/** The order of a log: when it became known, then as the room takes in a batch. */
function inTheLog(a: Placed, b: Placed): number {
  return (
    a.knownAt - b.knownAt ||
    a.rank - b.rank ||
    a.paidAt - b.paidAt ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}

/**
 * What is kept of a link, as the events that led to it. A payment that was judged became known when it was judged, with the amount
 * it had then; one that was pulled with the history, when it was made. When a hold was let go or a payment undone is not kept:
 * that is told right after the payment.
 */
export function eventsOf(kept: KeptOfLink, of: HolderOf): Placed[] {
  const scores = new Map(kept.scores.map((score) => [score.id, score]))
  const caseOf = new Map(kept.cases.flatMap((one) => paymentsIn(one).map((id) => [id, one] as const)))
  const placed: Placed[] = []
  const paidAt = new Map<string, number>()
  for (const transaction of kept.transactions) {
    const { id, at, status, postedAt } = transaction
    const ended = status === 'released' || status === 'reversed' ? status : null
    const payment = paymentOf(transaction, of.timeZone, undefined)
    if (!payment) continue
    paidAt.set(id, at)
    const score = scores.get(id)
    const place = (event: FraudEvent, knownAt: number) =>
      placed.push({ event, knownAt, rank: TOLD, paidAt: at, id })
    const knownAt = score?.scoredAt ?? at
    const amountMinor = amountWhenJudged(score) ?? payment.amountMinor
    const { logAmount: _log, isMoneyless: _moneyless, standing: _standing, ...seen } = payment
    const event: PaymentSeen = {
      kind: 'payment-seen',
      ...seen,
      amountMinor,
      holder: of.holder,
      home: of.home,
    }
    place(event, knownAt)
    const asked = caseOf.get(id)
    if (score?.asked) place({ kind: 'payment-questioned', paymentId: id, at: score.scoredAt }, knownAt)
    else if (asked && asked.raisedBy !== 'person')
      place(
        { kind: 'payment-questioned', paymentId: id, at: asked.openedAt },
        Math.max(knownAt, asked.openedAt),
      )
    if (amountMinor !== payment.amountMinor) {
      const at = Math.max(knownAt, postedAt ?? knownAt)
      const change = postedAt === null ? 'adjusted' : 'posted'
      place({ kind: 'payment-changed', paymentId: id, at, change, amountMinor: payment.amountMinor }, at)
    }
    if (ended) {
      const at = Math.max(knownAt, postedAt ?? knownAt)
      place({ kind: 'payment-changed', paymentId: id, at, change: ended, amountMinor: null }, at)
    }
  }
  for (const { id, transactionId, label, source, at, caseId } of kept.labels) {
    const report = caseId ?? caseOf.get(transactionId)?.id ?? null
    const event: FraudEvent = { kind: 'label-learnt', paymentId: transactionId, label, source, at, report }
    const rank = source === 'person' ? SAID : DECIDED
    placed.push({ event, knownAt: at, rank, paidAt: paidAt.get(transactionId) ?? at, id })
  }
  return placed
}

/** The amount that a payment had when it was judged; null when that cannot be told. It stands first in every set of features. */
function amountWhenJudged(score: PaymentScore | undefined): number | null {
  const amount = score?.vector[PLACE_OF.amountMinor]
  return amount !== undefined && Number.isSafeInteger(amount) && amount >= 0 ? amount : null
}
