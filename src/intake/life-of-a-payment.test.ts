import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, money } from '#kit'
import type { Transaction } from '#vault'
import type { BankEvent, CardPayment, DeclineReason } from './bank-event.ts'
import { stands } from './change-kind.ts'
import { applyEvents } from './life-of-a-payment.ts'

const NOW = 1_700_000_600_000
const NONE = new Map<string, 'released' | 'reversed'>()
const idOf = (account: string, id: string) => `${account}/${id}`

const payment = (over: Partial<CardPayment> = {}): CardPayment => ({
  bankTransactionId: 'auth-1',
  referenceTransactionId: null,
  amount: money(-4200, 'GBP'),
  foreign: null,
  descriptor: 'tesco stores 6227',
  mcc: '5411',
  country: 'GB',
  city: null,
  latitude: null,
  longitude: null,
  entryMode: 'chip',
  cardNumberDisplay: '5770',
  terminalId: null,
  ...over,
})

const common = (sequence: number) => ({
  id: `evt-${sequence}`,
  bankId: 'chase',
  bankAccountId: 'A',
  sequence,
  at: 1_700_000_000_000 + sequence * 1000,
})
const authorised = (sequence: number, over?: Partial<CardPayment>): BankEvent => ({
  ...common(sequence),
  type: 'authorised',
  payment: payment(over),
})
const posted = (sequence: number, over?: Partial<CardPayment>): BankEvent => ({
  ...common(sequence),
  type: 'posted',
  payment: payment({ bankTransactionId: 'post-1', referenceTransactionId: 'auth-1', ...over }),
})
const declined = (sequence: number, reason: DeclineReason = 'suspected-fraud'): BankEvent => ({
  ...common(sequence),
  type: 'declined',
  payment: payment(),
  reason,
  releasableUntil: common(sequence).at + 3_600_000,
})
const suspected = (sequence: number): BankEvent => ({
  ...common(sequence),
  type: 'suspected',
  payment: payment(),
})
const ended = (type: 'released' | 'reversed', sequence: number): BankEvent => ({
  ...common(sequence),
  type,
  bankTransactionId: 'end-1',
  referenceTransactionId: 'auth-1',
})

const run = (...events: BankEvent[]) =>
  applyEvents(
    { transactions: [], accounts: [] },
    events.map((event) => ({ event, accountId: 'acc_1', knownAs: event.bankAccountId })),
    NONE,
    idOf,
    NOW,
  )

const statesAfter = (...events: BankEvent[]) =>
  run(...events).transactions.map(({ id, status, amount }) => `${id} ${status} ${amount.amountMinor}`)

test('a payment keeps its id and its instant from authorisation to posting', () => {
  const { transactions, fresh } = run(authorised(1), posted(2, { amount: money(-4650, 'GBP') }))
  assert.equal(transactions.length, 1)
  const [paid] = transactions
  assert.equal(paid!.id, 'A/auth-1')
  assert.equal(paid!.status, 'posted')
  assert.equal(paid!.amount.amountMinor, -4650, 'a tip added at posting is what was paid')
  assert.equal(paid!.at, common(1).at)
  assert.equal(paid!.postedAt, common(2).at)
  assert.deepEqual(paid!.bankTransactionIds, ['auth-1', 'post-1'])
  assert.equal(fresh.length, 1)
})

test('a hold that is let go is released and never comes back', () => {
  const { transactions } = run(authorised(1), ended('released', 2), authorised(3))
  assert.deepEqual(
    transactions.map(({ status }) => status),
    ['released'],
  )
})

test('a posting that arrives before its authorisation is not undone by it', () => {
  const { transactions } = run(posted(2), authorised(1))
  assert.deepEqual(
    transactions.map(({ status }) => status),
    ['posted'],
  )
})

test('a payment that is first seen when it is posted is checked then, unless that was more than a week ago', () => {
  const at = common(2).at
  const seenAt = (now: number) => {
    const { fresh, transactions } = applyEvents(
      { transactions: [], accounts: [] },
      [{ event: posted(2), accountId: 'acc_1', knownAs: 'A' }],
      NONE,
      idOf,
      now,
    )
    assert.equal(transactions.length, 1)
    return fresh.map(({ status }) => status)
  }
  assert.deepEqual(seenAt(at), ['posted'])
  assert.deepEqual(seenAt(at + 7 * DAY), ['posted'])
  assert.deepEqual(seenAt(at + 7 * DAY + 1), [])
})

test('the posting of a payment that was authorised before is no second payment to check', () => {
  const { transactions } = run(authorised(1))
  const { fresh } = applyEvents(
    { transactions, accounts: [] },
    [{ event: posted(2), accountId: 'acc_1', knownAs: 'A' }],
    NONE,
    idOf,
    NOW,
  )
  assert.deepEqual(fresh, [])
})

