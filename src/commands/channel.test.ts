/** `guichet channel` from outside, against the simulated messengers. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { systemClock } from '#kit'
import { listen } from '../../sim/bank/server.ts'
import { createTelegram, startGraph } from '../../sim/index.ts'
import { startStandInHomeserver } from '../../sim/messengers/matrix/homeserver.ts'

const MAIN = join(import.meta.dirname, '../main.ts')
const PUBLIC_URL = 'http://localhost:4567'
const BOT = { token: '123456789:AAtest-token', botName: 'guichet_test_bot' }

async function open(t: TestContext) {
  const data = await mkdtemp(join(tmpdir(), 'guichet-channel-'))
  const start = (product: 'messenger' | 'whatsapp', id: string) =>
    startGraph({
      product,
      id,
      accountId: '3000003',
      accessToken: 'access',
      appSecret: 'app-secret',
      webhookUrl: new URL(`/webhooks/${product}`, PUBLIC_URL),
      clock: systemClock,
    })
  const page = await start('messenger', '1000001')
  const number = await start('whatsapp', '2000002')
  const server = await listen('127.0.0.1', 0, null)
  const telegram = await createTelegram(server, { ...BOT, clock: systemClock, fetch })
  t.after(async () => {
    await page.stop()
    await number.stop()
    server.closeAllConnections()
    server.close()
    await rm(data, { recursive: true, force: true })
  })
  const environment = {
    GUICHET_DATA: data,
    GUICHET_PUBLIC_URL: PUBLIC_URL,
    GUICHET_MESSENGER_PAGE_ID: '1000001',
    GUICHET_MESSENGER_PAGE_TOKEN: 'access',
    GUICHET_MESSENGER_APP_SECRET: 'app-secret',
    GUICHET_MESSENGER_VERIFY_TOKEN: 'agreed',
    GUICHET_MESSENGER_UTILITY_TEMPLATE: 'guichet',
    GUICHET_MESSENGER_GRAPH_URL: page.url.href,
    GUICHET_WHATSAPP_PHONE_ID: '2000002',
    GUICHET_WHATSAPP_ACCOUNT_ID: '3000003',
    GUICHET_WHATSAPP_NUMBER: '33123456789',
    GUICHET_WHATSAPP_TOKEN: 'access',
    GUICHET_WHATSAPP_APP_SECRET: 'app-secret',
    GUICHET_WHATSAPP_VERIFY_TOKEN: 'agreed',
    GUICHET_WHATSAPP_GRAPH_URL: number.url.href,
    GUICHET_TELEGRAM_BOT_NAME: BOT.botName,
    GUICHET_TELEGRAM_BOT_TOKEN: BOT.token,
    GUICHET_TELEGRAM_WEBHOOK_SECRET: 'a-word-between-us',
    GUICHET_TELEGRAM_API_URL: telegram.apiUrl.href,
  }
  async function run(args: string, more: Record<string, string | undefined> = {}, typed = '') {
    const child = spawn(process.execPath, [MAIN, 'channel', ...args.split(' ')], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.on('error', () => {})
    child.stdin.end(typed)
    const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { code: await ended, out, err }
  }
  return { run, page, number, telegram }
}

test('templates are listed, registered once, and shown with what Meta thinks of them', async (t) => {
  const { run, page, number } = await open(t)
  const listed = await run('templates list --messenger messenger')
  assert.match(
    listed.out,
    /guichet_card_question \(fr\): Veuillez vérifier .* \[Ouvrir\] \[Bloquer ma carte\]/,
  )
  const before = await run('templates status --messenger messenger')
  assert.equal(before.code, 1)
  assert.match(before.out, /✗ Messenger: guichet_answer_ready \(en\): not registered\n.*templates register/)

  const registered = await run('templates register')
  assert.equal(registered.code, 0, registered.out + registered.err)
  assert.match(registered.out, /✓ Messenger: guichet_card_question \(en\) is registered: approved/)
  assert.match(registered.out, /✓ WhatsApp: guichet_card_question \(fr\) is registered: pending/)
  assert.match(registered.out, /set GUICHET_WHATSAPP_UTILITY_TEMPLATE to guichet/)
  assert.equal(page.templates.all.length, 8)
  assert.match((await run('templates register')).out, /is there already/)
  assert.equal(number.templates.all.length, 8)

  page.templates.decide('guichet_card_question', 'REJECTED', 'INCORRECT_PARAMS')
  const after = await run('templates status')
  assert.equal(after.code, 1)
  assert.match(after.out, /✗ Messenger: guichet_card_question \(en\): rejected, INCORRECT_PARAMS/)
})

test('templates that we use no more are shown and deleted, and nobody else’s are', async (t) => {
  const { run, page, number } = await open(t)
  await run('templates register')
  const register = (name: string, language: string) =>
    [page, number].map(({ templates }) =>
      templates.register({
        name,
        language,
        category: 'UTILITY',
        components: [{ type: 'BODY', text: 'Please look.' }],
      }),
    )
  for (const language of ['en', 'fr']) register('guichet_please_look_now', language)
  register('guichet_of_another_app', 'en')

  const before = await run('templates status --messenger messenger')
  assert.equal(before.code, 0, before.out + before.err)
  assert.match(
    before.out,
    /– Messenger: guichet_please_look_now is registered and not used any more\n.*delete-retired/,
  )
  assert.doesNotMatch(before.out, /another_app/)
  const unasked = await run('templates delete-retired')
  assert.notEqual(unasked.code, 0, 'somebody must say so')
  assert.equal(page.templates.all.length, 11)

  const deleted = await run('templates delete-retired --yes')
  assert.equal(deleted.code, 0, deleted.out + deleted.err)
  assert.match(deleted.out, /✓ Messenger: guichet_please_look_now is deleted/)
  assert.match(deleted.out, /✓ WhatsApp: guichet_please_look_now is deleted/)
  for (const { templates } of [page, number]) {
    const names = new Set(templates.all.map(({ name }) => name))
    assert.equal(templates.all.length, 9)
    assert.ok(names.has('guichet_of_another_app') && !names.has('guichet_please_look_now'))
  }
  assert.match((await run('templates delete-retired --yes')).out, /none is registered that is not used/)
})

test('a check asks every messenger, and says plainly what is wrong', async (t) => {
  const { run } = await open(t)
  await run('templates register')
  assert.match((await run('telegram status')).out, /✗ Telegram: it was never told where to send/)
  assert.match((await run('telegram set-webhook')).out, /✓ Telegram: @guichet_test_bot sends here, 0 waiting/)
  const all = await run('check')
  assert.equal(all.code, 0, all.out + all.err)
  assert.match(all.out, /✓ Messenger: The app is subscribed/)
  assert.match(all.out, /✓ WhatsApp: The app secret is right, and the webhook sends here/)
  assert.match(all.out, /✓ Telegram: @guichet_test_bot sends here/)

  const wrong = await run('check', {
    GUICHET_MESSENGER_PAGE_TOKEN: 'another',
    GUICHET_WHATSAPP_APP_SECRET: 'another',
    GUICHET_TELEGRAM_BOT_TOKEN: '1:another',
  })
  assert.equal(wrong.code, 1)
  assert.match(wrong.out, /✗ Messenger: The access token is not valid any more/)
  assert.match(wrong.out, /✗ WhatsApp: The app secret is not the app’s/)
  assert.match(wrong.out, /✗ Telegram: the bot’s token is not valid/)
  assert.doesNotMatch(wrong.out + wrong.err, /another|access\b.*access/, 'no secret is printed')
  const moved = await run('check', { GUICHET_PUBLIC_URL: 'http://localhost:4999' })
  assert.match(moved.out, /✗ Telegram: it sends to another address/)
})

test('a messenger that is not set up is said to be so', async (t) => {
  const { run } = await open(t)
  const none = Object.fromEntries(
    ['BOT_NAME', 'BOT_TOKEN', 'WEBHOOK_SECRET', 'API_URL'].map((name) => [
      `GUICHET_TELEGRAM_${name}`,
      undefined,
    ]),
  )
  const { code, err } = await run('telegram status', none)
  assert.equal(code, 1)
  assert.match(err, /not set up/)
})

test('the Matrix account logs in by what is typed, which prints its settings; and a check says how it is', async (t) => {
  const { run } = await open(t)
  const homeserver = await startStandInHomeserver({
    userId: '@guichet:bank.example',
    password: 'a secret word',
  })
  t.after(() => homeserver.stop())
  const typed = `${homeserver.url.href}\n@guichet:bank.example\na secret word\n`
  const done = await run('matrix login', {}, typed)
  assert.equal(done.code, 0, done.err)
  assert.match(
    done.out,
    /^GUICHET_MATRIX_HOMESERVER=http:\/\/127\.0\.0\.1:\d+\/\nGUICHET_MATRIX_USER=@guichet:bank\.example\nGUICHET_MATRIX_ACCESS_TOKEN=syt_\w+\n$/,
  )
  assert.match(done.err, /Logged in as @guichet:bank\.example, device [A-Z0-9]+/)
  assert.doesNotMatch(done.out + done.err, /secret word/)

  const printed = Object.fromEntries(
    done.out
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  )
  assert.match(
    (await run('check', printed)).out,
    /✓ Matrix: @guichet:bank\.example is logged in, as device [A-Z0-9]+/,
  )
  const other = await run('check', { ...printed, GUICHET_MATRIX_USER: '@another:bank.example' })
  assert.match(other.out, /✗ Matrix: the token is @guichet:bank\.example’s, and not @another:bank\.example’s/)
  homeserver.endLogins()
  const over = await run('check', printed)
  assert.equal(over.code, 1)
  assert.match(over.out, /✗ Matrix: the access token is not valid any more\n.*channel matrix login/)

  for (const [given, says] of [
    [typed.replace('a secret word', 'another'), /does not know this user with this password/],
    [typed.replace(homeserver.url.href, 'http://127.0.0.1:9/'), /http:\/\/127\.0\.0\.1:9 does not answer/],
    [typed.replace(homeserver.url.href, 'http://bank.example/'), /GUICHET_MATRIX_HOMESERVER/],
    [typed.split('\n', 2).join('\n'), /not all was answered/],
  ] as const) {
    const refused = await run('matrix login', {}, given)
    assert.equal(refused.code, 1, refused.out)
    assert.match(refused.err, says)
    assert.equal(refused.out, '')
    assert.doesNotMatch(refused.err, /secret word|another/)
  }
  homeserver.makes((method) => (method === 'GET' ? { status: 404, body: 'a page' } : null))
  assert.match((await run('matrix login', {}, typed)).err, /not as a Matrix homeserver/)
  homeserver.makes((method) =>
    method === 'GET' ? { status: 200, body: { flows: [{ type: 'm.login.sso' }] } } : null,
  )
  assert.match((await run('matrix login', {}, typed)).err, /lets nobody in by password/)
  homeserver.makes((method) =>
    method === 'POST' ? { status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 41_500 } } : null,
  )
  assert.match((await run('matrix login', {}, typed)).err, /try again in 42 seconds/)
})
