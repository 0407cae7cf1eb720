import { formatMoney, type Locale } from '#kit'
import type { MessageJson, MoneyJson, ShowJson } from '../../http/api.ts'

type Reader = { locale: Locale; timeZone: string }

/**
 * Messages as lines of text, for a chat that is private; `isWhole` when nothing is left out: a chart, a button, rows beyond those
 * that are listed.
 */
export function inPlainText(
  messages: readonly MessageJson[],
  reader: Reader,
): { text: string; isWhole: boolean } {
  const drawn = messages.map(({ show }) => (show ? draw(show, reader) : { lines: [], isWhole: true }))
  return {
    text: messages
      .map(({ text }, index) => [text, ...drawn[index]!.lines].filter((line) => line !== '').join('\n'))
      .join('\n\n'),
    isWhole:
      drawn.every(({ isWhole }) => isWhole) &&
      messages.every(({ actions }) => actions.every((action) => !('token' in action))),
  }
}

const WORDS = {
  en: {
    notOver: 'not over yet',
    now: 'now',
    card: (digits: string) => `card ending ${digits}`,
    between: (low: string, high: string, middle: string) => `between ${low} and ${high}, around ${middle}`,
  },
  fr: {
    notOver: 'en cours',
    now: 'maintenant',
    card: (digits: string) => `carte se terminant par ${digits}`,
    between: (low: string, high: string, middle: string) => `entre ${low} et ${high}, autour de ${middle}`,
  },
} as const

/** What is held now, on each day on which a payment comes back, and at the end. */
function foretold(show: Extract<ShowJson, { type: 'forecast' }>, locale: Locale): string[] {
  const say = (amountMinor: number) =>
    formatMoney({ amountMinor, currency: show.currency } as Parameters<typeof formatMoney>[0], locale)
  const words = WORDS[locale]
  const told = show.days.filter(({ due }, at) => due.length > 0 || at === show.days.length - 1)
  return [
    show.caption,
    `${words.now} · ${say(show.now.amountMinor)}`,
    ...told.map(({ label, lowMinor, expectedMinor, highMinor, due }) =>
      [
        label,
        words.between(say(lowMinor), say(highMinor), say(expectedMinor)),
        ...due.map(({ merchant, amountMinor }) => `${merchant} ${say(amountMinor)}`),
      ].join(' · '),
    ),
  ]
}

function draw(show: ShowJson, { locale, timeZone }: Reader): { lines: string[]; isWhole: boolean } {
  const say = ({ amountMinor, currency }: MoneyJson) =>
    formatMoney({ amountMinor, currency } as Parameters<typeof formatMoney>[0], locale)
  const day = (at: number) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(at)
  const moment = (at: number) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)
  switch (show.type) {
    case 'transactions':
      return {
        lines: show.rows.map(({ at, merchant, amount, card }) =>
          [
            card ? moment(at) : day(at),
            merchant,
            say(amount),
            ...(card ? [WORDS[locale].card(card)] : []),
          ].join(' · '),
        ),
        isWhole: show.more === 0,
      }
    case 'accounts':
      return {
        lines: show.rows.map(
          ({ bank, name, numberDisplay, current }) => `${bank} · ${name} ${numberDisplay} · ${say(current)}`,
        ),
        isWhole: true,
      }
    case 'recurring':
      return {
        lines: show.rows.map(({ merchant, amount, rhythm }) => `${merchant} · ${say(amount)} · ${rhythm}`),
        isWhole: show.rows.every(({ change }) => change === null),
      }
    case 'table':
      return {
        lines: show.rows.map(({ label, cells }) =>
          [label, ...cells.map((cell) => (typeof cell === 'object' ? say(cell) : String(cell)))].join(' · '),
        ),
        isWhole: true,
      }
    case 'offer':
      return { lines: [`${show.bank}: ${show.title}`, show.body, show.reason], isWhole: true }
    // A chart is its figures here, and is drawn on the page.
    case 'bars':
      return {
        lines: [
          show.caption,
          ...show.points.map(({ label, values }) =>
            [
              label,
              ...values.map((amountMinor, series) => {
                const amount = say({ amountMinor, currency: show.currency })
                return values.length === 1 ? amount : `${show.series[series]} ${amount}`
              }),
            ].join(' · '),
          ),
        ],
        isWhole: false,
      }
    case 'over-time':
      return {
        lines: [
          show.caption,
          ...show.steps.map(({ label, netMinor }, at) => {
            const isRunning = show.isRunning && at === show.steps.length - 1
            const named = isRunning ? `${label} (${WORDS[locale].notOver})` : label
            return `${named} · ${say({ amountMinor: netMinor, currency: show.currency })}`
          }),
        ],
        isWhole: false,
      }
    case 'forecast':
      return { lines: foretold(show, locale), isWhole: false }
  }
}
