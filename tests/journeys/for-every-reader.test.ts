/** The conversation for who listens to it, enlarges it, or has their system choose its colours, in a real Chromium. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { smallCustomers } from '../../sim/testing/small-customers.ts'
import type { PrivacyJson } from '../../src/http/api.ts'
import { launchBrowser, looksRight } from '../browser.ts'
import { eventually, linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
let browser: Browser
let amina: Visitor
before(async () => {
  town = await openTown({
    quiet: true,
    customers: (bankId, now) => smallCustomers(bankId, ['amina', 'bruno', 'claire', 'david'])(now),
  })
  browser = await launchBrowser()
  amina = town.visitor()
  await amina.link('chase', ['account-view', 'spending-insights'])
  await eventually('payments', async () =>
    (await amina.say('show my last 10 payments')).some(({ show }) => show?.type === 'transactions'),
  )
  await amina.say('what did I spend by category last month?')
})
after(async () => {
  await browser?.close()
  await town?.close()
})

async function openAs(visitor: Visitor, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
  const cookies = [...visitor.cookies].map(([name, value]) => ({ name, value, url: town.url }))
  await context.addCookies(cookies)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await page.goto(town.url)
  return page
}

test('a French question in an English page is said by a French voice, and its answer by an English one', async () => {
  const page = await openAs(amina, {})
  await page.getByRole('textbox').fill('Quel est mon solde ?')
  await page.keyboard.press('Enter')
  const question = page.getByText('Quel est mon solde ?')
  const answer = page.getByText(/you have £/).last()
  await answer.waitFor()
  const voice = (of: typeof answer) =>
    of.evaluate((element) => element.closest('[lang]')?.getAttribute('lang'))
  assert.equal(await voice(question), 'fr')
  assert.equal(await voice(answer), 'en')
  await page.context().close()
})

test('the conversation is named once, however it is come into', async () => {
  const page = await openAs(amina, {})
  await page.getByRole('log').getByRole('table').first().waitFor()
  const heard = await page.getByRole('region', { name: 'Conversation' }).ariaSnapshot()
  assert.equal(heard.match(/"Conversation"/g)?.length, 1, heard)
  assert.match(heard, /- log:/)
  await page.context().close()
})

test('that an answer is being made is said beside the log, and only of one that takes its time', async () => {
  const page = await openAs(amina, {})
  const log = page.getByRole('log')
  const status = page.getByRole('status').filter({ hasText: 'Guichet is answering' })
  await log.getByRole('table').first().waitFor()
  await page.clock.install({ time: 0 })
  await page.clock.pauseAt(10_000)

  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  await page.route('**/api/chat/messages', async (route) => {
    if (route.request().method() === 'POST') await held
    await route.continue()
  })
  await page.getByRole('textbox').fill('hello')
  await page.keyboard.press('Enter')
  await page.locator('.sending').waitFor()
  await page.clock.runFor(900)
  assert.equal(await status.count(), 0)
  await page.clock.runFor(200)
  await status.waitFor({ state: 'attached' })
  assert.equal(await log.getByText('Guichet is answering').count(), 0)
  letGo()
  await status.waitFor({ state: 'detached' })
  await page.context().close()
})

for (const [name, viewport] of Object.entries({
  'a screen of 320 pixels': { width: 320, height: 640 },
  'a screen of 1,280 pixels enlarged four times': { width: 320, height: 256 },
})) {
  test(`on ${name} nothing is read by scrolling sideways`, async () => {
    const page = await openAs(amina, { viewport })
    await page.getByRole('log').getByRole('table').first().waitFor()
    await looksRight(page, name)
    const wide = await page.locator('.transcript').evaluate((log) => log.scrollWidth - log.clientWidth)
    assert.equal(wide, 0)
    await page.context().close()
  })
}

test('where the system chooses the colours, what waits and what is here can still be told', async () => {
  const page = await openAs(amina, { forcedColors: 'active', colorScheme: 'dark' })
  await page.getByRole('log').getByRole('table').first().waitFor()
  const look = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { outlineStyle, borderTopStyle } = getComputedStyle(element)
        return { outlineStyle, borderTopStyle }
      })
  assert.equal((await look('.top-link[aria-current]')).outlineStyle, 'solid')
  assert.equal((await look('.top-link:not([aria-current])')).outlineStyle, 'none')
  assert.equal((await look('.message.person .bubble')).borderTopStyle, 'solid')
  await looksRight(page, 'forced colours')
  await page.context().close()
})

test('a group of choices has its name within its card', async () => {
  const page = await openAs(amina, {})
  await page.goto(`${town.url}/messengers`)
  const group = page.getByRole('group', { name: 'What a chat app may know' })
  const card = (await group.boundingBox())!
  const legend = (await group.locator('legend').boundingBox())!
  assert.ok(legend.y > card.y, 'the legend does not sit on the edge')
  await page.context().close()
})

test('a button that was used and is gone leaves who pressed it by keyboard at its message', async () => {
  const bruno = town.visitor()
  await bruno.link('chase', ['account-view', 'spending-insights'], 'bruno')
  await eventually('the balance', async () => (await bruno.say('balance')).some(({ show }) => show))
  const page = await openAs(bruno, {})
  const message = page.locator('article', { has: page.getByRole('button', { name: 'Refresh' }) }).last()
  await message.evaluate((article) => article.setAttribute('data-pressed', ''))
  await message.getByRole('button', { name: 'Refresh' }).press('Enter')
  const pressed = page.locator('article[data-pressed]')
  await page.getByText('Refreshed: Chase just answered.').waitFor()
  // Something is withdrawn elsewhere, and so the conversation is read again.
  const { links } = await bruno.get<PrivacyJson>('/api/privacy')
  const insights = links[0]!.grants.find(({ purpose }) => purpose === 'spending-insights')!
  await bruno.post(`/api/grants/${insights.id}/withdraw`)
  await pressed.getByRole('button').waitFor({ state: 'detached' })
  assert.equal(await pressed.evaluate((article) => document.activeElement === article), true)
  await page.context().close()
})

