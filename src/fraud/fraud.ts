import { type Clock, DAY, Fault, Private, type Random, type Tx } from '#kit'
import type { People } from '#people'
import type { FraudCase, Loan, PaymentScore, Transaction } from '#vault'
import {
  answerCase,
  blockedCase,
  findingsIn,
  follow,
  joinedTo,
  judgeAll,
  type Memory,
  type Outcome,
  remember,
  type Said,
} from './cases.ts'
import { decide, findingsToKeep, hashesOf, isEmpty } from './decide.ts'
import { KEPT_SPAN } from './history.ts'
import { createJudge, type Judge } from './judge.ts'
import { createMemories } from './memories.ts'
import { createPlaceNames, type Part, placesIn } from './places.ts'
import { keepFindings, readRisk } from './risk-store.ts'
import { type Staged, settling } from './staging.ts'

/** One link in a batch of payments; it has the shape of the intake’s `LinkNews`. */
export type LinkNews = {
  entry: {
    personId: string
    linkId: string
    bankId: string
    /** The link's version: rises with every write, and so tells a memory that is up to date from one that is not. */
    readonly version: number
    loan(purpose: 'fraud-alerts'): Promise<FraudLoan>
  }
  told: Private<Transaction[]>
  fresh: Private<Transaction[]>
}

type FraudLoan = Loan<'fraud-alerts'>

const NO_MODELS = { champion: null, challenger: null }

/** Payments held in memory, over all links: about a hundred megabytes, at 440 bytes each. */
const PAYMENTS_IN_MEMORY = 250_000

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
  const { clock, random, people, homeCountryOf, judge = createJudge(NO_MODELS) } = needs
  const nameOf = createPlaceNames(needs.placeKey)
  const memories = createMemories(needs.paymentsInMemory ?? PAYMENTS_IN_MEMORY)

  async function reload(loan: FraudLoan): Promise<Private<Memory>> {
    const now = clock.now()
    const person = await people.find(loan.tx, loan.personId)
    if (!person) throw new Fault('not-found')
    const home = { timeZone: person.timeZone, country: homeCountryOf(onlyLink(loan).bankId) }
    return Private.all([
      await loan.transactions({ from: now - KEPT_SPAN, to: now + 30 * DAY }),
      await loan.cases(),
      await loan.knownGood(),
    ]).map(([transactions, cases, knownGood]) => remember({ transactions, cases, knownGood }, home))
  }

  /** Keeps what an outcome changed and announces the cases it raised. */
  async function keep(loan: FraudLoan, outcome: Private<Outcome>): Promise<void> {
    const { linkId } = onlyLink(loan)
    await loan.keep(
      'fraud-case',
      outcome.map(({ cases }) => cases),
      linkId,
    )
    await loan.keep(
      'known-good',
      outcome.map(({ knownGood }) => knownGood),
      linkId,
    )
    for (const caseId of decide(outcome).raised)
      await loan.announce('case-raised', { personId: loan.personId, linkId, caseId })
  }

  /** Keeps an outcome that is about one case and returns that case. Throws `not-found` when there is none. */
  async function keepCase(loan: FraudLoan, outcome: Private<Outcome>): Promise<Private<FraudCase>> {
    if (!decide(outcome).isKnown) throw new Fault('not-found')
    memories.forget(onlyLink(loan).linkId)
    await keep(loan, outcome)
    return outcome.map(({ answered }) => answered!)
  }

  return {
    /**
     * The intake's scorer: judges the fresh payments of a batch and opens cases where people must be asked, before the
     * batch is written. What is learnt counts once `settle` is told that the commit went through; else it never did.
     * One query for the whole batch, beside those for links it has not met lately and for the cases it opens.
     */
    async score(tx: Tx, news: readonly LinkNews[]) {
      const staged: Staged[] = []
      const settle = settling(staged, memories, () => clock.now())
      try {
        const judged: (Staged & Part & Pick<LinkNews, 'entry'>)[] = []
        for (const { entry, told, fresh } of news) {
          const isQuiet = isEmpty(fresh)
          const known = memories.take(entry.linkId)
          const follows = known?.version === entry.version
          if (!follows && isQuiet) continue
          const { version } = entry
          const memory = follows ? known.memory : await reload(await entry.loan('fraud-alerts'))
          const undo = Private.all([memory, told]).map(([one, changes]) => follow(one, changes))
          const one = { entry, version, memory, undo, hasNewCases: false, bankId: entry.bankId, fresh }
          staged.push(one)
          if (!isQuiet) judged.push(one)
        }
        const places = placesIn(judged, nameOf)
        const risk = await readRisk(tx, hashesOf(places.hashes))
        const scores: Private<PaymentScore[]>[] = []
        for (const one of judged) {
          const placesOf = places.knownAt(one.bankId, risk)
          const outcome = Private.all([one.memory, one.fresh]).map(([memory, payments]) =>
            judgeAll(memory, payments, { judge, now: clock.now(), random, placesOf }),
          )
          scores.push(outcome.map((made) => made.scores))
          if (!decide(outcome).changesAnything) continue
          one.hasNewCases = true
          await keep(await one.entry.loan('fraud-alerts'), outcome)
        }
        return {
          scores: Private.all(scores).map(
            (all): ReadonlyMap<string, PaymentScore> => new Map(all.flat().map((score) => [score.id, score])),
          ),
          settle,
        }
      } catch (error) {
        settle(false)
        throw error
      }
    },

    /**
     * Records whether the payment of a case was the person's. The same answer twice is one answer; the opposite one is
     * taken as a change of mind. Either is returned as the case now stands. Throws `not-found`.
     */
    async answer(loan: FraudLoan, caseId: string, said: Said): Promise<Private<FraudCase>> {
      const memory = await reload(loan)
      const now = clock.now()
      const { bankId } = onlyLink(loan)
      // Payments that had joined the case may be judged again.
      const asked = memory.map((one) => joinedTo(one, caseId))
      const places = placesIn([{ bankId, memory, fresh: asked }], nameOf)
      const placesOf = places.knownAt(bankId, await readRisk(loan.tx, hashesOf(places.hashes)))
      const outcome = memory.map((one) => answerCase(one, caseId, said, { judge, now, random, placesOf }))
      const findings = Private.all([memory, outcome]).map(([one, { cases }]) =>
        cases
          .flatMap((fraudCase) => findingsIn(one, fraudCase))
          .map((finding) => ({ ...finding, place: nameOf(bankId, finding.place) })),
      )
      const answered = await keepCase(loan, outcome)
      await keepFindings(loan.tx, findingsToKeep(findings), now)
      return answered
    },

    /** Notes when the bank blocked the card of a case; the first time counts. Throws `not-found`. */
    async markBlocked(loan: FraudLoan, caseId: string, at: number): Promise<Private<FraudCase>> {
      return await keepCase(
        loan,
        (await loan.cases()).map((cases) => blockedCase(cases, caseId, at)),
      )
    },

    /** Drops what was derived about a link: its consent ended. */
    forget: memories.forget,

    /** Drops what was derived about a person: they were erased, or their bank left. */
    forgetPerson: memories.forgetPerson,
  }
}

/** The room works on one link at a time: habits at one bank are read under that bank's consent only. */
function onlyLink({ links }: FraudLoan): FraudLoan['links'][number] {
  const [link, ...others] = links
  if (!link || others.length > 0) throw new Error('the fraud room needs a loan of exactly one link')
  return link
}
