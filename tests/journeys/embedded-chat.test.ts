/** The chat within pages of other origins, in a real Chromium: a bank's, one on another site, and a stranger's. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser, looksRight } from '../browser.ts'
import { eventually, freePort, linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

const SAYS = {
  en: { chat: 'Chat with your bank', ask: 'what’s my balance?', has: /you have £/, close: 'Close the chat' },
  fr: { chat: 'Écrire à votre banque', ask: 'mon solde', has: /vous avez/, close: 'Fermer la conversation' },
} as const

let town: Town
let browser: Browser
/** On Guichet's own site, as a bank's subdomain is; on another site; and one that nobody named. */
const pages = { bank: '', abroad: '', stranger: '' }
const servers: Server[] = []

before(async () => {
  const [bank, abroad, stranger] = [await freePort(), await freePort(), await freePort()]
  pages.bank = `http://localhost:${bank}`
  pages.abroad = `http://127.0.0.1:${abroad}`
  pages.stranger = `http://localhost:${stranger}`
  town = await openTown({ quiet: true, embedOrigins: [pages.bank, pages.abroad] })
  for (const port of [bank, abroad, stranger]) servers.push(await serveBankPage(port))
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  for (const server of servers) server.close()
  await town?.close()
})

/** A page with the one script tag, twice by mistake, under the strictest policy, that notes every message it is sent. */
async function serveBankPage(port: number): Promise<Server> {
  const server = createServer(({ url }, response) => {
    if (url === '/spy.js') {
      response.setHeader('content-type', 'text/javascript')
      response.end(`window.heard = []; addEventListener('message', ({ data }) => heard.push(data))`)
      return
    }
    response.setHeader('content-type', 'text/html')
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src 'self' ${town.url}; frame-src ${town.url}; require-trusted-types-for 'script'`,
    )
    const script = `<script src="${town.url}/embed.js" async></script>`
    response.end(
      `<!doctype html><html lang="${url === '/fr' ? 'fr' : 'en'}"><title>Bank</title><script src="/spy.js"></script>
       <main><h1>Bank</h1><p><a href="#terms">Terms</a></p></main>${script}${script}</html>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

async function open(
  address: string,
  options: { viewport?: { width: number; height: number }; as?: Visitor } = {},
): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 860 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const cookies = [...(options.as?.cookies ?? [])].map(([name, value]) => ({ name, value, url: town.url }))
  await context.addCookies(cookies)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(address)
  return { page, context, problems }
}

const chatIn = (page: Page) => page.frameLocator('iframe')
const focusIn = (page: Page) =>
  page.evaluate(() => {
    const inside = document.activeElement?.shadowRoot?.activeElement
    return inside?.className ?? document.activeElement?.tagName
  })

for (const locale of ['en', 'fr'] as const) {
  for (const [screen, viewport] of Object.entries({
    'a phone of 320 pixels': { width: 320, height: 640 },
    'a desktop': { width: 1280, height: 860 },
  })) {
    test(`with the keyboard alone somebody asks on the bank’s page, in ${locale} on ${screen}`, async () => {
      const says = SAYS[locale]
      const amina = town.visitor()
      await amina.arrive()
      await amina.post('/api/session/locale', { locale })
      await amina.link('chase', ['account-view'])
      await linkIsTold(amina, 'Chase')
      const { page, context, problems } = await open(`${pages.bank}/${locale}`, { viewport, as: amina })

      const launcher = page.getByRole('button', { name: says.chat, exact: true })
      await launcher.waitFor()
      assert.equal(await launcher.count(), 1)
      assert.equal(await page.locator('iframe').count(), 0, 'nothing is loaded before it is asked for')
      await looksRight(page, 'bank page')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      assert.equal(await focusIn(page), 'launcher')
      assert.equal(await launcher.getAttribute('aria-expanded'), 'false')
      await page.keyboard.press('Enter')

      const chat = chatIn(page)
      await chat.getByRole('textbox').waitFor()
      assert.equal(await launcher.getAttribute('aria-expanded'), 'true')
      await eventually('the focus', () =>
        chat.getByRole('textbox').evaluate((field) => field === document.activeElement),
      )
      await page.keyboard.type(says.ask)
      await page.keyboard.press('Enter')
      await chat.getByRole('log').getByText(says.has).last().waitFor()
      await looksRight(page, 'bank page, chat open')
      await looksRight(page.frames()[1]!, 'chat in the bank page')

      await page.keyboard.press('Escape')
      await page.locator('iframe').waitFor({ state: 'hidden' })
      assert.equal(await focusIn(page), 'launcher')
      assert.equal(await launcher.getAttribute('aria-expanded'), 'false')
      // The conversation is where it was left; the way out by hand is a button of the page's own.
      await page.keyboard.press('Enter')
      await chat.getByRole('log').getByText(says.has).last().waitFor()
      await page.getByRole('button', { name: says.close }).click()
      assert.equal(await focusIn(page), 'launcher')
      assert.deepEqual(problems, [])
      await context.close()
    })
  }
}

test('the page learns that messages wait, and nothing of what is said', async () => {
  const bruno = town.visitor()
  await bruno.link('chase', ['account-view'], 'bruno')
  // Later it would be a second message that waits.
  await linkIsTold(bruno, 'Chase')
  const { page, context } = await open(pages.bank, { as: bruno })
  await page.getByRole('button', { name: SAYS.en.chat }).click()
  const chat = chatIn(page)
  await chat.getByRole('textbox').fill(SAYS.en.ask)
  await chat.getByRole('textbox').press('Enter')
  await chat.getByRole('log').getByText(SAYS.en.has).last().waitFor()
  await page.keyboard.press('Escape')
  await page.locator('iframe').waitFor({ state: 'hidden' })

  await bruno.say('what’s my balance?')
  await page.getByRole('button', { name: 'Chat with your bank, 1 new message' }).waitFor()
  assert.equal(await page.getByRole('status').textContent(), '1 new message')
  await page.getByRole('button', { name: /1 new message/ }).click()
  await page.getByRole('button', { name: SAYS.en.chat, exact: true }).waitFor()

  const heard = await page.evaluate('heard')
  assert.ok((heard as unknown[]).length > 2)
  for (const message of heard as Record<string, unknown>[]) {
    const { guichet, count, ...rest } = message
    assert.ok(['ready', 'close', 'unread'].includes(guichet as string))
    assert.ok(count === undefined || Number.isInteger(count))
    assert.deepEqual(rest, {})
  }
  await assert.rejects(
    page.evaluate(
      () =>
        document.querySelector('guichet-chat')!.shadowRoot!.querySelector('iframe')!.contentWindow!.document,
    ),
    /cross-origin/,
  )
  await context.close()
})

test('only the frame closes the chat, and only the page around opens it', async () => {
  const { page, context } = await open(pages.bank)
  await page.getByRole('button', { name: SAYS.en.chat }).click()
  await chatIn(page).getByRole('textbox').waitFor()
  await page.evaluate(() => window.postMessage({ guichet: 'close' }, '*'))
  await page.waitForFunction(`heard.some(({ guichet }) => guichet === 'close')`)
  assert.equal(await page.locator('iframe').isVisible(), true)

  // Somebody else who has hold of the frame speaks to it: they are not the page around.
  const noted = await page.frames()[1]!.evaluate(() => {
    const { promise, resolve } = Promise.withResolvers<string>()
    addEventListener('message', ({ source }) => resolve(source === parent ? 'page' : 'other'))
    setTimeout(() => window.postMessage({ guichet: 'closed' }, '*'))
    return promise
  })
  assert.equal(noted, 'other')
  await chatIn(page).getByRole('textbox').fill('hello')
  assert.equal(await page.locator('iframe').isVisible(), true)
  await context.close()
})

test('a stranger’s page gets an empty frame, and every page but the chat’s is framed by nobody', async () => {
  const policyOf = async (path: string) => {
    const { headers } = await fetch(`${town.url}${path}`)
    const policy = headers.get('content-security-policy')!
    return {
      policy,
      ancestors: /frame-ancestors ([^;]+)/.exec(policy)![1],
      old: headers.get('x-frame-options'),
    }
  }
  for (const path of [
    '/',
    '/link',
    '/privacy',
    '/cards',
    '/messengers',
    '/console',
    '/o/abcdefghijklmnopqrst',
  ])
    assert.deepEqual(
      { ...(await policyOf(path)), policy: '' },
      { ancestors: "'none'", old: 'DENY', policy: '' },
      path,
    )
  for (const path of ['/embed', '/embed/elsewhere']) {
    const { policy, ancestors, old } = await policyOf(path)
    assert.equal(ancestors, `${pages.bank} ${pages.abroad}`)
    assert.equal(old, null)
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/)
  }

  const { page, context } = await open(pages.stranger)
  const blocked = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
  await page.getByRole('button', { name: SAYS.en.chat }).click()
  await blocked
  assert.deepEqual(await page.evaluate('heard'), [])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: SAYS.en.close }).click()
  assert.equal(await page.locator('iframe').isVisible(), false)
  await context.close()
})

test('in a page on another site the chat opens beside it, and no session is begun', async () => {
  const { page, context } = await open(pages.abroad)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.getByRole('button', { name: SAYS.en.chat }).click()
  const link = chatIn(page).getByRole('link', { name: /Open the chat/ })
  await link.waitFor()
  await looksRight(page.frames()[1]!, 'chat on another site')
  assert.ok(!asked.includes('/api/session'))
  assert.deepEqual(await context.cookies(), [])
  const beside = context.waitForEvent('page')
  await link.click()
  await (await beside).getByRole('textbox').waitFor()
  await context.close()
})

test('where the operator named no page, there is nothing to embed', async () => {
  town.settings.embedOrigins = []
  await town.restart()
  for (const path of ['/embed', '/embed.js', '/embed/elsewhere'])
    assert.equal((await fetch(`${town.url}${path}`)).status, 404, path)
})
