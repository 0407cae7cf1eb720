/** Letting an app read, in a real Chromium: the page where it is decided, the privacy centre, and the pages for developers. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oauth from 'openid-client'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser, looksRight } from '../browser.ts'
import { FDX_CONSENT, type OwnApp, openApp } from '../fixtures/own-app.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

let town: Town
let browser: Browser
let budget: OwnApp
before(async () => {
  town = await openTown({ quiet: true })
  budget = await openApp(town)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await town?.close()
})

const SAYS = {
  en: {
    username: 'amina',
    width: 360,
    title: 'Let Budget read your accounts?',
    signIn: 'An app asks to read your accounts here.',
    yes: 'Let Budget read',
    end: 'End it Budget',
    on: 'reads',
    ended: 'ended',
  },
  fr: {
    username: 'bruno',
    width: 1280,
    title: 'Laisser Budget lire vos comptes\u202f?',
    signIn: 'Une application demande à lire vos comptes ici.',
    yes: 'Laisser Budget lire',
    end: 'Y mettre fin Budget',
    on: 'lit',
    ended: 'terminé',
  },
} as const

/** A browser of somebody linked to Chase, who has just signed in. */
async function openContext(locale: keyof typeof SAYS): Promise<BrowserContext> {
  const { username, width } = SAYS[locale]
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view'], username)
  await eventually('the accounts', async () => (await visitor.say('balance'))[0]?.show?.type === 'accounts')
  await visitor.post('/api/session/locale', { locale })
  const context = await browser.newContext({ locale, viewport: { width, height: 860 } })
  await context.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: town.url })))
  return context
}

/** Fails on any script, style or address that the page's own policy refused. */
function watch(page: Page): string[] {
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text())
  })
  return refused
}

for (const locale of ['en', 'fr'] as const)
  test(`a person decides about an app on our page and ends it in the privacy centre, in ${locale}`, async () => {
    const says = SAYS[locale]
    const context = await openContext(locale)
    const page = await context.newPage()
    const refused = watch(page)
    const verifier = oauth.randomPKCECodeVerifier()
    const state = oauth.randomState()
    const asked = await budget.push({ state, authorization_details: JSON.stringify([FDX_CONSENT]) }, verifier)
    await page.goto(asked.href)
    await page.getByRole('heading', { name: says.title }).waitFor()
    const yes = page.getByRole('button', { name: says.yes })
    const ticks = page.getByRole('checkbox')
    await ticks.first().waitFor()
    for (const tick of await ticks.all())
      assert.equal(await tick.isChecked(), false, 'nothing is ticked beforehand')
    assert.equal(await yes.isDisabled(), true)
    await looksRight(page, `the page of an app, in ${locale}`)
    await ticks.first().check()
    // The app's site is nowhere: that the browser asks for it is enough.
    const back = page.waitForRequest(/^https:\/\/app\.example\/back/)
    await yes.click()
    const callback = new URL((await back).url())
    const tokens = await oauth.authorizationCodeGrant(
      budget.config,
      callback,
      { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true },
      undefined,
      { DPoP: budget.DPoP },
    )
    assert.equal((await budget.call(tokens.access_token, '/fdx/v6/accounts')).status, 200)

    const privacy = await context.newPage()
    await privacy.goto(`${town.url}/privacy`)
    const apps = privacy.locator('section', { has: privacy.locator('#apps') })
    await apps.getByText(says.on, { exact: true }).waitFor()
    await looksRight(privacy, `the privacy centre with an app, in ${locale}`)
    await apps.getByRole('button', { name: says.end }).click()
    await apps.getByText(says.ended, { exact: true }).waitFor()
    assert.equal((await budget.call(tokens.access_token, '/fdx/v6/accounts')).status, 401)
    assert.deepEqual(refused, [])
    await context.close()
  })

test('whoever is not signed in is told what it is about, and has a way to sign in and come back', async () => {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  await page.goto((await budget.push({ authorization_details: JSON.stringify([FDX_CONSENT]) })).href)
  await page.getByText(SAYS.en.signIn).waitFor()
  const link = page.getByRole('main').getByRole('link', { name: 'Sign in' })
  assert.match((await link.getAttribute('href')) ?? '', /^\/signin\?next=\/allow\//)
  await looksRight(page, 'the page of an app, for a stranger')
  await context.close()
})

test('the pages for developers load nothing from elsewhere and look right', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  const refused = watch(page)
  const origins = new Set<string>()
  page.on('request', (request) => origins.add(new URL(request.url()).origin))
  for (const path of ['/developers', '/developers/uk', '/developers/fdx']) {
    await page.goto(town.url + path)
    for (const summary of await page.locator('summary').all()) await summary.click()
    await looksRight(page, path)
  }
  assert.deepEqual([...origins], [town.url])
  assert.deepEqual(refused, [])
  await context.close()
})
