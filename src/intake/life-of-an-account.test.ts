import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSql, DAY, money, Private, type Sql, seeded } from '#kit'
import { CHAT, movableClock, openRooms } from '../../tests/fixtures/rooms.ts'
import { reveal } from '../kit/reveal.ts'
import type { BankEvent } from './bank-event.ts'
import { createIntake } from './intake.ts'
import { createSync } from './sync.ts'

const { currency } = money(0, 'GBP')
const clock = movableClock()
let rooms: Awaited<ReturnType<typeof openRooms>>
let intake: ReturnType<typeof createIntake>
let owner: Sql
before(async () => {
  rooms = await openRooms({ clock })
  const { sql, vault, people } = rooms
  owner = createSql({ url: rooms.database.url, connectionsMax: 1, application: 'test' })
  const score = async () => ({ scores: new Private(new Map()), settle() {} })
  intake = createIntake({ sql: sql.rooms, vault, people, score, contentKey: Buffer.alloc(32, 3), clock })
})
after(async () => {
  await owner.end()
  await rooms.close()
})

let numbers = 0
const common = (bankAccountId: string) => {
  const n = ++numbers
  return { id: `evt-${n}`, bankId: 'chase', bankAccountId, sequence: n, at: clock.now() + n }
}
const told = (
  bankAccountId: string,
  over: Partial<Extract<BankEvent, { type: 'account' }>['account']> & {
    former?: string
    subjects?: string[]
    at?: number
  } = {},
): BankEvent => {
  const { former = null, subjects = ['nobody'], at, ...account } = over
  return {
    ...common(bankAccountId),
    ...(at !== undefined && { at }),
    type: 'account',
    subjects,
    formerBankAccountId: former,
    account: { name: 'Card', kind: 'card', numberDisplay: '4321', currency, status: 'open', ...account },
  }
}
type Paid = Extract<BankEvent, { type: 'authorised' | 'adjusted' | 'posted' }>
const paid = (bankAccountId: string, type: 'authorised' | 'posted', transactionId: string): Paid => ({
  ...common(bankAccountId),
  type,
  payment: {
    bankTransactionId: type === 'posted' ? `post-${transactionId}` : transactionId,
    referenceTransactionId: type === 'posted' ? transactionId : null,
    amount: money(-1_000, 'GBP'),
    foreign: null,
    descriptor: 'tesco stores 6227',
    mcc: '5411',
    country: 'GB',
    city: null,
    latitude: null,
    longitude: null,
    entryMode: 'chip',
    cardNumberDisplay: '4321',
    terminalId: null,
  },
})

/** Amina, whose bank has given `account` and nothing else. */
async function amina(account: string) {
  const subject = `sub-${account}`
  const linked = await rooms.linkPerson(['account-view', 'fraud-alerts'], 'chase', subject)
  const [link] = await rooms.people.links(rooms.sql.rooms, linked.personId)
  const id = await rooms.sql.rooms.transaction((tx) => rooms.people.accountId(tx, link!, account))
  await rooms.vault.open(view(linked.personId), (loan) =>
    loan.keep('account', [
      {
        id,
        bankId: 'chase',
        bankAccountId: account,
        name: 'Card',
        kind: 'card',
        numberDisplay: '4321',
        currency,
        status: 'open',
        asOf: clock.now() - DAY,
      },
    ]),
  )
  return { ...linked, accountId: id, subject }
}

const view = (personId: string) =>
  ({ personId, purpose: 'account-view', actor: CHAT, what: 'answer-balance' }) as const

async function kept(personId: string) {
  const opened = await rooms.vault.open(view(personId), async (loan) => ({
    accounts: reveal(await loan.accounts()),
    payments: reveal(await loan.transactions()),
    balances: reveal(await loan.balances()),
  }))
  assert.ok(opened.ok)
  return opened.value
}

