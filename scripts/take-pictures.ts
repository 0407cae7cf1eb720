/**
 * Takes the README's pictures from a demo that was just started with `--reset`:
 * `node scripts/take-pictures.ts http://localhost:4400`
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../tests/browser.ts'

const FOLDER = join(import.meta.dirname, '../docs/pictures')
const QUESTIONS = ['What’s my balance?', 'What did I spend by category last month?']

const url = process.argv[2] ?? 'http://localhost:4400'
const controlUrl = `http://localhost:${Number(new URL(url).port) + 5}`
await mkdir(FOLDER, { recursive: true })
const browser = await launchBrowser()
try {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await linkChase(page)
  for (const question of QUESTIONS) {
    await page.getByRole('textbox').fill(question)
    await page.keyboard.press('Enter')
    await page.getByText(question).last().waitFor()
    await page.getByRole('textbox').and(page.locator(':enabled')).waitFor()
    await settle(page)
  }
  await take(page, 'chat-en-desktop')

  const control = await context.newPage()
  await control.goto(controlUrl)
  await control.getByRole('button', { name: 'Steal the card' }).first().click()
  await page.bringToFront()
  await page.getByRole('alert').last().waitFor()
  await settle(page)
  await take(page, 'alert-en-desktop')

  await page.goto(`${url}/privacy`)
  await page.locator('#who-looked').evaluate((heading) => heading.scrollIntoView())
  await page.getByText('verified here').first().waitFor()
  await settle(page)
  await take(page, 'privacy-en-desktop')
} finally {
  await browser.close()
}

async function linkChase(page: Page): Promise<void> {
  await page.goto(`${url}/link`)
  await page.getByRole('radio', { name: /Chase/ }).check()
  for (const box of (await page.getByRole('checkbox').all()).slice(0, 3)) await box.check()
  await take(page, 'link-en-desktop')
  await page.getByRole('button', { name: 'Continue at Chase' }).click()
  await page.getByRole('button', { name: 'Amina' }).click()
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('log').getByText('Chase is linked').waitFor()
}

/** Until what was just drawn stands still. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(1_200)
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
}
