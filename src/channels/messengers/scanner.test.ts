import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NOTICES } from '#conversation'
import { findLeak } from './scanner.ts'

const allowed = {
  publicUrl: new URL('https://guichet.example'),
  names: new Set(['chase', 'wells fargo']),
  addressFields: ['id', 'chat_id'],
}
const look = (text: string) => findLeak(JSON.stringify({ message: { text } }), allowed)

test('what we say to a messenger leaves as it is, with our link, our tokens and the messenger’s own ids', () => {
  for (const sentence of Object.values(NOTICES)) {
    const body = {
      recipient: { id: '4021337700112233' },
      chat_id: 99887766554433,
      messaging_type: 'RESPONSE',
      message: { text: sentence.fr, url: `https://guichet.example/o/aB3${'x'.repeat(29)}` },
      buttons: [{ type: 'postback', title: sentence.en, payload: 'Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3Jh' }],
    }
    assert.equal(findLeak(JSON.stringify(body), allowed), null)
  }
})

test('figures, names and addresses of others are stopped, however they are written', () => {
  for (const text of [
    'You spent £42 at the shop',
    'Solde\u00a0: 1\u202f234,56 €',
    'vous avez 12 euros',
    '５０ EUR',
    '٤٢ €',
    'card ending 4242',
    '4111 1111 1111 1111',
    'FR7630006000011234567890189',
    'your balance is 7.5',
    '1\u200b2\u200b3',
    'You paid at Tesco',
    'Paiement chez Carrefour',
    'Your Wells Fargo account',
    'https://elsewhere.example/o/abc',
    'https://guichet.example/o/1234567890',
    'https://guichet.example/accounts?amount=42',
  ])
    assert.notEqual(look(text), null, text)
})

test('any amount in any currency is stopped, alone or within a sentence of ours', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_999_999 }),
      fc.constantFrom('€', '£', '$', 'EUR', 'euros', 'dollars'),
      fc.constantFrom('', NOTICES['answer-ready'].en, NOTICES['message-waiting'].fr),
      (amount, sign, sentence) => {
        assert.notEqual(look(`${sentence} ${amount} ${sign}`), null)
        assert.notEqual(look(`${sentence} ${sign}${amount / 100}`), null)
      },
    ),
  )
})

test('a body that is not JSON is looked over as text, and the finding repeats nothing of it', () => {
  const found = findLeak('text=You+paid+at Tesco', allowed)
  assert.equal(found, 'the name of a merchant')
  assert.doesNotMatch(String(look('card 4242')), /4242/)
})
