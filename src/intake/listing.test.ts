import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, money } from '#kit'
import type { Transaction } from '#vault'
import type { BankTransaction, Listing } from './bank-reader.ts'
import { type AccountListing, applyListing, type Remembered } from './listing.ts'
import { bankRow, booked } from './scripted-bank.fixture.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const ACCOUNT = { accountId: 'acc_1', bankAccountId: 'A' }
const idOf = (account: string, id: string) => `${account}/${id}`

type List = readonly BankTransaction[] | (Partial<AccountListing> & Partial<Pick<Remembered, 'ends'>>)

/** What is known after some lists, each applied to what the ones before left. */
const after = (...lists: List[]) => afterPushed([], ...lists)

/** The same, when some payments are known already, by what the bank pushed. */
function afterPushed(pushed: readonly Transaction[], ...lists: List[]) {
  let known = [...pushed]
  const unlisted = new Set<string>()
  let last: ReturnType<typeof applyListing> | undefined
  for (const list of lists) {
    const listing: AccountListing = {
      ...ACCOUNT,
      rows: [],
      span: { from: NOW - 60 * DAY, to: NOW },
      rules: { pending: 'all', booked: 'all' },
      hasRefused: false,
      ...('length' in list ? { rows: list } : list),
    }
    const ends = 'ends' in list && list.ends ? list.ends : new Map()
    const remembered: Remembered = { ends, unlisted, changedSince: new Set() }
    last = applyListing(known, listing, remembered, idOf)
    for (const id of last.seen) unlisted.delete(id)
    for (const id of last.unlisted) unlisted.add(id)
    const byId = new Map([...known, ...last.transactions].map((one) => [one.id, one]))
    known = [...byId.values()]
  }
  return { known, last: last! }
}

const told = (known: readonly Transaction[]) =>
  known.map(({ id, status, amount }) => `${id} ${status} ${amount.amountMinor}`).sort()

/** A row long before the others: the bank's list reaches back to it. */
const old = booked('old', null, { at: NOW - 50 * DAY, postedAt: NOW - 50 * DAY, amount: money(-1, 'GBP') })
const OLD = 'A/old posted -1'

test('a listed hold that posts with a tip is one payment, under the id it began with', () => {
  const { known } = after(
    [old, bankRow('auth-1')],
    [old, booked('post-1', 'auth-1', { amount: money(-4_650, 'GBP') })],
  )
  assert.deepEqual(told(known), ['A/auth-1 posted -4650', OLD])
})

test('a hold that is still listed beside its posting is not a second payment', () => {
  const { known } = after([old, booked('post-1', 'auth-1'), bankRow('auth-1')])
  assert.deepEqual(told(known), ['A/auth-1 posted -4200', OLD])
  const refund = { amount: money(4_200, 'GBP') }
  const refunded = after([old, booked('post-1', 'auth-1', refund), bankRow('auth-1', refund)])
  assert.deepEqual(told(refunded.known), [OLD, 'A/post-1 posted 4200'])
})

test('an order that is sent in two parcels is two payments, and stays two however often it is listed', () => {
  const parcels = [
    booked('post-1', 'auth-1', { amount: money(-3_000, 'GBP') }),
    booked('post-2', 'auth-1', { amount: money(-1_200, 'GBP'), postedAt: Date.UTC(2026, 10, 19, 4) }),
  ]
  const { known } = after([old, bankRow('auth-1')], [old, parcels[0]!], [...parcels, old], [old, ...parcels])
  assert.deepEqual(told(known), ['A/auth-1 posted -3000', OLD, 'A/post-2 posted -1200'])
})

test('a refund is money of its own, whatever payment it refers to', () => {
  const purchase = booked('post-1', 'auth-1')
  const refund = booked('refund-1', 'post-1', { amount: money(4_200, 'GBP') })
  const { known } = after([old, purchase], [old, purchase, refund], [old, purchase, refund])
  assert.deepEqual(told(known), ['A/auth-1 posted -4200', OLD, 'A/refund-1 posted 4200'])
})

