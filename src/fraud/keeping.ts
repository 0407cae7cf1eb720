import { type Clock, DAY, Fault, MINUTE, Private } from '#kit'
import type { People } from '#people'
import type { FraudCase, Loan } from '#vault'
import { type Decided, decide, findingsToKeep } from './decide.ts'
import { KEPT_SPAN, PAYMENTS_MAX } from './history.ts'
import { type Memory, remember } from './memory.ts'
import type { Outcome } from './outcome.ts'
import type { NameOf } from './places.ts'
import { keepFindings } from './risk-store.ts'

export type FraudLoan = Loan<'fraud-alerts'>

/** Whoever has not answered for so long is told again, by every way they can be reached. */
export const UNANSWERED_WAIT = 15 * MINUTE

/** States of payments that are read at most: a payment has three, from its authorisation to its posting. */
const STATES_MAX = 3 * PAYMENTS_MAX

export type Keeping = ReturnType<typeof createKeeping>

/** Reads what is known of a link, and keeps what an outcome changes. */
export function createKeeping(needs: {
  clock: Clock
  people: Pick<People, 'find'>
  homeCountryOf: (bankId: string) => string | null
  nameOf: NameOf
}) {
  const { clock, people, homeCountryOf, nameOf } = needs

  /** What was learnt about payments goes into the table of places that all people share. */
  async function keepLearnt(loan: FraudLoan, outcome: Private<Outcome>) {
    const { bankId } = onlyLink(loan)
    const findings = outcome.map((one) =>
      one.findings.map((finding) => ({ ...finding, place: nameOf(bankId, finding.place) })),
    )
    await keepFindings(loan.tx, findingsToKeep(findings), clock.now())
  }

  return {
    async reload(loan: FraudLoan): Promise<Private<Memory>> {
      const now = clock.now()
      const person = await people.find(loan.tx, loan.personId)
      if (!person) throw new Fault('not-found')
      const home = { timeZone: person.timeZone, country: homeCountryOf(onlyLink(loan).bankId) }
      const read = await Private.together([
        loan.transactions({ from: now - KEPT_SPAN, to: now + 30 * DAY }, STATES_MAX),
        loan.cases(),
        loan.knownGood(),
        loan.labels(),
        loan.snoozes(),
      ])
      return read.map(([transactions, cases, knownGood, labels, snoozes]) =>
        remember({ transactions, cases, knownGood, labels, snoozes }, home),
      )
    },

    /** Keeps what an outcome changed, and announces the cases it raised and the disputes that were decided. */
    async keep(loan: FraudLoan, outcome: Private<Outcome>): Promise<void> {
      const { linkId } = onlyLink(loan)
      const { personId } = loan
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
      await loan.keep(
        'payment-label',
        outcome.map(({ labels }) => labels),
        linkId,
      )
      const { raised, decided } = decide(outcome)
      for (const caseId of raised) {
        const ids = { personId, linkId, caseId }
        await loan.announce('case-raised', ids)
        await loan.announce('case-unanswered', ids, { notBefore: clock.now() + UNANSWERED_WAIT })
      }
      for (const caseId of decided) await loan.announce('dispute-decided', { personId, linkId, caseId })
      await keepLearnt(loan, outcome)
    },

    /** Keeps what the bank or the conversation did about one case. Throws `not-found` when there is none. */
    async keepCase(loan: FraudLoan, outcome: Private<Outcome>): Promise<Private<FraudCase>> {
      mustBeKnown(decide(outcome))
      await loan.keep(
        'fraud-case',
        outcome.map(({ cases }) => cases),
        onlyLink(loan).linkId,
      )
      return outcome.map(({ answered }) => answered!)
    },
  }
}

export function mustBeKnown(decided: Decided): Decided {
  if (!decided.isKnown) throw new Fault('not-found')
  return decided
}

/** The room works on one link at a time: habits at one bank are read under that bank's consent only. */
export function onlyLink({ links }: Pick<FraudLoan, 'links'>): FraudLoan['links'][number] {
  const [link, ...others] = links
  if (!link || others.length > 0) throw new Error('the fraud room needs a loan of exactly one link')
  return link
}
