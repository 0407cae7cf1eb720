/**
 * A client for apps, typed by the very shapes that the server answers with. It takes a `fetch` that signs calls (DPoP) and
 * nothing else of Guichet, so that it can be lifted out as it is.
 */
import type { z } from 'zod'
import type {
  FdxAccount,
  FdxAccounts,
  FdxChanges,
  FdxConsentGrant,
  FdxCustomer,
  FdxErrorBody,
  FdxRevocationRequest,
  FdxRevocations,
  FdxTransaction,
  FdxTransactions,
} from '../fdx/shapes.ts'
import type {
  UkAccounts,
  UkBalances,
  UkConsent,
  UkConsentRequest,
  UkErrorBody,
  UkProducts,
  UkTransaction,
  UkTransactions,
} from '../uk/shapes.ts'

/** A `fetch` whose calls carry the app's token and the proof of its key. */
export type SignedFetch = (
  address: URL,
  options: { method: string; headers: Record<string, string>; body?: string },
) => Promise<Response>

/** A call that was refused, with what the standard says of it. */
export class CallError extends Error {
  readonly status: number
  readonly body: z.output<typeof FdxErrorBody> | z.output<typeof UkErrorBody> | null

  constructor(status: number, body: CallError['body']) {
    super(`the call was refused with ${status}`)
    this.status = status
    this.body = body
  }

  /** Whether the person, or the day they set, has ended what this app may read: there is no use in trying again. */
  get isOver(): boolean {
    return this.status === 401
  }
}

type Span = { from?: Date; to?: Date }

export type GuichetClient = ReturnType<typeof createGuichetClient>

/**
 * `attended` says whether the person is at the app: they see it beside each read. The UK's standard says it by the person's
 * address, which the app has to know: without one, its calls are made as if nobody were there.
 */
export function createGuichetClient(needs: {
  origin: string
  fetch: SignedFetch
  attended?: boolean
  personAddress?: string
}) {
  const attended = needs.attended ?? true

  async function call<A>(path: string, method = 'GET', body?: unknown): Promise<A> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (path.startsWith('/fdx/')) headers.FdxApiActorType = attended ? 'USER' : 'BATCH'
    else if (attended && needs.personAddress !== undefined)
      headers['x-fapi-customer-ip-address'] = needs.personAddress
    const response = await needs.fetch(new URL(path, needs.origin), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = text === '' ? null : (JSON.parse(text) as unknown)
    if (!response.ok) throw new CallError(response.status, json as CallError['body'])
    return json as A
  }

  const fdx = <A>(path: string, method?: string, body?: unknown) => call<A>(`/fdx/v6${path}`, method, body)
  const uk = <A>(path: string, method?: string, body?: unknown) =>
    call<A>(`/obie/v4.0/aisp${path}`, method, body)
  const one = encodeURIComponent

  return {
    fdx: {
      accounts: () => fdx<z.output<typeof FdxAccounts>>('/accounts'),
      account: (id: string) => fdx<z.output<typeof FdxAccount>>(`/accounts/${one(id)}`),
      /** Every payment of an account, the newest first, however many pages they come in: all of one moment. */
      async *transactions(
        id: string,
        { from, to, limit = 100 }: Span & { limit?: number } = {},
      ): AsyncGenerator<z.output<typeof FdxTransaction>> {
        const query = new URLSearchParams({ limit: String(limit) })
        if (from) query.set('startTime', from.toISOString())
        if (to) query.set('endTime', to.toISOString())
        for (;;) {
          const answer = await fdx<z.output<typeof FdxTransactions>>(
            `/accounts/${one(id)}/transactions?${query}`,
          )
          yield* answer.transactions
          const { nextPageKey } = answer.page
          if (nextPageKey === undefined) return
          query.set('pageKey', nextPageKey)
        }
      },
      /** What changed after a cursor, to keep a copy true; without one, from the beginning. */
      changes: (id: string, cursor?: string) =>
        fdx<z.output<typeof FdxChanges>>(
          `/accounts/${one(id)}/changes${cursor === undefined ? '' : `?cursor=${one(cursor)}`}`,
        ),
      customer: () => fdx<z.output<typeof FdxCustomer>>('/customers/current'),
      consent: (id: string) => fdx<z.output<typeof FdxConsentGrant>>(`/consents/${one(id)}`),
      revocations: (id: string) => fdx<z.output<typeof FdxRevocations>>(`/consents/${one(id)}/revocation`),
      revoke: (id: string, why: z.input<typeof FdxRevocationRequest>) =>
        fdx<null>(`/consents/${one(id)}/revocation`, 'PUT', why),
    },
    uk: {
      lodgeConsent: (asked: z.input<typeof UkConsentRequest>['Data']) =>
        uk<z.output<typeof UkConsent>>('/account-access-consents', 'POST', { Data: asked, Risk: {} }),
      consent: (id: string) => uk<z.output<typeof UkConsent>>(`/account-access-consents/${one(id)}`),
      deleteConsent: (id: string) => uk<null>(`/account-access-consents/${one(id)}`, 'DELETE'),
      accounts: () => uk<z.output<typeof UkAccounts>>('/accounts'),
      balances: (id: string) => uk<z.output<typeof UkBalances>>(`/accounts/${one(id)}/balances`),
      product: (id: string) => uk<z.output<typeof UkProducts>>(`/accounts/${one(id)}/product`),
      async *transactions(
        id: string,
        { from, to }: Span = {},
      ): AsyncGenerator<z.output<typeof UkTransaction>> {
        const query = new URLSearchParams()
        if (from) query.set('fromBookingDateTime', from.toISOString())
        if (to) query.set('toBookingDateTime', to.toISOString())
        for (;;) {
          const answer = await uk<z.output<typeof UkTransactions>>(
            `/accounts/${one(id)}/transactions?${query}`,
          )
          yield* answer.Data.Transaction
          const next = answer.Links?.Next
          if (next === undefined) return
          query.set('page', new URL(next).searchParams.get('page')!)
        }
      },
    },
  }
}
