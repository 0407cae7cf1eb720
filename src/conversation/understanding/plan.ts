import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { CATEGORIES, type Filter, NOT_SERVED, type Question } from '../question.ts'
import { type Calendar, calendarAt, dayOf, rangeOf, toPeriod, unitOf } from './periods/span.ts'

/** Questions that only read. Whatever blocks, ends, links, disputes or asks for a person is for the words themselves. */
const KINDS = [
  'greeting',
  'thanks',
  'help',
  'balance',
  'transactions',
  'find',
  'spending',
  'spending-by',
  'recurring',
  'offers',
  'consents',
  'who-read',
  'not-served',
  'not-understood',
] as const

/**
 * What a planner may answer: one flat shape with every field, as JSON Schema outputs want it. Days are written out, both
 * included; it has no field for an amount, and a shop must stand in the person's own words.
 */
const PLAN = z.strictObject({
  kind: z.enum(KINDS),
  topic: z.enum(NOT_SERVED).nullable().describe('only with not-served: what is asked for'),
  by: z.enum(['category', 'merchant']).nullable().describe('only with spending-by'),
  count: z.number().int().min(1).max(100).nullable().describe('only with transactions: how many'),
  from: z.iso.date().nullable().describe('the first day meant'),
  to: z.iso.date().nullable().describe('the last day meant'),
  merchant: z.string().max(60).nullable().describe('a shop, exactly as the person wrote it'),
  category: z.enum(CATEGORIES).nullable(),
})
type Plan = z.output<typeof PLAN>

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
  if (plan.merchant !== null && !holds(text, plan.merchant)) return null
  const period = periodOf(plan, calendarAt(scene.now, scene.timeZone))
  if (period === 'unclear') return null
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
    default:
      // These cannot be narrowed: one that was would be answered as if it were not.
      return Object.keys(filter).length > 0 ? null : { kind: plan.kind }
  }
}

const plainly = (text: string): string => text.normalize('NFKC').toLowerCase()
const holds = (text: string, name: string): boolean =>
  name.trim() !== '' && plainly(text).includes(plainly(name))

/** Days up to today, by the name that answers give them; null without any. */
function periodOf({ from, to }: Plan, calendar: Calendar): Filter['period'] | null | 'unclear' {
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
