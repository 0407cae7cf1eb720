import { type Consents, isPurpose, OFFERED_PURPOSES, type Purpose } from '#consent'
import { usualThere } from '#fraud'
import { Fault, Private, type Sql } from '#kit'
import type { Loan } from '#vault'
import { type Answer, type OrderKind, type OrderWords, type Said, say } from './answer.ts'
import { type AccountChange, sayAccountChanged } from './answers/accounts.ts'
import { sayAlert, sayAlertAgain } from './answers/alert.ts'
import { sayLines } from './answers/lines.ts'
import { type OrderOutcome, sayOrderImpossible, sayOrderOutcome } from './answers/orders.ts'
import { sayAppLet, sayBankLeft, sayLinked } from './answers/plain.ts'
import { sayAccessEnded, sayBroken, sayConsentEnding } from './answers/refresh.ts'
import { sayConsentEnded } from './answers/refusal.ts'
import type { Deliver } from './channel.ts'
import type { Lending } from './lending.ts'
import { consentEndedOnce } from './once.ts'
import type { BankDirectory, CaseDesk } from './ports.ts'
import type { Asker, Scene } from './scene.ts'

type CaseIds = { linkId: string; caseId: string }

/** Whose lines are looked for, where, in what was written after which place there, and what of it they were told. */
export type LinesOf = {
  linkId: string
  writtenAfter: number
  told: ReadonlySet<string>
  asker: Asker
  deliver: Deliver<unknown>
}

