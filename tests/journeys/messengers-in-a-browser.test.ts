/**
 * Each simulated messenger on a phone, beside the person's own page, in a real Chromium and both languages: link, ask, be
 * alerted, say that it was not them, withdraw, walk away. axe-core looks at every page.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core'
import { NOTICES } from '#conversation'
import { Secret, seeded, systemClock } from '#kit'
import { MESSENGER_WORDS } from '../../app/messengers/words.ts'
import { PHONE_WORDS } from '../../app/phone/words.ts'
import { PUSH_WORDS } from '../../app/push/words.ts'
import { type Control, startControl } from '../../sim/control/control.ts'
import { createEveryday, DEFAULT_PACE } from '../../sim/live/everyday.ts'
import { startPhones } from '../../sim/messengers/start-phones.ts'
import { smallCustomers } from '../../sim/testing/small-customers.ts'
import { launchBrowser, looksRight } from '../browser.ts'
import { freePort, openTown, type Town } from '../fixtures/town.ts'

const PAGES = join(import.meta.dirname, '../../dist/app')
const SCREENS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } }
const SAYS = {
  en: {
    purposes: ['See my accounts', 'Warn me of fraud', 'Understand my spending'],
    continueAt: 'Continue at Chase',
    logIn: 'Log in',
    approve: 'Approve',
    ask: 'what did I spend month by month',
    spent: /You spent £/,
    inDispute: /G-[0-9A-Z]{4}-[0-9A-Z]{2}/,
    withdraw: 'Withdraw Understand my spending',
    withdrawConfirm: 'Yes, withdraw',
    withdrawn: 'withdrawn',
    notAllowed: /I may not answer that|withdrawn/,
    eraseWord: 'ERASE',
    erase: 'Erase everything for good',
    erased: 'has been erased',
  },
  fr: {
    purposes: ['Voir mes comptes', 'M’alerter en cas de fraude', 'Comprendre mes dépenses'],
    continueAt: 'Continuer chez Chase',
    logIn: 'Se connecter',
    approve: 'Autoriser',
    ask: 'combien ai-je dépensé par mois ?',
    spent: /Vous avez dépensé/,
    inDispute: /G-[0-9A-Z]{4}-[0-9A-Z]{2}/,
    withdraw: 'Retirer Comprendre mes dépenses',
    withdrawConfirm: 'Oui, retirer',
    withdrawn: 'retiré',
    notAllowed: /pas le droit de répondre/,
    eraseWord: 'EFFACER',
    erase: 'Tout effacer définitivement',
    erased: 'a été effacé',
  },
} as const

/** Who lives each journey, on which screen. Each has a card of their own, which no journey before has blocked. */
const JOURNEYS = [
  { messenger: 'messenger', locale: 'fr', screen: 'phone', name: 'Bruno' },
  { messenger: 'whatsapp', locale: 'en', screen: 'phone', name: 'Claire' },
  { messenger: 'telegram', locale: 'en', screen: 'phone', name: 'Amina' },
  { messenger: 'messenger', locale: 'en', screen: 'desktop', name: 'Emma' },
  { messenger: 'whatsapp', locale: 'fr', screen: 'desktop', name: 'David' },
  { messenger: 'telegram', locale: 'fr', screen: 'desktop', name: 'Farid' },
] as const
/** What no messenger may ever be handed. */
const MONEY = /\d[.,]\d\d\b|£|Chase|Barcelona|electronica|tesco/i

