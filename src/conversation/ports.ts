import type { DisputeToSend, Heard } from '#fraud'
import type { Presence, PullState, Refreshed } from '#intake'
import type { Locale, Money, Private } from '#kit'
import type { Connection, LineChoice, Loan, Transaction } from '#vault'
import type { Question } from './question.ts'

/** What the conversation needs to know about banks; filled from the bank profiles. */
export type BankDirectory = {
  /** Banks that can be linked, as they are listed. */
  list(): readonly { id: string; name: string }[]
  /** A bank by its id, also one that has left; null when it was never here. */
  find(bankId: string): { name: string; country: string; supportPhone: string | null } | null
  /** Since when the bank's own API has not been answering; null when it is. */
  downSince(bankId: string): Promise<number | null>
}

/** What the conversation needs to know about people at banks who answer in it. */
export type HumanDesk = {
  /** Those of `bankIds` whose people answer here. */
  answerHere(bankIds: readonly string[]): Promise<string[]>
  /** The person's request for a person that nobody has settled yet. */
  waiting(personId: string): Promise<{ number: string; at: number } | null>
}

/** What the conversation needs of the pulls. No loan is held meanwhile: a bank may take its time. */
export type PullDesk = {
  /** Has links read now, their person being there: some banks count such a read apart, and want to be told of them. */
  refresh(linkIds: readonly string[], present?: Presence): Promise<Refreshed[]>
  statesOf(linkIds: readonly string[]): Promise<PullState[]>
}

/** Tells banks what to do about a person's card. Its caller holds no loan meanwhile: a bank may take its time. */
export type BankDesk = {
  /** A connection whose access token is fresh. A `renewed` one must be kept before it is used: the old one is dead. */
  refresh(
    bankId: string,
    connection: Private<Connection>,
  ): Promise<{ connection: Private<Connection>; renewed: boolean }>
  /**
   * Has an order done. The same `idempotencyKey` is the same order, and gets the same answer however often it is sent.
   * Throws `bank-unreachable` when trying again may help, `bank-refused` when the bank said no.
   */
  carryOut(
    bankId: string,
    connection: Private<Connection>,
    order: Private<BankOrder>,
    idempotencyKey: string,
  ): Promise<OrderDone>
}

type OfAccount = { bankAccountId: string; caseNumber: string }
export type BankOrder = OfAccount &
  (
    | { kind: 'block' | 'unblock' | 'replace'; cardNumberDisplay: string }
    | { kind: 'release'; bankTransactionId: string }
    | {
        kind: 'dispute'
        notifiedAt: number
        payments: readonly { bankTransactionId: string; amount: Money }[]
      }
  )

/** When the bank did it, by what name it calls it if it has one, and until when a new card is on its way. */
export type OrderDone = { at: number; reference: string | null; expectedBy: number | null }

type FraudLoan = Loan<'fraud-alerts'>

/** What the conversation needs of the fraud room, in loans of one link. Each throws `not-found` for what is not there. */
export type CaseDesk = {
  answer(
    loan: FraudLoan,
    caseId: string,
    answer: { said: 'was-me' | 'not-me'; sure: boolean },
  ): Promise<Heard>
  report(loan: FraudLoan, transactionId: string, given: { sure: boolean }): Promise<Heard>
  mark(loan: FraudLoan, caseId: string, transactionIds: readonly string[]): Promise<Heard>
  /** Payments that had joined a dispute and were their own. */
  own(loan: FraudLoan, caseId: string, transactionIds: readonly string[]): Promise<Heard>
  /** Leaves the rules of a case out for a while; null when there is none to leave out. */
  snooze(loan: FraudLoan, caseId: string): Promise<{ until: number } | null>
  /** The case's payments, and those of its card that may be marked too. */
  recent(
    loan: FraudLoan,
    caseId: string,
  ): Promise<Private<{ marked: Transaction[]; markable: Transaction[] }>>
  /** The first time that a question is said to be unanswered it gives the case's number; else null. */
  escalate(loan: FraudLoan, caseId: string): Promise<{ number: string } | null>
  /** What the bank is to be told, without a dispute where nothing is paid, or until when that waits; null when there is nothing to tell. */
  disputeOnItsWay(
    loan: FraudLoan,
    caseId: string,
  ): Promise<{ waitsUntil: number } | { dispute: Private<DisputeToSend> | null } | null>
  /** Nothing of a dispute is paid: until when it waits for that, null when it waited for long enough. */
  waitForCharge(loan: FraudLoan, caseId: string): Promise<number | null>
  /** Payments to write a line about now, null when there are none; others wait until the end of quiet hours. */
  linesDue(
    loan: FraudLoan,
    scene: { told: ReadonlySet<string>; timeZone: string; writtenAfter: number },
  ): Promise<{ waitsUntil: number | null; payments: Private<Transaction[]> | null; more: boolean }>
  chooseLines(loan: FraudLoan, choice: Omit<LineChoice, 'id' | 'at'>): Promise<void>
  markBlocked(loan: FraudLoan, caseId: string, at: number): Promise<unknown>
  markReleased(loan: FraudLoan, caseId: string, at: number): Promise<unknown>
  markDisputeSent(
    loan: FraudLoan,
    caseId: string,
    sent: { at: number; bankDisputeId: string },
  ): Promise<unknown>
}

/**
 * Understands what neither rules nor likeness do. It is given the person's words, their language and where their clock
 * stands, and nothing of what is kept about them; null when it does not understand either, or did not answer in time.
 */
export type Planner = {
  plan(text: string, scene: { now: number; timeZone: string; locale: Locale }): Promise<Question | null>
}
