/**
 * intake: takes each bank event once, in order per account, and has it kept. Owns the schema "intake".
 * Touches vault, people and kit; scoring is a port that `main.ts` fills with the fraud room.
 */
export type { BankEvent, CardPayment } from './bank-event.ts'
export type { Scorer } from './scorer.ts'
