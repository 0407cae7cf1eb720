/** Warnings on a device, in a real Chromium with its service worker. The push service is ours: its own is not to be had. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createSql, type Sql } from '#kit'
import { type PushService, startPushService } from '../../sim/push/push-service.ts'
import { launchBrowser, looksRight } from '../browser.ts'
import { eventually, linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

const SAYS = {
  en: { turnOn: 'Turn on alerts here', turnOff: 'Turn off alerts here', on: 'This device is alerted.' },
  fr: {
    turnOn: 'Activer les alertes ici',
    turnOff: 'Désactiver les alertes ici',
    on: 'Les alertes sont activées sur cet appareil.',
  },
} as const

let town: Town
let browser: Browser
let service: PushService
let sql: Sql
before(async () => {
  service = await startPushService()
  town = await openTown({ quiet: true, pushServices: [service.origin] })
  browser = await launchBrowser()
  sql = createSql({ url: town.database.urls.rooms, connectionsMax: 1, application: 'test' })
})
after(async () => {
  await browser?.close()
  await sql?.end()
  await town?.close()
  await service?.stop()
})

/** A browser whose subscriptions are made at our own push service; all else of it is Chromium's. */
async function openAs(visitor: Visitor, permission: 'granted' | 'denied' = 'granted') {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
  if (permission === 'granted') await context.grantPermissions(['notifications'], { origin: town.url })
  await context.exposeFunction('subscribeAtService', (key: string) => service.subscribe(key))
  await context.addInitScript((asked) => {
    const page = window as unknown as { subscribeAtService(key: unknown): Promise<{ endpoint: string }> }
    Notification.requestPermission = async () => asked
    let made: unknown = null
    PushManager.prototype.getSubscription = async () => made as PushSubscription
    PushManager.prototype.subscribe = async (options) => {
      const json = await page.subscribeAtService(options!.applicationServerKey)
      const forget = async () => {
        made = null
        return true
      }
      made = { endpoint: json.endpoint, toJSON: () => json, unsubscribe: forget }
      return made as PushSubscription
    }
  }, permission)
  const cookies = [...visitor.cookies].map(([name, value]) => ({ name, value, url: town.url }))
  await context.addCookies(cookies)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  return { context, page }
}

/** What the service took is handed to Chromium, as its own push service would. */
async function deliver(context: BrowserContext, page: Page, text: string): Promise<void> {
  const session = await context.newCDPSession(page)
  const registered: { registrationId: string }[] = []
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registered.push(...registrations)
  })
  await session.send('ServiceWorker.enable')
  const { registrationId } = await eventually('the worker’s registration', async () => registered[0])
  await session.send('ServiceWorker.deliverPushMessage', { origin: town.url, registrationId, data: text })
}

for (const locale of ['en', 'fr'] as const) {
  test(`somebody turns alerts on with one tap, and is warned by the browser, in ${locale}`, async () => {
    const says = SAYS[locale]
    const username = locale === 'en' ? 'amina' : 'bruno'
    const visitor = town.visitor()
    await visitor.arrive()
    await visitor.post('/api/session/locale', { locale })
    await visitor.link('chase', ['account-view', 'fraud-alerts'], username)
    await eventually('the accounts', async () =>
      (await visitor.say('balance', locale)).some(({ show }) => show),
    )
    // News of its own, that would be pushed to a browser where alerts are on already.
    await linkIsTold(visitor, 'Chase')
    const { context, page } = await openAs(visitor)
    await page.goto(`${town.url}/messengers`)
    await looksRight(page, 'alerts, off')
    await page.getByRole('button', { name: says.turnOn }).click()
    await page.getByText(says.on).waitFor()
    await looksRight(page, 'alerts, on')

    service.messages.length = 0
    town.bank('chase').authorise(username, {
      descriptor: `electronica ${locale}`,
      entryMode: 'magstripe',
      amount: locale === 'en' ? '249.00' : '349.00',
      country: 'ES',
      city: 'Barcelona',
      latitude: 41.39,
      longitude: 2.17,
    })
    const { text } = await eventually('the push', async () => service.messages[0])
    await deliver(context, page, text)
    assert.doesNotMatch(text, /249|349|electronica|chase/i)

    // The worker says that it was shown, and so no other way is tried.
    const { receipt } = JSON.parse(text)
    assert.ok(receipt)
    await eventually('the receipt', async () => {
      const rows = await sql.query<{ state: string }>(
        `select state from channels.delivery join web.session using (person_id)
         where door = 'push' and token_hash = sha256($1::bytea)`,
        [Buffer.from(visitor.cookies.get('guichet')!)],
      )
      return rows.some(({ state }) => state === 'delivered')
    })
    // Not before: what Chromium is asked for between keeping a notification and showing it, it takes for one that
    // was closed, and forgets.
    const shown = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      return (await registration.getNotifications()).map(({ title, body, lang, data }) => {
        return { title, body, lang, href: String(data) }
      })
    })
    assert.equal(shown.length, 1)
    const [{ title, body, lang, href }] = shown as [(typeof shown)[number]]
    assert.equal(title, 'Guichet')
    assert.equal(lang, locale)
    assert.match(body, locale === 'en' ? /^Please check a card payment/ : /^Veuillez vérifier un paiement/)
    // Its link opens on our own page, for who is signed in.
    await page.goto(href)
    await page.locator('main button.primary').click()
    await page
      .getByRole('log')
      .getByText(/electronica/i)
      .first()
      .waitFor()
    await context.close()
  })
}

