import { HOUR, MINUTE, money } from '#kit'
import { FEATURES, type FeatureName, PLACE_OF } from './features/index.ts'
import { type Features, TESTING_SPAN } from './features.ts'
import type { Payment } from './payment.ts'
import type { FraudReason, FraudReasonCode, FraudReasonValues } from './reasons.ts'

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

/** The values of a reason's sentence; null when the sentence would not be true of this payment. */
type ValuesOf = {
  [C in FraudReasonCode]: (
    features: Features,
    payment: Payment,
    vector: Float64Array,
  ) => FraudReasonValues[C] | null
}

const counted = (vector: Float64Array, name: FeatureName) => {
  const payments = vector[PLACE_OF[name]]!
  return payments > 0 ? { payments } : null
}

const valuesOf: ValuesOf = {
  'amount-high': ({ amountRatio, usualMinor }, { amountMinor, currency }) =>
    amountRatio === null || usualMinor === null || amountRatio < 1.5
      ? null
      : {
          amount: money(amountMinor, currency),
          usual: money(Number(usualMinor.toPrecision(2)), currency),
          times: Math.round(amountRatio),
        },
  'many-payments': ({ hour }) =>
    hour.count >= 2 ? { payments: hour.count + 1, minutes: HOUR / MINUTE } : null,
  'hour-unusual': ({ hourShare }, { at, hour }) =>
    hour !== null && hourShare !== null && hourShare < 0.05 ? { at } : null,
  'merchant-new': ({ isNewMerchant }, { merchant }) => (isNewMerchant ? { merchant } : null),
  'country-new': ({ isNewCountry }, { country }) => (isNewCountry && country !== null ? { country } : null),
  'entry-mode-new': ({ isNewEntryMode }, { entryMode }) =>
    isNewEntryMode && entryMode !== null ? { entryMode } : null,
  'travel-impossible': ({ travel }, { city }) =>
    travel !== null && travel.kilometres > 100 && travel.kilometresPerHour > 300
      ? {
          kilometres: Math.round(travel.kilometres),
          minutes: Math.round(travel.minutes),
          fromCity: travel.fromCity ?? '',
          toCity: city ?? '',
        }
      : null,
  'card-testing': ({ smallOnline }) =>
    smallOnline > 0 ? { payments: smallOnline, minutes: TESTING_SPAN / MINUTE } : null,
  'many-new-merchants': ({ newMerchants }) =>
    newMerchants !== null && newMerchants >= 2 ? { merchants: newMerchants, minutes: HOUR / MINUTE } : null,
  'card-reported': (_, __, vector) => counted(vector, 'cardFrauds14d'),
  'terminal-reported': (_, __, vector) => counted(vector, 'terminalFrauds28d'),
  'merchant-reported': (_, __, vector) => counted(vector, 'merchantFrauds28d'),
  'pattern-unusual': () => ({}),
}

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
      const values = valuesOf[code](features, payment, vector)
      return values ? [{ code, values } as FraudReason] : []
    })
  return reasons.length > 0 ? reasons : [{ code: 'pattern-unusual', values: {} }]
}
