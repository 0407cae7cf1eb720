import type { Private } from '#kit'
import type { Connection, Loan } from '#vault'

/** What the conversation needs to know about banks; filled from the bank profiles. */
export type BankDirectory = {
  /** Banks that can be linked, as they are listed. */
  list(): readonly { id: string; name: string }[]
  /** A bank by its id, also one that has left; null when it was never here. */
  find(bankId: string): { name: string; country: string; supportPhone: string | null } | null
  /** Since when the bank's own API has not been answering; null when it is. */
  downSince(bankId: string): Promise<number | null>
}

/** Blocks cards at banks. Its caller holds no loan meanwhile: a bank may take its time. */
export type CardBlocker = {
  /** A connection whose access token is fresh. A `renewed` one must be kept before it is used: the old one is dead. */
  refresh(
    bankId: string,
    connection: Private<Connection>,
  ): Promise<{ connection: Private<Connection>; renewed: boolean }>
  /**
   * Has the card blocked. The same `idempotencyKey` is the same order, and gets the same answer however often it is sent.
   * Throws `bank-unreachable` when trying again may help, `bank-refused` when the bank said no.
   */
  block(bankId: string, order: Private<BlockOrder>, idempotencyKey: string): Promise<{ blockedAt: number }>
}

export type BlockOrder = {
  connection: Connection
  bankAccountId: string
  cardNumberDisplay: string
  caseNumber: string
}

/** What the conversation needs of the fraud room: recording what became of a case, in loans of one link. */
export type CaseAnswers = {
  /** A yes may be taken back by a no. Throws `not-found` when there is no such case. */
  answer(loan: Loan<'fraud-alerts'>, caseId: string, answer: 'was-me' | 'not-me'): Promise<unknown>
  /** The bank blocked the card; the first time counts. */
  markBlocked(loan: Loan<'fraud-alerts'>, caseId: string, at: number): Promise<unknown>
}
