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

function draw(show: ShowJson, { locale, timeZone }: Reader): { lines: string[]; isWhole: boolean } {
  const say = ({ amountMinor, currency }: MoneyJson) =>
    formatMoney({ amountMinor, currency } as Parameters<typeof formatMoney>[0], locale)
  const day = (at: number) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(at)
  switch (show.type) {
    case 'transactions':
      return {
        lines: show.rows.map(({ at, merchant, amount }) => `${day(at)} · ${merchant} · ${say(amount)}`),
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
    case 'bars':
    case 'over-time':
    case 'forecast':
      return { lines: [show.caption], isWhole: false }
  }
}
