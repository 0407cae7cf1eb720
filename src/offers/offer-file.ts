import { z } from 'zod'

/** A sentence in both languages: a bank cannot publish an offer that half of its people could not read. */
const text = (longest: number) => z.strictObject({ en: words(longest), fr: words(longest) })
const words = (longest: number) => z.string().trim().min(1).max(longest)

const numberFacts = [
  'currentBalanceMinor',
  'monthlySpendMinor',
  'foreignPayments',
  'fuelMonthlyMinor',
  'travelMonthlyMinor',
] as const
const yesNoFacts = ['hasSavings', 'hasCard'] as const

/**
 * At least one bound; both are included: `atLeast: 3` is met by 3. Amounts are minor units of the account's currency, so
 * a bank with accounts in several adds a condition on `currency`.
 */
const numberCondition = z
  .strictObject({
    fact: z.enum(numberFacts),
    atLeast: z.int().optional(),
    atMost: z.int().optional(),
  })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, {
    message: 'say "atLeast", "atMost" or both',
  })
  .refine(({ atLeast, atMost }) => atLeast === undefined || atMost === undefined || atLeast <= atMost, {
    message: '"atLeast" is above "atMost": nobody could ever match',
  })
const yesNoCondition = z.strictObject({ fact: z.enum(yesNoFacts), is: z.boolean() })
const currencyCondition = z.strictObject({
  fact: z.literal('currency'),
  is: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as "USD"'),
})

const condition = z.union([numberCondition, yesNoCondition, currencyCondition], {
  error: `each condition is {"fact", "atLeast" and/or "atMost"} for ${numberFacts.join(', ')}, {"fact", "is": true or false} for ${yesNoFacts.join(', ')}, or {"fact": "currency", "is": "USD"}`,
})

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens, 64 at most')

const offer = z
  .strictObject({
    id,
    title: text(80),
    body: text(400),
    /** Why the person sees it, completing their own situation: "You often pay abroad." */
    reason: text(200),
    when: z.strictObject({ all: z.array(condition).min(1).max(8) }),
    /** The offer is shown from this instant… */
    from: z.iso.datetime({ offset: true }),
    /** …until just before this one. */
    to: z.iso.datetime({ offset: true }),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    message: '"to" is not after "from": the offer would never be shown',
    path: ['to'],
  })

/**
 * The offers file of one bank, `<bankId>.json`. Conditions name only the facts of `OfferFacts`: there is no way to
 * write one about a merchant, a place or a single payment.
 */
export const offerFileSchema = z
  .strictObject({ bankId: id, offers: z.array(offer).max(100) })
  .superRefine(({ offers }, context) => {
    const seen = new Set<string>()
    offers.forEach((each, at) => {
      if (seen.has(each.id))
        context.addIssue({
          code: 'custom',
          path: ['offers', at, 'id'],
          message: 'this id is used twice in the file',
        })
      seen.add(each.id)
    })
  })

export type OfferFile = z.infer<typeof offerFileSchema>
export type Offer = OfferFile['offers'][number]
export type OfferCondition = Offer['when']['all'][number]
