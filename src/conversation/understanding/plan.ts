import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { CATEGORIES, type Filter, NOT_SERVED, type Period, type Question, type Until } from '../question.ts'
import { type Calendar, calendarAt, dayOf, instantOf, rangeOf, toPeriod, unitOf } from './periods/span.ts'

/**
 * Which questions a planner may make of somebody's words: those that only read. Whatever blocks, ends, links, disputes, fetches or
 * asks for a person is for the words themselves. A kind that is not named here does not compile.
 */
const MAY_SAY = {
  greeting: true,
  thanks: true,
  help: true,
  balance: true,
  transactions: true,
  find: true,
  spending: true,
  'spending-by': true,
  'over-time': true,
  forecast: true,
  compare: true,
  recurring: true,
  offers: true,
  consents: true,
  'who-read': true,
  'not-served': true,
  'not-understood': true,
  refresh: false,
  'stop-offers': false,
  'freeze-card': false,
  lines: false,
  'link-bank': false,
  'walk-away': false,
  human: false,
  dispute: false,
  stop: false,
  start: false,
} as const satisfies Record<Question['kind'], boolean>
type Kind = {
  [K in keyof typeof MAY_SAY]: (typeof MAY_SAY)[K] extends true ? K : never
}[keyof typeof MAY_SAY]
const KINDS = Object.entries(MAY_SAY).flatMap(([kind, may]) => (may ? [kind as Kind] : []))

/**
 * What a planner may answer: one flat shape with every field, as JSON Schema outputs want it. Days are written out, both
 * included; it has no field for an amount, and a shop must stand in the person's own words.
 */
const PLAN = z.strictObject({
  kind: z.enum(KINDS),
  topic: z.enum(NOT_SERVED).nullable().describe('only with not-served: what is asked for'),
  by: z.enum(['category', 'merchant']).nullable().describe('only with spending-by'),
  step: z.enum(['week', 'month']).nullable().describe('only with over-time: what spending is parted by'),
  until: z.iso.date().nullable().describe('only with forecast: the last day looked ahead to'),
  event: z
    .enum(['before-rent', 'after-rent', 'before-pay', 'after-pay'])
    .nullable()
    .describe('only with forecast, instead of until'),
  count: z.number().int().min(1).max(100).nullable().describe('only with transactions: how many'),
  from: z.iso.date().nullable().describe('the first day meant'),
  to: z.iso.date().nullable().describe('the last day meant'),
  againstFrom: z.iso.date().nullable().describe('only with compare: the first day of the other period'),
  againstTo: z.iso.date().nullable().describe('only with compare: its last day'),
  merchant: z.string().max(60).nullable().describe('a shop, exactly as the person wrote it'),
  category: z.enum(CATEGORIES).nullable(),
})
type Plan = z.output<typeof PLAN>

/** Fields of one kind alone: said with another, they would be left out of its answer unsaid. */
const ONLY_WITH = {
  topic: 'not-served',
  by: 'spending-by',
  step: 'over-time',
  until: 'forecast',
  event: 'forecast',
  count: 'transactions',
  againstFrom: 'compare',
  againstTo: 'compare',
} as const satisfies Partial<Record<keyof Plan, Kind>>
const FIELDS = Object.entries(ONLY_WITH) as [keyof typeof ONLY_WITH, Kind][]

/** The shape of a plan as JSON Schema. */
export const planSchema = () => {
  const { $schema: _, ...schema } = z.toJSONSchema(PLAN)
  return schema
}

const COUNT_USUAL = 10

/** A planner's answer as a question; null for one that is no plan, or says what the person did not. */
export function questionOfPlan(
  answer: unknown,
  text: string,
  scene: { now: number; timeZone: string },
): Question | null {
  const parsed = PLAN.safeParse(answer)
  if (!parsed.success) return null
  const plan = parsed.data
  if (FIELDS.some(([field, kind]) => plan[field] !== null && plan.kind !== kind)) return null
  if (plan.merchant !== null && !holds(text, plan.merchant)) return null
  const calendar = calendarAt(scene.now, scene.timeZone)
  const period = periodOf(plan.from, plan.to, calendar)
  const against = periodOf(plan.againstFrom, plan.againstTo, calendar)
  if (period === 'unclear' || against === 'unclear') return null
  const filter: Filter = {
    ...(period && { period }),
    ...(plan.merchant !== null && { merchant: plan.merchant }),
    ...(plan.category !== null && { category: plan.category }),
  }
  switch (plan.kind) {
    case 'not-understood':
      return null
    case 'not-served':
      return plan.topic && { kind: 'not-served', topic: plan.topic }
    case 'transactions':
      return { kind: 'transactions', count: plan.count ?? COUNT_USUAL, filter }
    case 'find':
      return Object.keys(filter).length === 0
        ? null
        : { kind: 'find', amountMinor: null, currency: null, filter }
    case 'spending':
      return { kind: 'spending', filter }
    case 'spending-by':
      return { kind: 'spending-by', by: plan.by ?? 'category', filter }
    case 'over-time':
      return { kind: 'over-time', step: plan.step ?? 'month', filter }
    case 'compare': {
      const { period: _, ...narrowed } = filter
      return period && against && { kind: 'compare', period, against, filter: narrowed }
    }
    case 'forecast': {
      const until = Object.keys(filter).length > 0 ? null : untilOf(plan, calendar)
      return until && { kind: 'forecast', until }
    }
    default:
      // These cannot be narrowed: one that was would be answered as if it were not.
      return Object.keys(filter).length > 0 ? null : { kind: plan.kind }
  }
}

const plainly = (text: string): string => text.normalize('NFKC').toLowerCase()
const holds = (text: string, name: string): boolean =>
  name.trim() !== '' && plainly(text).includes(plainly(name))

/** Days up to today, by the name that answers give them; null without any. */
function periodOf(from: string | null, to: string | null, calendar: Calendar): Period | null | 'unclear' {
  if (from === null && to === null) return null
  if (from === null || to === null) return 'unclear'
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)]
  if (Temporal.PlainDate.compare(first, last) > 0) return 'unclear'
  if (Temporal.PlainDate.compare(first, calendar.today) > 0) return 'unclear'
  if (first.equals(last)) return toPeriod(dayOf(first), calendar)
  const whole = (['month', 'year'] as const)
    .map((unit) => unitOf(unit, first))
    .find(({ start, end }) => start.equals(first) && end.subtract({ days: 1 }).equals(last))
  return toPeriod(whole ?? rangeOf(first, last), calendar)
}

const EVENTS: Readonly<Record<NonNullable<Plan['event']>, Until>> = {
  'before-rent': { event: 'rent', isWith: false },
  'after-rent': { event: 'rent', isWith: true },
  'before-pay': { event: 'pay', isWith: false },
  'after-pay': { event: 'pay', isWith: true },
}

/** One day from today on, at most a year ahead, or one event. */
function untilOf({ until, event }: Plan, { today, timeZone }: Calendar): Until | null {
  if (until === null || event !== null) return until === null && event !== null ? EVENTS[event] : null
  const last = Temporal.PlainDate.from(until)
  const isAhead =
    Temporal.PlainDate.compare(last, today) >= 0 &&
    Temporal.PlainDate.compare(last, today.add({ years: 1 })) <= 0
  return isAhead ? { at: instantOf(last.add({ days: 1 }), timeZone) } : null
}
