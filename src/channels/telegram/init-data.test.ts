/** The vectors are those that docs.telegram-mini-apps.com publishes beside its own validators. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { HOUR, MINUTE, SECOND, Secret } from '#kit'
import { createInitDataCheck, createThirdPartyCheck } from './init-data.ts'

const TOKEN = new Secret('5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8')
const BY_HMAC =
  'query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2'
const AT_HMAC = 1_662_771_648 * SECOND

const BOT_ID = '7342037359'
const BY_SIGNATURE =
  'user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733584787&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6&signature=zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ'
const AT_SIGNATURE = 1_733_584_787 * SECOND

const NOT_SIGNED = { ok: false, why: 'not-signed' }
const MALFORMED = { ok: false, why: 'malformed' }

/** Data as Telegram would make it for our bot, by its HMAC. */
function made(fields: Record<string, string>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
  const key = createHmac('sha256', 'WebAppData').update(TOKEN.reveal()).digest()
  const hash = createHmac('sha256', key).update(lines.sort().join('\n')).digest('hex')
  return new URLSearchParams({ ...fields, hash }).toString()
}

test('a page opened inside Telegram says which chat opened it, by the bot’s own secret', () => {
  const check = createInitDataCheck({ token: TOKEN })
  assert.deepEqual(check(BY_HMAC, AT_HMAC), { ok: true, address: '279058397' })
})

test('the same is known by Telegram’s signature, without the bot’s secret', () => {
  const check = createThirdPartyCheck({ botId: BOT_ID })
  assert.deepEqual(check(BY_SIGNATURE, AT_SIGNATURE), { ok: true, address: '279058397' })
  const other = createThirdPartyCheck({ botId: '7342037360' })
  assert.deepEqual(other(BY_SIGNATURE, AT_SIGNATURE), NOT_SIGNED, 'it is made for one bot')
  const forTests = createThirdPartyCheck({ botId: BOT_ID, environment: 'test' })
  assert.deepEqual(forTests(BY_SIGNATURE, AT_SIGNATURE), NOT_SIGNED, 'Telegram’s test servers sign otherwise')
})

test('a single changed letter, another bot and a missing proof are refused', () => {
  const check = createInitDataCheck({ token: TOKEN })
  assert.deepEqual(check(BY_HMAC.replace('279058397', '279058398'), AT_HMAC), NOT_SIGNED)
  assert.deepEqual(check(BY_HMAC.replace(/&hash=.*/, ''), AT_HMAC), NOT_SIGNED)
  assert.deepEqual(check(`${BY_HMAC}00`, AT_HMAC), NOT_SIGNED)
  const another = createInitDataCheck({ token: new Secret('5768337691:another') })
  assert.deepEqual(another(BY_HMAC, AT_HMAC), NOT_SIGNED)
  const third = createThirdPartyCheck({ botId: BOT_ID })
  assert.deepEqual(third(BY_HMAC, AT_HMAC), NOT_SIGNED)
  assert.deepEqual(third(BY_SIGNATURE.replace('279058397', '279058398'), AT_SIGNATURE), NOT_SIGNED)
})

test('where both proofs are there, both must be good', () => {
  const check = createInitDataCheck({ token: TOKEN })
  const fields = { auth_date: '1662771648', user: '{"id":7}' }
  assert.deepEqual(check(made(fields), AT_HMAC), { ok: true, address: '7' })
  assert.deepEqual(check(made({ ...fields, signature: 'A'.repeat(86) }), AT_HMAC), NOT_SIGNED)
})

test('an hour later, or from the future, it is too old', () => {
  const check = createInitDataCheck({ token: TOKEN })
  assert.equal(check(BY_HMAC, AT_HMAC + HOUR).ok, true)
  assert.deepEqual(check(BY_HMAC, AT_HMAC + HOUR + 1), { ok: false, why: 'too-old' })
  assert.deepEqual(check(BY_HMAC, AT_HMAC - MINUTE - 1), { ok: false, why: 'too-old' })
})

test('what is no such data is refused, also when it is signed', () => {
  const check = createInitDataCheck({ token: TOKEN })
  const auth_date = '1662771648'
  assert.deepEqual(check('', AT_HMAC), NOT_SIGNED)
  assert.deepEqual(check(`${BY_HMAC}&auth_date=1`, AT_HMAC), MALFORMED, 'a field given twice')
  assert.deepEqual(check('x'.repeat(1_000_000), AT_HMAC), MALFORMED)
  assert.deepEqual(check(made({ auth_date }), AT_HMAC), MALFORMED, 'without a user')
  assert.deepEqual(check(made({ auth_date, user: '{"id":' }), AT_HMAC), MALFORMED)
  assert.deepEqual(check(made({ auth_date, user: '{"id":7,"is_bot":true}' }), AT_HMAC), MALFORMED)
  assert.deepEqual(check(made({ auth_date: 'now', user: '{"id":7}' }), AT_HMAC), MALFORMED)
})
