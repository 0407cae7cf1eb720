import { FEATURES, type FeatureName } from './features/index.ts'
import type { Features } from './features.ts'
import type { Payment } from './payment.ts'
import { reasonFor } from './reason-values.ts'
import type { FraudReason, FraudReasonCode } from './reasons.ts'

/** What a feature is said as. Several features say the same thing; one that is missing here is never given as a reason. */
const CODE_OF: Partial<Record<FeatureName, FraudReasonCode>> = {
  amountMinor: 'amount-high',
  typicalRatio: 'amount-high',
  amountRatio: 'amount-high',
  amountZ: 'amount-high',
  meanRatio: 'amount-high',
  asLargeBefore: 'amount-high',
  hourCount: 'many-payments',
  hourSumMinor: 'many-payments',
  hour: 'hour-unusual',
  hourShare: 'hour-unusual',
  isNewMerchant: 'merchant-new',
  merchantPayments: 'merchant-new',
  isNewCountry: 'country-new',
  isForeign: 'country-new',
  isNewEntryMode: 'entry-mode-new',
  travelKilometres: 'travel-impossible',
  travelKilometresPerHour: 'travel-impossible',
  smallOnline: 'card-testing',
  newMerchantPayments: 'many-new-merchants',
  newMerchants: 'many-new-merchants',
  cardFrauds14d: 'card-reported',
  terminalFrauds1d: 'terminal-reported',
  terminalFrauds7d: 'terminal-reported',
  terminalFrauds28d: 'terminal-reported',
  terminalFraudShare28d: 'terminal-reported',
  terminalNormalFrauds28d: 'terminal-reported',
  terminalLastLabel: 'terminal-reported',
  terminalFirstFraudDays: 'terminal-reported',
  terminalLastFraudDays: 'terminal-reported',
  terminalGoodSinceFraud: 'terminal-reported',
  merchantFrauds7d: 'merchant-reported',
  merchantFrauds28d: 'merchant-reported',
  merchantFraudShare28d: 'merchant-reported',
}

/** What a model's opinion can be put as. */
export const MODEL_REASONS: ReadonlySet<FraudReasonCode> = new Set([
  ...Object.values(CODE_OF),
  'pattern-unusual' as const,
])

/** A feature that adds less to the log odds than this is not worth a sentence. */
const CONTRIBUTION_MIN = 0.1

/**
 * Why a model asks, in the words' own codes: features that say the same are added up, and the weightiest comes first. Only
 * what is true of this payment is said; when nothing can be, that it is the whole that looks unusual.
 */
export function reasonsFromModel(
  contributions: Float64Array,
  features: Features,
  payment: Payment,
  vector: Float64Array,
): FraudReason[] {
  const weights = new Map<FraudReasonCode, number>()
  FEATURES.forEach(({ name }, place) => {
    const code = CODE_OF[name]
    if (code) weights.set(code, (weights.get(code) ?? 0) + contributions[place]!)
  })
  const reasons = [...weights]
    .filter(([, weight]) => weight >= CONTRIBUTION_MIN)
    .sort((a, b) => b[1] - a[1])
    .flatMap(([code]) => {
      return reasonFor(code, features, payment, vector) ?? []
    })
  return reasons.length > 0 ? reasons : [{ code: 'pattern-unusual', values: {} }]
}
