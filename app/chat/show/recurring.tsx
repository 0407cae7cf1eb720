import type { RecurringRowJson, ShowJson } from '../../../src/http/api.ts'
import { formatDayOfYear, formatMoney } from '../../format.ts'
import { useHere } from '../../guichet.tsx'

type RecurringProps = Extract<ShowJson, { type: 'recurring' }>

/** Payments that come back, the soonest due first, each with its rhythm, its next day and the price it had before. */
export function Recurring({ caption, rows }: RecurringProps) {
  const { words } = useHere()
  const now = Date.now()
  return (
    <div className="show">
      <table className="ruled recurring">
        <caption>{caption}</caption>
        <thead className="hidden-text">
          <tr>
            <th scope="col">{words.merchant}</th>
            <th scope="col">{words.amount}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.merchant} ${row.rhythm} ${row.amount.amountMinor}`} row={row} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ row, now }: { row: RecurringRowJson; now: number }) {
  const { locale, words } = useHere()
  const { merchant, category, amount, rhythm, nextAt, change } = row
  const next = formatDayOfYear(nextAt, locale, now)
  const isDearer = change !== null && change.to.amountMinor > change.from.amountMinor
  return (
    <tr>
      <th scope="row">
        {merchant}
        <span className="under">{`${category} · ${rhythm}`}</span>
        <span className="under next">{nextAt < now ? words.wasExpected(next) : words.nextOn(next)}</span>
        {change && (
          <span className="under">
            <span className={isDearer ? 'tag warn' : 'tag plain'}>
              {isDearer ? words.dearer : words.cheaper}
            </span>{' '}
            {words.wasUntil(formatMoney(change.from, locale), formatDayOfYear(change.at, locale, now))}
          </span>
        )}
      </th>
      <td className="number">
        <strong>{formatMoney(amount, locale)}</strong>
      </td>
    </tr>
  )
}
