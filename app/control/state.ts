/** `GET /api/state` of the simulation. It names customers of simulated banks, never real people. */
export type State = {
  banks: BankState[]
  /** A telephone with a simulated messenger; null when there is none. */
  phoneUrl: string | null
  pace: { secondsBetween: number; paused: boolean }
  recentEvents: { at: number; type: string; bankId: string }[]
  /** What can be made to go wrong, and where. */
  choices: { endpoints: string[]; faults: string[]; outcomes: string[] }
}

export type BankState = {
  id: string
  name: string
  /** Its website, with the chat in it. */
  homeUrl: string
  withdrawn: boolean
  linkedCustomers: CustomerState[]
  faults: { endpoint: string; kind: string }[]
  /** Messages that Guichet has not taken in yet. */
  delivery: { waiting: number }
}

export type CustomerState = {
  username: string
  displayName: string
  cards: { numberDisplay: string; state: 'active' | 'blocked' | 'replaced' }[]
  /** What the bank has not decided yet. */
  disputes: { disputeId: string; caseNumber: string; receivedAt: number; payments: number }[]
}

export type Act = (what: string, body: Record<string, unknown>) => Promise<void>
