import type { ShowJson } from '../../src/http/api.ts'
import { formatMoney } from '../format.ts'
import { useHere } from '../guichet.tsx'

type BarsProps = Extract<ShowJson, { type: 'bars' }>

/** Horizontal bars beside their figures: the words and amounts are the chart, so nobody needs to see the colours. */
export function Bars({ caption, currency, series, points }: BarsProps) {
  const { locale } = useHere()
  const most = Math.max(1, ...points.flatMap((point) => point.values))
  return (
    <figure className="show bars">
      <figcaption className="muted small">
        {caption}
        {series.length > 1 && (
          <span aria-hidden="true">
            {series.map((name, index) => (
              <span key={name}>
                {' '}
                <span className={index === 0 ? 'swatch' : 'swatch second'} />
                {name}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <ul className="plain-list">
        {points.map((point) =>
          point.values.map((value, index) => (
            <li
              key={`${point.label} ${series[index] ?? index}`}
              className={index === 0 ? 'bar-row' : 'bar-row second'}
            >
              <span>
                {index === 0 ? point.label : <span className="hidden-text">{point.label}</span>}
                {series.length > 1 && <span className="hidden-text">, {series[index]}</span>}
              </span>
              <span className="bar-track" aria-hidden="true">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" focusable="false">
                  <title>{point.label}</title>
                  <rect width={(100 * value) / most} height="10" rx="1" />
                </svg>
              </span>
              <span className="number">{formatMoney({ amountMinor: value, currency }, locale)}</span>
            </li>
          )),
        )}
      </ul>
    </figure>
  )
}
