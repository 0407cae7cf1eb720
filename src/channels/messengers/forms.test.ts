/** How many choices there are is the conversation's to say; which form shows them, each messenger's door's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTICES, understand } from '#conversation'
import { systemClock } from '#kit'
import { createShow } from '../../../sim/messengers/graph/show.ts'
import { createTemplates } from '../../../sim/messengers/graph/templates.ts'
import { faultInCall } from '../../../sim/messengers/telegram/check-call.ts'
import { write as writeMessenger } from '../messenger/door.ts'
import { messageOf } from '../telegram/door.ts'
import { write as writeWhatsApp } from '../whatsapp/door.ts'
import type { WrittenNotice } from './door.ts'
import { BUTTONS } from './written.ts'

const HREF = 'https://guichet.example/o/aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW'
const notice = (
  n: number,
  more: { label?: number; text?: number; hasLink?: boolean } = {},
): WrittenNotice => ({
  text: 'Please choose. '.padEnd(more.text ?? 15, 'x'),
  link: (more.hasLink ?? true) ? { label: 'Open', href: HREF } : null,
  buttons: Array.from({ length: n }, (_, i) => ({
    label: `Choice ${i} `.padEnd(more.label ?? 12, '…'),
    payload: `payload-${i}`,
  })),
  locale: 'en',
})

const showOf = (product: 'messenger' | 'whatsapp') =>
  createShow({ templates: createTemplates({ product }), clock: systemClock })[product]
const showMessenger = showOf('messenger')
const showWhatsApp = showOf('whatsapp')

/** Each messenger as it shows what it was sent, once its own limits have let it through. */
const MESSENGERS: Record<string, (given: WrittenNotice) => ReturnType<typeof showMessenger> | null> = {
  messenger(given) {
    const message = writeMessenger(given)
    return message && showMessenger({ messaging_type: 'RESPONSE', message })
  },
  whatsapp(given) {
    const message = writeWhatsApp(given)
    return message && showWhatsApp({ ...message })
  },
  telegram(given) {
    const call = messageOf('7', given)
    if (!call) return null
    assert.equal(faultInCall('sendMessage', call), null)
    const markup = call.reply_markup as
      | { inline_keyboard: { text: string; url?: string; callback_data?: string }[][] }
      | undefined
    const all = markup?.inline_keyboard.flat() ?? []
    assert.ok(all.length <= 100)
    const url = all.find((one) => one.url)
    return {
      from: 'page',
      at: 0,
      text: String(call.text),
      link: url ? { label: url.text, href: url.url! } : null,
      buttons: all.flatMap((one) =>
        one.callback_data ? [{ label: one.text, payload: one.callback_data }] : [],
      ),
    }
  },
}

for (const [name, show] of Object.entries(MESSENGERS))
  test(`${name}: every choice is shown whole, or all of them are behind the link, or another way is taken`, () => {
    for (const hasLink of [true, false])
      for (const label of [12, 20, 21, 24, 25, 80])
        for (const text of [15, 80, 81, 640, 641, 1_024, 1_900, 2_000, 4_000, 4_096, 5_000])
          for (const n of [0, 1, 2, 3, 4, 9, 10, 11, 13, 14, 29, 30, 31, 99, 100, 101]) {
            const given = notice(n, { label, text, hasLink })
            const shown = show(given)
            const what = `${n} choices of ${label} under ${text} characters, link ${hasLink}`
            if (shown === null) {
              const isTooLong = text + (hasLink ? HREF.length + 1 : 0) > 2_000
              assert.ok(isTooLong || (n > 0 && !hasLink), what)
              continue
            }
            assert.ok(shown.text.startsWith(given.text.slice(0, 15)), what)
            assert.equal(shown.link?.href, given.link?.href, what)
            if (shown.buttons.length > 0) assert.deepEqual(shown.buttons, given.buttons, what)
            else assert.ok(n === 0 || hasLink, what)
          }
  })

test('up to the next form there is always one more: few as buttons, more as replies or a list, then cards', () => {
  const kind = (message: object | null) => {
    const text = JSON.stringify(message)
    return ['quick_replies', 'generic', '"list"', '"button"', 'cta_url'].find((one) => text.includes(one))
  }
  const of = (write: typeof writeMessenger, counts: number[]) => counts.map((n) => kind(write(notice(n))))
  assert.deepEqual(of(writeMessenger, [0, 2, 3, 13, 14, 29, 30]), [
    '"button"',
    '"button"',
    'quick_replies',
    'quick_replies',
    'generic',
    'generic',
    undefined,
  ])
  assert.deepEqual(of(writeWhatsApp, [0, 1, 3, 4, 10, 11]), [
    'cta_url',
    '"button"',
    '"button"',
    '"list"',
    '"list"',
    'cta_url',
  ])
})

test('the labels of our own choices fit a button everywhere, and what they say is understood', () => {
  for (const key of [...BUTTONS, 'open-here', 'choose'] as const)
    for (const locale of ['en', 'fr'] as const)
      assert.ok(NOTICES[key][locale].length <= 20, NOTICES[key][locale])
  const reader = { now: systemClock.now(), timeZone: 'UTC' }
  const kinds = (['ask-balance', 'ask-spending', 'ask-person'] as const).flatMap((key) =>
    (['en', 'fr'] as const).map((locale) => understand(NOTICES[key][locale], { ...reader, locale }).kind),
  )
  assert.deepEqual(kinds, ['balance', 'balance', 'spending', 'spending', 'human', 'human'])
})
