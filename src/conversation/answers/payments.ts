import type { Found, Largest, Listing, Payment } from '#accounts'
import { isReportable } from '#fraud'
import { type Action, type Intent, type PaymentRow, type Said, say, type Template } from '../answer.ts'
import type { Filter } from '../question.ts'
import { narrowing, type Scene } from '../scene.ts'
import type { PaymentNamed, Wanted } from '../words/sentences.ts'

const ROWS_MAX = 50

/** Which link an account is of, by our ids: what is reported of its payments is reported there. */
export type Whose = ReadonlyMap<string, string>

/** The newest payments that were asked for, as a list. */
export function sayPayments(listing: Listing, filter: Filter, scene: Scene, whose: Whose): Said {
  const of = narrowing(filter, listing.merchants, scene)
  if (listing.payments.length === 0) return { text: [say('payments-none', { of })], show: null, actions: [] }
  const shown = listing.payments.slice(0, ROWS_MAX)
  const { rows, actions } = answerable(shown, scene, whose)
  return {
    text: [
      say('payments-listed', { shown: shown.length, total: listing.total, of }),
      ...pendingNote(shown),
      say('figures-as-of', { at: scene.now }),
    ],
    show: {
      type: 'transactions',
      caption: say('payments', { of }),
      rows,
      more: listing.total - shown.length,
    },
    actions,
  }
}

/** The largest payments; of each other currency the largest one is told apart. */
export function sayLargest(
  { currencies, merchants }: Largest,
  filter: Filter,
  scene: Scene,
  whose: Whose,
): Said {
  const of = narrowing(filter, merchants, scene)
  const [main, ...others] = currencies
  const [first] = main?.payments ?? []
  if (!main || !first) return { text: [say('payments-none', { of })], show: null, actions: [] }
  const apart = others.flatMap(({ payments: [largest] }) => largest ?? [])
  const shown = [...main.payments.slice(0, ROWS_MAX), ...apart]
  const { rows, actions } = answerable(shown, scene, whose)
  return {
    text: [
      main.payments.length === 1
        ? say('largest-one', { ...paymentNamed(first), of })
        : say('largest-listed', { shown: Math.min(main.payments.length, ROWS_MAX), total: main.total, of }),
      ...(apart.length > 0 ? [say('largest-apart', { payments: apart.map(paymentNamed) })] : []),
      ...pendingNote(shown),
      say('figures-as-of', { at: scene.now }),
    ],
    show: { type: 'transactions', caption: say('largest', { of }), rows, more: 0 },
    actions,
  }
}

const paymentNamed = ({ merchant, amount, foreign, at }: Payment): PaymentNamed => ({
  merchant,
  amount,
  foreign,
  at,
})

/** The payments of one amount, or the closest ones, said to be just that. */
export function sayFound(
  { exact, near }: Found,
  wanted: Wanted,
  filter: Filter,
  scene: Scene,
  whose: Whose,
): Said {
  const of = narrowing(filter, null, scene)
  const found = exact.length > 0 ? exact : near
  if (found.length === 0) return { text: [say('found-none', { wanted, of })], show: null, actions: [] }
  const [only] = exact
  const text: Template =
    exact.length === 0
      ? say('found-near', { wanted, near: near.length })
      : exact.length === 1 && only
        ? say('found-one', { wanted, ...paymentNamed(only) })
        : say('found-many', { wanted, found: exact.length })
  const shown = found.slice(0, ROWS_MAX)
  const { rows, actions } = answerable(shown, scene, whose)
  return {
    text: [text, ...pendingNote(shown), say('figures-as-of', { at: scene.now })],
    show: {
      type: 'transactions',
      caption: say('payments', { of }),
      rows,
      more: found.length - shown.length,
    },
    actions,
  }
}

function pendingNote(payments: readonly Payment[]): Template[] {
  const pending = payments.filter(({ status }) => status === 'pending').length
  return pending > 0 ? [say('some-pending', { pending })] : []
}

/** The rows of a list, with the way to say that some were not theirs: one tap when there is one, else by ticking. */
function answerable(
  payments: readonly Payment[],
  { now }: Scene,
  whose: Whose,
): { rows: PaymentRow[]; actions: Action[] } {
  const offered = new Map(
    payments.flatMap((payment) => {
      const linkId = isReportable(payment, now) ? whose.get(payment.accountId) : undefined
      return linkId === undefined ? [] : [[payment.id, { linkId, transactionId: payment.id }]]
    }),
  )
  if (offered.size === 0) return { rows: payments.map(rowOf), actions: [] }
  const intent: Intent = { do: 'report-listed', payments: [...offered.values()] }
  if (payments.length === 1)
    return { rows: payments.map(rowOf), actions: [{ label: say('do-report', {}), style: 'plain', intent }] }
  return {
    rows: payments.map((payment) => ({
      ...rowOf(payment),
      ...(!offered.has(payment.id) && { canTick: false }),
    })),
    actions: [{ label: say('do-report-ticked', {}), style: 'plain', intent, chooses: 'payments' }],
  }
}

const rowOf = ({ id, at, merchant, category, amount, foreign, status }: Payment): PaymentRow => ({
  id,
  at,
  merchant,
  category,
  amount,
  foreign,
  status,
})
