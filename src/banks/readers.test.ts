import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fails } from './door.fixture.ts'
import { parseProfile, STANDARDS } from './profile.ts'
import { requireReadable } from './readers.ts'

const profile = (standard: string, over: object = {}) =>
  parseProfile(
    'plain.json',
    JSON.stringify({
      id: 'plain',
      name: 'Plain Bank',
      legalName: 'Plain Bank plc',
      simulated: false,
      issuer: 'https://login.bank.example',
      api: {
        standard,
        baseUrl: 'https://api.bank.example/v1',
        ...(standard === 'citi' && { amounts: { account: 'negative', card: 'negative' } }),
      },
      authorisation: {
        kind: 'oauth2',
        scopes: ['accounts'],
        clientAuth: 'private_key_jwt',
        person: 'none',
        ...over,
      },
      clientId: 'guichet',
      country: 'GB',
      timeZone: 'Europe/London',
      currency: 'GBP',
    }),
  )
const consentOf = (standard: string) => /^(obie|berlin)/.exec(standard)?.[0] ?? 'none'

test('every standard that a profile may name has its reader', () => {
  for (const standard of STANDARDS) requireReadable(profile(standard, { consent: consentOf(standard) }))
})

test('a consent that is not the standard’s own is refused before anybody is sent to the bank', () => {
  for (const standard of STANDARDS)
    for (const consent of ['none', 'obie', 'berlin']) {
      const check = () => requireReadable(profile(standard, { consent }))
      if (consent === consentOf(standard)) check()
      else assert.throws(check, fails('setting-wrong'), `${standard} with ${consent}`)
    }
})

test('a bank that is to say in its API who somebody is must have a standard that says it', () => {
  for (const standard of STANDARDS) {
    const check = () => requireReadable(profile(standard, { consent: consentOf(standard), person: 'api' }))
    if (standard.startsWith('fdx')) check()
    else assert.throws(check, fails('setting-wrong'), standard)
  }
})