test('a row is not the payment that refers to it, though that one was known first', () => {
  const purchase = booked('post-1', 'auth-1')
  const refund = booked('refund-1', 'post-1', { amount: money(4_200, 'GBP') })
  const again = booked('refund-2', 'refund-1', { amount: money(500, 'GBP') })
  const { known } = after(
    { rows: [again], rules: { pending: 'all', booked: 'some' } },
    [old, purchase, refund, again],
    [old, purchase, refund, again],
  )
  assert.deepEqual(told(known), [
    'A/auth-1 posted -4200',
    OLD,
    'A/refund-1 posted 4200',
    'A/refund-2 posted 500',
  ])
})

test('a hold that the bank lists no longer was let go, and stands again when it is listed again', () => {
  assert.deepEqual(told(after([old, bankRow('auth-1')], [old]).known), ['A/auth-1 released -4200', OLD])
  const back = after(
    [old, bankRow('auth-1')],
    [old],
    [old, bankRow('auth-1', { amount: money(-4_300, 'GBP') })],
  )
  assert.deepEqual(told(back.known), ['A/auth-1 pending -4300', OLD])
  const posted = after([old, bankRow('auth-1')], [old], [old, booked('post-1', 'auth-1')])
  assert.deepEqual(told(posted.known), ['A/auth-1 posted -4200', OLD])
})

test('a hold of the last day may not have reached the list yet', () => {
  const recent = bankRow('auth-1', { at: NOW - DAY / 2 })
  assert.deepEqual(told(after([old, recent], [old]).known), ['A/auth-1 pending -4200', OLD])
})

test('what is left out says nothing where the standard does not list it, or a row could not be read', () => {
  const some: Listing = { pending: 'some', booked: 'some' }
  const rows = [old, bankRow('auth-1'), booked('post-2', null)]
  const all = told(after(rows).known)
  assert.deepEqual(told(after(rows, { rows: [old], rules: some }).known), all)
  assert.deepEqual(told(after(rows, { rows: [old], hasRefused: true }).known), all)
})

test('where holds are listed by their dates, one from before the span is not let go', () => {
  const rules: Listing = { pending: 'in-span', booked: 'all' }
  const hold = bankRow('auth-1')
  const late = { from: hold.at + 2 * DAY, to: NOW }
  assert.deepEqual(told(after([hold], { rows: [], rules, span: late }).known), ['A/auth-1 pending -4200'])
  const early = { from: hold.at - 2 * DAY, to: NOW }
  assert.deepEqual(told(after([hold], { rows: [], rules, span: early }).known), ['A/auth-1 released -4200'])
})

test('a booked row that the bank takes out of its books is taken out of ours, and back when it is back', () => {
  const row = booked('post-1', null)
  assert.deepEqual(told(after([old, row], [old]).known), [OLD, 'A/post-1 reversed -4200'])
  assert.deepEqual(told(after([old, row], [old], [old, row]).known), [OLD, 'A/post-1 posted -4200'])
})

test('rows before the first that the bank still lists are history it no longer shows, not rows taken back', () => {
  const rows = [old, booked('post-1', null), booked('post-2', null, { postedAt: NOW - 2 * DAY })]
  assert.deepEqual(told(after(rows, rows.slice(1)).known), told(after(rows).known))
  assert.deepEqual(told(after(rows, []).known), told(after(rows).known), 'nor is an empty list')
})

test('at the ends of the span nothing is missed: dates there may be of another time zone', () => {
  const row = booked('post-1', null, { postedAt: NOW - 10 * DAY })
  const narrow = (from: number, to: number) => ({ rows: [old, booked('post-2', null)], span: { from, to } })
  const kept = told(after([old, row]).known)[1]
  for (const [from, to] of [
    [NOW - 10.5 * DAY, NOW],
    [NOW - 60 * DAY, NOW - 9.5 * DAY],
  ] as const)
    assert.ok(told(after([old, row], narrow(from, to)).known).includes(kept!))
})

