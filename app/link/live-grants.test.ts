import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GrantJson, PrivacyJson } from '../../src/http/api.ts'
import { liveGrants, staysOn } from './live-grants.ts'

const grant = (purpose: string, state: GrantJson['state']): GrantJson => ({
  id: `grt_${purpose}`,
  purpose,
  name: purpose,
  sentence: '',
  state,
  createdAt: 0,
  expiresAt: 1,
  endedAt: null,
  receiptHref: '',
})
const privacy = (links: Partial<PrivacyJson['links'][number]>[]): PrivacyJson => ({
  apps: [],
  links: links.map((link) => ({
    id: 'lnk_1',
    bankId: 'chase',
    bank: 'Chase',
    since: 0,
    status: 'linked',
    grants: [],
    ...link,
  })),
  reads: 0,
  log: { origin: '', vkey: '' },
})

test('a purpose shows as on only where it was given, is not withdrawn, and the link is alive', () => {
  const held = privacy([
    { grants: [grant('account-view', 'given'), grant('fraud-alerts', 'withdrawn')] },
    { bankId: 'citi', grants: [grant('bank-offers', 'given')] },
    { status: 'erased', grants: [grant('spending-insights', 'given')] },
  ])
  assert.deepEqual([...liveGrants(held, 'chase').keys()], ['account-view'])
})

test('a visitor has nothing on', () => {
  assert.equal(liveGrants(null, 'chase').size, 0)
})

test('a purpose that ends within thirty days can be chosen again, to renew it', () => {
  const day = 86_400_000
  const live = { ...grant('account-view', 'given'), expiresAt: 100 * day }
  assert.equal(staysOn(live, 69 * day), true)
  assert.equal(staysOn(live, 70 * day), false)
  assert.equal(staysOn(undefined, 0), false)
})
