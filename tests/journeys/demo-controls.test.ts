/** The demo's control page in a real Chromium: by keyboard, in both languages, on a phone and on a desktop. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { systemClock } from '#kit'
import { startSimulation } from '../../sim/simulation.ts'
import { link, startGuichetStandIn } from '../../sim/testing/client.ts'
import { smallCustomers } from '../../sim/testing/small-customers.ts'
import { eventsOf, typeOf } from '../../sim/testing/test-bank.ts'
import { launchBrowser, looksRight } from '../browser.ts'

const SCREENS = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 860 } }
const SAYS = {
  en: {
    stop: 'A payment the bank stops (Amina)',
    alert: 'The bank’s own alert (Amina)',
    done: 'Done. Look at the chat.',
    dispute: 'Case G-7K4M-2Q: one payment is disputed. The bank decides:',
    against: 'Against the customer (G-7K4M-2Q)',
    decided: 'A dispute was decided',
    onItsWay: 'a new card is on its way',
    arrives: 'The new card arrives (Amina)',
  },
  fr: {
    stop: 'Un paiement que la banque arrête (Amina)',
    alert: 'L’alerte de la banque elle-même (Amina)',
    done: 'C’est fait. Regardez la conversation.',
    dispute: 'Dossier G-7K4M-2Q\u00a0: un paiement est contesté. La banque tranche\u00a0:',
    against: 'Contre le client (G-7K4M-2Q)',
    decided: 'Une contestation a été tranchée',
    onItsWay: 'une nouvelle carte est en route',
    arrives: 'La nouvelle carte arrive (Amina)',
  },
}

/** A bank whose customer Amina is linked, and the page that plays the outside world. */
async function openControls(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-controls-'))
  const guichet = await startGuichetStandIn()
  const simulation = await startSimulation({
    guichetUrl: guichet.url,
    basePort: 0,
    dataFolder: join(folder, 'sim'),
    profilesFolder: join(folder, 'banks'),
    clock: systemClock,
    seed: 1,
    pace: { paused: true },
    customers: (bankId, now) => smallCustomers(bankId)(now),
  })
  const browser = await launchBrowser()
  t.after(async () => {
    await browser.close()
    await simulation.stop()
    await guichet.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const bank = simulation.bank('chase')
  const session = await link(bank.issuer, guichet, { username: 'amina' })
  const { accountId } = bank.accountsOf('amina')[0]!
  async function order(path: string, key: string, body: object): Promise<void> {
    const response = await session.get(`/card-control/v1/accounts/${accountId}/${path}`, undefined, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 200, path)
  }
  const told = async (type: string) => {
    await bank.flush()
    return eventsOf(guichet).filter((event) => typeOf(event) === type)
  }
  return { browser, url: simulation.control.url, bank, order, told }
}

/** As somebody without a mouse does it. */
async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true })
  await button.focus()
  await page.keyboard.press('Enter')
}

for (const locale of ['en', 'fr'] as const) {
  for (const screen of ['phone', 'desktop'] as const) {
    test(`whoever plays the bank stops a payment, raises an alert, decides a dispute and sends a card: ${locale}, ${screen}`, async (t) => {
      const { browser, url, bank, order, told } = await openControls(t)
      const says = SAYS[locale]
      const context = await browser.newContext({ viewport: SCREENS[screen], locale })
      const page = await context.newPage()
      await page.goto(url)
      await press(page, says.stop)
      await page.getByText(says.done).waitFor()
      assert.equal((await told('declined')).length, 1)
      await press(page, says.alert)
      await page.getByText(says.done).waitFor()
      const [suspected] = await told('suspected')

      const { transactionId, amount, currency } = suspected!.data
      await order('disputes', 'order-number-1', {
        caseNumber: 'G-7K4M-2Q',
        notifiedAt: new Date().toISOString(),
        transactions: [{ transactionId, amount, currency }],
      })
      await page.getByText(says.dispute).waitFor()
      await looksRight(page, `controls with a dispute, ${locale}, ${screen}`)
      await press(page, says.against)
      await page.getByText(says.dispute).waitFor({ state: 'detached' })
      assert.deepEqual(
        (await told('dispute-outcome')).map(({ data }) => data.outcome),
        ['AGAINST'],
      )
      await page.getByText(says.decided).waitFor()

      await order('cards/4321/replacement', 'order-number-2', { caseNumber: 'G-7K4M-2Q' })
      await page.getByText(says.onItsWay).waitFor()
      await press(page, says.arrives)
      await page.getByText(says.onItsWay).waitFor({ state: 'detached' })
      assert.notEqual(bank.accountsOf('amina')[0]!.cardNumberDisplay, '4321')
      await looksRight(page, `controls, ${locale}, ${screen}`)
    })
  }
}