const announced = async (personId: string) =>
  (
    await owner.query<{ change: string }>(
      `select payload->>'change' as change from graphile_worker._private_jobs as job
       join graphile_worker._private_tasks as task on task.id = job.task_id
       where task.identifier = 'account-changed' and payload->>'personId' = $1 order by job.id`,
      [personId],
    )
  ).map(({ change }) => change)

test('an account with a new number stays the account it was, and none of its payments is there twice', async () => {
  const { personId, accountId } = await amina('old-1')
  await intake.receive('chase', [paid('old-1', 'authorised', 'auth-1')])
  // The news and a posting under the new number come together; another payment comes later.
  await intake.receive('chase', [
    told('new-1', { former: 'old-1', numberDisplay: '8765' }),
    paid('new-1', 'posted', 'auth-1'),
  ])
  await intake.receive('chase', [paid('new-1', 'authorised', 'auth-2')])
  await intake.receive('chase', [paid('old-1', 'posted', 'auth-2')])
  const { accounts, payments } = await kept(personId)
  assert.deepEqual(
    accounts.map((one) => [one.id, one.bankAccountId, one.formerBankAccountIds, one.numberDisplay]),
    [[accountId, 'new-1', ['old-1'], '8765']],
  )
  assert.deepEqual(
    payments.map(({ status, accountId: of }) => [status, of]),
    [
      ['posted', accountId],
      ['posted', accountId],
    ],
  )
  assert.deepEqual(await announced(personId), ['renumbered'])
})

test('a second new number is told apart from the first, and the first payments are still known', async () => {
  const { personId } = await amina('first-2')
  await intake.receive('chase', [paid('first-2', 'authorised', 'auth-3')])
  await intake.receive('chase', [told('second-2', { former: 'first-2' })])
  await intake.receive('chase', [told('third-2', { former: 'second-2' })])
  await intake.receive('chase', [paid('third-2', 'posted', 'auth-3')])
  const { accounts, payments } = await kept(personId)
  assert.deepEqual(accounts[0]?.formerBankAccountIds, ['first-2', 'second-2'])
  assert.deepEqual(
    payments.map(({ status }) => status),
    ['posted'],
  )
})

test('an account that is given its first number again keeps its payments', async () => {
  const { personId } = await amina('first-3')
  await intake.receive('chase', [paid('first-3', 'authorised', 'auth-4')])
  await intake.receive('chase', [told('other-3', { former: 'first-3' })])
  await intake.receive('chase', [told('first-3', { former: 'other-3' })])
  await intake.receive('chase', [paid('first-3', 'posted', 'auth-4')])
  const { payments } = await kept(personId)
  assert.deepEqual(
    payments.map(({ status }) => status),
    ['posted'],
  )
})

test('a pull after the new number finds the same account and the same payments', async () => {
  const { personId, linkId, accountId } = await amina('old-3')
  await intake.receive('chase', [paid('old-3', 'authorised', 'auth-4')])
  await intake.receive('chase', [told('new-3', { former: 'old-3', name: 'Gold card' })])
  clock.advance(DAY)
  const pull = createSync({
    vault: rooms.vault,
    people: rooms.people,
    clock,
    reader: {
      refresh: async (_, { id: _id, ...connection }) => ({ connection, renewed: false }),
      readAccounts: async () => ({
        accounts: [
          {
            bankAccountId: 'new-3',
            name: 'Gold card',
            kind: 'card',
            numberDisplay: '4321',
            currency,
            status: 'open',
          },
        ],
        balances: [],
        refused: [],
      }),
      async *readTransactions() {
        const { payment } = paid('new-3', 'posted', 'auth-4')
        const { bankTransactionId, referenceTransactionId, ...rest } = payment
        const ids = [referenceTransactionId!, bankTransactionId]
        const at = clock.now() - DAY
        yield {
          rows: [{ ...rest, bankTransactionIds: ids, status: 'posted', at, postedAt: at }],
          refused: [],
        }
      },
      listing: () => ({ pending: 'all', booked: 'all' }),
    },
    quarantine: { setAside: async () => {} },
  })
  const pulled = await pull({ personId, linkId, days: 90, actor: CHAT })
  assert.ok(pulled.ok)
  const { accounts, payments } = await kept(personId)
  assert.deepEqual(
    accounts.map(({ id, name, formerBankAccountIds }) => [id, name, formerBankAccountIds]),
    [[accountId, 'Gold card', ['old-3']]],
  )
  assert.deepEqual(
    payments.map(({ status }) => status),
    ['posted'],
  )
})

