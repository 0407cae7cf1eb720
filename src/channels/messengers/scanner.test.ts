import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NOTICES } from '#conversation'
import { findLeak } from './scanner.ts'

/** A failure names it, so that the same leaks can be tried again. */
const SEED = 20_261_126
const RUNS = { seed: SEED, numRuns: 500 }

const allowed = {
  publicUrl: new URL('https://guichet.example'),
  names: new Set(['chase', 'wells fargo']),
  addressFields: ['id', 'chat_id'],
}
const TOKEN = 'Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3Jh'
const LINK = `https://guichet.example/o/${TOKEN}`
const SENTENCES: readonly string[] = Object.values(NOTICES).flatMap((sentence) => Object.values(sentence))

/** A message as a messenger is handed it, with something of it changed. */
const message = (over: Record<string, unknown> = {}) => ({
  recipient: { id: '4021337700112233' },
  chat_id: 99887766554433,
  messaging_type: 'RESPONSE',
  message: { text: NOTICES['answer-ready'].en, url: LINK },
  buttons: [{ type: 'postback', title: NOTICES['block-card'].fr, payload: TOKEN }],
  ...over,
})
const look = (body: unknown) => findLeak(JSON.stringify(body), allowed)
const lookAt = (text: string) => look(message({ message: { text } }))

test('what we say to a messenger leaves as it is, with our link, our tokens and the messenger’s own ids', () => {
  for (const sentence of SENTENCES) {
    assert.equal(look(message({ message: { text: sentence, url: LINK } })), null)
    assert.equal(lookAt(`${sentence}\n${LINK}`), null)
  }
  assert.equal(lookAt(`${NOTICES.match.fr} 42`), null)
  const offered = [NOTICES['ask-balance'].fr, NOTICES['ask-spending'].fr, NOTICES['ask-person'].fr]
  const choices = offered.map((label, at) => `${at + 1}. ${label}`)
  assert.equal(lookAt([NOTICES.hello.fr, LINK, NOTICES['choose-by'].fr, ...choices].join('\n')), null)
  assert.equal(look(message({ recipient: { id: 'FR.12345678901234567890' } })), null)
})

test('figures, names and addresses of others are stopped, however they are written', () => {
  for (const text of [
    'You spent £42 at the shop',
    'Solde\u00a0: 1\u202f234,56 €',
    'vous avez 12 euros',
    '５０ EUR',
    '٤٢ €',
    'card ending 4242',
    'FR7630006000011234567890189',
    'your balance is 7.5',
    '1\u200b2\u200b3',
    'You paid at Tesco',
    'Your Wells Fargo account',
    // In words, in other letters, in other alphabets, in pieces, turned round, encoded.
    'You have twelve thousand left',
    'Il vous reste douze mille',
    'You paid at Теsсо',
    'You paid at 𝐓𝐞𝐬𝐜𝐨',
    'T e s c o',
    'ocseT',
    'VGVzY28gNDI=',
    '%54esco',
    'XLII',
    '☎ ④②',
    `${NOTICES['answer-ready'].en} It is 7.`,
    `12. ${NOTICES['ask-balance'].en}`,
    `9. ${NOTICES['ask-balance'].en}`,
    `1. ${NOTICES['ask-balance'].en} 42`,
    `1. ${NOTICES['answer-ready'].en}`,
    '1. Tesco',
    '1. 2. 3.',
    '•',
    `${NOTICES['answer-ready'].en}\u200b`,
    `${NOTICES['answer-ready'].en} ${NOTICES.match.en} 123`,
    NOTICES['answer-ready'].en.replace('a', 'а'),
    'https://elsewhere.example/o/abc',
    'https://guichet.example/o/1234567890',
    'https://guichet.example/accounts?amount=42',
    `https://guichet.example/42/GBP/${TOKEN}`,
    `https://guichet.example/o/te/sc/o/${TOKEN}`,
    `https://guichet.example/o/${TOKEN}?a=42`,
    `https://guichet.example/o/${TOKEN}#tesco`,
    `https://guichet.example/o/%34%32${TOKEN}`,
    `https://guichet.example/o/${'4'.repeat(32)}`,
    `https://user:42@guichet.example/o/${TOKEN}`,
    `https://guichet.example.elsewhere.example/o/${TOKEN}`,
  ])
    assert.notEqual(lookAt(text), null, text)
})

