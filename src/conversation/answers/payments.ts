import type { Found, Listing, Payment } from '#accounts'
import { type PaymentRow, type Said, say, type Template } from '../answer.ts'
import type { Filter } from '../question.ts'
import { narrowing, type Scene } from '../scene.ts'
import type { Wanted } from '../words/sentences.ts'

const ROWS_MAX = 50

/** The newest payments that were asked for, as a list. */
export function sayPayments(listing: Listing, filter: Filter, scene: Scene): Said {
  const of = narrowing(filter, listing.merchants, scene)
  if (listing.payments.length === 0) return { text: [say('payments-none', { of })], show: null, actions: [] }
  const shown = listing.payments.slice(0, ROWS_MAX)
  return {
    text: [
      say('payments-listed', { shown: shown.length, total: listing.total, of }),
      ...pendingNote(shown),
      say('figures-as-of', { at: scene.now }),
    ],
    show: {
      type: 'transactions',
      caption: say('payments', { of }),
      rows: shown.map(rowOf),
      more: listing.total - shown.length,
    },
    actions: [],
  }
}

/** The payments of one amount, or the closest ones, said to be just that. */
export function sayFound({ exact, near }: Found, wanted: Wanted, filter: Filter, scene: Scene): Said {
  const of = narrowing(filter, null, scene)
  const rows = exact.length > 0 ? exact : near
  if (rows.length === 0) return { text: [say('found-none', { wanted, of })], show: null, actions: [] }
  const [only] = exact
  const text: Template =
    exact.length === 0
      ? say('found-near', { wanted, near: near.length })
      : exact.length === 1 && only
        ? say('found-one', {
            wanted,
            merchant: only.merchant,
            amount: only.amount,
            foreign: only.foreign,
            at: only.at,
          })
        : say('found-many', { wanted, found: exact.length })
  const shown = rows.slice(0, ROWS_MAX)
  return {
    text: [text, ...pendingNote(shown), say('figures-as-of', { at: scene.now })],
    show: {
      type: 'transactions',
      caption: say('payments', { of }),
      rows: shown.map(rowOf),
      more: rows.length - shown.length,
    },
    actions: [],
  }
}

function pendingNote(payments: readonly Payment[]): Template[] {
  const pending = payments.filter(({ status }) => status === 'pending').length
  return pending > 0 ? [say('some-pending', { pending })] : []
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
