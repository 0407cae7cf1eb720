import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES, money, Private } from '#kit'
import { type Content, showMessage } from './show.ts'

test('an answer about regular payments that was kept before it could be of one kind only is read again', () => {
  const kept = JSON.stringify({
    by: 'guichet',
    text: [{ say: 'recurring', with: { found: 2, monthly: [money(2400, 'GBP')] } }],
    show: null,
    actions: [],
  })
  const frame = { id: 'msg_old', from: 'guichet', at: Date.UTC(2026, 8, 1), kind: 'plain' } as const
  const texts = LOCALES.map((locale) => {
    const reader = { locale, timeZone: 'Europe/London' }
    return showMessage(frame, new Private(JSON.parse(kept) as Content), () => false, reader).text
  })
  assert.match(texts[0]!, /^2 payments come back regularly, about £24\.00 a month in all\.$/)
  assert.match(
    texts[1]!,
    /^2 paiements reviennent régulièrement, soit environ 24,00\s£(?:GB)? par mois en tout\.$/,
  )
})
