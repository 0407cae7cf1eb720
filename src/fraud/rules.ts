import { MINUTE, money } from '#kit'
import { type Features, SPREE_SPAN, TESTING_SPAN } from './features.ts'
import type { Payment } from './payment.ts'
import type { FraudReason, FraudReasonCode, FraudReasonValues } from './reasons.ts'

/** What was decided about a payment, and why: the weightiest reason first. */
export type Verdict = {
  asks: boolean
  score: number
  reasons: FraudReason[]
  /** Ids of the rules that held. */
  held: string[]
}

/** A condition on the features, and what it weighs when it holds. At `ASK_AT` the person is asked. */
type RuleFor<C extends FraudReasonCode> = {
  id: string
  reason: C
  weight: number
  when(features: Features): boolean
  values(features: Features, payment: Payment): FraudReasonValues[C]
}
export type Rule = { [C in FraudReasonCode]: RuleFor<C> }[FraudReasonCode]

/** The version of the rules below. */
export const RULE_SET = 'guichet.rules/1'
export const ASK_AT = 100
/** Reasons that are given at most: somebody alarmed does not read more, and the weightiest come first. */
export const REASONS_MAX = 4

/** Faster than an airliner over the ground; nearer, a terminal's registered address may be the odd one out. */
const TRAVEL_KM_PER_HOUR = 900
const TRAVEL_KM = 100

/** A single amount is beyond all measure only for those whose measure is known. */
const HABITS_TRUSTED = 50

/** How far out an amount is: 0 is usual, 3 is enough to ask by itself. */
function amountLevel({ amountZ, asLargeBefore, habits }: Features): 0 | 1 | 2 | 3 {
  if (amountZ === null || amountZ < 2 || asLargeBefore * 100 > habits) return 0
  if (amountZ < 3 || asLargeBefore > 0) return 1
  return amountZ >= 4.5 && habits >= HABITS_TRUSTED ? 3 : 2
}

const countryNew: RuleFor<'country-new'>['values'] = (_, { country }) => ({ country: country! })
const amountHigh: RuleFor<'amount-high'>['values'] = (
  { usualMinor, amountRatio },
  { amountMinor, currency },
) => ({
  amount: money(amountMinor, currency),
  usual: money(roundly(usualMinor!), currency),
  times: Math.round(amountRatio!),
})
/** To two digits: a person’s usual amount is no exact figure, and should not be said as one. */
const roundly = (minor: number) => Number(minor.toPrecision(2))
const minutesOf = (span: number) => span / MINUTE

/**
 * The rules. Those of one reason exclude each other, so that a reason is weighed and said once. A thing that can only
 * be theft asks alone; habits that are broken ask together: abroad *and* at an unknown shop *and* for much.
 */
export const RULES: readonly Rule[] = [
  {
    id: 'travel-impossible',
    reason: 'travel-impossible',
    weight: 100,
    when: ({ travel }) =>
      travel !== null && travel.kilometres > TRAVEL_KM && travel.kilometresPerHour > TRAVEL_KM_PER_HOUR,
    values: ({ travel }, { city }) => ({
      kilometres: Math.round(travel!.kilometres),
      minutes: Math.round(travel!.minutes),
      fromCity: travel!.fromCity ?? '',
      toCity: city ?? '',
    }),
  },
  {
    id: 'tested-then-large',
    reason: 'card-testing',
    weight: 100,
    when: ({ smallOnline, amountRatio }) => smallOnline >= 3 && amountRatio !== null && amountRatio >= 2,
    values: ({ smallOnline }) => ({ payments: smallOnline, minutes: minutesOf(TESTING_SPAN) }),
  },
  {
    id: 'being-tested',
    reason: 'card-testing',
    weight: 60,
    when: ({ smallOnline, entryMode, amountRatio }) =>
      smallOnline >= 3 && entryMode === 'online' && (amountRatio === null || amountRatio < 2),
    values: ({ smallOnline }) => ({ payments: smallOnline, minutes: minutesOf(TESTING_SPAN) }),
  },
  {
    id: 'new-merchants-many',
    reason: 'many-new-merchants',
    weight: 90,
    when: ({ newMerchants }) => newMerchants !== null && newMerchants >= 5,
    values: ({ newMerchants }) => ({ merchants: newMerchants!, minutes: minutesOf(SPREE_SPAN) }),
  },
  {
    id: 'new-merchants-some',
    reason: 'many-new-merchants',
    weight: 55,
    when: ({ newMerchants }) => newMerchants !== null && newMerchants >= 3 && newMerchants < 5,
    values: ({ newMerchants }) => ({ merchants: newMerchants!, minutes: minutesOf(SPREE_SPAN) }),
  },
  {
    id: 'rush',
    reason: 'many-payments',
    weight: 45,
    // Many payments in known shops are a busy day; a thief's are elsewhere, if only at one place again and again.
    when: ({ newMerchantPayments }) => newMerchantPayments !== null && newMerchantPayments >= 4,
    values: ({ hour }) => ({ payments: hour.count + 1, minutes: minutesOf(SPREE_SPAN) }),
  },
  {
    id: 'amount-beyond-all',
    reason: 'amount-high',
    weight: 100,
    when: (features) => amountLevel(features) === 3,
    values: amountHigh,
  },
  {
    id: 'amount-very-high',
    reason: 'amount-high',
    weight: 80,
    when: (features) => amountLevel(features) === 2,
    values: amountHigh,
  },
  {
    id: 'amount-high',
    reason: 'amount-high',
    weight: 45,
    when: (features) => amountLevel(features) === 1,
    values: amountHigh,
  },
  {
    id: 'cash-or-stripe-in-new-country',
    reason: 'country-new',
    weight: 75,
    when: ({ isNewCountry, entryMode }) =>
      isNewCountry === true && (entryMode === 'atm' || entryMode === 'magstripe'),
    values: countryNew,
  },
  {
    id: 'country-new',
    reason: 'country-new',
    weight: 55,
    when: ({ isNewCountry, entryMode }) =>
      isNewCountry === true && entryMode !== 'atm' && entryMode !== 'magstripe',
    values: countryNew,
  },
  {
    id: 'merchant-new',
    reason: 'merchant-new',
    weight: 20,
    when: ({ isNewMerchant }) => isNewMerchant === true,
    values: (_, { merchant }) => ({ merchant }),
  },
  {
    id: 'entry-mode-new',
    reason: 'entry-mode-new',
    weight: 30,
    when: ({ isNewEntryMode }) => isNewEntryMode === true,
    values: (_, { entryMode }) => ({ entryMode: entryMode! }),
  },
  {
    id: 'hour-unusual',
    reason: 'hour-unusual',
    weight: 20,
    when: ({ hourShare }) => hourShare !== null && hourShare < 0.01,
    values: (_, { at }) => ({ at }),
  },
]

/** Judges by the rules: their weights are added up. What the person vouched for is not asked about again. */
export function judgeByRules(features: Features, payment: Payment): Verdict {
  const held = RULES.filter((one) => one.when(features)).sort((a, b) => b.weight - a.weight)
  const score = held.reduce((sum, { weight }) => sum + weight, 0)
  return {
    asks: score >= ASK_AT && !features.isVouched,
    score,
    held: held.map(({ id }) => id),
    reasons: held
      .slice(0, REASONS_MAX)
      .map((one) => ({ code: one.reason, values: one.values(features, payment) }) as FraudReason),
  }
}
