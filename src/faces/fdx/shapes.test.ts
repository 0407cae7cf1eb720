import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money } from '#kit'
import type { Transaction } from '#vault'
import { fdxTransaction } from './shapes.ts'

/** Amina's groceries, at a bank that keeps one id for a payment from the hold to its booking. */
const groceries: Transaction = {
  id: 'txn_groceries',
  accountId: 'acc_current',
  bankTransactionIds: ['bank-1'],
  status: 'pending',
  at: Date.UTC(2026, 10, 15, 9),
  postedAt: null,
  amount: money(-4_200, 'GBP'),
  foreign: null,
  descriptor: 'tesco stores 6227',
  mcc: '5411',
  country: 'GB',
  city: null,
  latitude: null,
  longitude: null,
  entryMode: null,
  cardNumberDisplay: '5770',
  terminalId: null,
}

test('a payment that is posted names its pending row, whether its bank gave it one id or two', () => {
  const pending = fdxTransaction(groceries, 'checking')
  assert.equal(pending.status, 'PENDING')
  assert.equal(pending.referenceTransactionId, undefined)
  for (const bankTransactionIds of [[], ['bank-1'], ['bank-1', 'bank-2']]) {
    const posted = fdxTransaction(
      { ...groceries, bankTransactionIds, status: 'posted', postedAt: Date.UTC(2026, 10, 17, 4) },
      'checking',
    )
    assert.equal(posted.status, 'POSTED')
    assert.notEqual(posted.transactionId, pending.transactionId)
    assert.equal(
      posted.referenceTransactionId,
      pending.transactionId,
      'or the app would keep the pending row for ever',
    )
  }
})