test('somebody whose browser blocks it is told how to allow it, and nothing is asked of them before a tap', async () => {
  const visitor = town.visitor()
  await visitor.say('hello')
  const { context, page } = await openAs(visitor, 'denied')
  await page.goto(`${town.url}/messengers`)
  await page.getByRole('button', { name: SAYS.en.turnOn }).click()
  await page.getByText('Your browser blocks messages from Guichet').waitFor()
  assert.equal(await page.getByRole('button', { name: SAYS.en.turnOn }).count(), 0)
  await looksRight(page, 'alerts, blocked')
  await context.close()
})

test('Guichet can be put on a home screen, without which an iPhone shows no alert', async () => {
  const visitor = town.visitor()
  await visitor.say('hello')
  const { context, page } = await openAs(visitor)
  await page.goto(`${town.url}/messengers`)
  const browserSays = await context.newCDPSession(page)
  const { data = '', errors } = await browserSays.send('Page.getAppManifest')
  assert.deepEqual(errors, [])
  const { installabilityErrors } = await browserSays.send('Page.getInstallabilityErrors')
  // Of all that Chromium asks, this alone is the test’s own: its windows keep nothing.
  assert.deepEqual(
    installabilityErrors.map(({ errorId }) => errorId),
    ['in-incognito'],
  )

  const manifest = JSON.parse(data) as {
    display: string
    start_url: string
    icons: { src: string; sizes: string; purpose?: string }[]
  }
  assert.equal(manifest.display, 'standalone', 'what iOS asks of a page that may warn')
  assert.equal((await page.request.get(`${town.url}${manifest.start_url}`)).status(), 200)
  const kinds = manifest.icons.map(({ sizes, purpose = 'any' }) => `${purpose} ${sizes}`)
  assert.deepEqual(kinds, ['any 192x192', 'any 512x512', 'maskable 512x512'])
  const touch = await page.locator('link[rel="apple-touch-icon"]').getAttribute('href')
  for (const { src, sizes } of [...manifest.icons, { src: touch!, sizes: '180x180' }]) {
    const icon = await page.request.get(`${town.url}${src}`)
    assert.equal(icon.headers()['content-type'], 'image/png')
    // A PNG’s first chunk says how large it is.
    const bytes = await icon.body()
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src)
  }
  await context.close()
})

test('a browser whose address became another goes on being warned, without anybody signed in', async () => {
  const visitor = town.visitor()
  await visitor.say('hello')
  const { context, page } = await openAs(visitor)
  await page.goto(`${town.url}/messengers`)
  const begun = context.waitForEvent('serviceworker')
  await page.getByRole('button', { name: SAYS.en.turnOn }).click()
  await page.getByText(SAYS.en.on).waitFor()
  const worker = context.serviceWorkers()[0] ?? (await begun)
  await context.clearCookies()

  const addresses = async () =>
    (
      await sql.query<{ address: string }>(
        `select encode(endpoint_index, 'hex') as address from channels.push_subscription
         join web.session using (person_id) where token_hash = sha256($1::bytea)`,
        [Buffer.from(visitor.cookies.get('guichet')!)],
      )
    ).map(({ address }) => address)
  const [before] = await addresses()
  const next = service.subscribe('')
  await worker.evaluate((json) => {
    // Only a browser may make one that can be waited for.
    const event = Object.assign(new Event('pushsubscriptionchange'), {
      waitUntil: () => {},
      newSubscription: { toJSON: () => json },
    })
    self.dispatchEvent(event)
  }, next)
  const now = await eventually('the new address', async () => {
    const [address, ...others] = await addresses()
    return others.length === 0 && address !== before && address
  })
  assert.ok(now)
  await context.close()
})

test('alerts that were turned off come no more', async () => {
  const visitor = town.visitor()
  await visitor.say('hello')
  const { context, page } = await openAs(visitor)
  await page.goto(`${town.url}/messengers`)
  await page.getByRole('button', { name: SAYS.en.turnOn }).click()
  await page.getByRole('button', { name: SAYS.en.turnOff }).click()
  await page.getByText('This device is not alerted.').waitFor()
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from channels.push_subscription join web.session using (person_id)
     where token_hash = sha256($1::bytea)`,
    [Buffer.from(visitor.cookies.get('guichet')!)],
  )
  assert.equal(row!.count, 0)
  await context.close()
})

test('a device that is lost is turned off from another, which says so', async () => {
  const visitor = town.visitor()
  await visitor.say('hello')
  const lost = await openAs(visitor)
  const { context, page } = await openAs(visitor)
  for (const one of [lost.page, page]) {
    await one.goto(`${town.url}/messengers`)
    await one.getByRole('button', { name: SAYS.en.turnOn }).click()
    await one.getByText(SAYS.en.on).waitFor()
  }
  const rows = page.getByRole('list', { name: 'Where alerts are on' }).getByRole('listitem')
  // The list is asked for after the state beside it.
  await rows.nth(1).waitFor()
  assert.equal(await rows.count(), 2)
  await looksRight(page, 'alerts, on two devices')
  await rows.last().getByRole('button').press('Enter')
  const said = page.getByText('Turned off there.')
  await said.waitFor()
  assert.ok(await said.evaluate((one) => one === document.activeElement))
  assert.equal(await rows.count(), 1)
  await page.getByText(SAYS.en.on).waitFor()
  await lost.page.reload()
  await lost.page.getByRole('button', { name: SAYS.en.turnOn }).waitFor()
  await lost.context.close()
  await context.close()
})
