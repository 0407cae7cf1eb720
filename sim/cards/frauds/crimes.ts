import type { Scene } from '../scene.ts'
import type { FraudKind } from '../ways.ts'
import { takeOverAccount } from './account-takeover.ts'
import { testCard } from './card-testing.ts'
import { compromiseTerminal } from './compromised-terminal.ts'
import { leakCard } from './leaked-card.ts'
import { stealCard } from './stolen-card.ts'
import { springSubscriptionTrap } from './subscription-trap.ts'

/** How each kind of fraud begins. */
export const CRIMES: Record<FraudKind, (scene: Scene) => void> = {
  'stolen-card': stealCard,
  'leaked-card': leakCard,
  'compromised-terminal': compromiseTerminal,
  'card-testing': testCard,
  'account-takeover': takeOverAccount,
  'subscription-trap': springSubscriptionTrap,
}
