/** Accounts that a bank opens, closes and renumbers, from its books to what its customer reads. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CardsJson } from '../../src/http/api.ts'
import { eventually, linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
before(async () => {
  town = await openTown({ quiet: true })
})
after(() => town.close())

/** Somebody linked whose accounts have arrived. */
async function linked(bankId: string, username: string, purposes: string[]) {
  const visitor = town.visitor()
  await visitor.link(bankId, purposes, username)
  await linkIsTold(visitor)
  return { visitor, bank: town.bank(bankId) }
}

const told = (visitor: Visitor, what: RegExp) =>
  eventually(`the news ${what}`, async () => (await visitor.messages()).find(({ text }) => what.test(text)))

test('an account that is opened is there at once; closed, it is said to be, and its money is where it went', async () => {
  const { visitor, bank } = await linked('chase', 'amina', ['account-view'])
  bank.openSavings('amina')
  await bank.flush()
  await told(visitor, /Chase opened an account for you: Rainy days/)
  const [open] = await visitor.say('what is my balance?')
  assert.ok(open!.show?.type === 'accounts')
  assert.equal(open!.show.rows.length, 3)

  assert.equal(bank.closeSavings('amina'), true)
  await bank.flush()
  await told(visitor, /Chase closed your account Rainy days/)
  const [closed] = await visitor.say('what is my balance?')
  assert.ok(closed!.show?.type === 'accounts')
  assert.equal(closed!.show.rows.length, 2)
  assert.match(closed!.text, /This account is closed: Rainy days \(Chase, ending \d{4}\)/)
  const [enFrancais] = await visitor.say('quel est mon solde ?', 'fr')
  assert.match(enFrancais!.text, /Ce compte est clôturé\u00a0: Rainy days/)
})

test('a card account with a new card has a new number at the bank, and is the same account in the chat', async () => {
  const { visitor, bank } = await linked('citi', 'bruno', ['account-view', 'fraud-alerts'])
  const card = () => bank.accountsOf('bruno').find(({ kind }) => kind === 'card')!
  const before = card().accountId
  const made = bank.authorise('bruno', { accountId: before, amount: '7.00', descriptor: 'corner kiosk' })
  await bank.flush()
  const { cards } = await visitor.get<CardsJson>('/api/cards')
  const ours = cards.find(({ cardNumberDisplay }) => cardNumberDisplay === '5555')!
  const order = { linkId: ours.linkId, accountId: ours.accountId, cardNumberDisplay: '5555' }
  await visitor.post('/api/cards/orders', { ...order, kind: 'replace' })
  bank.deliverCards('bruno')
  assert.notEqual(card().accountId, before)
  // The hold posts under the new number.
  bank.post(made.transactionId)
  await bank.flush()
  await told(visitor, new RegExp(`new number: it now ends ${card().numberDisplay}`))
  const [payments] = await visitor.say('show my last 10 payments')
  assert.ok(payments!.show?.type === 'transactions')
  const kiosk = payments!.show.rows.filter(({ amount }) => amount.amountMinor === -700)
  assert.deepEqual(
    kiosk.map(({ status }) => status),
    ['posted'],
  )
  const [balance] = await visitor.say('what is my balance?')
  assert.ok(balance!.show?.type === 'accounts')
  assert.equal(balance!.show.rows.length, 2, 'it is not there a second time')

  // The new card is known by its first payment, and an order about it reaches the bank under the new number.
  bank.authorise('bruno', { accountId: card().accountId, amount: '3.00', descriptor: 'corner kiosk' })
  await bank.flush()
  const fresh = await eventually('the new card', async () =>
    (await visitor.get<CardsJson>('/api/cards')).cards.find(
      ({ cardNumberDisplay }) => cardNumberDisplay === card().numberDisplay,
    ),
  )
  assert.equal(fresh.accountId, ours.accountId)
  await visitor.post('/api/cards/orders', {
    linkId: fresh.linkId,
    accountId: fresh.accountId,
    cardNumberDisplay: card().numberDisplay,
    kind: 'block',
  })
  await eventually('the block', async () => bank.isBlocked(card().accountId, card().numberDisplay))
})

test('somebody who does not let their accounts be seen is told nothing of them', async () => {
  const { visitor, bank } = await linked('citi', 'amina', ['fraud-alerts'])
  bank.openSavings('amina')
  await bank.flush()
  bank.closeSavings('amina')
  await bank.flush()
  // A payment that is told afterwards shows that what came before was heard.
  bank.suspect(bank.authorise('amina', { descriptor: 'corner florist', amount: '12.00' }).transactionId)
  await bank.flush()
  await told(visitor, /own fraud watch/)
  assert.ok(!(await visitor.messages()).some(({ text }) => /Rainy days/.test(text)))
})
