import { scaleBand, scaleLinear } from 'd3-scale'
import type { ShowJson } from '../../../src/http/api.ts'
import { formatMoney, formatMoneyShort } from '../../format.ts'
import { useHere } from '../../guichet.tsx'
import { Amounts, Chart, Names, plotOf, stepOf } from './chart.tsx'

type OverTimeProps = Extract<ShowJson, { type: 'over-time' }>

/** A column wide enough for its own amount above it. */
const ROOMY = 46

/** Spending in each month or week as columns; one that is not over yet is drawn hatched, and said to be so. */
export function OverTime({ caption, currency, steps, isRunning }: OverTimeProps) {
  const { locale, words } = useHere()
  const money = (amountMinor: number) => formatMoney({ amountMinor, currency }, locale)
  const short = (amountMinor: number, stepMinor?: number) =>
    formatMoneyShort({ amountMinor, currency }, locale, stepMinor)
  const last = steps.length - 1
  const named = steps.map(({ label, netMinor }, i) => ({
    label: isRunning && i === last ? `${label} (${words.notOver})` : label,
    cells: [{ amountMinor: netMinor, currency }],
  }))

  const draw = (width: number, id: string) => {
    const scale = scaleLinear()
      .domain([
        Math.min(0, ...steps.map(({ netMinor }) => netMinor)),
        Math.max(1, ...steps.map(({ netMinor }) => netMinor)),
      ])
      .nice(4)
    const ticks = scale.ticks(4)
    const step = stepOf(ticks)
    const plot = plotOf(
      width,
      ticks.map((tick) => short(tick, step)),
    )
    scale.range([plot.bottom, plot.top])
    const bands = scaleBand(
      steps.map((_, i) => i),
      [plot.left, plot.right],
    ).paddingInner(0.28)
    const column = bands.bandwidth()
    const most = steps.reduce((best, { netMinor }, i) => (netMinor > steps[best]!.netMinor ? i : best), 0)
    return (
      <>
        <defs>
          <pattern
            id={`${id}-hatch`}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect className="hatch-ground" width="6" height="6" />
            <line className="hatch" x1="1.5" x2="1.5" y2="6" />
          </pattern>
        </defs>
        <Amounts scale={scale} ticks={ticks} plot={plot} currency={currency} />
        {steps.map(({ label, netMinor }, i) => {
          const [from, to] = [scale(Math.max(0, netMinor)), scale(Math.min(0, netMinor))]
          const isOpen = isRunning && i === last
          return (
            <g key={label}>
              <rect
                className={isOpen ? 'column open' : 'column'}
                {...(isOpen && { fill: `url(#${id}-hatch)` })}
                x={bands(i)}
                y={from}
                width={column}
                height={Math.max(1, to - from)}
              />
              {(column >= ROOMY || i === most) && netMinor !== 0 && (
                <text className="value" x={bands(i)! + column / 2} y={from - 5} textAnchor="middle">
                  {short(netMinor)}
                </text>
              )}
            </g>
          )
        })}
        <Names
          places={steps.map((step, i) => ({ x: bands(i)! + column / 2, name: step.short }))}
          plot={plot}
        />
      </>
    )
  }

  return (
    <Chart
      caption={caption}
      alt={words.chartOf(
        caption,
        named.map(({ label, cells }) => words.pair(label, money(cells[0]!.amountMinor))).join(', '),
      )}
      draw={draw}
      legend={
        isRunning && (
          <ul className="legend">
            <li>
              <svg className="key" viewBox="0 0 20 14" aria-hidden="true">
                <rect className="column" width="20" height="14" />
              </svg>
              {words.over}
            </li>
            <li>
              <svg className="key" viewBox="0 0 20 14" aria-hidden="true">
                <rect className="hatch-ground" width="20" height="14" />
                <path className="hatch" d="M2 14 16 0M-3 9 6 0M8 14 20 2M15 14 20 9" />
              </svg>
              {words.notOver}
            </li>
          </ul>
        )
      }
      table={{ type: 'table', caption: words.inFigures, columns: [words.amount], rows: named }}
    />
  )
}