test('the end of a payment that came before its beginning is remembered', () => {
  const { transactions, fresh } = applyEvents(
    { transactions: [], accounts: [] },
    [{ event: authorised(5), accountId: 'acc_1', knownAs: 'A' }],
    new Map([['A/auth-1', 'released']]),
    idOf,
    NOW,
  )
  assert.equal(transactions[0]!.status, 'released')
  assert.equal(fresh.length, 0, 'nothing is asked about a payment that no longer stands')
})

test('a declined payment paid nothing; approved after all, it is one payment that is checked then', () => {
  const refused = run(declined(1))
  assert.deepEqual(
    refused.transactions.map(({ status }) => status),
    ['declined'],
  )
  assert.equal(refused.fresh.length, 0)
  const approved = applyEvents(
    { transactions: refused.transactions, accounts: [] },
    [
      {
        event: authorised(2, { bankTransactionId: 'auth-2', referenceTransactionId: 'auth-1' }),
        accountId: 'acc_1',
        knownAs: 'A',
      },
    ],
    NONE,
    idOf,
    NOW,
  )
  const [paid] = approved.transactions
  assert.equal(paid!.status, 'pending')
  assert.equal(paid!.at, common(2).at, 'the money moved when it was approved')
  assert.deepEqual(paid!.bankTransactionIds, ['auth-1', 'auth-2'])
  assert.equal(approved.fresh.length, 1)
})

test('a refusal that is told after the approval takes nothing back and asks nothing', () => {
  const { transactions, flagged } = run(authorised(2), declined(1))
  assert.deepEqual(
    transactions.map(({ status }) => status),
    ['pending'],
  )
  assert.equal(flagged.length, 0)
})

test('a refund’s hold that is told after its posting is that refund, and a purchase’s is not', () => {
  const refund = posted(3, { bankTransactionId: 'refund-1', amount: money(4200, 'GBP') })
  assert.deepEqual(statesAfter(refund, authorised(1, { amount: money(4200, 'GBP') })), [
    'A/refund-1 posted 4200',
  ])
  assert.deepEqual(statesAfter(refund, authorised(1)), ['A/refund-1 posted 4200', 'A/auth-1 pending -4200'])
})

test('the hold of a refund is money of its own, whether or not the purchase it names is known', () => {
  const hold = { bankTransactionId: 'refund-1', referenceTransactionId: 'post-1' }
  const refund = [
    authorised(4, { ...hold, amount: money(4200, 'GBP') }),
    { ...authorised(5, { ...hold, amount: money(3000, 'GBP') }), type: 'adjusted' } as BankEvent,
  ]
  assert.deepEqual(statesAfter(...refund), ['A/refund-1 pending 3000'])
  assert.deepEqual(statesAfter(authorised(1), ...refund), [
    'A/auth-1 pending -4200',
    'A/refund-1 pending 3000',
  ])
  assert.deepEqual(statesAfter(authorised(1), posted(2), ...refund), [
    'A/auth-1 posted -4200',
    'A/refund-1 pending 3000',
  ])
})

test('a hold that is told after its posting is that posting, though it names another payment', () => {
  const hold = { bankTransactionId: 'hold-1', referenceTransactionId: 'post-1', amount: money(3000, 'GBP') }
  const refund = {
    bankTransactionId: 'refund-1',
    referenceTransactionId: 'hold-1',
    amount: money(3000, 'GBP'),
  }
  assert.deepEqual(statesAfter(authorised(1), posted(2), posted(3, refund), authorised(4, hold)), [
    'A/auth-1 posted -4200',
    'A/refund-1 posted 3000',
  ])
  const approval = { bankTransactionId: 'auth-2', referenceTransactionId: 'auth-1' }
  assert.deepEqual(statesAfter(posted(2), authorised(3, approval)), ['A/auth-1 posted -4200'])
})

test('a payment that was refused and is changed has been approved', () => {
  const change = { ...authorised(3, { amount: money(-5000, 'GBP') }), type: 'adjusted' } as BankEvent
  assert.deepEqual(statesAfter(declined(1), change, authorised(4)), ['A/auth-1 pending -5000'])
  assert.equal(run(declined(1), change).fresh.length, 1)
})

test('a further part of an authorisation is a hold of its own beside it', () => {
  const more = { bankTransactionId: 'auth-2', referenceTransactionId: 'auth-1', amount: money(-900, 'GBP') }
  assert.deepEqual(statesAfter(authorised(1), authorised(2, more)), [
    'A/auth-1 pending -4200',
    'A/auth-2 pending -900',
  ])
})

