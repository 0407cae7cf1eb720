/** What people have their bank do, from their own page to the bank's books and back. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { CardsJson } from '../../src/http/api.ts'
import { eventually, linkIsTold, openTown, type Town, type Visitor } from '../fixtures/town.ts'

let town: Town
before(async () => {
  town = await openTown({ quiet: true })
})
after(() => town.close())

const BOOKING = {
  descriptor: 'hotel miramar lisboa',
  mcc: '7011',
  country: 'PT',
  entryMode: 'online',
} as const

/** Somebody linked whose accounts have arrived. Each test has a person or a bank of its own. */
async function linked(bankId: string, username: string, purposes = ['account-view', 'fraud-alerts']) {
  const visitor = town.visitor()
  await visitor.link(bankId, purposes, username)
  await linkIsTold(visitor)
  const bank = town.bank(bankId)
  return { visitor, bank, account: () => bank.accountsOf(username)[0]! }
}

const alertOf = (visitor: Visitor) =>
  eventually('the alert', async () =>
    (await visitor.messages()).findLast(({ kind, actions }) => kind === 'alert' && actions.length > 0),
  )

async function tap(visitor: Visitor, label: RegExp) {
  const { actions } = await alertOf(visitor)
  const action = actions.find((one) => label.test(one.label))
  assert.ok(action, `no button ${label}`)
  return await visitor.tap(action)
}

/** Does something while no job runs that it asks for, and says how many of `task` it asked for; they have their turn afterwards. */
async function withoutJobs<T>(task: string, work: () => Promise<T>): Promise<{ done: T; waiting: number }> {
  const owner = new pg.Client({ connectionString: town.database.url })
  await owner.connect()
  try {
    await owner.query(`
      create function public.put_off() returns trigger language plpgsql as
        $$ begin new.run_at := now() + interval '1 day'; return new; end $$;
      create trigger put_off before insert on graphile_worker._private_jobs
        for each row execute function public.put_off()`)
    const done = await work()
    const { rows } = await owner.query<{ attempts: number }>(
      `select attempts from graphile_worker.jobs where task_identifier = $1 and run_at > now() + interval '1 hour'`,
      [task],
    )
    assert.ok(rows.every(({ attempts }) => attempts === 0))
    return { done, waiting: rows.length }
  } finally {
    await owner.query(`
      drop trigger put_off on graphile_worker._private_jobs;
      drop function public.put_off();
      update graphile_worker._private_jobs set run_at = now() where run_at > now() + interval '23 hours'`)
    await owner.end()
  }
}

test('a payment that the bank stops is let through by one tap, and is one payment in the books and in the chat', async () => {
  const { visitor, bank, account } = await linked('chase', 'amina')
  const before = account().availableMinor
  const stopped = bank.stopPayment('amina', { ...BOOKING, amount: '210.00' })
  await bank.flush()
  assert.match((await alertOf(visitor)).text, /refused this payment: nothing was paid/)
  assert.equal(account().availableMinor, before)

  // The tap itself tells the bank: the job that would do so, had it been interrupted, still waits when the answer comes.
  const { done, waiting } = await withoutJobs('bank-order-wanted', async () => {
    const said = await tap(visitor, /it was me/i)
    return { said, moved: before - account().availableMinor }
  })
  assert.equal(waiting, 1)
  assert.equal(done.moved, 21_000, 'the money had moved before the tap was answered')
  assert.ok(done.said.some(({ text }) => /has let your payment through/.test(text)))
  await bank.flush()
  const [payments] = await visitor.say('show my last 10 payments')
  assert.ok(payments!.show?.type === 'transactions')
  const ours = payments!.show.rows.filter(({ amount }) => amount.amountMinor === -21_000)
  assert.equal(ours.length, 1)
  bank.post(stopped.transactionId)
  await bank.flush()
  const [later] = await visitor.say('show my last 10 payments')
  assert.ok(later!.show?.type === 'transactions')
  assert.equal(later!.show.rows.filter(({ amount }) => amount.amountMinor === -21_000).length, 1)
})

