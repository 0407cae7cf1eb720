/**
 * A bank that is nothing but pages: FDX accounts and transactions of as many customers as are asked for, each with the rows of
 * real cards from a place of its own. A process apart, so that what it takes is not counted as ours.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DAY } from '#kit'
import { readCardRows } from '../../sim/index.ts'
import { rowOf } from './rows.ts'

const PAGE_SIZE = 500
const [rowsPerCustomer] = process.argv.slice(2).map(Number) as [number]
const rows = readCardRows()
const newest = Date.now() - DAY

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', issuer())
  const customer = Number(/^DPoP token-(\d+)$/.exec(request.headers.authorization ?? '')?.[1] ?? -1)
  const body = answer(pathname, searchParams, customer)
  response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' }).end(body ?? '{}')
})

const issuer = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

function answer(path: string, query: URLSearchParams, customer: number): string | null {
  if (path === '/.well-known/openid-configuration') return JSON.stringify(discovery())
  const account = `account-${customer}`
  if (path === '/fdx/v6/customers/current') return JSON.stringify({ customerId: `customer-${customer}` })
  if (path.startsWith('/fdx/v6/consents/'))
    return JSON.stringify({
      id: `consent-${customer}`,
      resources: [{ resourceType: 'ACCOUNT', resourceId: account, dataClusters: ['TRANSACTIONS'] }],
    })
  if (path === '/fdx/v6/accounts') return JSON.stringify({ accounts: [accountOf(account)] })
  if (path === `/fdx/v6/accounts/${account}/transactions`) {
    const from = Number(query.get('pageKey') ?? 0)
    const to = Math.min(from + PAGE_SIZE, rowsPerCustomer)
    const list: string[] = []
    for (let n = from; n < to; n++) list.push(rowOf(rows, customer, n, newest))
    const page = to < rowsPerCustomer ? `{"nextPageKey":"${to}","totalElements":${rowsPerCustomer}}` : '{}'
    return `{"page":${page},"transactions":[${list.join(',')}]}`
  }
  return null
}

const accountOf = (accountId: string) => ({
  accountCategory: 'LOC_ACCOUNT',
  accountType: 'CREDITCARD',
  balanceType: 'LIABILITY',
  accountId,
  accountNumberDisplay: '4321',
  productName: 'Purchase card',
  status: 'OPEN',
  currency: { currencyCode: 'GBP' },
  balanceAsOf: new Date(newest).toISOString(),
  currentBalance: 120.5,
  creditLine: 5000,
  availableCredit: 4879.5,
})

const discovery = () => ({
  issuer: issuer(),
  authorization_endpoint: `${issuer()}/auth`,
  pushed_authorization_request_endpoint: `${issuer()}/par`,
  token_endpoint: `${issuer()}/token`,
  jwks_uri: `${issuer()}/jwks`,
  response_types_supported: ['code'],
  dpop_signing_alg_values_supported: ['ES256'],
})

server.listen(0, '127.0.0.1', () => console.log(issuer()))
// Whoever started it tells it to end, or is gone.
process.stdin.on('end', () => process.exit(0)).resume()
