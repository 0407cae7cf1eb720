/** What an app and its person cannot go beyond: the operator's longest consent, one access a request, and so many calls a minute. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { AppAskedJson, PrivacyJson, PurposeJson } from '../../src/http/api.ts'
import { arriveAt, FDX_CONSENT, type OwnApp, openApp } from '../fixtures/own-app.ts'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
let app: OwnApp
let claire: Visitor
before(async () => {
  town = await openTown({ quiet: true, consentDaysMax: 60 })
  app = await openApp(town)
  claire = town.visitor()
  await claire.link('chase', ['account-view'], 'amina')
  await eventually('the accounts', async () => (await claire.say('balance'))[0]?.show?.type === 'accounts')
})
after(() => town?.close())

/** Claire's browser at our page, with what she could tick. */
async function asked() {
  const details = JSON.stringify([FDX_CONSENT])
  const path = await arriveAt(town, claire, await app.push({ authorization_details: details }))
  const question = await claire.get<AppAskedJson>(`${path}/asked`)
  const { linkId, accounts } = question.banks[0]!
  return { path, question, accounts: [{ linkId, accountIds: [accounts![0]!.id] }] }
}

test('nobody is offered more days than the operator lets a consent last', async () => {
  const purposes = await claire.get<PurposeJson[]>('/api/purposes')
  assert.ok(purposes.length > 0 && purposes.every(({ days }) => days <= 60))
  const { path, question, accounts } = await asked()
  assert.equal(question.daysMax, 60)
  await assert.rejects(
    claire.post(`${path}/answer`, { agree: true, days: 61, accounts }),
    /request-malformed/,
    'longer than that is refused, and not cut short in silence',
  )
  await claire.post(`${path}/answer`, { agree: true, days: 60, accounts })
})

test('a yes that is sent twice is one access', async () => {
  const accesses = async () => {
    const client = new pg.Client({ connectionString: town.database.url })
    await client.connect()
    const { rows } = await client.query('select count(*)::int as count from readers.access')
    await client.end()
    return (rows[0] as { count: number }).count
  }
  const before = await accesses()
  const { path, accounts } = await asked()
  const yes = () => claire.post(`${path}/answer`, { agree: true, days: 30, accounts })
  const answers = await Promise.allSettled([yes(), yes()])
  assert.ok(answers.some(({ status }) => status === 'fulfilled'))
  assert.equal(await accesses(), before + 1)
  const { apps } = await claire.get<PrivacyJson>('/api/privacy')
  assert.equal(apps.length, before + 1, 'and she sees it once')
})

test('a stranger who calls without end is turned away before anything is looked up', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.7' }
  const call = async () => (await fetch(`${town.url}/fdx/v6/accounts`, { headers })).status
  const statuses = new Set<number>()
  for (let i = 0; i < 31; i++)
    for (const status of await Promise.all(Array.from({ length: 20 }, call))) statuses.add(status)
  assert.deepEqual(statuses, new Set([401, 429]))
})
