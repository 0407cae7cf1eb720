/** What an app gets wrong, or tries, at the UK face: each is refused in the standard's own words, and nothing is given away. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { arriveAt, type OwnApp, openApp } from '../fixtures/own-app.ts'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'

const AISP = '/obie/v4.0/aisp'
const CONSENTS = `${AISP}/account-access-consents`

let town: Town
let amina: Visitor
let budget: OwnApp
let taxes: OwnApp
let own: string
let token: string
let consentId: string
let accountId: string
before(async () => {
  town = await openTown({ quiet: true })
  budget = await openApp(town)
  taxes = await openApp(town, { name: 'Taxes' })
  own = await budget.own()
  amina = town.visitor()
  await amina.link('chase', ['account-view'], 'amina')
  await eventually('the accounts', async () => (await amina.say('balance'))[0]?.show?.type === 'accounts')
  const opened = await budget.letUk(amina, own, [
    'ReadAccountsBasic',
    'ReadTransactionsBasic',
    'ReadTransactionsDebits',
  ])
  assert.ok('token' in opened)
  ;({ token, consentId, accountId } = opened as { token: string; consentId: string; accountId: string })
})
after(() => town?.close())

/** The status and the code of a refusal; its words never repeat what was given. */
async function refusalOf(response: Response): Promise<[number, string]> {
  const text = await response.text()
  assert.doesNotMatch(text, /HOSTILE/)
  const { Errors } = JSON.parse(text) as { Errors: { ErrorCode: string }[] }
  return [response.status, Errors[0]!.ErrorCode]
}

const BASIC = { Permissions: ['ReadAccountsBasic'] }
const WRONG: Record<string, [unknown, string]> = {
  'no Risk': [{ Data: BASIC }, 'U002'],
  'no Data': [{ Risk: {} }, 'U002'],
  'nothing at all': [null, 'U002'],
  'a list instead of an object': [[], 'U002'],
  'no permission': [{ Data: { Permissions: [] }, Risk: {} }, 'U002'],
  'a permission that nobody knows': [{ Data: { Permissions: ['ReadHOSTILE'] }, Risk: {} }, 'U002'],
  'payments without a side': [
    { Data: { Permissions: ['ReadAccountsBasic', 'ReadTransactionsBasic'] }, Risk: {} },
    'U002',
  ],
  'a side without payments': [
    { Data: { Permissions: ['ReadAccountsBasic', 'ReadTransactionsDebits'] }, Risk: {} },
    'U002',
  ],
  'balances without accounts': [{ Data: { Permissions: ['ReadBalances'] }, Risk: {} }, 'U002'],
  'a field that nobody knows': [{ Data: { ...BASIC, HOSTILE: 1 }, Risk: {} }, 'U002'],
  'an end that is past': [
    { Data: { ...BASIC, ExpirationDateTime: '2020-01-01T00:00:00Z' }, Risk: {} },
    'U003',
  ],
  'an end that is no date': [{ Data: { ...BASIC, ExpirationDateTime: 'HOSTILE' }, Risk: {} }, 'U002'],
}
for (const [what, [body, code]] of Object.entries(WRONG))
  test(`a consent with ${what} is not lodged`, async () => {
    assert.deepEqual(await refusalOf(await budget.call(own, CONSENTS, { method: 'POST', body })), [400, code])
  })

test('a body that is cut short, or of another kind, is not read', async () => {
  for (const [headers, body, expected] of [
    [{ 'content-type': 'application/json' }, '{"Data":{"HOSTILE', [400, 'U002']],
    [{ 'content-type': 'application/json' }, '', [400, 'U002']],
    [{ 'content-type': 'text/plain' }, 'HOSTILE', [415, 'U006']],
  ] as const) {
    // The proof is of the address and not of the body.
    const signed = await budget.sign(own, 'POST', CONSENTS)
    const response = await fetch(town.url + CONSENTS, {
      method: 'POST',
      headers: { ...signed, ...headers },
      body,
    })
    assert.deepEqual(await refusalOf(response), expected)
  }
})

