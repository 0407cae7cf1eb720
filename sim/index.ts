/**
 * sim: the simulated banks and the demo's control server. Speaks to Guichet only over sockets, by the protocols a real
 * bank would use; imports nothing of Guichet's rooms but the kit.
 */
export { type Bank, type BankIdentity, startBank } from './bank/bank.ts'
export type { Authorised, NewPayment } from './bank/card-events.ts'
export { ENDPOINTS, type Endpoint, FAULT_KINDS, type FaultKind } from './bank/faults.ts'
export { EVENT_TAG, WITHDRAW_TAG } from './bank/signing.ts'
export type {
  Customer,
  CustomerAccount,
  Entry,
  EntryMode,
  EverydayPayment,
  Place,
} from './customers/customer.ts'
