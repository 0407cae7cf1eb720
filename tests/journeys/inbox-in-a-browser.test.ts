/** The bank's inbox in a real Chromium, with the customer's own page beside it; both languages, a phone, by keyboard. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { createStaff } from '#http'
import { createSql, type Sql, systemClock, systemRandom } from '#kit'
import { launchBrowser, looksRight } from '../browser.ts'
import { addAuthenticator, press, SCREENS } from '../fixtures/in-browser.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

const SAYS = {
  en: {
    code: 'Code',
    makePasskey: 'Make a passkey',
    inbox: 'Who waits for an answer',
    nobody: 'Nobody waits.',
    wishes: ['I want to talk to someone', 'I dispute the payment of 57.25 at Hartley Books'],
    kinds: ['asks for a person', 'disputes a payment'],
    noted: /under case number (G-[0-9A-Z-]+)/,
    year: String(new Date().getFullYear()),
    take: (number: string) => `Take ${number} over`,
    taken: 'taken over by Claire',
    took: /Somebody at Chase writes to you now: a person, not a program/,
    asks: 'Is the shop <b>in</b> Hartley Road?',
    answer: 'Yes: it trades as Hartley Books.\nI have opened the dispute.',
    person: 'A person at Chase',
    send: 'Send',
    handBack: (number: string) => `Settle ${number} and hand back`,
    settled: (number: string) => `${number} is settled.`,
    automatic: /the automatic assistant answers you again: a program, not a person/,
    question: 'What’s my balance?',
    answered: /on your|balance|£/,
    settle: (number: string) => `Settle ${number}`,
  },
  fr: {
    code: 'Le code',
    makePasskey: 'Créer une clé d’accès',
    inbox: 'Qui attend une réponse',
    nobody: 'Personne n’attend.',
    wishes: ['je veux parler à quelqu’un', 'je conteste le paiement de 57,25 chez Hartley Books'],
    kinds: ['demande une personne', 'conteste un paiement'],
    noted: /sous le numéro (?:de dossier )?(G-[0-9A-Z-]+)/,
    year: String(new Date().getFullYear()),
    take: (number: string) => `Prendre en charge ${number}`,
    taken: 'en charge : Claire',
    took: /une personne, pas un programme/,
    asks: 'Le magasin est-il <b>à</b> Hartley Road ?',
    answer: 'Oui : c’est Hartley Books.\nJ’ai ouvert la contestation.',
    person: 'Une personne de Chase',
    send: 'Envoyer',
    handBack: (number: string) => `Clore ${number} et rendre la main`,
    settled: (number: string) => `${number} est clos.`,
    automatic: /un programme, pas une personne/,
    question: 'Quel est mon solde ?',
    answered: /£/,
    settle: (number: string) => `Clore ${number}`,
  },
} as const

let town: Town
let sql: Sql
let browser: Browser
before(async () => {
  town = await openTown({ quiet: true })
  sql = createSql({ url: town.database.urls.rooms, connectionsMax: 2, application: 'test' })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await sql?.end()
  await town?.close()
})

async function writes(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text)
  await page.keyboard.press('Enter')
}

for (const [locale, screen, username] of [
  ['en', 'desktop', 'amina'],
  ['fr', 'phone', 'bruno'],
] as const)
  test(`somebody asks for a person, is answered by one, and handed back (${locale}, ${screen})`, async () => {
    const says = SAYS[locale]
    const options = {
      locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
      timezoneId: 'Europe/London',
      viewport: SCREENS[screen],
      reducedMotion: 'reduce',
    } as const
    const errors: string[] = []
    const open = async () => {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      page.on('pageerror', (error) => errors.push(error.message))
      return { context, page }
    }

    const { code } = await createStaff({ sql, clock: systemClock, random: systemRandom }).invite(
      'chase',
      'Claire',
    )
    const { context: desk, page: clerk } = await open()
    await addAuthenticator(clerk)
    await clerk.goto(`${town.url}/console`)
    await clerk.getByLabel(says.code, { exact: true }).fill(code)
    await clerk.keyboard.press('Enter')
    await clerk.getByRole('button', { name: says.makePasskey }).waitFor()
    await press(clerk, says.makePasskey)
    await clerk.getByRole('heading', { name: says.inbox, level: 1 }).waitFor()
    await clerk.getByText(says.nobody).waitFor()
    await looksRight(clerk, 'the inbox, empty')

    const visitor = town.visitor()
    await visitor.arrive()
    await visitor.post('/api/session/locale', { locale })
    await visitor.link('chase', ['account-view'], username)
    await eventually('the history', async () =>
      (await visitor.say(says.question, locale)).some(({ show }) => show),
    )
    const { context: home, page: person } = await open()
    await home.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: town.url })))
    await person.goto(town.url)
    const log = person.getByRole('log')
    const numbers: string[] = []
    for (const wish of says.wishes) {
      await writes(person, wish)
      const noted = log.locator('article.guichet', { hasText: says.noted }).nth(numbers.length)
      numbers.push(says.noted.exec(await noted.innerText())![1]!)
    }
    await looksRight(person, 'two requests, noted')

    const caseOf = (number: string) => clerk.getByRole('listitem').filter({ hasText: number })
    for (const [n, number] of numbers.entries()) {
      await caseOf(number).getByRole('heading', { name: says.kinds[n]! }).waitFor()
      assert.match(
        await caseOf(number).getByRole('time').innerText(),
        new RegExp(`${says.year}, \\d\\d:\\d\\d`),
      )
    }
    await looksRight(clerk, 'the inbox, with two who wait')
    const [first, second] = numbers as [string, string]
    assert.doesNotMatch(await clerk.locator('main').innerText(), /hartley|57[.,]25|amina|bruno/i)

    // The one who disputes is taken over, and goes on writing: read as text, whatever it looks like.
    await press(clerk, says.take(second))
    await caseOf(second).getByText(says.taken).waitFor()
    await log.getByText(says.took).waitFor()
    await writes(person, says.asks)
    await caseOf(second).getByText(says.asks).waitFor()
    assert.equal(
      await clerk.evaluate(() => document.activeElement?.tagName),
      'TEXTAREA',
      'who took it over goes on writing',
    )
    await looksRight(clerk, 'a request, taken over')
    await clerk.keyboard.type(says.answer)
    await press(clerk, says.send)

    const answer = log.locator('article.human').last()
    await answer.getByText(says.answer.split('\n')[1]!).waitFor()
    assert.match(await answer.innerText(), new RegExp(says.person))
    assert.equal(await log.locator('article.human').count(), 1)
    await looksRight(person, 'a human’s answer')
    await caseOf(second).locator('.human').waitFor()
    await eventually(
      'an empty field',
      async () => (await caseOf(second).getByRole('textbox').inputValue()) === '',
    )
    await looksRight(clerk, 'a request, answered')

    await press(clerk, says.handBack(second))
    await clerk.getByText(says.settled(second)).waitFor()
    assert.equal(await clerk.evaluate(() => document.activeElement?.textContent), says.inbox)
    await log.getByText(says.automatic).waitFor()
    await writes(person, says.question)
    const last = log.locator('article').last()
    await last.getByText(says.answered).first().waitFor()
    assert.match((await last.getAttribute('class'))!, /guichet/)
    await looksRight(person, 'handed back')

    await press(clerk, says.settle(first))
    await clerk.getByText(says.nobody).waitFor()
    await looksRight(clerk, 'the inbox, settled')
    assert.deepEqual(errors, [])
    await desk.close()
    await home.close()
  })
