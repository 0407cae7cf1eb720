import { z } from 'zod'
import type { Clock } from '#kit'
import type { Access, Readers } from '#readers'
import { handOver } from '../hand-over.ts'
import type { Lent, Owned } from '../lent.ts'
import type { Call } from '../route.ts'
import { type FaceRoute, route } from '../route.ts'
import { checkPermissions, clustersOf, type Permission } from './permissions.ts'
import {
  UkAccounts,
  UkBalances,
  UkConsent,
  UkConsentRequest,
  UkOffers,
  UkParties,
  UkParty,
  UkProducts,
  UkStatements,
  UkTransactions,
  ukAccount,
  ukBalances,
  ukConsent,
  ukProduct,
  ukTransaction,
} from './shapes.ts'
import { UkError } from './words.ts'

const PAGE_SIZE = 500

const AboutAccount = z.object({ AccountId: z.string().max(128) })
const AboutConsent = z.object({ ConsentId: z.string().max(128) })
/** The standard's dates are without a time zone, and one that is given is left aside: UTC is meant. */
const date = z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/)
const TransactionsQuery = z.object({
  fromBookingDateTime: date.optional(),
  toBookingDateTime: date.optional(),
  /** Of `Links.Next`: opaque. */
  page: z.string().max(80).optional(),
})