test('what a stranger sends is not looked at', async () => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(town.url + CONSENTS, { method: 'POST', headers, body: '{"Data":{"HOSTILE' })
  assert.deepEqual(await refusalOf(response), [401, 'U042'])
})

test('dates, pages and account ids that are none are refused, and so is a method that there is not', async () => {
  const transactions = `${AISP}/accounts/${accountId}/transactions`
  for (const [method, path, expected] of [
    ['GET', `${transactions}?fromBookingDateTime=HOSTILE`, [400, 'U002']],
    ['GET', `${transactions}?toBookingDateTime=2026-02-31T00:00:00`, [400, 'U003']],
    ['GET', `${transactions}?page=HOSTILE`, [400, 'U002']],
    ['GET', `${AISP}/accounts/${'HOSTILE'.repeat(12)}`, [400, 'U011']],
    ['GET', `${AISP}/accounts/acc_never/transactions`, [400, 'U011']],
    ['GET', `${AISP}/balances`, [403, 'U042']],
    ['GET', `${AISP}/accounts/${accountId}/direct-debits`, [404, 'U011']],
    ['DELETE', `${AISP}/accounts/${accountId}`, [405, 'U011']],
    ['POST', `${AISP}/accounts`, [405, 'U011']],
  ] as const)
    assert.deepEqual(
      await refusalOf(await budget.call(token, path, { method })),
      expected,
      `${method} ${path}`,
    )
})

test('one app’s consent is nothing to another, and only the app itself lodges one', async () => {
  const others = await taxes.own()
  assert.deepEqual(await refusalOf(await taxes.call(others, `${CONSENTS}/${consentId}`)), [400, 'U011'])
  const deleting = await taxes.call(others, `${CONSENTS}/${consentId}`, { method: 'DELETE' })
  assert.deepEqual(await refusalOf(deleting), [400, 'U011'])
  assert.equal((await budget.call(token, `${AISP}/accounts`)).status, 200, 'it still stands')
  const body = { Data: BASIC, Risk: {} }
  assert.deepEqual(await refusalOf(await budget.call(token, CONSENTS, { method: 'POST', body })), [
    403,
    'U042',
  ])
  assert.deepEqual(
    await refusalOf(await taxes.call(token, `${AISP}/accounts`)),
    [401, 'U042'],
    'a stolen token',
  )

  const lodged = await budget.call(own, CONSENTS, { method: 'POST', body })
  const { Data } = (await lodged.json()) as { Data: { ConsentId: string; Status: string } }
  assert.equal(Data.Status, 'AWAU')
  const claims = { id_token: { openbanking_intent_id: { value: Data.ConsentId, essential: true } } }
  const path = await arriveAt(town, amina, await taxes.push({ claims: JSON.stringify(claims) }))
  await assert.rejects(amina.get(`${path}/asked`), /app-request-over/, 'nor can another bring a person to it')
})

test('a consent that a person refused says so, and one that is taken back can no longer be given', async () => {
  const body = { Data: BASIC, Risk: {} }
  const lodge = async () => {
    const lodged = await budget.call(own, CONSENTS, { method: 'POST', body })
    return ((await lodged.json()) as { Data: { ConsentId: string } }).Data.ConsentId
  }
  const statusOf = async (id: string) => {
    const answer = await budget.call(own, `${CONSENTS}/${id}`)
    return ((await answer.json()) as { Data: { Status: string } }).Data.Status
  }
  const refused = await lodge()
  const claims = (id: string) => ({
    claims: JSON.stringify({ id_token: { openbanking_intent_id: { value: id, essential: true } } }),
  })
  await assert.rejects(budget.authorize(amina, claims(refused), { agree: false }))
  assert.equal(await statusOf(refused), 'RJCT')

  const takenBack = await lodge()
  const path = await arriveAt(town, amina, await budget.push(claims(takenBack)))
  assert.equal((await budget.call(own, `${CONSENTS}/${takenBack}`, { method: 'DELETE' })).status, 204)
  await assert.rejects(amina.get(`${path}/asked`), /app-request-over/)
  const again = await budget.call(own, `${CONSENTS}/${takenBack}`, { method: 'DELETE' })
  assert.deepEqual(await refusalOf(again), [400, 'U009'])
})
