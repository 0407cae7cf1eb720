/** The journey in a real Chromium, in both languages, on a phone and on a desktop; axe-core looks at every page. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext } from 'playwright-core'
import { smallCustomers } from '../../sim/testing/small-customers.ts'
import { launchBrowser, looksRight } from '../browser.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

const SCREENS = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 860 },
}
/** Each journey is a customer's own: what one leaves at the bank, where it fails too, meets no other. */
const CUSTOMERS = {
  en: { phone: 'amina', desktop: 'bruno' },
  fr: { phone: 'claire', desktop: 'david' },
} as const
const FAR_AWAY = { amount: '249.00', country: 'ES', city: 'Barcelona', latitude: 41.39, longitude: 2.17 }
const SAYS = {
  en: {
    linkBank: 'Link a bank',
    purposes: ['See my accounts', 'Warn me of fraud', 'Understand my spending'],
    continueAt: 'Continue at Chase',
    logIn: 'Log in',
    approve: 'Approve',
    ask: 'show my last 10 payments',
    spending: 'compare this month with last',
    overTime: 'what did I spend month by month',
    forecast: 'how much will I have left in two weeks?',
    asTable: 'Show as a table',
    not_me: 'G-',
    verified: 'verified here',
    allVerified: /^All \d+ lines shown are checked/,
    on: /^on until /,
    askedFor: 'this is what you were asked for',
    backToStart: 'To the start',
    welcome: 'Your bank, in a conversation',
    withdraw: 'Withdraw Understand my spending',
    withdrawConfirm: 'Yes, withdraw',
    paymentLines: 'Payment lines',
    above: 'Payments from an amount on',
    save: /^Save/,
    saved: 'Saved.',
    notMe: /not me/i,
    notMeEither: 'The ticked ones were not me',
    inDispute: /now in dispute/,
    cardBlocked: 'blocked',
    unblock: /^Unblock/,
    unblockConfirm: 'Yes, unblock it',
    cardPays: 'It pays as usual.',
    withdrawn: 'withdrawn',
    eraseWord: 'ERASE',
    erase: 'Erase everything for good',
    erased: 'has been erased',
  },
  fr: {
    linkBank: 'Relier une banque',
    purposes: ['Voir mes comptes', 'M’alerter en cas de fraude', 'Comprendre mes dépenses'],
    continueAt: 'Continuer chez Chase',
    logIn: 'Se connecter',
    approve: 'Autoriser',
    ask: 'montre mes 10 derniers paiements',
    spending: 'compare ce mois-ci avec le mois dernier',
    overTime: 'mes dépenses mois par mois',
    forecast: 'combien me restera-t-il dans deux semaines ?',
    asTable: 'Montrer en tableau',
    not_me: 'G-',
    verified: 'vérifié ici',
    allVerified: /^Les \d+ lignes affichées sont toutes vérifiées/,
    on: /^actif jusqu’au /,
    askedFor: 'c’est ce qui vous a été demandé',
    backToStart: 'Revenir au début',
    welcome: 'Votre banque, en conversation',
    withdraw: 'Retirer Comprendre mes dépenses',
    withdrawConfirm: 'Oui, retirer',
    paymentLines: 'Lignes de paiement',
    above: 'Les paiements à partir d’un montant',
    save: /^Enregistrer/,
    saved: 'C’est enregistré.',
    notMe: /pas (?:de )?moi/i,
    notMeEither: 'Les paiements cochés ne venaient pas de moi',
    inDispute: /maintenant dans la contestation/,
    cardBlocked: 'bloquée',
    unblock: /^Débloquer/,
    unblockConfirm: 'Oui, la débloquer',
    cardPays: 'Elle paie comme d’habitude.',
    withdrawn: 'retiré',
    eraseWord: 'EFFACER',
    erase: 'Tout effacer définitivement',
    erased: 'a été effacé',
  },
} as const

let town: Town
let browser: Browser
before(async () => {
  const names = Object.values(CUSTOMERS).flatMap((one) => Object.values(one))
  town = await openTown({ customers: (bankId, now) => smallCustomers(bankId, names)(now) })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await town?.close()
})

/** Every request of a page goes to the page's own origin: no third party learns that it was opened. */
function refuseStrangers(context: BrowserContext): string[] {
  const strangers: string[] = []
  const own = new Set([town.url, town.bank('chase').issuer, town.bank('citi').issuer])
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && !own.has(origin)) strangers.push(origin)
  })
  return strangers
}

