/** consent: the closed list of purposes, and who granted which until when. Owns the schema "consent". Touches kit only. */
export {
  type Act,
  type CommitToLog,
  type Consents,
  createConsents,
  type ForApp,
  type Grant,
  type GrantState,
  type Reach,
} from './grants.ts'
export { isPurpose, OFFERED_PURPOSES, PURPOSES, type Purpose } from './purposes.ts'
export { createReceiptSigner, type ReceiptSigner } from './receipt.ts'
