import type { ShowJson } from '../../../src/http/api.ts'
import { formatMoney, formatNumber } from '../../format.ts'
import { useHere } from '../../guichet.tsx'
import { useNarrow } from '../../parts/use-narrow.ts'

type FiguresProps = Extract<ShowJson, { type: 'table' }>
type Cell = FiguresProps['rows'][number]['cells'][number]

/** A plain table. On a narrow screen every column but the first goes under the row's name, so that no word is cut. */
export function Figures({ caption, columns, rows }: FiguresProps) {
  const { locale, words } = useHere()
  const isNarrow = useNarrow()
  const tell = (cell: Cell) =>
    typeof cell === 'object'
      ? formatMoney(cell, locale)
      : typeof cell === 'number'
        ? formatNumber(cell, locale)
        : cell
  const shown = isNarrow ? columns.slice(0, 1) : columns
  return (
    <div className="show">
      <table className="ruled">
        <caption>{caption}</caption>
        <thead className={isNarrow ? 'hidden-text' : undefined}>
          <tr>
            <td />
            {shown.map((column) => (
              <th key={column} scope="col" className="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, cells }) => (
            <tr key={label}>
              <th scope="row">
                {label}
                {columns.slice(shown.length).map((column, index) => (
                  <span key={column} className="under">
                    {words.pair(column, tell(cells[index + shown.length]!))}
                  </span>
                ))}
              </th>
              {shown.map((column, index) => (
                <td key={column} className="number">
                  {tell(cells[index]!)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
