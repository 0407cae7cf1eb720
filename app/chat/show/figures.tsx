import type { MoneyJson, ShowJson } from '../../../src/http/api.ts'
import { formatMoney, formatNumber } from '../../format.ts'
import { useHere } from '../../guichet.tsx'

type FiguresProps = Extract<ShowJson, { type: 'table' }>

/** A plain table. On a narrow screen it scrolls by itself, and the page does not. */
export function Figures({ caption, columns, rows }: FiguresProps) {
  const { locale } = useHere()
  const cell = (value: MoneyJson | number | string) =>
    typeof value === 'object'
      ? formatMoney(value, locale)
      : typeof value === 'number'
        ? formatNumber(value, locale)
        : value
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section className="show scrolls" tabIndex={0} aria-label={caption}>
      <table className="ruled">
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
    </section>
  )
}