test('nothing is said by the shape of a message: not by its fields, their words, its ids or its numbers', () => {
  for (const body of [
    message({ tesco: true }),
    message({ tesco_42: NOTICES['answer-ready'].en }),
    message({ messaging_type: 'TESCO' }),
    message({ type: 'tesco' }),
    message({ type: 'forty_two_pounds' }),
    message({ style: 'overdrawn' }),
    message({ category: 'GROCERIES' }),
    message({ language: { code: 'gbp' } }),
    message({ template: { name: 'tesco_card_question' } }),
    message({ template: { name: 'paid_42_card_question' } }),
    message({ recipient: { id: 'tesco@42.50' } }),
    message({ recipient: { id: '42.50' } }),
    message({ chat_id: 42.5 }),
    message({ message: { text: 42 } }),
    message({ buttons: [{ type: 'postback', title: 'Tesco', payload: TOKEN }] }),
    message({ buttons: [{ type: 'postback', title: NOTICES['block-card'].fr, payload: 'amount=42' }] }),
    message({ buttons: [{ type: 'postback', title: NOTICES['block-card'].fr, payload: 'a'.repeat(32) }] }),
    message({ url: 'https://elsewhere.example/42' }),
    message({ url: 'https://elsewhere.example/webhooks/telegram/42' }),
  ])
    assert.notEqual(look(body), null, JSON.stringify(body))
})

test('any amount in any currency is stopped, alone or within a sentence of ours', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_999_999 }),
      fc.constantFrom('€', '£', '$', 'EUR', 'euros', 'dollars', ''),
      fc.constantFrom('', ...SENTENCES),
      (amount, sign, sentence) => {
        assert.notEqual(lookAt(`${sentence} .${amount} ${sign}`), null)
        assert.notEqual(lookAt(`${sentence} ${sign}${amount / 100}x`), null)
      },
    ),
    RUNS,
  )
})

test('whatever is put before, into or after what we say is found, wherever in the message it is put', () => {
  const leak = fc.oneof(
    fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
    fc.constantFrom('quarante-deux', 'forty-two pounds', 'Lidl', 'chase', 'Caffè Nero', '4242', '٤٢'),
    fc.base64String({ minLength: 4, maxLength: 40 }),
  )
  const isHarmless = (text: string) => /^\s*$/u.test(text)
  fc.assert(
    fc.property(fc.constantFrom(...SENTENCES), leak, fc.nat(), (sentence, words, at) => {
      fc.pre(!isHarmless(words) && !/^\s*\d{2}(?:\s|$)/.test(words))
      const place = at % (sentence.length + 1)
      const text = `${sentence.slice(0, place)}${words}${sentence.slice(place)}`
      fc.pre(!SENTENCES.includes(text.trim()))
      assert.notEqual(lookAt(text), null, text)
      assert.notEqual(
        look(message({ buttons: [{ type: 'postback', title: text, payload: TOKEN }] })),
        null,
        text,
      )
      assert.notEqual(look(message({ messaging_type: words })), null, words)
      assert.notEqual(look(message({ message: { url: `${LINK}${words}` } })), null, words)
    }),
    RUNS,
  )
})

test('a body that is not JSON is looked over as text, and the finding repeats nothing of it', () => {
  assert.equal(findLeak('text=You+paid+at Tesco', allowed), 'words that are none of ours')
  assert.doesNotMatch(String(lookAt('card 4242')), /4242/)
})
