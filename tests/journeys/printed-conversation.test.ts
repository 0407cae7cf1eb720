/** The conversation on paper, from a real Chromium. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { ReadsJson } from '../../src/http/api.ts'
import { launchBrowser, looksRight } from '../browser.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

const SAYS = {
  en: {
    ask: 'show my last 10 payments',
    keep: 'Print or save this conversation',
    print: 'Print or save',
    title: 'Conversation with Guichet',
    who: ['You', 'Guichet, automatic'],
  },
  fr: {
    ask: 'montre mes 10 derniers paiements',
    keep: 'Imprimer ou enregistrer cette conversation',
    print: 'Imprimer ou enregistrer',
    title: 'Conversation avec Guichet',
    who: ['Vous', 'Guichet, automatique'],
  },
} as const
/** In points, as a page of a PDF file says its size. */
const PAPER = { A4: [595, 842], Letter: [612, 792] } as const

let town: Town
let browser: Browser
before(async () => {
  town = await openTown({ quiet: true })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await town?.close()
})

for (const locale of ['en', 'fr'] as const) {
  test(`the whole conversation is printed black on white, without a button, in ${locale}`, async () => {
    const says = SAYS[locale]
    const amina = town.visitor()
    await amina.arrive()
    await amina.post('/api/session/locale', { locale })
    await amina.link('chase', ['account-view', 'spending-insights'])
    await eventually('payments', async () =>
      (await amina.say(says.ask, locale)).some(({ show }) => show?.type === 'transactions'),
    )
    const context = await browser.newContext({ colorScheme: 'dark', viewport: { width: 390, height: 844 } })
    const cookies = [...amina.cookies].map(([name, value]) => ({ name, value, url: town.url }))
    await context.addCookies(cookies)
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.addInitScript(() => {
      window.print = () => document.body.setAttribute('data-printed', '')
    })
    const looks = async () =>
      (await amina.get<ReadsJson>('/api/privacy/reads?limit=50')).reads.filter(
        ({ deed }) => deed === 'reopen-conversation',
      ).length

    await page.goto(town.url)
    const keep = page.getByRole('link', { name: says.keep })
    await keep.waitFor()
    const before = await looks()
    await keep.click()
    await page.getByRole('heading', { name: says.title }).waitFor()
    assert.ok((await looks()) > before, 'it is in the log like any other reading of the conversation')
    await looksRight(page, 'transcript')
    await page.getByRole('button', { name: says.print }).click()
    await page.locator('[data-printed]').waitFor()

    await page.emulateMedia({ media: 'print' })
    const text = await page.locator('body').innerText()
    assert.match(text, /Tesco/)
    assert.match(text, new RegExp(says.ask))
    for (const who of says.who) assert.ok(text.includes(who), who)
    assert.match(text, new RegExp(`\\b${new Date().getFullYear()}\\b`))
    assert.ok(!text.includes(says.print), 'what is for the screen is not printed')
    assert.equal(await page.locator('button:visible, nav:visible, input:visible').count(), 0)
    const colours = await page
      .locator('.printed-message')
      .first()
      .evaluate((message) => ({
        ink: getComputedStyle(message).color,
        paper: getComputedStyle(document.body).backgroundColor,
      }))
    assert.deepEqual(colours, { ink: 'rgb(0, 0, 0)', paper: 'rgb(255, 255, 255)' })

    for (const [format, [width, height]] of Object.entries(PAPER)) {
      const pdf = (await page.pdf({ format })).toString('latin1')
      const sizes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)]
      assert.ok(sizes.length >= 1, format)
      for (const [, x, y] of sizes)
        assert.ok(
          Math.abs(Number(x) - width) < 2 && Math.abs(Number(y) - height) < 2,
          `${format}: ${x} by ${y}`,
        )
    }
    await context.close()
  })
}
