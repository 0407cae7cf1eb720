/** The bank console in a real Chromium: a member comes in, tries a file, imports it; both languages, a phone, by keyboard. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { createStaff } from '#http'
import { createSql, type Sql, systemClock, systemRandom } from '#kit'
import { launchBrowser, looksRight } from '../browser.ts'
import { addAuthenticator, press, SCREENS } from '../fixtures/in-browser.ts'
import { camtFile } from '../fixtures/statements/index.ts'
import { linkIsTold, openTown, type Town } from '../fixtures/town.ts'

const DAY = 86_400_000
const ACCOUNT = `acc_${createHash('sha256').update('chase amina current').digest('base64url').slice(0, 16)}`
const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 10)

const SAYS = {
  en: {
    code: 'Code',
    goOn: 'Continue',
    makePasskey: 'Make a passkey',
    files: 'Statement files',
    choose: 'Choose a file',
    mapping: 'Choose a mapping',
    try: 'Try the file',
    tried: 'What would happen',
    import: 'Import the file',
    taken: 'Imported',
    empty: 'This file is empty.',
    cut: 'This file is cut short. Nothing of it was kept.',
    unbalanced: 'Keep statements too that do not add up',
    line: /Line 15 · Amt · not an amount/,
    signOut: 'Sign out',
    signIn: 'Sign in with a passkey',
  },
  fr: {
    code: 'Le code',
    goOn: 'Continuer',
    makePasskey: 'Créer une clé d’accès',
    files: 'Fichiers de relevés',
    choose: 'Choisir un fichier',
    mapping: 'Choisir une correspondance',
    try: 'Essayer le fichier',
    tried: 'Ce qui se passerait',
    import: 'Importer le fichier',
    taken: 'C’est importé',
    empty: 'Ce fichier est vide.',
    cut: 'Ce fichier est tronqué. Rien n’en a été gardé.',
    unbalanced: 'Garder aussi les relevés dont le compte n’est pas juste',
    line: /Ligne 15 · Amt · n’est pas un montant/,
    signOut: 'Se déconnecter',
    signIn: 'S’identifier avec une clé d’accès',
  },
}

let town: Town
let sql: Sql
let browser: Browser
before(async () => {
  town = await openTown({ quiet: true })
  sql = createSql({ url: town.database.urls.rooms, connectionsMax: 2, application: 'test' })
  const amina = town.visitor()
  await amina.link('chase', ['account-view'], 'amina')
  await linkIsTold(amina)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await sql.end()
  await town.close()
})

const xml = (name: string, contents: string) => ({
  name,
  mimeType: 'application/xml',
  buffer: Buffer.from(contents),
})

for (const [locale, screen] of [
  ['en', 'desktop'],
  ['fr', 'phone'],
] as const) {
  test(`a member of staff comes in, tries a file and imports it (${locale}, ${screen})`, async () => {
    const says = SAYS[locale]
    const staff = createStaff({ sql, clock: systemClock, random: systemRandom })
    const { code } = await staff.invite('chase', 'Claire')
    const context = await browser.newContext({ locale, viewport: SCREENS[screen], reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await addAuthenticator(page)

    await page.goto(`${town.url}/console`)
    const field = page.getByLabel(says.code, { exact: true })
    await field.waitFor()
    await looksRight(page, 'signing in')
    await field.focus()
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: says.makePasskey }).waitFor()
    await looksRight(page, 'the invitation')
    await press(page, says.makePasskey)
    await page.getByRole('heading', { name: says.files }).waitFor()
    await looksRight(page, 'statement files, none yet')

    const inputs = page.locator('input[type=file]')
    await inputs.first().setInputFiles(xml('empty.xml', ''))
    await press(page, says.try)
    await page.getByText(says.empty).waitFor()
    await looksRight(page, 'an empty file')

    const good = camtFile(ACCOUNT, [
      [day(2), -1_234, `${locale}-1`, 'Alhambra Books'],
      [day(1), -350, `${locale}-2`, 'Corner Coffee'],
    ])
    await inputs.first().setInputFiles(xml('cut.xml', good.slice(0, good.length / 2)))
    await press(page, says.try)
    await page.getByText(says.cut).waitFor()

    // Dropped, with a row that cannot be read.
    const flawed = good.replace('>3.50</Amt>', '>3,50</Amt>')
    await page.locator('.drop').evaluate((target, text) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'november.xml', { type: 'application/xml' }))
      target.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    }, flawed)
    await page.getByText(/november\.xml/).waitFor()
    await press(page, says.try)
    await page.getByRole('heading', { name: says.tried }).waitFor()
    await page.getByText(says.line).waitFor()
    await looksRight(page, 'a file that was tried')
    await press(page, says.import)
    await page.getByRole('heading', { name: says.taken, exact: true }).waitFor()
    await looksRight(page, 'a file that was imported')
    assert.doesNotMatch(await page.locator('body').innerText(), /Alhambra|12[.,]34/)

    // Does not add up: kept once somebody says so.
    const unbalanced = camtFile(ACCOUNT, [[day(1), -999, `${locale}-3`, 'Corner Coffee']], {
      opening: 0,
      closing: 5,
    })
    await inputs.first().setInputFiles(xml('unbalanced.xml', unbalanced))
    await press(page, says.try)
    await page.getByLabel(says.unbalanced).check()
    await press(page, says.import)
    await page.getByRole('heading', { name: says.taken, exact: true }).waitFor()
    await page.locator('.imports li').nth(3).waitFor()
    assert.match(await page.locator('.imports li').first().innerText(), /Claire/)
    await looksRight(page, 'what was imported')

    await page.getByRole('button', { name: says.signOut }).click()
    await page.getByRole('button', { name: says.signIn }).click()
    await page.getByRole('heading', { name: says.files }).waitFor()
    assert.deepEqual(errors, [])
    await context.close()
  })
}