test('a row that the bank gives a new id, and the old one with it, stays the payment it was', () => {
  const first = booked('post-1', 'auth-1')
  const renamed = booked('2026-post-1', 'post-1')
  const { known } = after([old, first], [old, renamed], [old, renamed])
  assert.deepEqual(told(known), ['A/auth-1 posted -4200', OLD])
  const pending = after(
    [old, bankRow('auth-1')],
    [old, bankRow('auth-2', { bankTransactionIds: ['auth-1', 'auth-2'] })],
  )
  assert.deepEqual(told(pending.known), ['A/auth-1 pending -4200', OLD])
})

test('a row that refers to one still listed is another row: a fee is not the payment it is for', () => {
  const payment = booked('post-1', 'auth-1')
  const fee = booked('fee-1', 'post-1', { amount: money(-99, 'GBP') })
  const { known } = after([old, payment], [old, payment, fee])
  assert.deepEqual(told(known), ['A/auth-1 posted -4200', 'A/fee-1 posted -99', OLD])
})

test('when a bank renames a row and does not say so, the old one goes as the new one comes', () => {
  const { known } = after([old, booked('post-1', null)], [old, booked('new-1', null)])
  assert.deepEqual(told(known), ['A/new-1 posted -4200', OLD, 'A/post-1 reversed -4200'])
})

test('two rows alike in everything but their ids are two payments', () => {
  const { known } = after([old, booked('post-1', null), booked('post-2', null)])
  assert.equal(known.length, 3)
})

test('a booked row whose amount the bank corrects has the new one', () => {
  const { known } = after(
    [old, booked('post-1', null)],
    [old, booked('post-1', null, { amount: money(-4_100, 'GBP') })],
  )
  assert.deepEqual(told(known), [OLD, 'A/post-1 posted -4100'])
})

test('a refused payment that the bank approves under another id is that payment', () => {
  const refused = bankRow('auth-1', { status: 'declined' })
  const approved = bankRow('auth-2', { bankTransactionIds: ['auth-1', 'auth-2'] })
  assert.deepEqual(told(after([old, refused], [old, approved]).known), ['A/auth-1 pending -4200', OLD])
})

/** A hold under an id of its own, of the one that is named first, and the payment that it is when it alone was pushed. */
const second = bankRow('', { bankTransactionIds: ['auth-1', 'auth-2'], amount: money(-900, 'GBP') })
const pushed: Transaction = { ...second, id: 'A/auth-1', accountId: ACCOUNT.accountId }

test('a payment that was approved is not let go by a list that still has its refusal', () => {
  const rows = [old, bankRow('auth-1', { status: 'declined' }), second]
  assert.deepEqual(told(afterPushed([pushed], rows).known), ['A/auth-1 pending -900', OLD])
  const refused = [old, { ...second, status: 'declined' as const }]
  assert.deepEqual(told(afterPushed([pushed], refused).known), ['A/auth-1 released -900', OLD])
})

test('a hold and a further part of it are two, though the part was told before the hold', () => {
  const rows = [old, bankRow('auth-1'), second]
  const both = ['A/auth-1 pending -4200', 'A/auth-2 pending -900', OLD]
  assert.deepEqual(told(afterPushed([pushed], rows, rows).known), both)
  const third = bankRow('', { bankTransactionIds: ['auth-1', 'auth-3'], amount: money(-700, 'GBP') })
  const adjusted = { ...pushed, bankTransactionIds: ['auth-1', 'auth-2', 'auth-3'] }
  assert.deepEqual(told(afterPushed([adjusted], [old, second, third], [old, second, third]).known), [
    'A/auth-1 pending -900',
    'A/auth-3 pending -700',
    OLD,
  ])
})

