import type { ShowJson } from '../../../src/http/api.ts'
import { formatMoney } from '../../format.ts'
import { useHere } from '../../guichet.tsx'

type BarsProps = Extract<ShowJson, { type: 'bars' }>

/** A chart that is its own data table: each row has its label and amounts in words, and bars that only illustrate them. */
export function Bars({ caption, currency, series, points }: BarsProps) {
  const { locale, words } = useHere()
  const most = Math.max(1, ...points.flatMap((point) => point.values))
  const isCompared = series.length > 1
  return (
    <div className="show">
      <table className="bars">
        <caption>{caption}</caption>
        <thead className={isCompared ? undefined : 'hidden-text'}>
          <tr>
            <td />
            {(isCompared ? series : [words.amount]).map((name, index) => (
              <th key={name} scope="col" className="number">
                {isCompared && <span className={`swatch series-${index}`} aria-hidden="true" />}
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.label}>
              <th scope="row">
                {point.label}
                {point.values.map((value, index) => (
                  <Bar key={series[index] ?? ''} share={value / most} series={index} />
                ))}
              </th>
              {point.values.map((amountMinor, index) => (
                <td key={series[index] ?? ''} className="number">
                  {formatMoney({ amountMinor, currency }, locale)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Drawn as a picture: its length is an attribute, which a strict content policy allows and a style would not be. */
function Bar({ share, series }: { share: number; series: number }) {
  return (
    <svg className={`bar series-${series}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" width="100" height="8" />
      <rect width={100 * share} height="8" />
    </svg>
  )
}
