import type { FaultKind } from './faults.ts'

type Answer = Record<string, unknown> & {
  page?: { nextPageKey?: string }
  accounts?: Record<string, unknown>[]
  transactions?: Record<string, unknown>[]
}

/**
 * The answer as a faulty bank would give it; the same answer when the fault is none of what it says. `firstPageKey` leads
 * back to the beginning.
 */
export function tamper(answer: Answer, fault: FaultKind | undefined, firstPageKey = 'again'): Answer {
  switch (fault) {
    case 'pages-without-end':
      return { ...answer, page: { nextPageKey: answer.page?.nextPageKey ?? firstPageKey } }
    case 'currency-unknown':
      return overItems(answer, () => ({
        currency: { currencyCode: 'XQZ' },
        foreignAmount: 1,
        foreignCurrency: 'XQZ',
      }))
    case 'amount-fraction':
      return overItems(answer, (item) => ('amount' in item ? { amount: 12.345 } : { currentBalance: 12.345 }))
    default:
      return answer
  }
}

function overItems(
  answer: Answer,
  change: (item: Record<string, unknown>) => Record<string, unknown>,
): Answer {
  const changed = (items: Record<string, unknown>[]) => items.map((item) => ({ ...item, ...change(item) }))
  if (answer.accounts) return { ...answer, accounts: changed(answer.accounts) }
  if (answer.transactions) return { ...answer, transactions: changed(answer.transactions) }
  return { ...answer, ...change(answer) }
}
