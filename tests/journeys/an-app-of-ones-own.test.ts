/** Somebody lets an app of theirs read, sees what it read, and ends it: the app is `openid-client`, the standard FDX 6. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { PrivacyJson, ReadsJson } from '../../src/http/api.ts'
import { type OwnApp, openApp } from '../fixtures/own-app.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

let town: Town
let budget: OwnApp
before(async () => {
  town = await openTown({ quiet: true })
  budget = await openApp(town)
})
after(() => town?.close())

async function linked(username: string, bankId = 'chase') {
  const visitor = town.visitor()
  await visitor.link(bankId, ['account-view'], username)
  await eventually('the accounts', async () => (await visitor.say('balance'))[0]?.show?.type === 'accounts')
  return visitor
}

test('a person lets an app read one account, sees each read, and ends it: the next read is refused', async () => {
  const amina = await linked('amina')
  const { tokens, consentId, get } = await budget.letFdx(amina, {
    accounts: ({ app, banks }) => {
      assert.equal(app.name, 'Budget')
      assert.equal(app.returnsTo, 'app.example')
      const [bank] = banks
      return [{ linkId: bank!.linkId, accountIds: [bank!.accounts![0]!.id] }]
    },
  })
  const answer = await get('/accounts')
  assert.equal(answer.status, 200)
  const { accounts } = (await answer.json()) as { accounts: { accountId: string; currentBalance: number }[] }
  assert.equal(accounts.length, 1)
  assert.equal(typeof accounts[0]!.currentBalance, 'number')
  assert.equal(tokens.authorization_details?.[0]?.consentId, consentId)

  const { apps } = await amina.get<PrivacyJson>('/api/privacy')
  assert.equal(apps[0]!.name, 'Budget')
  assert.equal(apps[0]!.state, 'given')
  const { reads } = await amina.get<ReadsJson>('/api/privacy/reads')
  assert.deepEqual(reads[0]!.actor, { kind: 'app', id: budget.id, role: 'Budget' })
  assert.equal(reads[0]!.purpose, 'own-app')

  const after = await amina.post<PrivacyJson>(`/api/apps/${apps[0]!.id}/withdraw`)
  assert.equal(after.apps[0]!.state, 'ended')
  const refused = await get('/accounts')
  assert.equal(refused.status, 401)
  const [last] = (await amina.get<ReadsJson>('/api/privacy/reads')).reads
  assert.equal(last!.decision, 'refused', 'and that is in the log too')
})
