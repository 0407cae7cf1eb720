import type { AccountRowJson, ShowJson } from '../../../src/http/api.ts'
import { formatMoment, formatMoney } from '../../format.ts'
import { useHere } from '../../guichet.tsx'

type AccountsProps = Extract<ShowJson, { type: 'accounts' }>

/** Balances, one account a line. Figures of one instant say it once, below; others each say their own. */
export function Accounts({ caption, rows }: AccountsProps) {
  const { locale, words } = useHere()
  const times = [...new Set(rows.map((row) => formatMoment(row.asOf, locale)))]
  const together = times.length === 1 ? times[0] : undefined
  return (
    <div className="show">
      <table className="ruled">
        <caption>{caption}</caption>
        <thead className="hidden-text">
          <tr>
            <th scope="col">{words.account}</th>
            <th scope="col">{words.balance}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Account key={`${row.bank} ${row.name} ${row.numberDisplay}`} row={row} saysWhen={!together} />
          ))}
        </tbody>
      </table>
      {together && <p className="small muted">{words.asOf(together)}</p>}
    </div>
  )
}

function Account({ row, saysWhen }: { row: AccountRowJson; saysWhen: boolean }) {
  const { locale, words } = useHere()
  const { bank, name, numberDisplay, current, available, asOf } = row
  // Said only where it differs: a savings account's twice the same figure would be read as two.
  const differs = available !== null && available.amountMinor !== current.amountMinor
  return (
    <tr>
      <th scope="row">
        {name}
        <span className="under">{`${bank} ·· ${numberDisplay.slice(-4)}`}</span>
        {saysWhen && <span className="under">{words.asOf(formatMoment(asOf, locale))}</span>}
      </th>
      <td className="number">
        <strong>{formatMoney(current, locale)}</strong>
        {differs && <span className="under">{words.available(formatMoney(available, locale))}</span>}
      </td>
    </tr>
  )
}
