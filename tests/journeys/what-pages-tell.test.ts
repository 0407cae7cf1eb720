/** What the pages do by themselves: come back with a passkey, tell of an alert elsewhere, and doubt what they are told. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { ReadsJson } from '../../src/http/api.ts'
import { launchBrowser } from '../browser.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

let town: Town
let browser: Browser
before(async () => {
  town = await openTown()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await town?.close()
})

async function openPage(): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  return page
}

async function link(page: Page, name: 'Amina' | 'Bruno'): Promise<void> {
  await page.goto(`${town.url}/link`)
  await page.getByRole('radio', { name: /Chase/ }).check()
  await page.getByRole('checkbox', { name: 'See my accounts' }).check()
  await page.getByRole('checkbox', { name: 'Warn me of fraud' }).check()
  await page.getByRole('button', { name: 'Continue at Chase' }).click()
  await page.getByRole('button', { name }).click()
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('log').getByText('Chase is linked').last().waitFor()
}

test('a visitor who has only said hello can still sign in, and a person who has linked can sign out', async () => {
  const page = await openPage()
  await page.goto(town.url)
  await page.getByRole('button', { name: 'Hello' }).click()
  await page.getByRole('log').locator('article').nth(1).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  await link(page, 'Amina')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.context().close()
})

test('the keyboard reaches everything there is to press, and what it stands on is seen', async () => {
  const page = await openPage()
  await link(page, 'Bruno')
  for (const path of ['/', '/link?bank=chase', '/signin', '/privacy']) {
    await page.goto(town.url + path)
    await page.getByRole('main').waitFor()
    if (path === '/privacy') await page.getByText(/lines shown are checked/).waitFor()
    else await page.getByText('Chase').first().waitFor()
    const wanted = await page.evaluate(
      () =>
        [
          ...document.querySelectorAll<HTMLElement>(
            'a[href], button:enabled, input:enabled, select, textarea, summary',
          ),
        ].filter((one) => one.checkVisibility() && !(one instanceof HTMLInputElement && one.type === 'radio'))
          .length,
    )
    const reached = new Set<number>()
    for (let step = 0; step < wanted + 10; step += 1) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate(standing)
      if (!stop) break
      assert.deepEqual(stop.wrong, [], `${path}: ${stop.name}`)
      reached.add(stop.place)
    }
    assert.ok(reached.size >= wanted, `${path}: ${reached.size} of ${wanted} are reached`)
  }
  await page.context().close()
})

/** Where the focus is, and what is wrong with how it is shown; null once it has left the page. */
function standing() {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const frame = one.closest('.choice') ?? one
  const { outlineStyle, outlineWidth } = getComputedStyle(frame)
  const { left, right, top, bottom } = one.getBoundingClientRect()
  const wrong: string[] = []
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) wrong.push('no outline')
  const isInView = bottom > 0 && top < window.innerHeight && left >= 0 && right <= window.innerWidth
  if (!isInView) wrong.push(`out of view: ${Math.round(top)} to ${Math.round(bottom)}`)
  else {
    const seen = document.elementFromPoint(
      (left + right) / 2,
      (Math.max(top, 0) + Math.min(bottom, window.innerHeight)) / 2,
    )
    const isSeen = seen && (frame.contains(seen) || seen.contains(frame))
    if (!isSeen) wrong.push(`covered by ${seen?.className}`)
  }
  const place = [...document.querySelectorAll('*')].indexOf(one)
  return { place, name: one.textContent?.slice(0, 40) || one.tagName, wrong }
}

test('who writes faster than the answers come is answered in order, and nothing is lost', async () => {
  const page = await openPage()
  await page.goto(town.url)
  const field = page.getByRole('textbox')
  for (const text of ['Hello', 'Thanks', 'Help']) {
    await field.fill(text)
    await page.keyboard.press('Enter')
  }
  const lines = page.getByRole('log').locator('article')
  await lines.nth(5).waitFor()
  const said = await page.locator('.message.person .said').allTextContents()
  assert.deepEqual(said, ['Hello', 'Thanks', 'Help'])
  assert.equal(await field.inputValue(), '')
  await page.context().close()
})

test('what could not be sent comes back to the field, with the reason beside it', async () => {
  const page = await openPage()
  await page.goto(town.url)
  await page.route('**/api/chat/messages', (route) => route.abort())
  await page.getByRole('textbox').fill('What’s my balance?')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
  assert.equal(await page.getByRole('textbox').inputValue(), 'What’s my balance?')
  await page.unroute('**/api/chat/messages')
  await page.keyboard.press('Enter')
  await page.getByRole('log').locator('article').nth(1).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.context().close()
})