test('the bank’s own alert asks in the chat, and “not me” blocks the card', async () => {
  const { visitor, bank, account } = await linked('citi', 'amina')
  // Nothing that our own rules would ask about.
  const made = bank.authorise('amina', { descriptor: 'corner florist', mcc: '5992', amount: '12.00' })
  bank.suspect(made.transactionId)
  await bank.flush()
  assert.match((await alertOf(visitor)).text, /own fraud watch/)
  await tap(visitor, /block my card/i)
  assert.equal(bank.cardState(account().accountId, '4321'), 'blocked')
})

test('a bank that does not allow an order, or is down, is said so, and nobody waits in vain', async () => {
  const { visitor, bank } = await linked('chase', 'bruno')
  bank.stopPayment('bruno', { ...BOOKING, amount: '180.00' })
  await bank.flush()
  bank.faults.set('release', 'answer-403')
  const refused = await tap(visitor, /it was me/i)
  bank.faults.clear()
  assert.match(refused.at(-1)!.text, /did not let the payment through any more/)

  const second = bank.stopPayment('bruno', { ...BOOKING, descriptor: 'fjellstua sport', amount: '95.00' })
  await bank.flush()
  await eventually('the second alert', async () => /£95/.test((await alertOf(visitor)).text))
  bank.faults.set('release', 'answer-500')
  const delayed = await tap(visitor, /it was me/i)
  assert.ok(!delayed.some(({ text }) => /has let your payment through/.test(text)))
  bank.faults.clear()
  await eventually('the payment', async () =>
    bank
      .entriesOf(bank.accountsOf('bruno')[0]!.accountId)
      .some(({ authorisationId }) => authorisationId === second.transactionId),
  )
  await eventually('the news of it', async () =>
    (await visitor.messages()).some(({ text }) => /has let your payment through/.test(text)),
  )
})

test('a card is unblocked and replaced from our own page; the new one is known by its first payment', async () => {
  const { visitor, bank, account } = await linked('citi', 'bruno')
  const { cards } = await visitor.get<CardsJson>('/api/cards')
  const { linkId, accountId, cardNumberDisplay } = cards.find((card) => card.cardNumberDisplay === '4321')!
  const order = (kind: string) =>
    visitor.post<CardsJson>('/api/cards/orders', { linkId, accountId, cardNumberDisplay, kind })
  await order('block')
  assert.equal(bank.cardState(account().accountId, '4321'), 'blocked')
  await order('unblock')
  assert.equal(bank.cardState(account().accountId, '4321'), 'active')
  await order('block')
  const { said } = await order('replace')
  assert.match(said.join(' '), /is sending you a new card/)
  assert.equal(bank.cardState(account().accountId, '4321'), 'replaced')
  const again = await order('unblock')
  assert.match(again.said.join(' '), /refused to unblock it/, 'a card that is over is not set free')

  bank.deliverCards('bruno')
  const digits = account().cardNumberDisplay!
  bank.authorise('bruno', { amount: '3.00', descriptor: 'corner kiosk' })
  await bank.flush()
  await eventually('the new card', async () =>
    (await visitor.get<CardsJson>('/api/cards')).cards.some((card) => card.cardNumberDisplay === digits),
  )
})

test('linking the bank again for something else keeps the rights that the warnings rest on', async () => {
  const { visitor, bank } = await linked('citi', 'amina')
  await visitor.link('citi', ['spending-insights'], 'amina')
  bank.unblock('amina')
  bank.stopPayment('amina', { ...BOOKING, descriptor: 'fjellstua sport', amount: '140.00' })
  await bank.flush()
  await eventually('the alert', async () => /£140/.test((await alertOf(visitor)).text))
  const said = await tap(visitor, /it was me/i)
  assert.ok(said.some(({ text }) => /has let your payment through/.test(text)))
})
