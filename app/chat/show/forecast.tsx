import { scaleLinear, scalePoint } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { ForecastDayJson, ShowJson } from '../../../src/http/api.ts'
import { formatMoney, formatMoneyShort } from '../../format.ts'
import { useHere } from '../../guichet.tsx'
import { Amounts, Chart, HEIGHT, Names, plotOf, stepOf } from './chart.tsx'

type ForecastProps = Extract<ShowJson, { type: 'forecast' }>
type Point = Pick<ForecastDayJson, 'lowMinor' | 'expectedMinor' | 'highMinor'>

/** Two amounts at the edge that are nearer than this would be written over each other. */
const APART = 14
/** Of the highest amount, what counts as near nought. */
const NEAR_NOUGHT = 0.6

/** What may be held on the days to come: a range that widens, and its middle. A mark stands where a payment comes back. */
export function Forecast({ caption, currency, now, days }: ForecastProps) {
  const { locale, words } = useHere()
  const money = (amountMinor: number) => formatMoney({ amountMinor, currency }, locale)
  const last = days.at(-1)!
  const points: Point[] = [
    { lowMinor: now.amountMinor, expectedMinor: now.amountMinor, highMinor: now.amountMinor },
    ...days,
  ]
  const due = days.flatMap((day) => day.due)

  const draw = (width: number) => {
    const lowest = Math.min(...points.map(({ lowMinor }) => lowMinor))
    const highest = Math.max(1, ...points.map(({ highMinor }) => highMinor))
    // Nought is drawn where it is near; far above it, the range would be too thin to read.
    const scale = scaleLinear()
      .domain([lowest < highest * NEAR_NOUGHT ? Math.min(0, lowest) : lowest, highest])
      .nice(4)
    const ticks = scale.ticks(4)
    const short = (amountMinor: number) => formatMoneyShort({ amountMinor, currency }, locale, stepOf(ticks))
    const plot = plotOf(width, ticks.map(short), [last.lowMinor, last.highMinor].map(short))
    scale.range([plot.bottom, plot.top])
    const places = scalePoint(
      points.map((_, i) => i),
      [plot.left, plot.right],
    )
    const x = (_: Point, i: number) => places(i)!
    const range = area<Point>(
      x,
      ({ lowMinor }) => scale(lowMinor),
      ({ highMinor }) => scale(highMinor),
    )
    const middle = line<Point>(x, ({ expectedMinor }) => scale(expectedMinor))
    const edges = [last.highMinor, last.lowMinor].map((amountMinor) => ({
      amountMinor,
      y: scale(amountMinor),
    }))
    const isNarrow = Math.abs(edges[1]!.y - edges[0]!.y) < APART
    const labels = isNarrow ? [{ amountMinor: last.expectedMinor, y: scale(last.expectedMinor) }] : edges
    return (
      <>
        <path className="range" d={range(points) ?? ''} />
        <Amounts scale={scale} ticks={ticks} plot={plot} currency={currency} />
        <path className="middle" d={middle(points) ?? ''} />
        <circle className="dot" cx={places(0)} cy={scale(now.amountMinor)} r="4" />
        {days.flatMap(({ label, expectedMinor, due: onDay }, i) => {
          const marks = [
            ...(onDay.some(({ amountMinor }) => amountMinor < 0) ? [DOWN] : []),
            ...(onDay.some(({ amountMinor }) => amountMinor > 0) ? [UP] : []),
          ]
          return marks.map((mark, side) => (
            <path
              key={`${label} ${mark}`}
              className="mark"
              // Two on one day stand side by side.
              transform={`translate(${places(i + 1)! + (side - (marks.length - 1) / 2) * 12} ${scale(expectedMinor)})`}
              d={mark}
            />
          ))
        })}
        {labels.map(({ amountMinor, y }) => (
          <text
            key={amountMinor}
            className="value"
            x={plot.right + 6}
            y={Math.min(y, HEIGHT - 28)}
            dy="0.32em"
          >
            {short(amountMinor)}
          </text>
        ))}
        <Names
          places={points.map((_, i) => ({ x: places(i)!, name: i === 0 ? words.now : days[i - 1]!.short }))}
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
        words.rangeOn(last.label, money(last.lowMinor), money(last.expectedMinor), money(last.highMinor)),
      )}
      draw={draw}
      legend={
        <ul className="legend">
          <li>
            <svg className="key" viewBox="0 0 20 14" aria-hidden="true">
              <path className="range" d="M1 7 19 1V13Z" />
            </svg>
            {words.range}
          </li>
          <li>
            <svg className="key" viewBox="0 0 20 14" aria-hidden="true">
              <path className="middle" d="M0 7H20" />
            </svg>
            {words.middle}
          </li>
          {due.some(({ amountMinor }) => amountMinor < 0) && <Mark path={DOWN} name={words.goesOut} />}
          {due.some(({ amountMinor }) => amountMinor > 0) && <Mark path={UP} name={words.comesIn} />}
        </ul>
      }
      table={{
        type: 'table',
        caption: words.inFigures,
        columns: [words.middleShort, words.atLeast, words.atMost],
        rows: days.map(({ label, lowMinor, expectedMinor, highMinor, due: onDay }) => ({
          label: [
            label,
            ...onDay.map(
              (one) =>
                `${one.merchant} ${formatMoney({ amountMinor: one.amountMinor, currency }, locale, { signed: true })}`,
            ),
          ].join(' · '),
          cells: [expectedMinor, lowMinor, highMinor].map((amountMinor) => ({ amountMinor, currency })),
        })),
      }}
    />
  )
}

/** Money that goes out points down, and money that comes in points up. */
const DOWN = 'M-5.5 -5H5.5L0 5Z'
const UP = 'M-5.5 5H5.5L0 -5Z'

const Mark = ({ path, name }: { path: string; name: string }) => (
  <li>
    <svg className="key" viewBox="-10 -7 20 14" aria-hidden="true">
      <path className="mark" d={path} />
    </svg>
    {name}
  </li>
)
