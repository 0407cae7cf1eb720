import { UkError } from './words.ts'

/** What an app can ask for in the UK standard (OBInternalPermissions1Code). */
export const PERMISSIONS = [
  'ReadAccountsBasic',
  'ReadAccountsDetail',
  'ReadBalances',
  'ReadBeneficiariesBasic',
  'ReadBeneficiariesDetail',
  'ReadDirectDebits',
  'ReadOffers',
  'ReadPAN',
  'ReadParty',
  'ReadPartyPSU',
  'ReadProducts',
  'ReadScheduledPaymentsBasic',
  'ReadScheduledPaymentsDetail',
  'ReadStandingOrdersBasic',
  'ReadStandingOrdersDetail',
  'ReadStatementsBasic',
  'ReadStatementsDetail',
  'ReadTransactionsBasic',
  'ReadTransactionsCredits',
  'ReadTransactionsDebits',
  'ReadTransactionsDetail',
] as const
export type Permission = (typeof PERMISSIONS)[number]

const SIDES: Permission[] = ['ReadTransactionsCredits', 'ReadTransactionsDebits']
const DEPTHS: Permission[] = ['ReadTransactionsBasic', 'ReadTransactionsDetail']

/** Throws unless permissions go together as the standard wants: accounts always, and payments with a side and a depth. */
export function checkPermissions(given: readonly string[]): void {
  const has = (...any: Permission[]) => any.some((one) => given.includes(one))
  const path = 'Data.Permissions'
  if (!has('ReadAccountsBasic', 'ReadAccountsDetail'))
    throw new UkError('field-invalid', 'ReadAccountsBasic or ReadAccountsDetail is needed', path)
  if (has(...DEPTHS) !== has(...SIDES))
    throw new UkError(
      'field-invalid',
      'ReadTransactionsBasic or Detail goes with ReadTransactionsCredits, Debits or both',
      path,
    )
}

/** The kinds of data that permissions come to, as the vault knows them. */
export function clustersOf(given: readonly string[]): string[] {
  return [
    'ACCOUNT_BASIC',
    ...(given.includes('ReadBalances') ? ['ACCOUNT_DETAILED'] : []),
    ...(DEPTHS.some((one) => given.includes(one)) ? ['TRANSACTIONS'] : []),
  ]
}
