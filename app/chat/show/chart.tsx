import type { ScaleLinear } from 'd3-scale'
import { type ReactNode, useId, useRef, useState } from 'react'
import type { ShowJson } from '../../../src/http/api.ts'
import { formatMoneyShort } from '../../format.ts'
import { useHere } from '../../guichet.tsx'
import { Figures } from './figures.tsx'
import { useWidth } from './use-width.ts'

/** How high the drawing is, and what is kept free above and below it for words. */
export const HEIGHT = 190
const TOP = 18
const BOTTOM = 24
/** What a letter of the labels takes, and their distance from the drawing. */
const LETTER = 7.2
const GAP = 8

/** Where a chart is drawn: its own pixels, so that text is neither stretched nor shrunk. */
export type Plot = { left: number; right: number; top: number; bottom: number }

/** Room for labels of that many letters on either side. */
export function plotOf(width: number, before: readonly string[], after: readonly string[] = []): Plot {
  const room = (labels: readonly string[]) =>
    labels.length === 0 ? 0 : Math.max(...labels.map(({ length }) => length)) * LETTER + GAP
  return { left: room(before), right: width - Math.max(2, room(after)), top: TOP, bottom: HEIGHT - BOTTOM }
}

/**
 * A picture of figures, with the figures themselves as a table: at a button on a screen, always on paper. The picture is
 * drawn with attributes alone, which a strict content policy allows, and takes its colours from the page.
 */
export function Chart(props: {
  caption: string
  /** What the picture shows, for who does not see it. */
  alt: string
  legend: ReactNode
  table: Extract<ShowJson, { type: 'table' }>
  draw: (width: number, id: string) => ReactNode
}) {
  const { caption, alt, legend, table, draw } = props
  const { words } = useHere()
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const id = useId().replace(/\W/g, '')
  const [isOpen, setOpen] = useState(false)
  return (
    <figure className="show chart">
      <figcaption>{caption}</figcaption>
      <div ref={frame} className="drawing">
        <svg
          role="img"
          aria-label={alt}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          height={HEIGHT}
          preserveAspectRatio="xMidYMid meet"
        >
          {draw(width, id)}
        </svg>
      </div>
      {legend}
      <button
        type="button"
        className="quiet"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? words.hideTable : words.showTable}
      </button>
      <div id={id} className={isOpen ? undefined : 'chart-folded'}>
        <Figures {...table} />
      </div>
    </figure>
  )
}

/** How far apart the amounts of a scale are. */
export const stepOf = ([first = 0, second = Number.POSITIVE_INFINITY]: readonly number[]): number =>
  second - first

/** Amounts at the side, a line for each, and nought drawn stronger. */
export function Amounts(props: {
  scale: ScaleLinear<number, number>
  ticks: number[]
  plot: Plot
  currency: string
}) {
  const { scale, ticks, plot, currency } = props
  const { locale } = useHere()
  return ticks.map((tick) => (
    <g key={tick}>
      <line
        className={tick === 0 ? 'ground' : 'grid'}
        x1={plot.left}
        x2={plot.right}
        y1={scale(tick)}
        y2={scale(tick)}
      />
      <text className="tick" x={plot.left - GAP} y={scale(tick)} dy="0.32em" textAnchor="end">
        {formatMoneyShort({ amountMinor: tick, currency }, locale, stepOf(ticks))}
      </text>
    </g>
  ))
}

/** Names below, as many as have room; the last always. */
export function Names({ places, plot }: { places: { x: number; name: string }[]; plot: Plot }) {
  const widest = Math.max(...places.map(({ name }) => name.length)) * LETTER + GAP
  const apart = places.length > 1 ? Math.abs(places[1]!.x - places[0]!.x) : widest
  const every = Math.max(1, Math.ceil(widest / apart))
  const last = places.length - 1
  return places.map(({ x, name }, i) =>
    (last - i) % every === 0 ? (
      <text
        key={`${x} ${name}`}
        className="tick"
        x={Math.min(Math.max(x, (name.length * LETTER) / 2), plot.right - (name.length * LETTER) / 2 + GAP)}
        y={HEIGHT - 6}
        textAnchor="middle"
      >
        {name}
      </text>
    ) : null,
  )
}
