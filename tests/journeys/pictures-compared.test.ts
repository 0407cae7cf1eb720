/** A Matrix chat whose person compares pictures, in a real Chromium. What becomes of the comparison is tried in tests/matrix. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { createSql, Secret, type Sql } from '#kit'
import { type StandInHomeserver, startStandInHomeserver } from '../../sim/messengers/matrix/homeserver.ts'
import { launchBrowser, looksRight } from '../browser.ts'
import { eventually, openTown, type Town } from '../fixtures/town.ts'

const BOT = '@guichet:bank.example'
/** By their place in the specification’s table. */
const PICTURES = [0, 34, 35, 36, 21, 51, 59]
const SAYS = {
  en: {
    title: 'Are these the pictures in your chat?',
    names: ['Dog', 'Spanner', 'Santa', 'Thumbs up', 'Cloud', 'Train', 'Bell'],
    same: 'They are the same',
    other: 'They are different',
    differed: /^Nothing was verified: the pictures differ/,
    under: /^Accept in Matrix what Guichet asks there/,
    never: /^Answers to this chat always open on this page/,
    unlink: 'Unlink',
    link: 'Link Matrix',
    left: /Guichet leaves that chat\. To link it again later, invite Guichet there again\.$/,
    invite: 'Begin a chat there with Guichet, or invite it to yours again:',
  },
  fr: {
    title: 'Est-ce que ce sont les images de votre conversation\u00a0?',
    names: ['Chien', 'Clé à molette', 'Père Noël', 'Pouce en l’air', 'Nuage', 'Train', 'Cloche'],
    same: 'Ce sont les mêmes',
    other: 'Elles diffèrent',
    differed: /^Rien n’a été vérifié\u00a0: les images diffèrent/,
    under: /^Acceptez dans Matrix ce que Guichet y demande/,
    never: /^Les réponses à cette conversation s’ouvrent toujours sur cette page/,
    unlink: 'Délier',
    link: 'Relier Matrix',
    left: /Guichet quitte cette conversation\. Pour la relier plus tard, invitez-y de nouveau Guichet\.$/,
    invite: 'Commencez-y une conversation avec Guichet, ou invitez-le de nouveau dans la vôtre\u00a0:',
  },
} as const

let town: Town
let homeserver: StandInHomeserver
let browser: Browser
let sql: Sql
before(async () => {
  homeserver = await startStandInHomeserver({ userId: BOT, password: 'a password' })
  const matrix = {
    homeserver: homeserver.url,
    user: BOT,
    accessToken: new Secret(homeserver.logIn().accessToken),
    servers: [homeserver.serverName],
  }
  town = await openTown({
    quiet: true,
    messengers: { messenger: null, whatsapp: null, telegram: null, matrix },
  })
  browser = await launchBrowser()
  sql = createSql({ url: town.database.urls.rooms, connectionsMax: 1, application: 'test' })
})
after(async () => {
  await browser?.close()
  await sql?.end()
  await town?.close()
  await homeserver?.stop()
})

/** Somebody whose room is linked by the code typed there. */
async function linked(locale: 'en' | 'fr', userId: string) {
  const visitor = town.visitor()
  await visitor.arrive()
  await visitor.post('/api/session/locale', { locale })
  await visitor.say('hello', locale)
  const { code } = (await visitor.post('/api/messengers/codes', { messenger: 'matrix' })) as { code: string }
  const room = homeserver.invites(userId)
  await eventually('the invitation is taken', async () => homeserver.isIn(room))
  homeserver.writes(room, userId, code)
  const digits = await eventually('the two digits', async () => {
    const last = homeserver.sent.filter(({ roomId }) => roomId === room).at(-1)
    return /\d\d$/.exec(String(last?.content.body))?.[0]
  })
  await visitor.post('/api/messengers/confirm', { digits })
  const cookies = [...visitor.cookies].map(([name, value]) => ({ name, value, url: town.url }))
  return { visitor, room, cookies }
}

test('somebody whose Matrix server the operator does not trust is told so, and who unlinks a room that they have to invite us again', async () => {
  for (const locale of ['en', 'fr'] as const) {
    const { room, cookies } = await linked(locale, `@bruno-${locale}:elsewhere.example`)
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      reducedMotion: 'reduce',
    })
    await context.addCookies(cookies)
    const page = await context.newPage()
    await page.goto(`${town.url}/messengers`)
    await page.getByText(SAYS[locale].never).waitFor()
    await looksRight(page, `a server that is not trusted, ${locale}`)

    await page.getByRole('button', { name: SAYS[locale].unlink }).click()
    await page.getByRole('status').getByText(SAYS[locale].left).waitFor()
    await eventually('we are out of the room', async () => homeserver.hasForgotten(room))
    await page.getByRole('button', { name: SAYS[locale].link }).click()
    await page.getByText(SAYS[locale].invite).waitFor()
    await context.close()
  }
})

for (const locale of ['en', 'fr'] as const)
  test(`pictures are compared by keyboard alone, each has a name, and that they differ is said plainly, in ${locale}`, async () => {
    const says = SAYS[locale]
    const { visitor, cookies } = await linked(locale, `@amina-${locale}:bank.example`)
    // What the page shows does not hang on the homeserver: this one knows us no more, so that nothing moves.
    homeserver.endLogins()
    await eventually('Matrix is away', async () => {
      const [row] = await sql.query<{ isFree: boolean }>(
        `select leased_until <= now() as "isFree" from channels.matrix_account`,
      )
      return row?.isFree
    })
    const comparing = async () =>
      await sql.query(
        `insert into channels.verification (person_id, address_id, state, pictures, begun_at, ends_at)
         select person_id, id, 'comparing', $2, $3, $4 from channels.address
         where person_id = (select person_id from web.session where token_hash = sha256($1::bytea))
         on conflict (person_id, address_id) do update set state = 'comparing', pictures = $2`,
        [Buffer.from(visitor.cookies.get('guichet')!), PICTURES, Date.now(), Date.now() + 600_000],
      )
    for (const width of [390, 1280]) {
      await comparing()
      const context = await browser.newContext({ viewport: { width, height: 844 }, reducedMotion: 'reduce' })
      await context.addCookies(cookies)
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      await page.goto(`${town.url}/messengers`)
      const region = page.getByRole('region', { name: says.title })
      await region.waitFor()
      assert.deepEqual(
        (await region.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n').at(-1)),
        says.names,
      )
      // The name is what a screen reader says; the picture itself is for eyes.
      assert.match(await region.ariaSnapshot(), new RegExp(`listitem: ${says.names[0]}`))
      await looksRight(page, `pictures at ${width}, ${locale}`)

      for (let steps = 0; steps < 60; steps++) {
        await page.keyboard.press('Tab')
        if ((await page.evaluate(() => document.activeElement?.textContent)) === says.other) break
      }
      await page.keyboard.press('Enter')
      await page.getByRole('alert').getByText(says.differed).waitFor()
      // The page says it at once, whatever becomes of its request.
      await eventually('that they differ is kept', async () => {
        const [row] = await sql.query<{ state: string }>(
          `select state from channels.verification where state <> 'ended'`,
        )
        return row?.state === 'different'
      })

      await comparing()
      await region.getByRole('button', { name: says.same }).click()
      await page.getByText(says.under).waitFor()
      await context.close()
    }
    await sql.query(`delete from channels.verification`)
    town.settings.messengers.matrix!.accessToken = new Secret(homeserver.logIn().accessToken)
    await town.restart()
  })
