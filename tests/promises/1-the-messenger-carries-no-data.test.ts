/** Promise 1: the messenger carries the conversation, never the data. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { type Answer, NOTICES, type Notice, type PublicChannel } from '#conversation'
import { money, Private } from '#kit'

const notice: Notice = {
  key: 'message-waiting',
  link: { href: 'https://guichet.example/s/abc' },
  actions: [],
}

test('what a public channel can be handed has no field for a figure', () => {
  const carried: Notice[] = []
  const messenger: PublicChannel = {
    trust: 'public',
    async notify(_personId, given) {
      carried.push(given)
    },
  }
  void messenger.notify('per_1', notice, 'en')
  // @ts-expect-error a notice has no amount
  void messenger.notify('per_1', { ...notice, amount: money(-4200, 'GBP') }, 'en')
  // @ts-expect-error a notice has no text of its own: only a key of our catalogue
  void messenger.notify('per_1', { ...notice, key: 'You spent £42 at Tesco' }, 'en')
  const answer = {} as Answer
  // @ts-expect-error an answer is not a notice
  void messenger.notify('per_1', answer, 'en')
  assert.deepEqual(carried[0], notice)
})

test('no sentence a public channel can carry holds a digit, a currency, or a place for one', () => {
  for (const [key, sentences] of Object.entries(NOTICES)) {
    for (const sentence of Object.values(sentences)) {
      assert.doesNotMatch(sentence, /[\d£$€%{}]/, key)
    }
  }
})

test('however a private value is printed, it says nothing', () => {
  const balance = new Private({ balance: money(123_456, 'GBP'), merchant: 'Tesco' })
  const prints = [
    String(balance),
    `${balance}`,
    JSON.stringify({ balance }),
    inspect({ balance }, { depth: 9, showHidden: true }),
    `${new Error(`failed with ${balance}`).message}`,
    [balance].join(),
    inspect(new Error('failed', { cause: balance })),
    JSON.stringify(Object.entries(balance)),
  ]
  for (const print of prints) assert.doesNotMatch(print, /123|1234|Tesco|GBP/)
})
