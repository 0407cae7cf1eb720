import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { keyedHash } from './keyed-hash.ts'

test('a keyed hash is HMAC-SHA256, however many messages were hashed before', () => {
  const key = Buffer.alloc(32, 5)
  const hash = keyedHash(key)
  for (const message of ['', 'account-1', 'é'.repeat(500)])
    assert.deepEqual(hash(message), createHmac('sha256', key).update(message).digest())
})

test('as text it is the same bytes', () => {
  const hash = keyedHash(Buffer.alloc(32, 5))
  for (const encoding of ['hex', 'base64url', 'latin1'] as const)
    assert.deepEqual(Buffer.from(hash('account-1', encoding), encoding), hash('account-1'))
})