test('earlier messages come in above, are not read out as if they were new, and what was being read stays where it was', async () => {
  const page = await openPage()
  await page.goto(town.url)
  const field = page.getByRole('textbox')
  const lines = page.getByRole('log').locator('article')
  for (let turn = 0; turn < 27; turn += 1) {
    await field.fill('Hello')
    await page.keyboard.press('Enter')
  }
  await lines.nth(53).waitFor()
  await page.reload()
  await lines.nth(49).waitFor()
  assert.equal(await lines.count(), 50)
  const scroller = page.getByRole('region', { name: 'Conversation', exact: true })
  await scroller.evaluate((element) => {
    element.scrollTop = 0
  })
  const third = await lines.nth(2).elementHandle()
  const before = (await third!.boundingBox())!.y
  await page.getByRole('button', { name: 'Show earlier messages' }).press('Enter')
  const earlier = page.getByRole('region', { name: 'Earlier messages' }).locator('article')
  await earlier.nth(3).waitFor()
  assert.ok(Math.abs((await third!.boundingBox())!.y - before) < 5)
  assert.deepEqual([await earlier.count(), await lines.count()], [4, 50], 'nothing was added to the log')
  assert.equal(await page.locator('[aria-live]').filter({ has: earlier }).count(), 0)
  await page.getByRole('status').filter({ hasText: '4 earlier messages are shown above.' }).waitFor()
  assert.equal(await scroller.evaluate((element) => document.activeElement === element), true)
  await field.fill('Hello')
  await page.keyboard.press('Enter')
  await lines.nth(51).waitFor()
  await page.context().close()
})

test('a person adds a passkey, signs out, and comes back with it to the page that asked for it', async () => {
  const page = await openPage()
  const device = await page.context().newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  })
  await link(page, 'Bruno')
  await page.getByRole('link', { name: 'Privacy' }).click()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('The passkey was added.').waitFor()
  await page.getByText('You have a passkey').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Your bank, in a conversation' }).waitFor()

  await page.goto(`${town.url}/privacy`)
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('heading', { name: 'What you allowed' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/privacy')
  await page.context().close()
})

test('an alert that comes while another page is open is told there, and waits in the chat', async () => {
  const page = await openPage()
  await link(page, 'Amina')
  await page.getByRole('link', { name: 'Privacy' }).click()
  await page.getByText(/lines shown are checked/).waitFor()
  town.bank('chase').authorise('amina', {
    descriptor: 'ELECTRONICA',
    entryMode: 'magstripe',
    amount: '640.00',
    country: 'ES',
    city: 'Barcelona',
    latitude: 41.39,
    longitude: 2.17,
  })
  await page.getByRole('status').filter({ hasText: 'A warning waits in the chat' }).waitFor()
  await page.getByRole('link', { name: /^Chat(?! apps)/ }).click()
  await page.getByText('Unusual payment').waitFor()
  // The question and both its answers are on the screen, above the place to write, which may grow as the page begins.
  for (const name of ['Yes, it was me', 'No, block my card'])
    await eventually(`${name} can be tapped without scrolling`, async () => {
      const { y, height } = (await page.getByRole('button', { name }).boundingBox())!
      const foot = (await page.locator('.chat-foot').boundingBox())!
      return y > 0 && y + height <= foot.y
    })
  assert.equal(await page.getByRole('status').filter({ hasText: 'A warning waits' }).count(), 0)
  await page.context().close()
})

test('a line that the server tells otherwise than it was logged is shown as not verified', async () => {
  const page = await openPage()
  await link(page, 'Bruno')
  // The list is asked for again whenever somebody looks; the two are the same each time.
  let told: string[] | null = null
  await page.route('**/api/privacy/reads?*', async (route) => {
    const response = await route.fetch()
    const page = (await response.json()) as ReadsJson
    told ??= page.reads.slice(0, 2).map(({ id }) => id)
    // The proof stays true: it is of another record than the line that is shown.
    for (const read of page.reads) {
      if (read.id === told[0]) read.clusters = []
      if (read.id === told[1]) read.deed = 'own-copy'
    }
    await route.fulfill({ response, json: page })
  })
  await page.goto(`${town.url}/privacy`)
  await page.getByText('2 lines do NOT verify').waitFor()
  assert.equal(await page.locator('.read-line', { hasText: 'does NOT verify' }).count(), 2)
  assert.ok((await page.locator('.read-line', { hasText: 'verified here' }).count()) > 0)
  await page.context().close()
})

test('a log that is answered for with another key is not believed', async () => {
  const page = await openPage()
  await link(page, 'Bruno')
  await page.route('**/api/privacy', async (route) => {
    const response = await route.fetch()
    const privacy = await response.json()
    privacy.log.vkey = privacy.log.vkey.replace(/^[^+]+/, 'another.example/log')
    await route.fulfill({ response, json: privacy })
  })
  await page.goto(`${town.url}/privacy`)
  await page.getByText(/lines do NOT verify/).waitFor()
  assert.equal(await page.locator('.read-line', { hasText: 'verified here' }).count(), 0)
  await page.context().close()
})