test('a hold stands as it is listed, though a part of it was let go that had gone by its id', () => {
  const released: Transaction = { ...pushed, status: 'released' }
  const ends = new Map([['A/auth-2', 'released' as const]])
  const states = (row: BankTransaction) => told(afterPushed([released], { rows: [old, row], ends }).known)
  assert.deepEqual(states(bankRow('auth-1')), ['A/auth-1 pending -4200', OLD])
  assert.deepEqual(states(second), ['A/auth-1 released -900', OLD])
})

test('a booked row that was undone before it was listed stays undone, whichever payment it proves to be', () => {
  const undone = {
    rows: [old, booked('post-1', 'auth-1')],
    ends: new Map([['A/post-1', 'reversed' as const]]),
  }
  assert.deepEqual(told(after(undone).known), ['A/auth-1 reversed -4200', OLD])
  const { known } = after([old, booked('post-2', 'auth-1')], undone)
  assert.deepEqual(told(known), ['A/auth-1 reversed -4200', OLD])
})

test('holds without a name are shown as they are listed, and replaced by those of the next list', () => {
  const nameless = (minor: number) => bankRow('', { bankTransactionIds: [], amount: money(-minor, 'GBP') })
  const both = [old, nameless(100), nameless(200)]
  const amounts = (known: readonly Transaction[]) =>
    known.filter(({ status }) => status === 'pending').map(({ amount }) => amount.amountMinor)
  assert.deepEqual(amounts(after(both).known), [-100, -200])
  const same = after(both, [old, nameless(200), nameless(100)])
  assert.deepEqual([amounts(same.known), same.last.transactions], [[-100, -200], []])
  const later = { rows: [old, nameless(200)], span: { from: 0, to: NOW + 1 } }
  const fewer = after(both, later)
  assert.deepEqual([amounts(fewer.known), fewer.last.unlisted.size], [[-200], 0])
})

test('what changed while the list was read is newer than the list', () => {
  const { known } = after([old, bankRow('auth-1')])
  const pushed = known.map((one) => (one.id === 'A/auth-1' ? { ...one, status: 'posted' as const } : one))
  const remembered = {
    ends: new Map(),
    unlisted: new Set<string>(),
    changedSince: new Set(['A/auth-1']),
  }
  const list = { ...ACCOUNT, rows: [old], span: { from: 0, to: NOW }, hasRefused: false }
  const rules: Listing = { pending: 'all', booked: 'all' }
  const { transactions, unlisted } = applyListing(pushed, { ...list, rules }, remembered, idOf)
  assert.deepEqual([transactions.length, unlisted.size], [0, 0])
})

test('a row that comes twice in one list is one payment, and is reported', () => {
  const { known, last } = after([old, booked('post-1', 'auth-1'), booked('post-1', 'auth-1')])
  assert.deepEqual(told(known), ['A/auth-1 posted -4200', OLD])
  assert.deepEqual([...last.repeated], ['post-1'])
})

test('a hold that the list shows as refused is let go, and a payment that it shows so is undone', () => {
  const refused = bankRow('auth-1', { status: 'declined' })
  assert.deepEqual(told(after([old, bankRow('auth-1')], [old, refused]).known), [
    'A/auth-1 released -4200',
    OLD,
  ])
  assert.deepEqual(told(after([old, booked('auth-1', null)], [old, refused]).known), [
    'A/auth-1 reversed -4200',
    OLD,
  ])
  assert.deepEqual(told(after([old, refused], [old, refused]).known), ['A/auth-1 declined -4200', OLD])
})

test('a bank that lists only what is booked says nothing of holds', () => {
  const some = { rows: [old], rules: { pending: 'some', booked: 'all' } as const }
  assert.deepEqual(told(after([old, bankRow('auth-1')], some).known), ['A/auth-1 pending -4200', OLD])
})
