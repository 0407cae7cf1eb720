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
  sayDoubts,
  sayMarked,
  sayNotMe,
  sayOwn,
  saySnoozed,
  sayWasMe,
} from './answers/case.ts'
import type { Composed, Lending } from './lending.ts'
import type { BankDirectory, CaseDesk } from './ports.ts'

/** What a button does about a fraud case, or makes one. */
export type CaseIntent = Extract<
  Intent,
  {
    do:
      | 'answer-case'
      | 'answer-cases'
      | 'report-payment'
      | 'report-payments'
      | 'mark-payments'
      | 'own-payments'
      | 'snooze-case'
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
    const read = await Private.together([loan.cases(), loan.accounts(), cases.recent(loan, caseId)])
    return read.map(([all, accounts, { marked, markable }]) => {
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
  async function afterNotMe(loan: FraudLoan, caseId: string, hasCard: boolean): Promise<Composed> {
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

  /** What the bank refused is let through at once, if it `releases`. */
  async function afterWasMe(loan: FraudLoan, caseId: string, releases: boolean): Promise<Errand> {
    const { linkId } = loan.links[0]!
    if (!releases) return { kind: 'bank-orders', linkId, caseId, orders: [] }
    const about = (await loan.cases()).map((all): OrderWords => {
      const { number, accountId, declined } = all.find(({ id }) => id === caseId)!
      return { number, accountId, ...(declined && { bankTransactionId: declined.bankTransactionId }) }
    })
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
      return {
        said: heard.told.map(({ doubt }) => sayDoubt(doubt!, again, wasMe, hasCard)),
        errand: { kind: 'answer-doubted', caseIds: [caseId] },
      }
    }
    if (said === 'not-me') return await afterNotMe(loan, caseId, hasCard)
    const line = lending.line(loan.links[0]!.bankId)
    return {
      said: heard.told.map(({ fraudCase }) =>
        sayWasMe(fraudCase!, intent, line, { releases: heard.releases, now: clock.now() }),
      ),
      errand: await afterWasMe(loan, caseId, heard.releases),
    }
  }

  /** Several cases at once: each says how it went in a message of its own, with the buttons that take its answer back. */
  async function answerSeveral(loan: FraudLoan, answers: readonly AnswerCase[]): Promise<Composed> {
    const said: Composed[] = []
    for (const one of answers) said.push(await answer(loan, one))
    return together(said)
  }

  async function report(
    loan: FraudLoan,
    intent: Extract<Intent, { do: 'report-payment' }>,
  ): Promise<Composed> {
    const { transactionId, sure } = intent
    const heard = await cases.report(loan, transactionId, { sure })
    return heard.isDoubted ? doubtOf(loan, heard, intent) : await afterNotMe(loan, heard.caseId!, true)
  }

  /** One reported payment that they may have forgotten. When it was asked about, that it was theirs is the answer. */
  function doubtOf(
    loan: FraudLoan,
    heard: Heard,
    intent: Extract<Intent, { do: 'report-payment' }>,
  ): Composed {
    const { linkId } = loan.links[0]!
    const { caseId } = heard
    const again: Action = {
      label: say('do-still-not-me', { hasCard: true }),
      style: 'danger',
      intent: { ...intent, sure: true },
    }
    const leave: Action = {
      label: say('do-was-me-after-all', {}),
      style: 'plain',
      intent: caseId
        ? { do: 'answer-case', linkId, caseId, hasCard: true, answer: 'was-me' }
        : { do: 'leave-case' },
    }
    return {
      said: heard.told.map(({ doubt }) => sayDoubt(doubt!, again, leave, true)),
      ...(caseId && { errand: { kind: 'answer-doubted', caseIds: [caseId] } }),
    }
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

  async function own(
    loan: FraudLoan,
    { linkId, caseId, transactionIds }: Extract<Intent, { do: 'own-payments' }>,
    chosen: readonly string[],
  ): Promise<Composed> {
    const ticked = transactionIds.length > 0 ? tickedOf(chosen, transactionIds) : []
    if (ticked.length > 0) await cases.own(loan, caseId, ticked)
    const around = await sceneOf(loan, caseId)
    return {
      said: around.map(({ fraudCase, scene }) =>
        sayOwn(fraudCase, { linkId, caseId, hasCard: scene.card !== null }, scene, {
          ticked: ticked.length,
          now: clock.now(),
        }),
      ),
    }
  }

  /**
   * Several payments of one list. Each of their cards has a case of its own, with its own orders and its own message; what
   * they may have forgotten is asked about once more, and no card is blocked because of that.
   */
  async function reportSeveral(
    loan: FraudLoan,
    intent: Extract<Intent, { do: 'report-payments' }>,
    chosen: readonly string[],
  ): Promise<Composed> {
    const { linkId, transactionIds, sure = false } = intent
    const heard = new Map<string, Heard>()
    const report = async (id: string) => heard.set(id, await cases.report(loan, id, { sure }))
    for (const id of tickedOf(chosen, transactionIds)) await report(id)
    // Once something of a card was not theirs, nothing of it is doubted: what came before that in the list is heard again.
    for (const [id, { isDoubted, caseId }] of heard) if (isDoubted && caseId === null) await report(id)

    const taken = [...heard.values()].filter(({ isDoubted }) => !isDoubted)
    const doubted = [...heard].filter(([, { isDoubted }]) => isDoubted)
    const said: Composed[] = []
    for (const caseId of new Set(taken.map(({ caseId }) => caseId!)))
      said.push(await afterNotMe(loan, caseId, true))
    const [only] = doubted
    if (only && doubted.length === 1) {
      const [transactionId, one] = only
      said.push(doubtOf(loan, one, { do: 'report-payment', linkId, transactionId, sure: false }))
    } else if (only) said.push(await doubtsOf(loan, linkId, doubted))
    return together(said)
  }

  /** Several reported payments that they may have forgotten. */
  async function doubtsOf(
    loan: FraudLoan,
    linkId: string,
    doubted: readonly [string, Heard][],
  ): Promise<Composed> {
    const ids = doubted.map(([id]) => id)
    const caseIds = [...new Set(doubted.flatMap(([, { caseId }]) => caseId ?? []))]
    const told = Private.all(doubted.map(([, one]) => one.told))
    const read = Private.all([told, await loan.transactions()] as const)
    return {
      said: read.map(([all, transactions]) =>
        sayDoubts(
          all.map(({ doubt }) => doubt!),
          transactions.filter(({ id }) => ids.includes(id)),
          { linkId, caseIds },
        ),
      ),
      errand: { kind: 'answer-doubted', caseIds },
    }
  }

  return async function press(
    loan: FraudLoan,
    intent: CaseIntent,
    chosen: readonly string[],
  ): Promise<Composed> {
    switch (intent.do) {
      case 'answer-case':
        return await answer(loan, intent)
      case 'answer-cases':
        return await answerSeveral(loan, intent.answers)
      case 'report-payment':
        return await report(loan, intent)
      case 'report-payments':
        return await reportSeveral(loan, intent, chosen)
      case 'snooze-case':
        return { said: new Private(saySnoozed(intent.of, await cases.snooze(loan, intent.of.caseId))) }
      case 'own-payments':
        return await own(loan, intent, chosen)
      case 'mark-payments':
        return await mark(loan, intent, chosen)
    }
  }
}

function together(said: readonly Composed[]): Composed {
  const [first, ...more] = said
  return { ...first!, more }
}

/** The payments that were ticked, of those that were offered: at least one. */
export function tickedOf(chosen: readonly string[], offered: readonly string[]): string[] {
  const ticked = chosen.filter((id) => offered.includes(id))
  if (ticked.length === 0 || ticked.length < chosen.length) throw new Fault('request-malformed')
  return ticked
}
