/** The version of the features' definitions: a model learnt on one cannot be asked with another. */
export const FEATURE_SET = 'guichet.features/2'

export type Unit =
  | 'minor'
  | 'times'
  | 'deviations'
  | 'count'
  | 'share'
  | 'yes'
  | 'minutes'
  | 'days'
  | 'hour'
  | 'weekday'
  | 'km'
  | 'km/h'

/**
 * What is known about a payment at the instant it is judged, in the order of a vector. NaN is *cannot be said*: for want of
 * history, or because the bank did not tell. `yes` is 1 or 0. The person's own payments are those that nobody has called
 * fraud, that took money, and that are not being asked about; “usual” and “mean” are of those in the account's currency,
 * drawn towards everybody's while there are few.
 */
export const FEATURES = [
  { name: 'amountMinor', unit: 'minor', says: 'the amount' },
  {
    name: 'typicalRatio',
    unit: 'times',
    says: 'the amount over what a card payment typically is in its currency',
  },
  { name: 'usualMinor', unit: 'minor', says: 'what the person usually pays: the geometric mean' },
  { name: 'amountRatio', unit: 'times', says: 'the amount over the usual one' },
  {
    name: 'amountZ',
    unit: 'deviations',
    says: 'how far the amount is from the usual one, on a logarithmic scale',
  },
  { name: 'meanRatio', unit: 'times', says: 'the amount over the person’s mean' },
  { name: 'asLargeBefore', unit: 'count', says: 'as large ones or larger, among the last 500' },
  { name: 'habits', unit: 'count', says: 'payments of the person’s own in the last 400 days' },

  { name: 'hourCount', unit: 'count', says: 'earlier payments with the card within an hour' },
  { name: 'hourSumMinor', unit: 'minor', says: 'their sum' },
  { name: 'hourMeanMinor', unit: 'minor', says: 'their mean' },
  { name: 'hourMeanRatio', unit: 'times', says: 'their mean, with this payment, over the person’s' },
  {
    name: 'hourCountZ',
    unit: 'deviations',
    says: 'how far their number is from what the person’s pace leads to expect',
  },
  { name: 'dayCount', unit: 'count', says: 'earlier payments with the card within a day' },
  { name: 'daySumMinor', unit: 'minor', says: 'their sum' },
  { name: 'dayMeanMinor', unit: 'minor', says: 'their mean' },
  { name: 'dayMeanRatio', unit: 'times', says: 'their mean, with this payment, over the person’s' },
  {
    name: 'dayCountZ',
    unit: 'deviations',
    says: 'how far their number is from what the person’s pace leads to expect',
  },
  { name: 'weekCount', unit: 'count', says: 'earlier payments with the card within 7 days' },
  { name: 'weekSumMinor', unit: 'minor', says: 'their sum' },
  { name: 'weekMeanMinor', unit: 'minor', says: 'their mean' },
  { name: 'weekMeanRatio', unit: 'times', says: 'their mean, with this payment, over the person’s' },
  {
    name: 'weekCountZ',
    unit: 'deviations',
    says: 'how far their number is from what the person’s pace leads to expect',
  },
  { name: 'monthCount', unit: 'count', says: 'earlier payments with the card within 30 days' },
  { name: 'monthSumMinor', unit: 'minor', says: 'their sum' },
  { name: 'monthMeanMinor', unit: 'minor', says: 'their mean' },
  { name: 'monthMeanRatio', unit: 'times', says: 'their mean, with this payment, over the person’s' },
  {
    name: 'monthCountZ',
    unit: 'deviations',
    says: 'how far their number is from what the person’s pace leads to expect',
  },
  { name: 'minutesSincePayment', unit: 'minutes', says: 'since the last payment with the card' },

  { name: 'hour', unit: 'hour', says: 'the hour on the person’s clock' },
  {
    name: 'hourShare',
    unit: 'share',
    says: 'the person’s payments within an hour or so of this time of day',
  },
  { name: 'weekdayShare', unit: 'share', says: 'the person’s payments on this day of the week' },

  { name: 'isNewMerchant', unit: 'yes', says: 'a merchant the person did not know a day ago' },
  { name: 'merchantPayments', unit: 'count', says: 'the person’s payments at the merchant' },
  { name: 'isNewCategory', unit: 'yes', says: 'a kind of shop the person did not know a day ago' },
  { name: 'isNewCountry', unit: 'yes', says: 'a country the person did not know a day ago' },
  { name: 'isNewEntryMode', unit: 'yes', says: 'a way of paying the person did not know a day ago' },
  { name: 'isForeign', unit: 'yes', says: 'in another currency than the account’s' },
  { name: 'isOnline', unit: 'yes', says: 'without the card being there' },
  {
    name: 'isVouched',
    unit: 'yes',
    says: 'a merchant the person vouched for, and not far above what they paid there',
  },

  { name: 'travelKilometres', unit: 'km', says: 'from where the card was last held out in person' },
  { name: 'travelKilometresPerHour', unit: 'km/h', says: 'the speed of that journey' },

  {
    name: 'smallOnline',
    unit: 'count',
    says: 'small online payments at unknown merchants in the quarter of an hour before',
  },
  {
    name: 'newMerchantPayments',
    unit: 'count',
    says: 'payments with the card at unknown merchants within the hour, this one included',
  },
  { name: 'newMerchants', unit: 'count', says: 'how many such merchants' },

  {
    name: 'cardFrauds14d',
    unit: 'count',
    says: 'payments with the card in the last 14 days that are known fraud',
  },
  {
    name: 'cardHigh14d',
    unit: 'count',
    says: 'those of the last 14 days over two and a half times the person’s mean',
  },
  {
    name: 'cardHighestRatio7d',
    unit: 'times',
    says: 'the highest of the last 7 days over the person’s mean',
  },

  { name: 'terminalFrauds1d', unit: 'count', says: 'frauds at the terminal that became known within a day' },
  { name: 'terminalFrauds7d', unit: 'count', says: 'frauds at the terminal that became known within 7 days' },
  {
    name: 'terminalFrauds28d',
    unit: 'count',
    says: 'frauds at the terminal that became known within 28 days',
  },
  {
    name: 'terminalFraudShare28d',
    unit: 'share',
    says: 'of all that became known there within 28 days, fraud',
  },
  {
    name: 'terminalNormalFrauds28d',
    unit: 'count',
    says: 'of those frauds, the ones of an amount that was normal for their person',
  },
  { name: 'terminalFirstFraudDays', unit: 'days', says: 'since the first payment there that is known fraud' },
  { name: 'terminalLastFraudDays', unit: 'days', says: 'since the last payment there that is known fraud' },
  { name: 'terminalLastLabel', unit: 'yes', says: 'whether what became known last there was fraud' },
  {
    name: 'terminalGoodSinceFraud',
    unit: 'count',
    says: 'known genuine payments there since the last known fraud',
  },
  { name: 'merchantFrauds7d', unit: 'count', says: 'frauds at the merchant that became known within 7 days' },
  {
    name: 'merchantFrauds28d',
    unit: 'count',
    says: 'frauds at the merchant that became known within 28 days',
  },
  {
    name: 'merchantFraudShare28d',
    unit: 'share',
    says: 'of all that became known there within 28 days, fraud',
  },
] as const satisfies readonly { name: string; unit: Unit; says: string }[]

export type FeatureName = (typeof FEATURES)[number]['name']

/** Doubles in a vector. */
export const FEATURE_COUNT = FEATURES.length

/** Where a feature stands in a vector. */
export const PLACE_OF = Object.fromEntries(FEATURES.map(({ name }, place) => [name, place])) as Readonly<
  Record<FeatureName, number>
>