test('a charge that names an earlier payment is checked like any other', () => {
  const large = {
    bankTransactionId: 'auth-2',
    referenceTransactionId: 'auth-1',
    amount: money(-500_000, 'GBP'),
  }
  const { fresh } = run(authorised(1), authorised(2, large))
  assert.deepEqual(
    fresh.map(({ id, amount }) => `${id} ${amount.amountMinor}`),
    ['A/auth-1 -4200', 'A/auth-2 -500000'],
  )
})

test('a refund’s hold is let go by its own id, though the purchase that it names was never told', () => {
  const credit = {
    bankTransactionId: 'credit-1',
    referenceTransactionId: 'auth-1',
    amount: money(4200, 'GBP'),
  }
  const letGo = { ...ended('released', 2), bankTransactionId: 'credit-1' } as BankEvent
  assert.deepEqual(
    run(authorised(1, credit), letGo).transactions.map(({ id, status }) => `${id} ${status}`),
    ['A/credit-1 released'],
  )
})

test('a payment that was refused, approved and let go stays so when its approval is told last', () => {
  const { transactions } = run(declined(1))
  const late = applyEvents(
    { transactions, accounts: [] },
    [
      {
        event: authorised(2, { bankTransactionId: 'auth-2', referenceTransactionId: 'auth-1' }),
        accountId: 'acc_1',
        knownAs: 'A',
      },
    ],
    new Map([['A/auth-1', 'released']]),
    idOf,
    NOW,
  )
  assert.deepEqual(
    late.transactions.map(({ status }) => status),
    ['released'],
  )
  assert.deepEqual(late.fresh, [])
})

test('the undoing of a purchase that was never told of takes nothing back of its refund', () => {
  const { transactions } = run(
    posted(3, { bankTransactionId: 'refund-1', amount: money(4200, 'GBP') }),
    ended('reversed', 4),
  )
  assert.deepEqual(
    transactions.map(({ id, status }) => `${id} ${status}`),
    ['A/refund-1 posted'],
  )
})

test('what the bank refused on suspicion is asked about; what was refused for want of money is not', () => {
  assert.deepEqual(
    run(declined(1)).flagged.map(({ by, releasableUntil }) => [by, releasableUntil]),
    [['declined', common(1).at + 3_600_000]],
  )
  assert.equal(run(declined(1, 'insufficient-funds')).flagged.length, 0)
})

test('a bank’s own alert is about the payment it told of, and begins one that it did not', () => {
  const known = run(authorised(1), suspected(2))
  assert.equal(known.transactions.length, 1)
  assert.deepEqual(
    known.flagged.map(({ by, transaction }) => [by, transaction.id, transaction.status]),
    [['suspected', 'A/auth-1', 'pending']],
  )
  const unknown = run(suspected(1), authorised(2))
  assert.deepEqual([unknown.transactions.length, unknown.fresh.length, unknown.flagged.length], [1, 1, 1])
  assert.equal(
    run(declined(1), suspected(2)).transactions[0]!.status,
    'declined',
    'suspecting is not approving',
  )
})

test('how a dispute ended is told of the payment, known or not, and changes nothing about it', () => {
  const { transactions, outcomes } = run({
    ...common(1),
    type: 'dispute-outcome',
    bankTransactionId: 'auth-1',
    caseNumber: 'G-7K4M-2Q',
    decided: 'against',
  })
  assert.equal(transactions.length, 0)
  assert.deepEqual(outcomes, [
    { transactionId: 'A/auth-1', caseNumber: 'G-7K4M-2Q', decided: 'against', at: common(1).at },
  ])
})

test('two equal payments on one day are two payments', () => {
  const { transactions } = run(authorised(1), authorised(2, { bankTransactionId: 'auth-2' }))
  assert.equal(transactions.length, 2)
})

type Life = {
  begins: 'authorised' | 'declined' | 'approved' | 'approved anew'
  isAdjusted: boolean
  goesOn: 'not' | 'released' | 'posted' | 'posted in parts'
  isUndone: boolean
  refund: 'none' | 'on hold' | 'let go' | 'posted' | 'posted at once'
}
const life: fc.Arbitrary<Life> = fc.record({
  begins: fc.constantFrom('authorised', 'declined', 'approved', 'approved anew'),
  isAdjusted: fc.boolean(),
  goesOn: fc.constantFrom('not', 'released', 'posted', 'posted in parts'),
  isUndone: fc.boolean(),
  refund: fc.constantFrom('none', 'on hold', 'let go', 'posted', 'posted at once'),
})

