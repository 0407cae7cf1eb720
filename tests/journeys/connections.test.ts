/** A connection from its first pull to its end at the bank, and to the same accounts when it is made again. */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { CLIENT_SECRET, startPlainBank } from '../../src/banks/plain-bank.fixture.ts'
import type { BankJson, PrivacyJson, RedirectJson } from '../../src/http/api.ts'
import { eventually, linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
before(async () => {
  town = await openTown({ quiet: true })
})
after(() => town.close())

const told = (visitor: Visitor, what: RegExp) =>
  eventually(`the news ${what}`, async () => (await visitor.messages()).find(({ text }) => what.test(text)))

const rowsOf = async (visitor: Visitor) => {
  const [balance] = await visitor.say('balance')
  return balance?.show?.type === 'accounts' ? balance.show.rows : []
}

test('who asks has their bank read at once, by a tap or in words, and is told so', async () => {
  const visitor = town.visitor()
  await visitor.link('chase', ['account-view'], 'amina')
  await linkIsTold(visitor, 'Chase')
  const [balance] = await visitor.say('balance')
  assert.match(balance!.text, /I may update this by myself again from/)
  const button = balance!.actions.find(({ label }) => label === 'Refresh')
  assert.ok(button)
  const [, refreshed, after] = await visitor.tap(button)
  assert.equal(refreshed!.text, 'Refreshed: Chase just answered.')
  assert.equal(after!.show?.type, 'accounts')
  const [enFrancais] = await visitor.say('actualise', 'fr')
  assert.equal(enFrancais!.text, 'C’est actualisé\u00a0: Chase vient de répondre.')
})

test('whoever links a bank and writes nothing is told of a payment on their own clock', async () => {
  const timeZone = 'Pacific/Auckland'
  const visitor = town.visitor(timeZone)
  await visitor.link('chase', ['account-view', 'fraud-alerts'], 'bruno')
  await linkIsTold(visitor, 'Chase')
  const bank = town.bank('chase')
  const before = Date.now()
  bank.authorise('bruno', { amount: '3.20', descriptor: 'corner kiosk', entryMode: 'chip', country: 'GB' })
  await bank.flush()
  const { text } = await told(visitor, /£3\.20/)
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone })
  const minutes = [before, Date.now()].map((at) => clock.format(at))
  assert.ok(
    minutes.some((minute) => text.includes(`today at ${minute}`)),
    text,
  )
})

test('whoever comes back through their bank, and writes nothing, is told of a payment on the clock where they are now', async () => {
  const away = town.visitor('Europe/London')
  await away.link('chase', ['account-view', 'fraud-alerts'], 'bruno')
  await linkIsTold(away, 'Chase')
  const timeZone = 'Asia/Tokyo'
  const visitor = town.visitor(timeZone)
  await visitor.signIn('chase', 'bruno')
  const bank = town.bank('chase')
  const before = Date.now()
  bank.authorise('bruno', { amount: '4.30', descriptor: 'corner kiosk', entryMode: 'chip', country: 'GB' })
  await bank.flush()
  const { text } = await told(visitor, /£4\.30/)
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone })
  assert.ok(
    [before, Date.now()].some((at) => text.includes(`today at ${clock.format(at)}`)),
    text,
  )
})

test('a consent that is taken back at the bank ends here, the person is told, and linking again finds the same accounts', async () => {
  const visitor = town.visitor()
  await visitor.link('citi', ['account-view'], 'bruno')
  await linkIsTold(visitor)
  const before = await rowsOf(visitor)
  assert.ok(before.length > 0)
  town.bank('citi').revokeConsents('bruno')
  await visitor.say('refresh')
  const over = await told(visitor, /has ended the access you gave me/)
  assert.deepEqual(
    over.actions.map((action) => 'href' in action && action.href),
    ['/link?bank=citi'],
  )
  const [refused] = await visitor.say('balance')
  assert.equal(refused!.kind, 'refusal')
  await visitor.link('citi', ['account-view'], 'bruno')
  await eventually('the accounts', async () => (await rowsOf(visitor)).length > 0)
  const number = ({ numberDisplay }: { numberDisplay: string }) => numberDisplay
  assert.deepEqual((await rowsOf(visitor)).map(number), before.map(number))
})

test('a bank that does not say who its customer is knows by the accounts that it is linked again', async (t) => {
  const plain = await openPlainBank(t)
  const amina = town.visitor()
  await linkPlain(amina, plain, 'amina')
  const [first] = await linksOf(amina, 2)
  await linkPlain(amina, plain, 'amina')
  const [again, ...others] = await linksOf(amina, 2)
  assert.deepEqual(others, [], 'one link still')
  assert.equal(again!.id, first!.id)
  assert.deepEqual(again!.grants.map(({ state }) => state).sort(), ['expired', 'given'])
  assert.deepEqual(
    (await rowsOf(amina)).map(({ numberDisplay }) => numberDisplay),
    ['4521', '8830'],
    'no account twice',
  )
  assert.ok(plain.tokenPaths.includes('/token/revocation'), 'the old access went back to the bank')
  await amina.say('refresh')
  assert.equal(plain.calls.at(-1)!.whose, 'amina', 'the access that is kept still opens the bank')
})