test('an alert stays in sight while payments are told after it, and a button leads down to them', async () => {
  const david = town.visitor()
  await david.link('chase', ['account-view', 'fraud-alerts'], 'david')
  await eventually('the accounts', async () => (await david.say('balance')).some(({ show }) => show))
  const page = await openAs(david, { viewport: { width: 390, height: 600 } })
  await page.getByRole('log').getByRole('table').first().waitFor()
  const bank = town.bank('chase')
  const abroad = { country: 'BR', city: 'Recife', latitude: -8.05, longitude: -34.9 }
  bank.authorise('david', { amount: '913.37', descriptor: 'electronica', entryMode: 'magstripe', ...abroad })
  await page.locator('.alert-question').waitFor()
  for (const [shop, amount] of [
    ['tesco', '11.20'],
    ['aldi', '12.30'],
    ['costa', '3.40'],
  ] as const) {
    bank.authorise('david', { amount, descriptor: shop, entryMode: 'chip', country: 'GB' })
    await page
      .getByRole('log')
      .getByText(new RegExp(`£${amount.replace('.', '\\.')}`))
      .last()
      .waitFor()
  }
  const inSight = () =>
    page.evaluate(() => {
      const { top } = document.querySelector('.alert-question')!.getBoundingClientRect()
      const seen = document.querySelector('.transcript')!.getBoundingClientRect()
      return top >= seen.top && top < seen.bottom
    })
  assert.equal(await inSight(), true)
  await page.getByRole('button', { name: 'New messages' }).press('Enter')
  await page.waitForFunction(() => {
    const { top } = document.querySelector('.alert-question')!.getBoundingClientRect()
    return top < document.querySelector('.transcript')!.getBoundingClientRect().top
  })
  await page.context().close()
})

test('whoever comes in begins at the alert that waits for them, though something was told after it', async () => {
  const waiting = town.visitor()
  await waiting.link('citi', ['account-view', 'fraud-alerts'], 'claire')
  await eventually('the accounts', async () => (await waiting.say('balance')).some(({ show }) => show))
  const abroad = { country: 'BR', city: 'Recife', latitude: -8.05, longitude: -34.9 }
  town
    .bank('citi')
    .authorise('claire', { amount: '913.37', descriptor: 'electronica', entryMode: 'magstripe', ...abroad })
  await eventually('the alert', async () => (await waiting.messages()).some(({ kind }) => kind === 'alert'))
  await waiting.link('chase', ['account-view', 'spending-insights'], 'claire')
  await linkIsTold(waiting, 'Chase')
  const page = await openAs(waiting, { viewport: { width: 390, height: 600 } })
  const question = page.locator('.alert-question')
  await question.waitFor()
  await page.waitForFunction(() => {
    const { top, bottom } = document.querySelector('.alert-question')!.getBoundingClientRect()
    const seen = document.querySelector('.transcript')!.getBoundingClientRect()
    return top >= seen.top && bottom <= seen.bottom
  })
  await page.context().close()
})

for (const [locale, says] of [
  ['en', { times: /^(\d+) times$/, verified: 'verified here', proof: 'Proof file' }],
  ['fr', { times: /^(\d+) fois$/, verified: 'vérifié ici', proof: 'Fichier de preuve' }],
] as const)
  test(`reads that differ by their time alone are one line with their number, and open by keyboard one by one, in ${locale}`, async () => {
    // Nobody else's deed comes between these.
    for (let times = 0; times < 3; times++) await amina.messages()
    await amina.post('/api/session/locale', { locale })
    const page = await openAs(amina, { locale, viewport: { width: 390, height: 844 } })
    await page.goto(`${town.url}/privacy`)
    const run = page.locator('details.read', { has: page.locator('.folded') }).first()
    const said = run.locator('summary .tag').first()
    const each = run.locator('.folded > li')
    assert.equal(await each.first().isVisible(), false)

    await run.locator('summary').first().press('Enter')
    await each.first().waitFor()
    // Another may be told of between two looks.
    await eventually('as many as it says', async () => {
      const lines = await each.count()
      return lines >= 3 && lines === Number(says.times.exec(await said.innerText())?.[1])
    })
    await each
      .getByText(says.verified)
      .nth((await each.count()) - 1)
      .waitFor()
    await looksRight(page, 'folded reads, open')

    await each.first().locator('summary').press('Enter')
    await each.first().getByText(says.proof).waitFor()
    await run.locator('summary').first().press('Enter')
    await each.first().waitFor({ state: 'hidden' })
    await page.context().close()
    await amina.post('/api/session/locale', { locale: 'en' })
  })

for (const [locale, says] of [
  ['en', 'Nothing is here'],
  ['fr', 'Il n’y a rien ici'],
] as const)
  test(`an address that leads nowhere says so in words, with a way on, in ${locale}`, async () => {
    const context = await browser.newContext({ locale, viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    const response = await page.goto(`${town.url}/balance/of/nobody`)
    assert.equal(response?.status(), 404)
    await page.getByRole('heading', { name: says, level: 1 }).waitFor()
    await looksRight(page, 'nothing here')
    await page.locator('main').getByRole('link').click()
    await page.getByRole('textbox').waitFor()
    const asked = await fetch(`${town.url}/balance/of/nobody`, { headers: { accept: 'application/json' } })
    assert.equal((await asked.json()).error.code, 'not-found')
    await context.close()
  })
