/**
 * sim: the simulated banks and the demo's control server. Speaks to Guichet only over sockets, by the protocols a real
 * bank would use; owns its own files, and imports nothing of Guichet's rooms but the kit.
 */

export type { NewPayment } from './bank/attempts.ts'
export { type Bank, type BankIdentity, type BankProfileFile, startBank } from './bank/bank.ts'
export type { Authorised } from './bank/card-events.ts'
export { ENDPOINTS, type Endpoint, FAULT_KINDS, type FaultKind } from './bank/faults.ts'
export { EVENT_TAG, WITHDRAW_TAG } from './bank/signing.ts'
export { CARD_ROWS_FILE, type CardRow, readCardRows } from './customers/card-rows.ts'
export type {
  Customer,
  CustomerAccount,
  Entry,
  EntryMode,
  EverydayPayment,
  Place,
} from './customers/customer.ts'
export { demoCustomers } from './customers/demo-customers.ts'
export { merchantKind } from './customers/merchant-codes.ts'
export { DEMO_PASSWORD } from './customers/personas.ts'
export { stealCard } from './live/theft.ts'
export { type GraphEmulator, type Shown, startGraph } from './messengers/graph/graph.ts'
export type { MessengersAgreed } from './messengers/start-phones.ts'
export { createTelegram, type SimulatedTelegram } from './messengers/telegram/telegram.ts'
export { BANKS, type Simulation, type SimulationOptions, startSimulation } from './simulation.ts'
