import { readRules } from './rule-set.ts'

/**
 * The rules that come with the software. Those of one reason exclude each other, so that a reason is weighed and said once. A
 * thing that can only be theft asks alone; habits that are broken ask together: abroad *and* at an unknown shop *and* for much.
 */
const TEXT = `# Faster than an airliner over the ground; nearer, a terminal's registered address may be the odd one out.
rule travel-impossible asks because travel-impossible
  when travelKilometres > 100 km and travelKilometresPerHour > 900 km/h

# Thieves try a card with small payments, and then take what they came for.
rule tested-then-large asks because card-testing
  when smallOnline >= 3 and amountRatio >= 2
rule being-tested weighs 60 because card-testing
  when smallOnline >= 3 and entryMode = "online" and (amountRatio is unknown or amountRatio < 2)

rule new-merchants-many weighs 90 because many-new-merchants
  when newMerchants >= 5
rule new-merchants-some weighs 55 because many-new-merchants
  when newMerchants >= 3 and newMerchants < 5

# Many payments in known shops are a busy day; a thief's are elsewhere, if only at one place again and again.
rule rush weighs 45 because many-payments
  when newMerchantPayments >= 4

# How far out an amount is. One is beyond all measure only for those whose measure is known.
define is-large = amountZ >= 2 and asLargeBefore * 100 <= habits
define is-very-large = is-large and amountZ >= 3 and asLargeBefore = 0
define is-beyond-all = is-very-large and amountZ >= 4.5 and habits >= 50
rule amount-beyond-all asks because amount-high when is-beyond-all
rule amount-very-high weighs 80 because amount-high when is-very-large and not is-beyond-all
rule amount-high weighs 45 because amount-high when is-large and not is-very-large

rule cash-or-stripe-in-new-country weighs 75 because country-new
  when isNewCountry and entryMode in ("atm", "magstripe")
rule country-new weighs 55 because country-new
  when isNewCountry and (entryMode is unknown or entryMode not in ("atm", "magstripe"))

rule merchant-new weighs 20 because merchant-new when isNewMerchant
rule entry-mode-new weighs 30 because entry-mode-new when isNewEntryMode
rule hour-unusual weighs 20 because hour-unusual when hourShare < 1 %
`

/** The version of the rules above, under which payments are kept that they judged. */
export const BUILT_IN = readRules(TEXT, 'guichet.rules/2')
