import { MINUTE, money } from '#kit'
import { type FeatureName, PLACE_OF } from './features/index.ts'
import { type Features, TESTING_SPAN } from './features.ts'
import { SPREE_SPAN } from './past.ts'
import type { Payment } from './payment.ts'
import type { FraudReason, FraudReasonCode, FraudReasonValues } from './reasons.ts'

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
    hour.count >= 2 ? { payments: hour.count + 1, minutes: SPREE_SPAN / MINUTE } : null,
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
    newMerchants !== null && newMerchants >= 2
      ? { merchants: newMerchants, minutes: SPREE_SPAN / MINUTE }
      : null,
  'card-reported': (_, __, vector) => counted(vector, 'cardFrauds14d'),
  'terminal-reported': (_, __, vector) => counted(vector, 'terminalFrauds28d'),
  'merchant-reported': (_, __, vector) => counted(vector, 'merchantFrauds28d'),
  'pattern-unusual': () => ({}),
}

/** A reason with what its sentence needs; null when that would not be true of this payment. */
export function reasonFor(
  code: FraudReasonCode,
  features: Features,
  payment: Payment,
  vector: Float64Array,
): FraudReason | null {
  const values = valuesOf[code](features, payment, vector)
  return values && ({ code, values } as FraudReason)
}
