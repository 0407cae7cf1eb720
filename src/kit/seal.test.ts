import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './errors.ts'
import { seal, unseal } from './seal.ts'

// C2SP XAES-256-GCM, "Test vectors": key, plaintext and associated data of both published cases.
const nonce = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX')
const plaintext = Buffer.from('XAES-256-GCM')

test('a sealed record is byte for byte the published XAES-256-GCM vector', () => {
  const first = seal(Buffer.alloc(32, 1), '', plaintext, () => nonce)
  assert.equal(first.subarray(25).toString('hex'), 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271')
  const second = seal(Buffer.alloc(32, 3), 'c2sp.org/XAES-256-GCM', plaintext, () => nonce)
  assert.equal(
    second.subarray(25).toString('hex'),
    '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
  )
})

test('a sealed record opens only with its own key and in its own place', () => {
  const key = Buffer.alloc(32, 7)
  const sealed = seal(key, 'chase|amina|row 1', plaintext, () => nonce)
  assert.deepEqual(unseal(key, 'chase|amina|row 1', sealed), plaintext)
  const broken = (run: () => unknown) =>
    assert.throws(run, (error) => error instanceof Fault && error.code === 'seal-broken')
  broken(() => unseal(key, 'chase|amina|row 2', sealed))
  broken(() => unseal(Buffer.alloc(32, 8), 'chase|amina|row 1', sealed))
  broken(() => unseal(key, 'chase|amina|row 1', sealed.subarray(0, 30)))
  const flipped = Buffer.from(sealed)
  flipped[30]! ^= 1
  broken(() => unseal(key, 'chase|amina|row 1', flipped))
})

test('the nonce’s first half is what derives the key', () => {
  const a = seal(Buffer.alloc(32, 1), '', plaintext, () => Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX'))
  const b = seal(Buffer.alloc(32, 1), '', plaintext, () => Buffer.from('aBCDEFGHIJKLMNOPQRSTUVWX'))
  assert.notDeepEqual(a.subarray(25), b.subarray(25))
})
