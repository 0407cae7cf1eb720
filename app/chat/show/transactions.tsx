import { useId } from 'react'
import type { ShowJson, TransactionRowJson } from '../../../src/http/api.ts'
import { formatDay, formatMoney, formatNumber, formatTime } from '../../format.ts'
import { useHere } from '../../guichet.tsx'
import { groupByDay } from './group-by-day.ts'

/** Which payments are ticked, when a button below is about some of them. */
export type Choice = { chosen: readonly string[]; toggle(id: string): void }

type TransactionsProps = Extract<ShowJson, { type: 'transactions' }> & { choice?: Choice }

/** Payments under the day they were made, in the order the answer gives. */
export function Transactions({ caption, rows, more, choice }: TransactionsProps) {
  const { locale, words } = useHere()
  const now = Date.now()
  return (
    <div className="show">
      <table className="payments">
        <caption>{caption}</caption>
        <thead className="hidden-text">
          <tr>
            <th scope="col">{words.merchant}</th>
            <th scope="col">{words.amount}</th>
          </tr>
        </thead>
        {groupByDay(rows).map((day) => (
          <tbody key={day[0]!.id}>
            <tr>
              <th colSpan={2} scope="rowgroup" className="payment-day">
                {formatDay(day[0]!.at, locale, now)}
              </th>
            </tr>
            {day.map((row) => (
              <Payment key={row.id} row={row} {...(choice && { choice })} />
            ))}
          </tbody>
        ))}
      </table>
      {more > 0 && <p className="small muted">{words.moreRows(more, formatNumber(more, locale))}</p>}
    </div>
  )
}

function Payment({ row, choice }: { row: TransactionRowJson; choice?: Choice }) {
  const { locale, words } = useHere()
  const { at, merchant, category, amount, foreign, status, card } = row
  const paidId = useId()
  const never = status === 'released' || status === 'reversed' || status === 'declined'
  return (
    <tr>
      <td>
        {choice && row.canTick !== false ? (
          <label className="pick">
            <input
              type="checkbox"
              aria-describedby={card ? paidId : undefined}
              checked={choice.chosen.includes(row.id)}
              onChange={() => choice.toggle(row.id)}
            />
            {merchant}
          </label>
        ) : (
          merchant
        )}
        {card && (
          <span className="under" id={paidId}>
            {formatTime(at, locale)}, {words.cardEnding(card)}
          </span>
        )}
        <span className="under">
          {category}
          {words.status[status] && (
            <>
              {' '}
              <span className={status === 'pending' ? 'tag warn' : 'tag plain'}>{words.status[status]}</span>
            </>
          )}
        </span>
      </td>
      <td className="number">
        <span className={amount.amountMinor > 0 ? 'money-in' : undefined}>
          {never ? (
            <s>{formatMoney(amount, locale, { signed: true })}</s>
          ) : (
            formatMoney(amount, locale, { signed: true })
          )}
        </span>
        {foreign && <span className="under">{formatMoney(foreign, locale)}</span>}
      </td>
    </tr>
  )
}
