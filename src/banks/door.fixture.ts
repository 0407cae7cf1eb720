/** Guichet's door to a simulated bank, for tests: its real authorization server and API, over HTTP. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { Fault } from '#kit'
import { visitBank } from '../../sim/testing/client.ts'
import { startTestBank } from '../../sim/testing/test-bank.ts'
import type { LinkRequest } from './authorisation.ts'
import { createBanks } from './banks.ts'
import { parseProfile } from './profile.ts'

export const REQUEST: LinkRequest = {
  purposes: [{ id: 'account-view', name: 'See my accounts' }],
  locale: 'en',
  lookbackDays: 730,
  durationDays: 365,
  cardOrders: true,
  fromAddress: null,
}

export const fails = (code: string) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, code)
  return true
}

/** A simulated bank, and Guichet's door to it with a clock that a test moves. */
export async function openDoor(t: TestContext) {
  const town = await startTestBank(t)
  const profile = parseProfile('chase.json', JSON.stringify(town.bank.profile))
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  const keys = { privateKey: town.guichet.privateKey as CryptoKey, kid: 'client-1', jwks: { keys: [] } }
  const open = (over: Partial<Parameters<typeof createBanks>[0]> = {}) =>
    createBanks({
      profiles: [profile],
      keys,
      publicUrl: new URL(town.guichet.url),
      clock,
      timeoutMs: 20_000,
      ...over,
    })
  const banks = open()

  /** To the bank's page and back, as `username`. */
  async function goThere(username = 'amina', over: Partial<LinkRequest> = {}) {
    const { redirect, pending } = await banks.beginLink('chase', { ...REQUEST, ...over })
    return { redirect, pending, callback: new URL(await visitBank(redirect, { username })) }
  }
  async function link(username = 'amina', over: Partial<LinkRequest> = {}) {
    const { pending, callback } = await goThere(username, over)
    return await banks.completeLink(pending, callback)
  }
  return {
    ...town,
    bank: town.bank,
    profile,
    banks,
    open,
    keys,
    goThere,
    link,
    advance: (ms: number) => (ahead += ms),
  }
}