test('an account opened later belongs to its holders who are linked, and to nobody else', async () => {
  const { personId, subject } = await amina('main-4')
  const bruno = await amina('main-5')
  const opened = await intake.receive('chase', [
    told('savings-4', { subjects: [subject, 'sub-of-a-stranger'], name: 'Saver', kind: 'savings' }),
    { ...common('savings-4'), type: 'balance', current: money(0, 'GBP'), available: null, creditLine: null },
  ])
  assert.deepEqual(opened, { accepted: 2, duplicates: 0, dropped: 0 })
  const { accounts, balances } = await kept(personId)
  assert.deepEqual(accounts.map(({ name }) => name).sort(), ['Card', 'Saver'])
  assert.deepEqual(
    balances.map(({ id }) => id),
    accounts.filter(({ name }) => name === 'Saver').map(({ id }) => id),
  )
  assert.equal((await kept(bruno.personId)).accounts.length, 1)
  assert.deepEqual(await announced(personId), ['opened'])
  const strangers = await intake.receive('chase', [told('savings-5', { subjects: ['sub-of-a-stranger'] })])
  assert.deepEqual(strangers, { accepted: 0, duplicates: 0, dropped: 1 })
})

test('a closed account is announced once, and a word that was said before it does not open it again', async () => {
  const { personId } = await amina('shut-6')
  const before = told('shut-6', { name: 'My card' })
  await intake.receive('chase', [told('shut-6', { status: 'closed' })])
  await intake.receive('chase', [told('shut-6', { status: 'closed' })])
  await intake.receive('chase', [before])
  const { accounts } = await kept(personId)
  assert.deepEqual(
    accounts.map(({ name, status }) => [name, status]),
    [['Card', 'closed']],
  )
  assert.deepEqual(await announced(personId), ['closed'])
})

test('a new name is kept and nobody is told: the holder chose it', async () => {
  const { personId } = await amina('name-7')
  await intake.receive('chase', [told('name-7', { name: 'Household' })])
  assert.deepEqual(
    (await kept(personId)).accounts.map(({ name }) => name),
    ['Household'],
  )
  assert.deepEqual(await announced(personId), [])
})

test('when pushed and pulled balances cross, the one that the bank gave last is told', async () => {
  const { personId, linkId, accountId } = await amina('cross-8')
  const from = clock.now() + 1_000 * DAY
  const balance = (asOf: number) => ({
    current: money(asOf - from, 'GBP'),
    available: null,
    creditLine: null,
  })
  const push = (asOf: number) =>
    intake.receive('chase', [{ ...common('cross-8'), type: 'balance', ...balance(asOf), at: asOf }])
  const pull = async (asOf: number) => {
    const opened = await rooms.vault.open(view(personId), (loan) =>
      loan.keep('balance', [{ id: accountId, ...balance(asOf), asOf }], linkId),
    )
    assert.ok(opened.ok)
  }
  let latest = 0
  // From a seed, so that it fails the same way again; enough of them that chunks are merged in between.
  const chance = seeded(8)
  for (let n = 0; n < 60; n++) {
    const asOf = from + Math.floor(chance() * 10_000)
    latest = Math.max(latest, asOf)
    await (chance() < 0.5 ? push(asOf) : pull(asOf))
    const { balances } = await kept(personId)
    assert.deepEqual(
      balances.map((one) => [one.asOf - from, one.current.amountMinor]),
      [[latest - from, latest - from]],
    )
  }
})
