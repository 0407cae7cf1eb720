import { z } from 'zod'
import { DAY } from '#kit'
import type { Asked } from '#readers'

/** The rich authorization request (RFC 9396) that asks a person for an FDX consent. */
export const FDX_CONSENT = 'fdx_consent'

const DAYS_MAX = 365
const LOOKBACK_DAYS_MAX = 730

/** What Guichet keeps and an app can be let read; FDX has more kinds. */
export const FDX_CLUSTERS = ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'] as const

/** Unknown fields are refused, and so is any purpose but the one there is for apps: nothing asked is silently left out. */
export const fdxConsent = z.strictObject({
  type: z.literal(FDX_CONSENT),
  consentRequest: z.strictObject({
    durationType: z.literal('TIME_BOUND'),
    durationPeriod: z.int().min(1).max(DAYS_MAX),
    lookbackPeriod: z.int().min(0).max(LOOKBACK_DAYS_MAX),
    resources: z
      .array(
        z.strictObject({
          resourceType: z.literal('ACCOUNT'),
          dataClusters: z.array(z.enum(FDX_CLUSTERS)).min(1).max(FDX_CLUSTERS.length),
        }),
      )
      .min(1)
      .max(5),
    purposes: z
      .array(z.strictObject({ id: z.literal('own-app') }))
      .length(1)
      .optional(),
  }),
})
export type FdxConsent = z.infer<typeof fdxConsent>

/** What an app asks for in FDX, in our words. */
export function askedByFdx({ consentRequest }: FdxConsent, now: number): Asked {
  const wanted = consentRequest.resources.flatMap(({ dataClusters }) => dataClusters)
  return {
    // What is read of an account is read of one that is known.
    clusters: [...new Set<string>(['ACCOUNT_BASIC', ...wanted])],
    permissions: [],
    from: now - consentRequest.lookbackPeriod * DAY,
    to: null,
    until: now + consentRequest.durationPeriod * DAY,
  }
}

/** The FDX consent request among what an authorization request carries; null when it carries none. */
export function fdxConsentOf(params: Record<string, unknown>): FdxConsent | null {
  if (typeof params.authorization_details !== 'string') return null
  const details = JSON.parse(params.authorization_details) as unknown[]
  const parsed = fdxConsent.safeParse(details[0])
  return details.length === 1 && parsed.success ? parsed.data : null
}

const intent = z.object({
  id_token: z.object({ openbanking_intent_id: z.object({ value: z.string().max(80) }) }),
})

/** The UK consent that an authorization request is about, as the UK security profile names it; null when about none. */
export function ukConsentIdOf(params: Record<string, unknown>): string | null {
  if (typeof params.claims !== 'string') return null
  const parsed = intent.safeParse(JSON.parse(params.claims))
  return parsed.success ? parsed.data.id_token.openbanking_intent_id.value : null
}