/** What the bank tells of one life, in its order, and what is left in the account. */
function tellLife({ begins, isAdjusted, goesOn, isUndone, refund }: Life, number: number) {
  const events: BankEvent[] = []
  const nameOf = (id: string) => `${number}-${id}`
  const next = () => common(number * 100 + events.length)
  type Told = 'authorised' | 'adjusted' | 'posted' | 'declined'
  const tell = (type: Told, id: string, reference: string | null, minor: number) => {
    const about = {
      bankTransactionId: nameOf(id),
      referenceTransactionId: reference === null ? null : nameOf(reference),
      amount: money(minor, 'GBP'),
    }
    const refusal = { reason: 'other', releasableUntil: null } as const
    events.push({
      ...next(),
      payment: payment(about),
      ...(type === 'declined' ? { type, ...refusal } : { type }),
    })
  }
  const end = (type: 'released' | 'reversed', reference: string) =>
    events.push({
      ...next(),
      type,
      bankTransactionId: nameOf(`end-${events.length}`),
      referenceTransactionId: nameOf(reference),
    })

  if (begins !== 'authorised') tell('declined', 'auth', null, -100)
  if (begins === 'declined') return { events, left: [] }
  const [id, reference] = begins === 'approved anew' ? ['anew', 'auth'] : ['auth', null]
  tell('authorised', id!, reference!, -100)
  if (isAdjusted) tell('adjusted', id!, reference!, -150)
  if (goesOn === 'not') return { events, left: [isAdjusted ? 'pending -150' : 'pending -100'] }
  if (goesOn === 'released') {
    end('released', 'auth')
    return { events, left: [] }
  }
  tell('posted', 'post', 'auth', -170)
  const left = goesOn === 'posted in parts' ? ['posted -30'] : []
  if (goesOn === 'posted in parts') tell('posted', 'post-2', 'auth', -30)
  if (isUndone) {
    end('reversed', 'post')
    return { events, left }
  }
  left.push('posted -170')
  if (refund === 'posted at once') tell('posted', 'refund', 'post', 60)
  else if (refund !== 'none') tell('authorised', 'hold', 'post', 60)
  if (refund === 'on hold') left.push('pending 60')
  if (refund === 'let go') end('released', 'hold')
  if (refund === 'posted') tell('posted', 'refund', 'hold', 60)
  if (refund === 'posted' || refund === 'posted at once') left.push('posted 60')
  return { events, left }
}

test('in whatever order events come, payments end in the same state, and each is judged once', () => {
  const orders = fc.array(life, { minLength: 1, maxLength: 3 }).chain((drawn) => {
    const told = drawn.map(tellLife)
    const events = told.flatMap((one) => one.events)
    const whole = { minLength: events.length, maxLength: events.length }
    return fc.record({
      left: fc.constant(told.flatMap((one) => one.left).sort()),
      order: fc.shuffledSubarray(events, whole),
      endsMessage: fc.array(fc.boolean(), whole),
    })
  })
  fc.assert(
    fc.property(orders, ({ left, order, endsMessage }) => {
      const known = new Map<string, Transaction>()
      const ends = new Map<string, 'released' | 'reversed'>()
      const judged: string[] = []
      let message: BankEvent[] = []
      for (const [i, event] of order.entries()) {
        message.push(event)
        if (!endsMessage[i] && i < order.length - 1) continue
        const after = applyEvents(
          {
            transactions: [...known.values()],
            accounts: [],
            unjudged: new Set(known.keys().filter((id) => !judged.includes(id))),
          },
          message
            .sort((one, other) => one.sequence - other.sequence)
            .map((event) => ({ event, accountId: 'acc_1', knownAs: 'A' })),
          new Map(ends),
          idOf,
          NOW,
        )
        for (const transaction of after.transactions) known.set(transaction.id, transaction)
        judged.push(...after.fresh.map(({ id }) => id))
        for (const { type, ...event } of message)
          if ((type === 'released' || type === 'reversed') && 'referenceTransactionId' in event)
            ends.set(idOf('A', event.referenceTransactionId!), type)
        message = []
      }
      const states = [...known.values()].filter(stands)
      assert.deepEqual(states.map(({ status, amount }) => `${status} ${amount.amountMinor}`).sort(), left)
      assert.equal(new Set(judged).size, judged.length)
    }),
    { numRuns: 2_000 },
  )
})

test('of several balances in one batch the latest one counts', () => {
  const balance = (sequence: number, minor: number): BankEvent => ({
    ...common(sequence),
    type: 'balance',
    current: money(minor, 'GBP'),
    available: null,
    creditLine: null,
  })
  assert.equal(run(balance(2, 200), balance(1, 100)).balances[0]!.current.amountMinor, 200)
})
