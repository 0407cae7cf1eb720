import { getHeapStatistics } from 'node:v8'
import { type Clock, DAY, Fault, Private, type Random } from '#kit'
import type { People } from '#people'
import type { FraudCase, LineChoice, RuleSnooze, Transaction } from '#vault'
import {
  type Answer,
  type Deed,
  escalateCase,
  markable,
  markPayments,
  noteDeed,
  ownPayments,
  reportPayment,
} from './answers.ts'
import { answerThenAsk } from './bank-word.ts'
import { decide, hashesOf, isEmpty, linesOf, numberOf, tallyToKeep, waitOf, wayOf } from './decide.ts'
import { type DisputeToSend, disputeOnItsWay } from './dispute.ts'
import type { Doubt } from './doubt.ts'
import { createJudge, type Judge } from './judge.ts'
import { createKeeping, type FraudLoan, mustBeKnown, onlyLink } from './keeping.ts'
import { chosenAfter, LATE_SPAN, linesDue } from './lines.ts'
import { createMemories } from './memories.ts'
import { caseOf, joinedTo, type Memory, paymentsIn } from './memory.ts'
import type { Outcome } from './outcome.ts'
import type { Payment } from './payment.ts'
import { createPlaceNames, placesIn } from './places.ts'
import type { Needs } from './raising.ts'
import { readRisk } from './risk-store.ts'
import { createScoring } from './scoring.ts'
import { keepTally, reportsIn } from './tally.ts'

const NO_MODELS = { champion: null, challenger: null }

/** Of the memory that Node may use, what goes to payments of all links, and what one of them takes, about. */
const PAYMENTS_SHARE = 1 / 4
const PAYMENT_BYTES = 500
/**
 * Whoever's payments are not in memory has thirteen months of them unsealed for the next one, a hundred times the work of
 * judging it: those who pay within a day should all find room.
 */
const PAYMENTS_IN_MEMORY = Math.floor((getHeapStatistics().heap_size_limit * PAYMENTS_SHARE) / PAYMENT_BYTES)

/** For so long a person can have a rule left out. */
const SNOOZE_SPAN = 30 * DAY

/** What became of something that a person said of their payments. */
export type Heard = {
  /** They are asked once more, and nothing was changed yet. */
  isDoubted: boolean
  /** The case it is in; null while a payment that nobody was asked about is in doubt. */
  caseId: string | null
  /** What the bank had refused is theirs by this answer, and the bank can still let it through. */
  releases: boolean
  told: Private<{ fraudCase: FraudCase | null; doubt: Doubt | null }>
}

export type Fraud = ReturnType<typeof createFraud>

/**
 * Judges card payments against the person's own past, and keeps what they answer. Every verb works inside a loan of one
 * link and commits with it.
 */
