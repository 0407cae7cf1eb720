import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Frame, type Page } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const PLACES = [
  '/usr/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A real Chromium that talks to nobody but the pages under test. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** `CHROMIUM_PATH`, or a Chromium or Chrome where they usually are. Throws with how to get one. */
export function findChromium(): string {
  const named = process.env.CHROMIUM_PATH
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, and there is nothing there`)
  const folders = (process.env.PATH ?? '').split(delimiter)
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  const found = [named, ...PLACES, ...onPath].find((path) => path && existsSync(path))
  if (!found)
    throw new Error(
      'The tests of the pages need Chromium. On Debian or Ubuntu: apt-get install chromium. ' +
        'Elsewhere install Chromium or Chrome, and name its program in CHROMIUM_PATH if it is not found.',
    )
  return found
}

/** Fails on anything axe-core finds, and on a page wider than its screen. */
export async function looksRight(page: Page | Frame, name: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`)
  // The page's policy forbids inline scripts; the test's own world is not the page's.
  const found = (await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ['violations'] })`)) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  assert.deepEqual(
    found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    [],
    name,
  )
}
