import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { readSettings } from '#config'
import type { Fault } from '#kit'

const faultOf = (environment: Record<string, string>): string => {
  try {
    readSettings(environment)
  } catch (error) {
    return (error as Fault).detail ?? ''
  }
  return ''
}

test('without any setting, Guichet serves this machine on port 4400 with a database of its own', () => {
  const settings = readSettings({ PATH: '/usr/bin' })
  assert.equal(settings.publicUrl.href, 'http://localhost:4400/')
  assert.equal(settings.host, '127.0.0.1')
  assert.equal(settings.databaseUrl, null)
  assert.equal(settings.dataFolder, resolve('.guichet'))
  assert.equal(settings.keysFolder, resolve('.guichet/keys'))
  assert.equal(settings.logOrigin, 'localhost/guichet/access/1')
  assert.equal(settings.consentDaysMax, 365)
})

test('the port is part of the address people type, and an empty setting counts as none', () => {
  const settings = readSettings({
    GUICHET_PORT: '5000',
    GUICHET_PUBLIC_URL: '',
    GUICHET_DATA: '/srv/guichet',
  })
  assert.equal(settings.publicUrl.href, 'http://localhost:5000/')
  assert.equal(settings.banksFolder, resolve('/srv/guichet/banks'))
})

test('a consent longer than a year is refused, with what to do', () => {
  assert.equal(
    faultOf({ GUICHET_CONSENT_DAYS_MAX: '900' }),
    'GUICHET_CONSENT_DAYS_MAX is “900”; it must be a whole number from 1 to 365. Correct it, or remove the line to use 365.',
  )
})

test('a mistyped name is refused with the nearest one, and all faults are told at once', () => {
  const detail = faultOf({ GUICHET_PROT: '4400', GUICHET_PORT: 'high', GUICHET_SOMETHING_ELSE_ENTIRELY: '1' })
  assert.match(detail, /GUICHET_PROT is not a setting\. Did you mean GUICHET_PORT\?/)
  assert.match(detail, /GUICHET_PORT is “high”; it must be a whole number from 1 to 65535/)
  assert.match(
    detail,
    /GUICHET_SOMETHING_ELSE_ENTIRELY is not a setting\. docs\/settings\.md lists them all\./,
  )
})

test('people’s address must be encrypted, except on this machine', () => {
  assert.match(faultOf({ GUICHET_PUBLIC_URL: 'http://guichet.bank.example' }), /must be an https/)
  assert.match(faultOf({ GUICHET_PUBLIC_URL: 'https://bank.example/guichet' }), /without a path/)
  assert.equal(
    readSettings({ GUICHET_PUBLIC_URL: 'https://guichet.bank.example' }).logOrigin,
    'guichet.bank.example/guichet/access/1',
  )
})

test('the database’s password is never printed, neither by the settings nor by an error about them', () => {
  const settings = readSettings({ DATABASE_URL: 'postgres://owner:hunter2@db.example/guichet' })
  assert.doesNotMatch(`${inspect(settings)}${JSON.stringify(settings)}${settings.databaseUrl}`, /hunter2/)
  assert.equal(settings.databaseUrl?.reveal(), 'postgres://owner:hunter2@db.example/guichet')
  const detail = faultOf({ DATABASE_URL: 'mysql://owner:hunter2@db.example/guichet' })
  assert.match(detail, /DATABASE_URL has a value that cannot be used/)
  assert.doesNotMatch(detail, /hunter2/)
})

test('mail is sent once both of its settings are right, and one that is half set is refused', () => {
  const url = 'smtps://guichet:pa%40ss@mail.example'
  const { mail } = readSettings({
    GUICHET_SMTP_URL: url,
    GUICHET_SMTP_FROM: 'Guichet de la Banque <guichet@bank.example>',
  })
  assert.deepEqual(mail?.from, { name: 'Guichet de la Banque', address: 'guichet@bank.example' })
  assert.doesNotMatch(JSON.stringify(mail), /pa%40ss/)
  assert.equal(readSettings({}).mail, null)
  for (const given of [
    { GUICHET_SMTP_URL: url },
    { GUICHET_SMTP_FROM: 'guichet@bank.example' },
    { GUICHET_SMTP_URL: 'https://mail.example', GUICHET_SMTP_FROM: 'guichet@bank.example' },
    { GUICHET_SMTP_URL: url, GUICHET_SMTP_FROM: 'Guichet\r\nBcc: all@bank.example <guichet@bank.example>' },
    { GUICHET_SMTP_URL: url, GUICHET_SMTP_FROM: 'Guichet' },
  ])
    assert.throws(() => readSettings(given), { code: 'setting-wrong' }, JSON.stringify(given))
})