/** ISO 8601 in its extended and its basic form, with or without a time zone. */
const anyDate = z
  .string()
  .regex(/^\d{4}-?\d\d-?\d\d(T\d\d(:?\d\d(:?\d\d(\.\d{1,9})?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/)
const StatementsQuery = z.object({
  fromStatementDateTime: anyDate.optional(),
  toStatementDateTime: anyDate.optional(),
})

type AnyCall = Pick<Call, 'caller' | 'attended' | 'target'>

/** The operations of the UK account-information face. What Guichet is not told of is not there, rather than empty. */
export function ukRoutes(needs: {
  lent: Lent
  accesses: Readers['accesses']
  publicUrl: URL
  clock: Clock
}): FaceRoute[] {
  const { lent, accesses, publicUrl, clock } = needs

  const self = ({ target }: AnyCall) => new URL(target, publicUrl).href
  const whole = (call: AnyCall) => ({ Links: { Self: self(call) }, Meta: { TotalPages: 1 } })

  /** Whether the person let the app ask this: any of `permissions`. */
  const has = ({ caller }: AnyCall, ...permissions: Permission[]) =>
    permissions.some((one) => caller.access?.asked.permissions.includes(one))
  function need(call: AnyCall, ...permissions: Permission[]): void {
    if (call.caller.access !== null && !has(call, ...permissions))
      throw new UkError('forbidden', `${permissions.join(' or ')} was not asked for`)
  }

  /** The accounts, or the one in the address. Somebody else's is as unknown as one that never was. */
  async function owned(
    call: AnyCall & { params?: { AccountId?: string } },
    what: 'app-accounts' | 'app-balances',
  ): Promise<Owned[]> {
    const all = handOver(await lent.open(call, what, lent.owned))
    const id = call.params?.AccountId
    if (id === undefined) return all
    const found = all.filter(({ account }) => account.id === id)
    if (found.length === 0) throw accountUnknown()
    return found
  }

  const accounts = async (call: AnyCall & { params?: { AccountId?: string } }) => {
    need(call, 'ReadAccountsBasic', 'ReadAccountsDetail')
    const inDetail = has(call, 'ReadAccountsDetail')
    const list = await owned(call, 'app-accounts')
    return { Data: { Account: list.map(({ account }) => ukAccount(account, inDetail)) }, ...whole(call) }
  }

  const balances = async (call: AnyCall & { params?: { AccountId?: string } }) => {
    need(call, 'ReadBalances')
    const list = await owned(call, 'app-balances')
    return {
      Data: { Balance: list.flatMap(({ balance }) => (balance ? ukBalances(balance) : [])) },
      ...whole(call),
    }
  }

  const products = async (call: AnyCall & { params?: { AccountId?: string } }) => {
    need(call, 'ReadProducts')
    const list = await owned(call, 'app-accounts')
    return { Data: { Product: list.map(({ account }) => ukProduct(account)) }, ...whole(call) }
  }

  const transactions = async (
    call: AnyCall & { params?: { AccountId?: string }; query: z.output<typeof TransactionsQuery> },
  ) => {
    need(call, 'ReadTransactionsBasic', 'ReadTransactionsDetail')
    const accountId = call.params?.AccountId ?? null
    const { fromBookingDateTime, toBookingDateTime, page: pageKey } = call.query
    const [from, to] = [instantOf(fromBookingDateTime), instantOf(toBookingDateTime)]
    const [credits, debits] = [has(call, 'ReadTransactionsCredits'), has(call, 'ReadTransactionsDebits')]
    const page = await lent.open(call, 'app-payments', async (loan) => {
      const known = handOver(await loan.accounts())
      if (accountId !== null && !known.some(({ id }) => id === accountId)) throw accountUnknown()
      return await lent.payments(loan, call.caller.access!.id, {
        accountId,
        from,
        // Both ends are meant.
        to: to === null ? null : to + 1,
        pageKey,
        size: PAGE_SIZE,
        where: ({ amount }) => (amount.amountMinor < 0 ? debits : credits),
      })
    })
    const inDetail = has(call, 'ReadTransactionsDetail')
    const next = new URL(self(call))
    if (page.next !== null) next.searchParams.set('page', page.next)
    return {
      Data: { Transaction: handOver(page.items).map((one) => ukTransaction(one, inDetail)) },
      Links: { Self: self(call), ...(page.next !== null && { Next: next.href }) },
      Meta: { TotalPages: Math.max(1, Math.ceil(page.total / PAGE_SIZE)) },
    }
  }

  /** Guichet knows no name: a party is an id that no other app has. */
  const partyOf = async (call: AnyCall & { params?: { AccountId?: string } }) => {
    await owned(call, 'app-accounts')
    return { PartyId: call.caller.access!.id }
  }

  const offers = async (call: AnyCall & { params?: { AccountId?: string } }) => {
    need(call, 'ReadOffers')
    await owned(call, 'app-accounts')
    return { Data: { Offer: [] }, ...whole(call) }
  }

  const statements = async (call: AnyCall & { params?: { AccountId?: string } }) => {
    need(call, 'ReadStatementsBasic', 'ReadStatementsDetail')
    await owned(call, 'app-accounts')
    return { Data: { Statement: [] }, ...whole(call) }
  }

  /** The consent, when it is this very app's. */
  async function consentOf(call: AnyCall & { params: { ConsentId: string } }): Promise<Access> {
    const { reader, access } = call.caller
    const found = await accesses.find(call.params.ConsentId)
    const isTheirs = found?.readerId === reader.id && found.face === 'uk'
    if (!isTheirs || (access !== null && access.id !== found.id))
      throw new UkError('resource-unknown', 'There is no such consent', 'ConsentId')
    return found
  }

  return [
    route({
      method: 'POST',
      path: '/account-access-consents',
      name: 'createConsent',
      summary:
        'Lodges what the app will ask a person for; it then sends them to the authorization server with its id',
      body: UkConsentRequest,
      status: 201,
      answer: UkConsent,
      async handle(call) {
        const { reader, access } = call.caller
        if (access !== null) throw new UkError('forbidden', 'A token of the app’s own is needed')
        const { Permissions, ...dates } = call.body.Data
        checkPermissions(Permissions)
        const until = parsed(dates.ExpirationDateTime)
        if (until !== null && until <= clock.now())
          throw new UkError('date-invalid', 'This is past', 'Data.ExpirationDateTime')
        const asked = await accesses.ask(reader.id, 'uk', {
          clusters: clustersOf(Permissions),
          permissions: [...new Set(Permissions)],
          from: parsed(dates.TransactionFromDateTime),
          to: parsed(dates.TransactionToDateTime),
          until,
        })
        return ukConsent(asked, `${self(call)}/${asked.id}`)
      },
    }),
    route({
      method: 'GET',
      path: '/account-access-consents/{ConsentId}',
      name: 'getConsent',
      summary: 'What became of a request',
      params: AboutConsent,
      answer: UkConsent,
      handle: async (call) => ukConsent(await consentOf(call), self(call)),
    }),
    route({
      method: 'DELETE',
      path: '/account-access-consents/{ConsentId}',
      name: 'deleteConsent',
      summary: 'Gives a consent back: the app can read nothing more under it',
      params: AboutConsent,
      status: 204,
      async handle(call) {
        const access = await consentOf(call)
        if (access.state !== 'given' && access.state !== 'asked')
          throw new UkError('consent-status', 'This consent is over', 'ConsentId')
        await accesses.revoke(access, { reason: 'USER_ACTION', initiator: 'DATA_RECIPIENT' })
      },
    }),
    route({
      method: 'GET',
      path: '/accounts',
      name: 'listAccounts',
      summary: 'The accounts that the person ticked',
      answer: UkAccounts,
      handle: accounts,
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}',
      name: 'getAccount',
      summary: 'One of them',
      params: AboutAccount,
      answer: UkAccounts,
      handle: accounts,
    }),
    route({
      method: 'GET',
      path: '/balances',
      name: 'listBalances',
      summary: 'What the accounts hold',
      answer: UkBalances,
      handle: balances,
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}/balances',
      name: 'getBalances',
      summary: 'What one of them holds',
      params: AboutAccount,
      answer: UkBalances,
      handle: balances,
    }),
    route({
      method: 'GET',
      path: '/transactions',
      name: 'listTransactions',
      summary: 'Payments of all the accounts, the newest first, page by page within one snapshot',
      query: TransactionsQuery,
      answer: UkTransactions,
      handle: transactions,
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}/transactions',
      name: 'getTransactions',
      summary: 'Payments of one account, the newest first, page by page within one snapshot',
      params: AboutAccount,
      query: TransactionsQuery,
      answer: UkTransactions,
      handle: transactions,
    }),
    route({
      method: 'GET',
      path: '/products',
      name: 'listProducts',
      summary: 'The products behind the accounts, as far as their names say',
      answer: UkProducts,
      handle: products,
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}/product',
      name: 'getProduct',
      summary: 'The product behind one account',
      params: AboutAccount,
      answer: UkProducts,
      handle: products,
    }),
    route({
      method: 'GET',
      path: '/offers',
      name: 'listOffers',
      summary: 'No offer is made by this way: the list is empty',
      answer: UkOffers,
      handle: offers,
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}/offers',
      name: 'getOffers',
      summary: 'No offer is made by this way: the list is empty',
      params: AboutAccount,
      answer: UkOffers,
      handle: offers,
    }),
    route({
      method: 'GET',
      path: '/statements',
      name: 'listStatements',
      summary: 'Guichet issues no statements: the list is empty',
      query: StatementsQuery,
      answer: UkStatements,
      handle: statements,
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}/statements',
      name: 'getStatements',
      summary: 'Guichet issues no statements: the list is empty',
      params: AboutAccount,
      query: StatementsQuery,
      answer: UkStatements,
      handle: statements,
    }),
    route({
      method: 'GET',
      path: '/party',
      name: 'getParty',
      summary: 'Whom this consent is of: an id that no other app has',
      answer: UkParty,
      async handle(call) {
        need(call, 'ReadPartyPSU')
        return { Data: { Party: await partyOf(call) }, ...whole(call) }
      },
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}/party',
      name: 'getAccountParty',
      summary: 'The same, of one account',
      params: AboutAccount,
      answer: UkParty,
      async handle(call) {
        need(call, 'ReadParty')
        return { Data: { Party: await partyOf(call) }, ...whole(call) }
      },
    }),
    route({
      method: 'GET',
      path: '/accounts/{AccountId}/parties',
      name: 'listAccountParties',
      summary: 'The same, as a list',
      params: AboutAccount,
      answer: UkParties,
      async handle(call) {
        need(call, 'ReadParty')
        return { Data: { Party: [await partyOf(call)] }, ...whole(call) }
      },
    }),
  ]
}

const accountUnknown = () =>
  new UkError('resource-unknown', 'There is no such account under this consent', 'AccountId')

const parsed = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text))

function instantOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const at = Date.parse(`${text.replace(/(Z|[+-]\d\d(:?\d\d)?)$/, '').replace(/^(.{10})$/, '$1T00:00')}Z`)
  // A 31st of February is read as the 3rd of March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(text.slice(0, 10)))
    throw new UkError('date-invalid', 'There is no such day')
  return at
}