for (const locale of ['en', 'fr'] as const) {
  for (const screen of ['phone', 'desktop'] as const) {
    const customer = CUSTOMERS[locale][screen]
    test(`a person lives the whole journey in ${locale} on a ${screen}`, async () => {
      const says = SAYS[locale]
      const context = await browser.newContext({
        viewport: SCREENS[screen],
        locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
        timezoneId: 'Europe/Paris',
        colorScheme: screen === 'phone' ? 'dark' : 'light',
        reducedMotion: 'reduce',
        acceptDownloads: true,
      })
      const strangers = refuseStrangers(context)
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text())
      })

      await page.goto(town.url)
      // Its language is the page’s own to set, once it has begun.
      await page.locator(`html[lang="${locale}"]`).waitFor()
      await page.getByRole('textbox').waitFor()
      await looksRight(page, 'chat, empty')

      await page.getByRole('link', { name: says.linkBank }).click()
      await page.getByRole('radio', { name: /Chase/ }).check()
      const boxes = page.getByRole('checkbox')
      assert.equal(await boxes.count(), 5)
      for (const box of await boxes.all())
        assert.equal(await box.isChecked(), false, 'each purpose is off by default')
      for (const purpose of says.purposes) await page.getByRole('checkbox', { name: purpose }).check()
      await looksRight(page, 'link')
      await page.getByRole('button', { name: says.continueAt }).click()

      await page.getByRole('button', { name: new RegExp(customer, 'i') }).click()
      await looksRight(page, 'bank, login')
      await page.getByRole('button', { name: says.logIn, exact: true }).click()
      await page.getByRole('button', { name: says.approve }).waitFor()
      await looksRight(page, 'bank, consent')
      await page.getByRole('button', { name: says.approve }).click()

      await page.waitForURL(`${town.url}/`)
      const log = page.getByRole('log')
      await log.getByText('Chase').first().waitFor()

      // With the keyboard alone: the field is reached, Enter sends.
      await page.getByRole('textbox').focus()
      await page.keyboard.type(says.ask)
      await page.keyboard.press('Enter')
      await log.getByRole('table').first().waitFor()
      await page.getByRole('textbox').fill(says.spending)
      await page.keyboard.press('Enter')
      await log.getByText(/£/).last().waitFor()
      await looksRight(page, 'chat, answers')

      // A chart has its figures as a table, by the keyboard too.
      for (const asked of [says.overTime, says.forecast]) {
        await page.getByRole('textbox').fill(asked)
        await page.keyboard.press('Enter')
        const answer = log.locator('article', { has: page.locator('.chart') }).last()
        await answer.getByRole('img', { name: /£/ }).waitFor()
        const asTable = answer.getByRole('button', { name: says.asTable })
        await asTable.focus()
        assert.equal(await answer.getByRole('table').count(), 0)
        await page.keyboard.press('Enter')
        await answer.getByRole('cell', { name: /£/ }).first().waitFor()
        await looksRight(page, `chat, ${asked}`)
      }

      town.bank('chase').authorise(customer, {
        descriptor: `<b onclick="alert(1)">electronica</b> ${locale} ${screen}`,
        entryMode: 'magstripe',
        ...FAR_AWAY,
      })
      const alert = log.getByRole('alert').last()
      await alert.waitFor()
      assert.equal(await alert.locator('b').count(), 0, 'a merchant’s name is text')
      await looksRight(page, 'chat, alert')
      await alert.locator('button.danger').click()
      await log
        .getByText(/G-[0-9A-Z]{4}-/)
        .last()
        .waitFor()
      // Others that were not theirs are ticked, with the keyboard, and join the dispute.
      const choosing = log.locator('article', { has: page.getByRole('checkbox') }).last()
      const isNotMe = choosing.getByRole('button', { name: says.notMeEither })
      assert.equal(await isNotMe.getAttribute('aria-disabled'), 'true')
      await choosing.getByRole('checkbox').first().focus()
      await page.keyboard.press('Space')
      await looksRight(page, 'chat, marking')
      await isNotMe.click()
      await log.getByText(says.inDispute).waitFor()

      // Unblocking is done on our own page, never by a message.
      await page.goto(`${town.url}/cards`)
      await page.getByText(says.cardBlocked, { exact: true }).waitFor()
      await looksRight(page, 'cards')
      await page.getByRole('button', { name: says.unblock }).click()
      await page.getByRole('button', { name: says.unblockConfirm }).click()
      // There is another card, which paid as usual all the while.
      await page.getByText(says.cardPays).nth(1).waitFor()
      await looksRight(page, 'cards, unblocked')
      assert.equal(
        town.bank('chase').authorise(customer, { amount: '1.00', descriptor: 'tesco stores 6227' }).outcome,
        'authorised',
      )

      // Which payments have a line is chosen on a page; the next one comes as it was chosen, quietly.
      await page.getByRole('link', { name: says.paymentLines }).click()
      await page.getByRole('radio', { name: says.above }).check()
      await page.getByRole('textbox').fill('5')
      await page.getByRole('checkbox').first().check()
      await looksRight(page, 'payments')
      await page.getByRole('checkbox').first().uncheck()
      // What goes wrong is said beside the button that was pressed.
      await page.route('**/api/lines', (route) => route.abort())
      const save = page.getByRole('button', { name: says.save }).first()
      await save.click()
      const wrong = page.getByRole('main').getByRole('alert')
      await wrong.waitFor()
      const [button, said] = [(await save.boundingBox())!, (await wrong.boundingBox())!]
      assert.ok(Math.abs(said.y - button.y) < 120, 'it is said beside the button')
      // The browser itself tells of a request that was cut off.
      problems.splice(0)
      await page.unroute('**/api/lines')
      await save.click()
      const saved = page.getByText(says.saved, { exact: true })
      await saved.waitFor()
      const { y, height } = (await saved.boundingBox())!
      assert.ok(y >= 0 && y + height <= page.viewportSize()!.height, 'it is said in sight of the button')
      await page.goto(town.url)
      town.bank('chase').authorise(customer, { amount: '4.00', descriptor: 'tesco stores 6227' })
      town.bank('chase').authorise(customer, { amount: '6.00', descriptor: 'tesco stores 6227' })
      const told = page.locator('.quiet-line', { hasText: /6[.,]00/ }).last()
      // Alone, or in a list with what came at the same moment.
      await told.getByRole('button', { name: says.notMe }).waitFor()
      assert.equal(await page.locator('.quiet-line', { hasText: /4[.,]00/ }).count(), 0)
      await looksRight(page, 'chat, line')

      // What is on shows as on, and what the chat asks for is marked and in view.
      await page.goto(`${town.url}/link?bank=chase&purpose=bank-offers`)
      await page.getByText(says.on).nth(2).waitFor()
      assert.equal(await page.getByRole('checkbox').count(), 2)
      await page.getByText(says.askedFor).waitFor()
      await page.waitForFunction(() => {
        const { top, bottom } = document.querySelector('.asked')!.getBoundingClientRect()
        return top >= 0 && bottom <= window.innerHeight
      })
      await looksRight(page, 'link, again')

      await page.goto(`${town.url}/privacy`)
      // Every line verifies itself, in view or not, and the page says so once for all of them.
      await page.getByText(says.allVerified).waitFor()
      // A line that comes meanwhile takes its moment.
      const lines = page.locator('.read-line')
      await eventually('each line, verified', async () => {
        const said = await lines.allTextContents()
        return said.length > 5 && said.every((line) => line.includes(says.verified))
      })
      await looksRight(page, 'privacy')
      const download = page.waitForEvent('download')
      await page.locator('section[aria-labelledby="own-data"] button.primary').click()
      assert.match((await download).suggestedFilename(), /^guichet-.*\.json$/)

      await page.getByRole('button', { name: says.withdraw }).click()
      await page.getByRole('button', { name: says.withdrawConfirm }).click()
      await page.getByText(says.withdrawn, { exact: true }).first().waitFor()
      await looksRight(page, 'privacy, withdrawn')

      await page.getByRole('textbox').fill(says.eraseWord)
      await page.getByRole('button', { name: says.erase }).click()
      await page.getByText(says.erased).waitFor()
      // The log's own lines about it, for the person and for the link, proved in the browser and to be taken along.
      await lines.filter({ hasText: says.verified }).nth(1).waitFor()
      assert.equal(await lines.count(), 2)
      await looksRight(page, 'erased')
      await page.getByRole('link', { name: says.backToStart }).click()
      await page.getByRole('heading', { name: says.welcome }).waitFor()
      assert.equal(await page.getByRole('log').locator('article').count(), 0)

      await page.goto(`${town.url}/signin`)
      await page.getByRole('button', { name: 'Chase' }).waitFor()
      await looksRight(page, 'sign in')

      assert.deepEqual(strangers, [])
      assert.deepEqual(problems, [])
      await context.close()
    })
  }
}