let town: Town
let control: Control
let browser: Browser
before(async () => {
  const [port, controlPort] = [await freePort(), await freePort()]
  const firstPort = await threeFreePorts()
  const secret = 'a-secret-of-this-test'
  const agreed = {
    pageId: '100010001',
    phoneId: '200020002',
    botName: 'guichet_test_bot',
    botToken: `100200300:${secret}`,
    secret,
  }
  const keys = {
    accessToken: new Secret(secret),
    appSecret: new Secret(secret),
    verifyToken: new Secret(secret),
    utilityTemplate: null,
  }
  const api = (place: number, path = '') => new URL(`http://127.0.0.1:${firstPort + place}${path}`)
  town = await openTown({
    port,
    quiet: true,
    controlUrl: new URL(`http://localhost:${controlPort}`),
    pushServices: ['push.example'],
    customers: (bankId, now) =>
      smallCustomers(
        bankId,
        JOURNEYS.map(({ name }) => name.toLowerCase()),
      )(now),
    messengers: {
      matrix: null,
      messenger: { pageId: agreed.pageId, graphUrl: api(0, '/v25.0'), ...keys },
      whatsapp: {
        phoneId: agreed.phoneId,
        number: '33100000000',
        accountId: null,
        graphUrl: api(1, '/v25.0'),
        ...keys,
      },
      telegram: {
        botName: agreed.botName,
        token: new Secret(agreed.botToken),
        webhookSecret: new Secret(secret),
        apiUrl: api(2),
      },
    },
  })
  const banks = [town.bank('chase')]
  const chance = seeded(1)
  const pace = { ...DEFAULT_PACE, paused: true }
  control = await startControl({
    host: '127.0.0.1',
    port: controlPort,
    pagesFolder: PAGES,
    guichetUrl: town.url,
    startPhones: (phoneUrl) =>
      startPhones({ guichetUrl: town.url, firstPort, agreed, phoneUrl, clock: systemClock }),
    banks,
    pace,
    everyday: createEveryday({ banks, pace, clock: systemClock, chance }),
    clock: systemClock,
    chance,
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await control?.stop()
  await town?.close()
})

async function threeFreePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000)
    const taken = await Promise.all(
      [0, 1, 2].map((place) =>
        fetch(`http://127.0.0.1:${first + place}`).then(
          () => true,
          () => false,
        ),
      ),
    )
    if (!taken.includes(true)) return first
  }
}

