import { DISPUTE_WAIT, type Heard } from '#fraud'
import { type Clock, Fault, Private } from '#kit'
import type { Loan } from '#vault'
import {
  type Action,
  type AnswerCase,
  type Errand,
  type Intent,
  type NewOrder,
  type OrderWords,
  say,
} from './answer.ts'
import {
  type CaseButtons,
  type CaseScene,
  sayDoubt,
  sayMarked,
  sayNotMe,
  saySnoozed,
  sayWasMe,
} from './answers/case.ts'
import type { Composed, Lending } from './lending.ts'
import type { BankDirectory, CaseDesk } from './ports.ts'

/** What a button does about a fraud case, or makes one. */
export type CaseIntent = Extract<
  Intent,
  {
    do: 'answer-case' | 'report-payment' | 'report-payments' | 'mark-payments' | 'snooze-case'
  }
>

type FraudLoan = Loan<'fraud-alerts'>

/** Answers to *was this you?*, payments that somebody says were not theirs, and what follows from either. */
export function createCaseButtons(needs: {
  lending: Lending
  cases: CaseDesk
  banks: BankDirectory
  clock: Clock
}) {
  const { lending, cases, banks, clock } = needs

  const lineOf = (bankId: string) => ({
    ...lending.line(bankId),
    country: banks.find(bankId)?.country ?? '',
  })

  /** A case with what its sentences need. */
  async function sceneOf(loan: FraudLoan, caseId: string) {
    const { linkId, bankId } = loan.links[0]!
    const read = [await loan.cases(), await loan.accounts(), await cases.recent(loan, caseId)] as const
    return Private.all(read).map(([all, accounts, { marked, markable }]) => {
      const fraudCase = all.find(({ id }) => id === caseId)
      const payment = marked.find(({ id }) => id === fraudCase?.transactionId)
      if (!fraudCase || !payment)
        throw new Fault('not-found', { detail: 'the case or its payment is not kept' })
      const scene: CaseScene = {
        linkId,
        line: lineOf(bankId),
        isCredit: accounts.find(({ id }) => id === fraudCase.accountId)?.kind === 'card',
        card: payment.cardNumberDisplay,
        marked,
        markable,
      }
      return { fraudCase, payment, scene }
    })
  }

  /** *Not me* was taken at its word: the card is blocked, and a dispute goes to the bank when it can no longer be taken back. */
  async function afterNotMe(loan: FraudLoan, heard: Heard, hasCard: boolean): Promise<Composed> {
    const caseId = heard.caseId!
    const { linkId } = loan.links[0]!
    const around = await sceneOf(loan, caseId)
    const buttons: CaseButtons = { linkId, caseId, hasCard }
    const about = around.map(({ fraudCase, payment }): OrderWords => {
      const { number, accountId } = fraudCase
      const { cardNumberDisplay } = payment
      return { number, accountId, ...(cardNumberDisplay !== null && { cardNumberDisplay }) }
    })
    const orders: NewOrder[] = [
      ...(hasCard ? [{ kind: 'block', about } as const] : []),
      { kind: 'dispute', about, notBefore: clock.now() + DISPUTE_WAIT },
    ]
    return {
      said: around.map(({ fraudCase, scene }) => sayNotMe(fraudCase, buttons, scene)),
      errand: { kind: 'bank-orders', linkId, caseId, orders },
    }
  }

  /** What the bank refused is let through at once. */
  async function release(loan: FraudLoan, caseId: string): Promise<Errand> {
    const about = (await loan.cases()).map((all): OrderWords => {
      const { number, accountId, declined } = all.find(({ id }) => id === caseId)!
      return { number, accountId, ...(declined && { bankTransactionId: declined.bankTransactionId }) }
    })
    const { linkId } = loan.links[0]!
    return { kind: 'bank-orders', linkId, caseId, orders: [{ kind: 'release', about }] }
  }

  async function answer(loan: FraudLoan, intent: AnswerCase): Promise<Composed> {
    const { caseId, answer: said, hasCard, sure = false } = intent
    const heard = await cases.answer(loan, caseId, { said, sure })
    if (heard.isDoubted) {
      const again: Action = {
        label: say('do-still-not-me', { hasCard }),
        style: 'danger',
        intent: { ...intent, sure: true },
      }
      const wasMe: Action = {
        label: say('do-was-me-after-all', {}),
        style: 'plain',
        intent: { ...intent, answer: 'was-me' },
      }
      return { said: heard.told.map(({ doubt }) => sayDoubt(doubt!, again, wasMe, hasCard)) }
    }
    if (said === 'not-me') return await afterNotMe(loan, heard, hasCard)
    const line = lending.line(loan.links[0]!.bankId)
    return {
      said: heard.told.map(({ fraudCase }) => sayWasMe(fraudCase!, intent, line)),
      ...(intent.isRefused && { errand: await release(loan, caseId) }),
    }
  }

  async function report(
    loan: FraudLoan,
    intent: Extract<Intent, { do: 'report-payment' }>,
  ): Promise<Composed> {
    const { transactionId, sure } = intent
    const heard = await cases.report(loan, transactionId, { sure })
    if (!heard.isDoubted) return await afterNotMe(loan, heard, true)
    const again: Action = {
      label: say('do-still-not-me', { hasCard: true }),
      style: 'danger',
      intent: { ...intent, sure: true },
    }
    const leave: Action = {
      label: say('do-was-me-after-all', {}),
      style: 'plain',
      intent: { do: 'leave-case' },
    }
    return { said: heard.told.map(({ doubt }) => sayDoubt(doubt!, again, leave, true)) }
  }

  async function mark(
    loan: FraudLoan,
    intent: Extract<Intent, { do: 'mark-payments' }>,
    chosen: readonly string[],
  ): Promise<Composed> {
    const { linkId, caseId, transactionIds } = intent
    const ticked = tickedOf(chosen, transactionIds)
    await cases.mark(loan, caseId, ticked)
    const around = await sceneOf(loan, caseId)
    return {
      said: around.map(({ fraudCase, scene }) =>
        sayMarked(fraudCase, { linkId, caseId, hasCard: scene.card !== null }, scene, clock.now()),
      ),
      // Of what the bank refused there was nothing to dispute: the first payment that is marked makes it one.
      errand: {
        kind: 'bank-orders',
        linkId,
        caseId,
        orders: [
          {
            kind: 'dispute',
            about: around.map(({ fraudCase: { number, accountId } }) => ({ number, accountId })),
            notBefore: clock.now() + DISPUTE_WAIT,
          },
        ],
      },
    }
  }

  /** Several payments of one list: the first is reported, and the others of its card join it. */
  async function reportSeveral(
    loan: FraudLoan,
    { linkId, transactionIds }: Extract<Intent, { do: 'report-payments' }>,
    chosen: readonly string[],
  ): Promise<Composed> {
    const [first, ...others] = tickedOf(chosen, transactionIds)
    if (others.length === 0)
      return await report(loan, { do: 'report-payment', linkId, transactionId: first!, sure: false })
    // Whoever ticks several has looked twice.
    const heard = await cases.report(loan, first!, { sure: true })
    for (const id of others) await cases.report(loan, id, { sure: true })
    return await afterNotMe(loan, heard, true)
  }

  return async function press(
    loan: FraudLoan,
    intent: CaseIntent,
    chosen: readonly string[],
  ): Promise<Composed> {
    switch (intent.do) {
      case 'answer-case':
        return await answer(loan, intent)
      case 'report-payment':
        return await report(loan, intent)
      case 'report-payments':
        return await reportSeveral(loan, intent, chosen)
      case 'snooze-case':
        return { said: new Private(saySnoozed(intent.of, await cases.snooze(loan, intent.of.caseId))) }
      case 'mark-payments':
        return await mark(loan, intent, chosen)
    }
  }
}

/** The payments that were ticked, of those that were offered: at least one. */
function tickedOf(chosen: readonly string[], offered: readonly string[]): string[] {
  const ticked = chosen.filter((id) => offered.includes(id))
  if (ticked.length === 0 || ticked.length < chosen.length) throw new Fault('request-malformed')
  return ticked
}
