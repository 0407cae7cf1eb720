import { type Consents, isPurpose, OFFERED_PURPOSES } from '#consent'
import { Fault, Private, type Sql } from '#kit'
import type { Loan } from '#vault'
import type { Answer, CardToBlock } from './answer.ts'
import { sayAlert } from './answers/alert.ts'
import { type BlockOutcome, sayBlockImpossible, sayBlockOutcome } from './answers/cards.ts'
import { sayBankLeft, sayLinked } from './answers/plain.ts'
import { sayConsentEnded } from './answers/refusal.ts'
import type { Deliver } from './channel.ts'
import type { Lending } from './lending.ts'
import { consentEndedOnce } from './once.ts'
import type { BankDirectory, CaseAnswers } from './ports.ts'
import type { Asker } from './scene.ts'

/** What is told without being asked. Each is told once, under a name made from what it is about. */
export function createNews(needs: {
  lending: Lending
  consents: Consents
  cases: CaseAnswers
  sql: Sql
  banks: BankDirectory
}) {
  const { lending, consents, cases, sql, banks } = needs
  const { lend, tell, named, bankName, line } = lending

  return {
    /** *Was this you?* A person who withdrew fraud alerts meanwhile is not asked. */
    async alert<T>(
      { linkId, caseId }: { linkId: string; caseId: string },
      asker: Asker,
      deliver: Deliver<T>,
    ): Promise<T> {
      const ask = { purpose: 'fraud-alerts', what: 'tell-case', linkIds: [linkId] } as const
      return await lend(ask, asker, deliver, async (loan) => {
        const { bankId } = loan.links[0]!
        const read = Private.all([await loan.cases(), await loan.transactions()])
        const said = read.map(([cases, transactions]) => {
          const fraudCase = cases.find(({ id }) => id === caseId)
          const payment = transactions.find(({ id }) => id === fraudCase?.transactionId)
          if (!fraudCase || !payment)
            throw new Fault('not-found', { detail: 'the case or its payment is not kept' })
          return sayAlert({ fraudCase, payment }, { linkId, name: bankName(bankId) })
        })
        return { said, kind: 'alert', once: `case:${caseId}:asked` }
      })
    },

    /** How an order to block a card went: noted in its case, if it has one, and to be delivered with this loan. */
    async blockOutcome(
      loan: Loan<'fraud-alerts'>,
      order: { card: Private<CardToBlock>; caseId: string | null },
      outcome: BlockOutcome,
      once: string,
    ): Promise<Answer> {
      if (outcome.state === 'blocked' && order.caseId !== null)
        await cases.markBlocked(loan, order.caseId, outcome.at)
      const { bankId } = loan.links[0]!
      const about = { ...line(bankId), country: banks.find(bankId)?.country ?? '' }
      const said = order.card.map((plain) => sayBlockOutcome(plain, outcome, about))
      return { kind: 'plain', purpose: 'fraud-alerts', said, errand: null, once }
    },

    /** An order to block a card that can no longer be given. */
    async blockImpossible<T>(bankIds: readonly string[], once: string, deliver: Deliver<T>): Promise<T> {
      return await tell(deliver, sayBlockImpossible(bankIds.map(line)), { once })
    },

    /** A bank was linked, or more was allowed at it. */
    async linked<T>({ linkId }: { linkId: string }, asker: Asker, deliver: Deliver<T>): Promise<T | null> {
      const live = (await consents.of(sql, asker.personId)).filter(
        (grant) => grant.linkId === linkId && grant.state === 'given' && !grant.oneTime,
      )
      const [latest] = live
      if (!latest) return null
      const purposes = OFFERED_PURPOSES.filter((id) => live.some(({ purpose }) => purpose === id))
      return await tell(deliver, sayLinked(bankName(latest.bankId), purposes), {
        once: `linked:${latest.id}`,
      })
    },

    async bankLeft<T>(bankId: string, deliver: Deliver<T>): Promise<T> {
      return await tell(deliver, sayBankLeft(bankName(bankId)), { once: `bank-left:${bankId}` })
    },

    /** Nothing is told about a purpose that was granted again meanwhile, or that the person’s own single act used up. */
    async consentEnded<T>(
      { personId, linkId, purpose }: { personId: string; linkId: string; purpose: string },
      deliver: Deliver<T>,
    ): Promise<T | null> {
      if (!isPurpose(purpose) || !OFFERED_PURPOSES.includes(purpose)) return null
      const grants = (await consents.of(sql, personId)).filter(
        (grant) => grant.linkId === linkId && grant.purpose === purpose,
      )
      const [latest] = grants
      if (!latest || grants.some(({ state }) => state === 'given')) return null
      const said = sayConsentEnded(latest.purpose, named(latest.bankId))
      return await tell(deliver, said, { once: consentEndedOnce(latest.id) })
    },
  }
}