for (const { messenger, locale, screen, name } of JOURNEYS)
  test(`${name} lives the journey on ${messenger} in ${locale} on a ${screen}, and the messenger is handed nothing of it`, async () => {
    const says = SAYS[locale]
    const words = MESSENGER_WORDS[locale]
    const context = await newContext(locale, screen)
    const problems: string[] = []
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await linkChase(page, says, name)

    const beside = await context.newPage()
    beside.setDefaultTimeout(20_000)
    beside.on('pageerror', (error) => problems.push(error.message))
    await beside.goto(`${control.phoneUrl}?messenger=${messenger}`)
    const phone = beside.getByRole('region', { name: PHONE_WORDS[locale].phone })
    const chat = phone.getByRole('log')
    const own = beside.frameLocator('iframe')
    const company = PHONE_WORDS[locale].names[messenger]
    /** The messages that say one thing, oldest first; others may come between at any time. */
    const told = (notice: keyof typeof NOTICES) =>
      chat.locator('.phone-line.them', { hasText: NOTICES[notice][locale] })

    // Within another page no browser lets itself be asked, so its page does not offer it there.
    await own.getByRole('button', { name: words.link(company) }).waitFor()
    assert.equal(await own.getByText(PUSH_WORDS[locale].title).count(), 0)
    await page.goto(`${town.url}/messengers`)
    await page.getByText(PUSH_WORDS[locale].title).waitFor()

    // The link that begins a chat leads to the phone; its code comes back as two digits to type on the person's own page.
    await own.getByRole('button', { name: words.link(company) }).click()
    const begin = own.getByRole('link', { name: words.open(company) })
    const [opened] = await Promise.all([context.waitForEvent('page'), begin.click()])
    await told('match').last().waitFor()
    await opened.close()
    const sent = await chat.getByText(NOTICES.match[locale]).last().textContent()
    await own.getByRole('textbox', { name: words.digits }).fill(/(\d\d)\s*$/.exec(sent ?? '')![1]!)
    await own.getByRole('button', { name: words.confirm }).click()
    await told('linked').last().waitFor()
    await looksRight(beside, 'phone, linked')

    // Asked with the keyboard; the answer waits sealed.
    const answers = await told('answer-ready').count()
    await ask(beside, says.ask, locale)
    const answer = told('answer-ready').nth(answers).getByRole('link')
    const sealed = (await answer.getAttribute('href'))!

    // Whoever is not signed in sees nothing, and uses nothing up; nor does a messenger that fetches the link.
    const stranger = await newContext(locale, screen)
    const strange = await stranger.newPage()
    await strange.goto(sealed)
    await strange.getByText(words.sealedSignIn).waitFor()
    assert.doesNotMatch(await strange.locator('main').innerText(), MONEY)
    await looksRight(strange, 'sealed, not signed in')
    await stranger.close()

    await answer.click()
    await openSealed(own, words)
    await own.getByText(says.spent).waitFor()
    await own.getByRole('img').waitFor()
    assert.ok(await isFocused(own.getByRole('log')), 'who opened it by keyboard is at the answer')
    await looksRight(beside, 'phone, answer')
    // Once, and then it is in the conversation alone.
    await page.goto(sealed)
    await page.getByRole('button', { name: words.sealedOpen }).click()
    await page.getByText(words.sealedDone).waitFor()
    assert.ok(await isFocused(page.getByRole('alert')))

    // The alert comes to the phone; not me is said there, with the one button it has, or on the page.
    const block = beside.getByRole('button', { name: NOTICES['block-card'][locale] })
    const asked = chat.locator('.phone-line', { has: block })
    const alerts = await asked.count()
    town.bank('chase').authorise(name.toLowerCase(), {
      descriptor: 'electronica',
      entryMode: 'magstripe',
      amount: '249.00',
      country: 'ES',
      city: 'Barcelona',
      latitude: 41.39,
      longitude: 2.17,
    })
    const alert = asked.nth(alerts)
    await alert.waitFor()
    await looksRight(beside, 'phone, alert')
    if (screen === 'phone') {
      const blocked = await told('blocking').count()
      await alert.getByRole('button').press('Enter')
      await told('blocking').nth(blocked).getByRole('link').click()
      await openSealed(own, words)
    } else {
      await alert.getByRole('link').click()
      await openSealed(own, words)
      await own.locator('button.danger').click()
    }
    await own.getByText(says.inDispute).first().waitFor()
    await looksRight(beside, 'phone, not me')

    // What is withdrawn is not answered, and that is not said on the messenger either.
    await page.goto(`${town.url}/privacy`)
    await page.getByRole('button', { name: says.withdraw }).click()
    await page.getByRole('button', { name: says.withdrawConfirm }).click()
    await page.getByText(says.withdrawn, { exact: true }).first().waitFor()
    const answered = await told('answer-ready').count()
    await ask(beside, says.ask, locale)
    await told('answer-ready').nth(answered).getByRole('link').click()
    await openSealed(own, words)
    await own.getByText(says.notAllowed).waitFor()

    // Whoever has walked away is nobody to the chat.
    await page.getByRole('textbox').fill(says.eraseWord)
    await page.getByRole('button', { name: says.erase }).click()
    await page.getByText(says.erased).waitFor()
    await ask(beside, says.ask, locale)
    // Which language a stranger reads is not known on Messenger.
    await chat
      .getByText(NOTICES['not-linked'].en)
      .or(chat.getByText(NOTICES['not-linked'].fr))
      .last()
      .waitFor()

    const handed = await beside.locator('.handed').innerText()
    assert.match(handed, /recipient|chat_id/)
    assert.doesNotMatch(handed, MONEY)
    assert.deepEqual(problems, [])
    await context.close()
  })

const newContext = (locale: 'en' | 'fr', screen: keyof typeof SCREENS): Promise<BrowserContext> =>
  browser.newContext({
    viewport: SCREENS[screen],
    locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
    timezoneId: 'Europe/Paris',
    colorScheme: screen === 'phone' ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })

async function linkChase(page: Page, says: (typeof SAYS)['en' | 'fr'], name: string): Promise<void> {
  await page.goto(`${town.url}/link?bank=chase`)
  for (const purpose of says.purposes) await page.getByRole('checkbox', { name: purpose }).check()
  await page.getByRole('button', { name: says.continueAt }).click()
  await page.getByRole('button', { name }).click()
  await page.getByRole('button', { name: says.logIn, exact: true }).click()
  await page.getByRole('button', { name: says.approve }).click()
  await page.waitForURL(`${town.url}/`)
  await page.getByRole('log').getByText('Chase').first().waitFor()
}

async function ask(beside: Page, text: string, locale: 'en' | 'fr'): Promise<void> {
  await beside.getByRole('textbox', { name: PHONE_WORDS[locale].write }).fill(text)
  await beside.keyboard.press('Enter')
}

const isFocused = (element: Locator): Promise<boolean> =>
  element.evaluate((shown) => document.activeElement === shown)

const openSealed = (own: FrameLocator, words: (typeof MESSENGER_WORDS)['en']): Promise<void> =>
  own.getByRole('button', { name: words.sealedOpen }).click()