export function createFraud(needs: {
  clock: Clock
  random: Random
  people: Pick<People, 'find'>
  /** The ISO 3166-1 alpha-2 country of a bank; null when its profile does not say. */
  homeCountryOf: (bankId: string) => string | null
  /** A key of the operator's, under which terminals and merchants are named where that is not one person's. */
  placeKey: Buffer
  paymentsInMemory?: number
  judge?: Judge
}) {
  const { clock, random, homeCountryOf, judge = createJudge(NO_MODELS) } = needs
  const nameOf = createPlaceNames(needs.placeKey)
  const memories = createMemories(needs.paymentsInMemory ?? PAYMENTS_IN_MEMORY)
  const keeping = createKeeping({ ...needs, nameOf })

  /** Has a link's memory changed by what its person said. `about` are payments that may have to be judged again. */
  async function hear(
    loan: FraudLoan,
    about: (memory: Memory) => Payment[],
    change: (memory: Memory, needs: Needs) => Outcome,
  ): Promise<Heard> {
    const memory = await keeping.reload(loan)
    const { bankId, linkId } = onlyLink(loan)
    const places = placesIn([{ bankId, memory, fresh: memory.map(about) }], nameOf)
    const risk = await readRisk(loan.tx, hashesOf(places.hashes))
    const [placesOf, heard] = [places.knownAt(bankId, risk), places.hearing(bankId, risk)]
    const changed = memory.map((one) => {
      const before = new Map(one.cases)
      const outcome = change(one, { judge, now: clock.now(), random, placesOf, heard })
      return { outcome, tally: reportsIn(before, outcome.cases) }
    })
    const outcome = changed.map((both) => both.outcome)
    const { isDoubted, caseId, releases } = mustBeKnown(decide(outcome))
    memories.forget(linkId)
    await keeping.keep(loan, outcome)
    await keepTally(loan.tx, bankId, tallyToKeep(changed.map(({ tally }) => tally)))
    const told = outcome.map(({ answered, doubt }) => ({ fraudCase: answered, doubt }))
    return { isDoubted, caseId, releases, told }
  }

  async function note(loan: FraudLoan, caseId: string, deed: Deed): Promise<Private<FraudCase>> {
    memories.forget(onlyLink(loan).linkId)
    return await keeping.keepCase(
      loan,
      (await loan.cases()).map((cases) => noteDeed(cases, caseId, deed)),
    )
  }

  return {
    score: createScoring({ clock, random, judge, nameOf, keeping, memories }),

    /**
     * Records whether the payment of a case was the person's. The same answer twice is one answer; the opposite one is
     * taken as a change of mind until their dispute has gone to the bank. The case is returned as it now stands.
     * Throws `not-found`.
     */
    async answer(loan: FraudLoan, caseId: string, answer: Answer): Promise<Heard> {
      return await hear(
        loan,
        (memory) => joinedTo(memory, caseId),
        (memory, judging) => answerThenAsk(memory, caseId, answer, judging),
      )
    },

    /**
     * *Not me*, said of any payment, whether it was asked about or not. Of one that was, it answers. Said again it is
     * one report. Throws `not-found` when there is no such card payment.
     */
    async report(loan: FraudLoan, transactionId: string, { sure }: { sure: boolean }): Promise<Heard> {
      return await hear(
        loan,
        (memory) => joinedTo(memory, caseOf(memory, transactionId)?.id ?? ''),
        (memory, judging) => reportPayment(memory, transactionId, sure, judging),
      )
    },

    /** Adds payments to the dispute of a case, until it is sent. Those that cannot be in it are passed by. Throws `not-found`. */
    async mark(loan: FraudLoan, caseId: string, transactionIds: readonly string[]): Promise<Heard> {
      return await hear(
        loan,
        () => [],
        (memory, judging) => markPayments(memory, caseId, transactionIds, judging),
      )
    },

    /** Lets payments go that had joined the dispute of a case and were its person's own, until it is sent. Throws `not-found`. */
    async own(loan: FraudLoan, caseId: string, transactionIds: readonly string[]): Promise<Heard> {
      return await hear(
        loan,
        () => [],
        (memory, judging) => ownPayments(memory, caseId, transactionIds, judging),
      )
    },

    /** The payments of a case, and those of its card that may be marked as not the person's too: the latest first. */
    async recent(
      loan: FraudLoan,
      caseId: string,
    ): Promise<Private<{ marked: Transaction[]; markable: Transaction[] }>> {
      const read = await Private.together([keeping.reload(loan), loan.transactions()])
      return read.map(([one, transactions]) => {
        const known = new Map(transactions.map((transaction) => [transaction.id, transaction]))
        const fraudCase = one.cases.get(caseId)
        const find = (ids: string[]) => ids.flatMap((id) => known.get(id) ?? [])
        return {
          marked: fraudCase ? find(paymentsIn(fraudCase)) : [],
          markable: find(markable(one, caseId, clock.now()).map(({ id }) => id)),
        }
      })
    },

    /**
     * Notes that a question was not answered for too long. The first time that is said of an open question it gives the
     * case's number, and its person is to be told again; null from then on. Throws `not-found`.
     */
    async escalate(loan: FraudLoan, caseId: string): Promise<{ number: string } | null> {
      const cases = await loan.cases()
      const outcome = cases.map((all) => escalateCase(all, caseId, clock.now()))
      memories.forget(onlyLink(loan).linkId)
      const escalated = await keeping.keepCase(loan, outcome)
      return decide(outcome).changesAnything ? { number: numberOf(escalated) } : null
    },

    /**
     * What the bank is to be told of a case's dispute, or the instant until which it waits because it can still be taken
     * back. Without a dispute, nothing of it is paid. Null when there is nothing to tell: it was sent, or taken back.
     */
    async disputeOnItsWay(
      loan: FraudLoan,
      caseId: string,
    ): Promise<{ waitsUntil: number } | { dispute: Private<DisputeToSend> | null } | null> {
      const read = await Private.together([loan.cases(), loan.transactions()])
      const way = read.map(([cases, transactions]) =>
        disputeOnItsWay(cases, transactions, caseId, clock.now()),
      )
      const decided = wayOf(way)
      if (!decided) return null
      const { waitsUntil, isPaid } = decided
      if (waitsUntil !== null) return { waitsUntil }
      return { dispute: isPaid ? way.map((one) => one!.dispute!) : null }
    },

    /**
     * Payments that their person wants a quiet line about now and that are not `told`. `waitsUntil` is the end of the quiet
     * hours that others wait for, if any do. `more`: there are more than go into one message. Looked for in what was written
     * after a place in what is kept.
     */
    async linesDue(
      loan: FraudLoan,
      { told, timeZone, writtenAfter }: { told: ReadonlySet<string>; timeZone: string; writtenAfter: number },
    ): Promise<{ waitsUntil: number | null; payments: Private<Transaction[]> | null; more: boolean }> {
      const now = clock.now()
      const country = homeCountryOf(onlyLink(loan).bankId)
      const scene = { told, timeZone, country, now }
      const whole = { from: now - LATE_SPAN, to: now + DAY }
      const news = { ...whole, writtenAfter }
      const read = await Private.together([
        loan.transactions(news),
        loan.cases(),
        loan.lineChoices(),
        loan.judged(news),
      ])
      let due = read.map(([transactions, cases, choices, judged]) =>
        linesDue({ transactions, cases, choices, judged }, scene),
      )
      // What was judged before and has changed since: its score stands further back.
      if (linesOf(due).hasUnjudged)
        due = Private.all([read, await loan.judged(whole)]).map(([[transactions, cases, choices], judged]) =>
          linesDue({ transactions, cases, choices, judged }, scene),
        )
      const { waitsUntil, isEmpty, more } = linesOf(due)
      return { waitsUntil, payments: isEmpty ? null : due.map(({ payments }) => payments), more }
    },

    /**
     * Leaves out, for a month, the rules that a case was asked because of; gives until when. What can only be theft is still
     * asked about. Null when no rule of the case can be left out. Throws `not-found`.
     */
    async snooze(loan: FraudLoan, caseId: string): Promise<{ until: number } | null> {
      const { linkId } = onlyLink(loan)
      const now = clock.now()
      const until = now + SNOOZE_SPAN
      const read = await Private.together([loan.cases(), loan.scores()])
      const snoozes = read.map(([cases, scores]) => {
        const fraudCase = cases.find(({ id }) => id === caseId)
        if (!fraudCase) throw new Fault('not-found')
        const held = scores.find(({ id }) => id === fraudCase.transactionId)?.held ?? []
        return held.map((rule): RuleSnooze => ({ id: `snooze_${rule}`, rule, until, at: now }))
      })
      if (isEmpty(snoozes)) return null
      memories.forget(linkId)
      await loan.keep('rule-snooze', snoozes, linkId)
      return { until }
    },

    /**
     * Keeps which payments a person wants a line about, at a link or for one of its cards. A choice counts from now on: what
     * waits for the end of quiet hours is told, or not, by what was chosen when it came.
     */
    async chooseLines(loan: FraudLoan, choice: Omit<LineChoice, 'id' | 'at'>): Promise<void> {
      const id = `lines_${choice.cardNumberDisplay ?? 'all'}`
      const kept = (await loan.lineChoices()).map((all) => {
        const before = all.find((one) => one.id === id)
        return [chosenAfter(before, { ...choice, id }, clock.now())]
      })
      await loan.keep('line-choice', kept, onlyLink(loan).linkId)
    },

    /** Notes when the bank blocked the card of a case; the first time counts. Throws `not-found`. */
    markBlocked: (loan: FraudLoan, caseId: string, at: number) => note(loan, caseId, { deed: 'blocked', at }),

    /** Notes when the bank let a payment through that it had refused; the first time counts. Throws `not-found`. */
    markReleased: (loan: FraudLoan, caseId: string, at: number) =>
      note(loan, caseId, { deed: 'released', at }),

    /** Notes that the bank has the dispute, and by what name; the first time counts. Throws `not-found`. */
    markDisputeSent: (
      loan: FraudLoan,
      caseId: string,
      { at, bankDisputeId }: { at: number; bankDisputeId: string },
    ) => note(loan, caseId, { deed: 'dispute-sent', at, bankDisputeId }),

    /**
     * Notes that nothing of a dispute is paid: it waits for another day, and after two weeks of them it ends. Gives until when it
     * waits; null when it ended. Throws `not-found`.
     */
    async waitForCharge(loan: FraudLoan, caseId: string): Promise<number | null> {
      return waitOf(await note(loan, caseId, { deed: 'dispute-unpaid', at: clock.now() }))
    },

    /** Drops what was derived about a link: its consent ended. */
    forget: memories.forget,

    /** Drops what was derived about a person: they were erased, or their bank left. */
    forgetPerson: memories.forgetPerson,
  }
}