test('a bank that does not say who its customer is, is not offered for signing in', async (t) => {
  await openPlainBank(t)
  const banks = await town.visitor().get<BankJson[]>('/api/banks')
  assert.deepEqual(banks.map(({ id, signsIn }) => [id, signsIn]).sort(), [
    ['chase', true],
    ['citi', true],
    ['plain', false],
  ])
})

test('other accounts at such a bank are another link, and the same accounts of another person are theirs', async (t) => {
  const plain = await openPlainBank(t)
  const amina = town.visitor()
  const claire = town.visitor()
  await linkPlain(amina, plain, 'amina')
  await linksOf(amina, 2)
  await linkPlain(amina, plain, 'claire')
  assert.equal((await linksOf(amina, 3)).length, 2)
  await linkPlain(claire, plain, 'amina')
  const [hers] = await linksOf(claire, 2)
  assert.ok((await linksOf(amina, 3)).every(({ id }) => id !== hers!.id))
  assert.ok(!plain.tokenPaths.includes('/token/revocation'), 'nobody’s access was handed back')
})

test('a bank that cannot be read when it is linked again changes nothing, and is handed what it gave', async (t) => {
  const plain = await openPlainBank(t)
  const amina = town.visitor()
  await linkPlain(amina, plain, 'amina')
  const [before] = await linksOf(amina, 2)
  plain.faults.isUnwell = true
  assert.match(await linkPlain(amina, plain, 'amina'), /error=bank-/)
  plain.faults.isUnwell = false
  const after = await linksOf(amina, 2)
  assert.deepEqual(after, [before])
  assert.ok(plain.tokenPaths.includes('/token/revocation'))
})

type Plain = Awaited<ReturnType<typeof openPlainBank>>

/** A bank with Citi's own API, which says nothing of who the customer is, taken among the town's banks. */
async function openPlainBank(t: TestContext) {
  const account = (accountId: string, display: string) => ({
    checkingAccountSummary: {
      accountId,
      productName: 'Current',
      accountNickname: null,
      displayAccountNumber: `XXXXXX${display}`,
      currencyCode: 'GBP',
      accountStatus: 'ACTIVE',
      currentBalance: 1500.25,
      availableBalance: 1400,
    },
    savingsAccountSummary: null,
    creditCardAccountSummary: null,
    loanAccountSummary: null,
  })
  const held: Record<string, unknown[]> = {
    amina: [account('held-1', '4521'), account('held-2', '8830')],
    claire: [account('held-3', '7007')],
  }
  const faults = { isUnwell: false }
  const plain = await startPlainBank(t, {
    guichetUrl: town.url,
    way: { scopes: ['accounts_details_transactions'], person: 'none' },
    api: { standard: 'citi', path: '/gcb/api', amounts: { account: 'negative', card: 'positive' } },
    answer({ path, whose }) {
      if (faults.isUnwell) return { status: 500, body: {} }
      const accounts = held[whose ?? '']
      if (!accounts) return { status: 401, body: {} }
      if (path.includes('/transactions')) return { body: { transactions: [] } }
      return {
        body: { accountGroupSummary: [{ accountGroup: 'CHECKING', accounts }], nextStartIndex: null },
      }
    },
  })
  await mkdir(join(town.folder, 'keys', 'banks'), { recursive: true })
  await writeFile(join(town.folder, 'keys', 'banks', 'bank.secret'), CLIENT_SECRET)
  await writeFile(join(town.folder, 'banks', 'plain.json'), JSON.stringify(plain.profile))
  await town.restart()
  return { ...plain, faults }
}

async function linkPlain(visitor: Visitor, plain: Plain, username: string): Promise<string> {
  await visitor.arrive()
  const asked = { bankId: 'plain', purposes: ['account-view'], locale: 'en' }
  const { redirect } = await visitor.post<RedirectJson>('/api/links', asked)
  const { pathname, search } = await plain.visit(redirect, username)
  const landed = await visitor.call('GET', `${pathname}${search}`)
  await visitor.arrive()
  return landed.headers.get('location') ?? ''
}

/** The person's links at that bank, once so many accounts have come. */
async function linksOf(visitor: Visitor, accounts: number) {
  await eventually('the accounts', async () => (await rowsOf(visitor)).length === accounts)
  const { links } = await visitor.get<PrivacyJson>('/api/privacy')
  return links.filter(({ bankId }) => bankId === 'plain')
}
