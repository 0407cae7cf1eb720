/** E-mail, the last rung of a warning: the address is confirmed on our page, the mail only leads there. In a real Chromium. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { Secret } from '#kit'
import { codeIn, startSmtp } from '../../src/channels/mail/smtp.fixture.ts'
import { launchBrowser, looksRight } from '../browser.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

const SAYS = {
  en: {
    purposes: ['See my accounts', 'Warn me of fraud'],
    continueAt: 'Continue at Chase',
    logIn: 'Log in',
    approve: 'Approve',
    address: 'Your e-mail address',
    begin: 'Send me a code',
    code: 'The code from the mail',
    confirm: 'Keep this address',
    wrong: /not the code/,
    kept: /mailed there/,
    open: 'Open my message',
    remove: 'Remove',
    removed: 'The address is removed.',
  },
  fr: {
    purposes: ['Voir mes comptes', 'M’alerter en cas de fraude'],
    continueAt: 'Continuer chez Chase',
    logIn: 'Se connecter',
    approve: 'Autoriser',
    address: 'Votre adresse e-mail',
    begin: 'Envoyez-moi un code',
    code: 'Le code reçu par e-mail',
    confirm: 'Garder cette adresse',
    wrong: /pas le code/,
    kept: /y seront envoyées/,
    open: 'Ouvrir mon message',
    remove: 'Retirer',
    removed: 'L’adresse est retirée.',
  },
} as const

const JOURNEYS = [
  { locale: 'en', customer: 'Amina', viewport: { width: 390, height: 800 }, amount: '249.00' },
  { locale: 'fr', customer: 'Bruno', viewport: { width: 1280, height: 860 }, amount: '349.00' },
] as const

let town: Town
let browser: Browser
let smtp: Awaited<ReturnType<typeof startSmtp>>
before(async () => {
  smtp = await startSmtp()
  town = await openTown({
    mail: { url: new Secret(smtp.url), from: { name: 'Guichet', address: 'guichet@bank.example' } },
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await town?.close()
  await smtp?.stop()
})

for (const { locale, customer, viewport, amount } of JOURNEYS)
  test(`${customer} confirms an address, is warned there, and opens the warning on our page, in ${locale}`, async () => {
    const says = SAYS[locale]
    const context = await browser.newContext({
      viewport,
      locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
      timezoneId: 'Europe/Paris',
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`${town.url}/link`)
    await page.getByRole('radio', { name: /Chase/ }).check()
    for (const purpose of says.purposes) await page.getByRole('checkbox', { name: purpose }).check()
    await page.getByRole('button', { name: says.continueAt }).click()
    await page.getByRole('button', { name: customer }).click()
    await page.getByRole('button', { name: says.logIn, exact: true }).click()
    await page.getByRole('button', { name: says.approve }).click()
    await page.waitForURL(`${town.url}/`)
    await page.getByRole('log').getByText('Chase').first().waitFor()

    await page.goto(`${town.url}/messengers`)
    const address = `${customer.toLowerCase()}@example.org`
    await page.getByLabel(says.address).fill(address)
    await looksRight(page, 'mail, nothing yet')
    await page.getByRole('button', { name: says.begin }).click()
    await page.getByLabel(says.code, { exact: true }).fill('BBBB-BBBB')
    await page.getByRole('button', { name: says.confirm }).click()
    await page.getByText(says.wrong).waitFor()
    await looksRight(page, 'mail, a wrong code')
    const sent = smtp.taken.findIndex(({ to }) => to === address)
    const code = codeIn((await smtp.read(sent)).text)
    await page.getByLabel(says.code, { exact: true }).fill(code.toLowerCase())
    await page.keyboard.press('Enter')
    await page.getByText(says.kept).waitFor()
    await page.getByText(address).waitFor()
    await looksRight(page, 'mail, kept')

    town.bank('chase').authorise(customer.toLowerCase(), {
      amount,
      descriptor: 'quokka emporium',
      country: 'BR',
      city: 'Recife',
      latitude: -8.05,
      longitude: -34.9,
      entryMode: 'magstripe',
    })
    const warning = await eventually('the warning', async () => {
      const at = smtp.taken.findLastIndex(({ to }) => to === address)
      return at > sent ? await smtp.read(at) : null
    })
    const whole = `${warning.subject} ${warning.text} ${warning.html}`
    assert.doesNotMatch(whole, new RegExp(`quokka|${amount}|${amount.replace('.', ',')}|Chase|Recife`, 'i'))
    await page.goto(/http\S+\/o\/[\w-]+/.exec(warning.text ?? '')![0])
    await page.getByRole('button', { name: says.open }).click()
    await page
      .getByText(/quokka/i)
      .first()
      .waitFor()
    await looksRight(page, 'the warning, opened')

    await page.goto(`${town.url}/messengers`)
    await page.getByRole('button', { name: says.remove, exact: true }).click()
    await page.getByText(says.removed).waitFor()
    assert.equal(await page.getByText(address).count(), 0)
    await context.close()
  })
