import type { AccountRowJson, MoneyJson, ShowJson, TransactionRowJson } from '../../src/http/api.ts'
import { formatMoment, formatMoney, formatShortDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Bars } from './bars.tsx'

/** What an answer shows beside its sentence: a list, a table, bars, accounts, or an offer. */
export function Show({ show }: { show: ShowJson }) {
  switch (show.type) {
    case 'transactions':
      return <Transactions {...show} />
    case 'table':
      return <Table {...show} />
    case 'bars':
      return <Bars {...show} />
    case 'accounts':
      return <Accounts {...show} />
    case 'offer':
      return <Offer {...show} />
  }
}

function Transactions({
  caption,
  rows,
  more,
}: {
  caption: string
  rows: TransactionRowJson[]
  more: number
}) {
  const { locale, words } = useHere()
  return (
    <div className="show">
      <table>
        <caption>{caption}</caption>
        <thead className="hidden-text">
          <tr>
            <th scope="col">{words.date}</th>
            <th scope="col">{words.merchant}</th>
            <th scope="col">{words.amount}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="muted">
                <time dateTime={new Date(row.at).toISOString()}>{formatShortDate(row.at, locale)}</time>
              </td>
              <td>
                {row.merchant} <span className="muted small">{row.category}</span>{' '}
                {words.status[row.status] && <span className="tag">{words.status[row.status]}</span>}
              </td>
              <td className="number">
                {formatMoney(row.amount, locale)}
                {row.foreign && (
                  <span className="muted small">
                    {' '}
                    {words.foreignAmount(formatMoney(row.foreign, locale))}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="muted small">{words.moreRows(more)}</p>}
    </div>
  )
}

type TableProps = Extract<ShowJson, { type: 'table' }>

function Table({ caption, columns, rows }: TableProps) {
  const { locale } = useHere()
  const cell = (value: MoneyJson | number | string) =>
    typeof value === 'object' ? formatMoney(value, locale) : String(value)
  return (
    <div className="show">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col" className="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              {row.cells.map((value, index) => (
                <td key={columns[index]} className="number">
                  {cell(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Accounts({ caption, rows }: { caption: string; rows: AccountRowJson[] }) {
  const { locale, words } = useHere()
  return (
    <div className="show">
      <table>
        <caption>{caption}</caption>
        <thead className="hidden-text">
          <tr>
            <th scope="col">{words.account}</th>
            <th scope="col">{words.balance}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.bank} ${row.name} ${row.numberDisplay}`}>
              <th scope="row">
                {row.name}{' '}
                <span className="muted small">{`${row.bank} ··${row.numberDisplay.slice(-4)}`}</span>
              </th>
              <td className="number">
                {formatMoney(row.current, locale)}
                {row.available && (
                  <div className="muted small">{`${formatMoney(row.available, locale)} ${words.available}`}</div>
                )}
                <div className="muted small">{words.asOf(formatMoment(row.asOf, locale))}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type OfferProps = Extract<ShowJson, { type: 'offer' }>

function Offer({ bank, title, body, reason }: OfferProps) {
  const { words } = useHere()
  return (
    <section className="show">
      <p className="tag">{words.offerFrom(bank)}</p>
      <h2>{title}</h2>
      <p>{body}</p>
      <p className="muted small">
        {words.why} {reason}
      </p>
    </section>
  )
}
