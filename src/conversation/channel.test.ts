import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES, Private } from '#kit'
import type { Answer } from './answer.ts'
import type { Notice, PublicChannel } from './channel.ts'
import { NOTICES } from './words/notices.ts'

const link = { href: 'https://guichet.example/m/mY0paqueT0ken' }
const answer: Answer = {
  kind: 'plain',
  purpose: 'account-view',
  said: new Private({ text: [], show: null, actions: [] }),
  errand: null,
  once: null,
}

test('a public channel cannot be handed an answer, nor a notice with a figure in it', async () => {
  const carried: Notice[] = []
  const messenger: PublicChannel = {
    trust: 'public',
    async notify(_, notice) {
      carried.push(notice)
    },
  }
  await messenger.notify('per_1', { key: 'message-waiting', link, actions: [] }, 'en')
  // @ts-expect-error an answer is no notice
  const withAnswer = () => messenger.notify('per_1', answer, 'en')
  // @ts-expect-error a notice has no field for a figure
  const withFigure = (): Notice => ({ key: 'message-waiting', link, actions: [], amountMinor: 4200 })
  // @ts-expect-error only sentences of our own catalogue
  const withWords = (): Notice => ({ key: 'You spent £42', link, actions: [] })
  assert.equal(typeof withAnswer, typeof withFigure)
  assert.equal(typeof withWords, 'function')
  assert.equal(carried.length, 1)
})

test('what a messenger may carry holds no figure, and in the neutral wording not even a topic', () => {
  for (const locale of LOCALES) {
    for (const words of Object.values(NOTICES)) assert.doesNotMatch(words[locale], /\d|\p{Sc}/u)
    assert.doesNotMatch(
      NOTICES['message-waiting'][locale],
      /fraud|card|carte|balance|solde|payment|paiement|offer|offre|answer|réponse/i,
    )
  }
})

test('an answer that is logged or thrown by mistake prints nothing of it', () => {
  assert.equal(JSON.stringify(answer.said), '"•••"')
  assert.equal(String(answer.said), '•••')
})