/** What is told without being asked. Each is told once, under a name made from what it is about. */
export function createNews(needs: {
  lending: Lending
  consents: Consents
  cases: CaseDesk
  sql: Sql
  banks: BankDirectory
}) {
  const { lending, consents, cases, sql, banks } = needs
  const { lend, lendIfAny, lendEach, tell, named, bankName, line } = lending

  /** *Was this you?*, as the case stands. */
  async function question(
    loan: Loan<'fraud-alerts'>,
    caseId: string,
    { now }: Pick<Scene, 'now'>,
  ): Promise<Private<Said>> {
    const { linkId, bankId } = loan.links[0]!
    const read = await Private.together([loan.cases(), loan.transactions()])
    return read.map(([all, transactions]) => {
      const fraudCase = all.find(({ id }) => id === caseId)
      const payment = transactions.find(({ id }) => id === fraudCase?.transactionId)
      if (!fraudCase || !payment)
        throw new Fault('not-found', { detail: 'the case or its payment is not kept' })
      const usual = usualThere(payment, transactions, all)
      return sayAlert({ fraudCase, payment, usual, now }, { linkId, name: bankName(bankId) })
    })
  }

  return {
    /** *Was this you?* A person who withdrew fraud alerts meanwhile is not asked. */
    async alert<T>(ids: CaseIds, asker: Asker, deliver: Deliver<T>): Promise<T> {
      const ask = { purpose: 'fraud-alerts', what: 'tell-case', linkIds: [ids.linkId] } as const
      return await lend(ask, asker, deliver, async (loan, scene) => ({
        said: await question(loan, ids.caseId, scene),
        kind: 'alert',
        once: `case:${ids.caseId}:asked`,
      }))
    },

    /** The same question once more, when nobody answered it; nothing when it was answered or told again before. */
    async alertAgain<T>(ids: CaseIds, asker: Asker, deliver: Deliver<T>): Promise<T | null> {
      const ask = { purpose: 'fraud-alerts', what: 'tell-case', linkIds: [ids.linkId] } as const
      return await lendIfAny(ask, asker, deliver, async (loan, scene) => {
        const escalated = await cases.escalate(loan, ids.caseId)
        if (!escalated) return null
        const { number } = escalated
        const { bankId } = loan.links[0]!
        const bank = line(bankId)
        return {
          said: (await question(loan, ids.caseId, scene)).map((asked) => sayAlertAgain(asked, bank, number)),
          kind: 'alert',
          errand: { kind: 'unanswered-alert', number, bankIds: [bankId], caseId: ids.caseId },
          once: `case:${ids.caseId}:unanswered`,
        }
      })
    },

    /**
     * Quiet lines about payments that are not `told`, for many people at once. Gives for each until when the link need not be
     * looked at again: null when all is told or may not be, an instant in the past when there is more.
     */
    async lines(due: readonly LinesOf[]): Promise<(number | null)[]> {
      const lookAgainAt = due.map((): number | null => null)
      await lendEach({ purpose: 'fraud-alerts', what: 'tell-payments' }, due, async (loan, place) => {
        const { linkId, told, writtenAfter, asker } = due[place]!
        const scene = { told, writtenAfter, timeZone: asker.timeZone }
        const { waitsUntil, payments, more } = await cases.linesDue(loan, scene)
        lookAgainAt[place] = more ? 0 : waitsUntil
        if (!payments) return null
        const bank = { linkId, name: bankName(loan.links[0]!.bankId) }
        return {
          said: payments.map((list) => sayLines(list, bank)),
          kind: 'line',
          errand: {
            kind: 'lines-told',
            transactionIds: payments.map((list) => list.map(({ id }) => id)),
          },
        }
      })
      return lookAgainAt
    },

    /** How the bank decided a dispute. */
    async disputeDecided<T>(ids: CaseIds, asker: Asker, deliver: Deliver<T>): Promise<T> {
      const ask = { purpose: 'fraud-alerts', what: 'tell-case', linkIds: [ids.linkId] } as const
      return await lend(ask, asker, deliver, async (loan) => {
        const bank = line(loan.links[0]!.bankId)
        const said = (await loan.cases()).map((all): Said => {
          const fraudCase = all.find(({ id }) => id === ids.caseId)
          const decided = fraudCase?.dispute?.outcome?.decided
          if (!fraudCase || !decided)
            throw new Fault('not-found', { detail: 'the case or its decision is not kept' })
          const { number } = fraudCase
          return { text: [say('dispute-decided', { ...bank, number, decided })], show: null, actions: [] }
        })
        return { said, once: `case:${ids.caseId}:decided` }
      })
    },

    /** That a bank opened, closed or renumbered an account. A person who does not let their accounts be seen is not told. */
    async accountChanged<T>(
      ids: { linkId: string; accountId: string; change: AccountChange; at: number },
      asker: Asker,
      deliver: Deliver<T>,
    ): Promise<T> {
      const ask = { purpose: 'account-view', what: 'tell-account', linkIds: [ids.linkId] } as const
      return await lend(ask, asker, deliver, async (loan, scene) => ({
        said: (await loan.accounts()).map((all): Said => {
          const account = all.find(({ id }) => id === ids.accountId)
          if (!account) throw new Fault('not-found', { detail: 'the account is not kept' })
          return sayAccountChanged(account, ids.change, scene)
        }),
        once: `account:${ids.accountId}:${ids.change}:${ids.at}`,
      }))
    },

    /** How an order to the bank went: noted in its case, if it has one, and to be delivered with this loan. */
    async orderOutcome(
      loan: Loan<'fraud-alerts'>,
      order: { kind: OrderKind; about: Private<OrderWords>; caseId: string | null },
      outcome: OrderOutcome,
      once: string,
    ): Promise<Answer> {
      const { kind, caseId } = order
      if (outcome.state === 'done' && caseId !== null) {
        const { at, reference } = outcome
        if (kind === 'block') await cases.markBlocked(loan, caseId, at)
        if (kind === 'release') await cases.markReleased(loan, caseId, at)
        if (kind === 'dispute')
          await cases.markDisputeSent(loan, caseId, { at, bankDisputeId: reference ?? '' })
      }
      const { bankId } = loan.links[0]!
      const about = { ...line(bankId), country: banks.find(bankId)?.country ?? '' }
      const said = order.about.map((plain) => sayOrderOutcome(kind, plain, outcome, about))
      return { kind: 'plain', purpose: 'fraud-alerts', said, errand: null, once }
    },

    /** An order that can no longer be given. */
    async orderImpossible<T>(
      kind: OrderKind,
      bankIds: readonly string[],
      once: string,
      deliver: Deliver<T>,
    ): Promise<T> {
      return await tell(deliver, sayOrderImpossible(kind, bankIds.map(line)), { once })
    },

    /** Keeps which payments a person wants a line about. */
    chooseLines: cases.chooseLines,

    /** What a bank is to be told of a dispute, or until when that waits; null when there is nothing to tell. */
    disputeOnItsWay: cases.disputeOnItsWay,

    /** Until when a dispute waits of which nothing is paid; null when it waited for long enough, and ended. */
    waitForCharge: cases.waitForCharge,

    /** That nothing of a dispute is paid, so that it does not go to the bank yet: to be delivered with this loan. */
    nothingToDispute(loan: Loan<'fraud-alerts'>, about: Private<OrderWords>, once: string): Answer {
      const bank = bankName(loan.links[0]!.bankId)
      const said = about.map(
        ({ number }): Said => ({
          text: [say('dispute-nothing-paid', { bank, number })],
          show: null,
          actions: [],
        }),
      )
      return { kind: 'plain', purpose: 'fraud-alerts', said, errand: null, once }
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

    /** The access to a bank was ended there, which revoked what rested on it; not told when it was linked again meanwhile. */
    async accessEnded<T>(
      { personId, linkId }: { personId: string; linkId: string },
      deliver: Deliver<T>,
    ): Promise<T | null> {
      const grants = (await consents.of(sql, personId)).filter(
        (grant) => grant.linkId === linkId && !grant.oneTime,
      )
      const latest = grants.find(({ state }) => state === 'revoked')
      if (!latest || grants.some(({ state }) => state === 'given')) return null
      return await tell(deliver, sayAccessEnded(named(latest.bankId)), { once: `access-ended:${latest.id}` })
    },

    /** Consents of a link that end within some days, each time told once. */
    async consentsEnding<T>(
      ending: { linkId: string; bankId: string; purposes: readonly Purpose[]; at: number; days: number },
      deliver: Deliver<T>,
    ): Promise<T> {
      const { linkId, bankId, at, days } = ending
      const once = `consent-ending:${linkId}:${at}:${days}`
      return await tell(deliver, sayConsentEnding(named(bankId), ending), { once })
    },

    /** A bank has not let itself be read since a while. */
    async connectionBroken<T>(
      state: { linkId: string; bankId: string; since: number; pulledAt: number | null; why: string | null },
      deliver: Deliver<T>,
    ): Promise<T> {
      const once = `connection-broken:${state.linkId}:${state.since}`
      return await tell(deliver, sayBroken(bankName(state.bankId), state), { once })
    },

    /** An app of the person's own may read from now on: said here too, in case it was not the person who let it. */
    async appLet<T>(
      { accessId, app, bankIds, until }: { accessId: string; app: string; bankIds: string[]; until: number },
      deliver: Deliver<T>,
    ): Promise<T> {
      const said = sayAppLet({ app, banks: bankIds.map(bankName), until })
      return await tell(deliver, said, { once: `app-let:${accessId}` })
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
