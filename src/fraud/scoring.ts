import { type Clock, Private, type Random, type Tx } from '#kit'
import type { Loan, PaymentScore, Transaction } from '#vault'
import { type DisputeOutcome, endSilence, type Flagged, takeFlags, takeOutcomes } from './bank-word.ts'
import { decide, hashesOf, isEmpty, tallyToKeep } from './decide.ts'
import type { Risk } from './features/index.ts'
import type { Judge } from './judge.ts'
import type { Keeping } from './keeping.ts'
import type { createMemories } from './memories.ts'
import { follow } from './memory.ts'
import { joinOutcomes, NOTHING, type Outcome } from './outcome.ts'
import { type NameOf, type Part, type PlacedAt, placesIn, placesOfCard } from './places.ts'
import { judgeAll } from './raising.ts'
import { readRisk } from './risk-store.ts'
import { type Staged, settling } from './staging.ts'
import { decisionsIn, keepTally } from './tally.ts'

/** One link in a batch of payments; it has the shape of the intake’s `LinkNews`. */
export type LinkNews = {
  entry: {
    personId: string
    linkId: string
    bankId: string
    /** The link's version: rises with every write, and so tells a memory that is up to date from one that is not. */
    readonly version: number
    loan(purpose: 'fraud-alerts'): Promise<Loan<'fraud-alerts'>>
  }
  told: Private<Transaction[]>
  fresh: Private<Transaction[]>
  flagged: Private<Flagged[]>
  outcomes: Private<DisputeOutcome[]>
}

/**
 * The intake's scorer: judges the fresh payments of a batch, takes in what the bank says of others, and opens cases where
 * people must be asked, before the batch is written. What is learnt counts once `settle` is told that the commit went
 * through; else it never did. One query for the whole batch, beside those for links it has not met lately and for what it keeps.
 */
export function createScoring(needs: {
  clock: Clock
  random: Random
  judge: Judge
  nameOf: NameOf
  keeping: Keeping
  memories: ReturnType<typeof createMemories>
}) {
  const { clock, random, judge, nameOf, keeping, memories } = needs

  /** `asked` are places that were asked about already, and what is known of them. */
  async function score(
    tx: Tx,
    news: readonly LinkNews[],
    asked: { places: ReadonlySet<string>; risk: Promise<Risk> } | null = null,
  ) {
    const staged: Staged[] = []
    const settle = settling(staged, memories, () => clock.now())
    try {
      const judged: (Staged & Part & Pick<LinkNews, 'entry' | 'flagged'> & { learnt: Private<Outcome> })[] =
        []
      for (const { entry, told, fresh, flagged, outcomes } of news) {
        const isQuiet = [fresh, flagged, outcomes].every(isEmpty)
        const known = memories.take(entry.linkId)
        const follows = known?.version === entry.version
        if (!follows && isQuiet) continue
        const { version } = entry
        const memory = follows ? known.memory : await keeping.reload(await entry.loan('fraud-alerts'))
        // What the bank decided, and silence, is learnt before the batch is told: that is the order in which a log has it.
        const learnt = Private.all([memory, outcomes]).map(([one, decisions]) => {
          if (isQuiet) return NOTHING
          const judging = { now: clock.now(), random }
          return joinOutcomes(endSilence(one, judging), takeOutcomes(one, decisions, judging))
        })
        const undo = Private.all([memory, told]).map(([one, changes]) => follow(one, changes))
        const one = { entry, version, memory, undo, hasNewCases: decide(learnt).changesAnything }
        staged.push(one)
        if (!isQuiet) judged.push(Object.assign(one, { bankId: entry.bankId, fresh, flagged, learnt }))
      }
      const places = placesIn(judged, nameOf)
      const hashes = hashesOf(places.hashes)
      const isAsked = asked !== null && hashes.every((hash) => asked.places.has(hash))
      const risk = await (isAsked ? asked.risk : readRisk(tx, hashes))
      for (const { bankId, learnt } of judged)
        learnt.map(({ findings }) => places.hearing(bankId, risk)(findings))
      const scores: Private<PaymentScore[]>[] = []
      for (const one of judged) {
        const [placesOf, heard] = [places.knownAt(one.bankId, risk), places.hearing(one.bankId, risk)]
        const outcome = Private.all([one.memory, one.fresh, one.flagged, one.learnt]).map(
          ([memory, payments, flags, learnt]) => {
            const judging = { judge, now: clock.now(), random, placesOf, heard }
            return [learnt, judgeAll(memory, payments, judging), takeFlags(memory, flags, judging)].reduce(
              joinOutcomes,
            )
          },
        )
        scores.push(outcome.map((made) => made.scores))
        if (!decide(outcome).changesAnything) continue
        one.hasNewCases = true
        await keeping.keep(await one.entry.loan('fraud-alerts'), outcome)
        await keepTally(tx, one.bankId, tallyToKeep(one.learnt.map(decisionsIn)))
      }
      return {
        scores: Private.all(scores).map(
          (all): ReadonlyMap<string, PaymentScore> =>
            new Map(all.flat().map((scored) => [scored.id, scored])),
        ),
        settle,
      }
    } catch (error) {
      settle(false)
      throw error
    }
  }

  return Object.assign((tx: Tx, news: readonly LinkNews[]) => score(tx, news), {
    ahead(tx: Tx, bankId: string, payments: readonly PlacedAt[]) {
      const places = new Set(
        payments.flatMap((payment) => placesOfCard(payment).map((place) => nameOf(bankId, place))),
      )
      const risk = readRisk(tx, [...places])
      risk.catch(() => {})
      return (_: Tx, news: readonly LinkNews[]) => score(tx, news, { places, risk })
    },
  })
}
