import type { RefusedRow } from '../bank-reader.ts'
import type { OpenedStatement, StatementEvent } from '../statement-file.ts'

/** What a file comes to before anything of it is kept. */
export type Survey = {
  statements: number
  rows: number
  /** Statements whose rows do not lead from the opening balance to the closing one, by their place in the file from 0. */
  unbalanced: Map<number, Omit<RefusedRow, 'bankAccountId'>>
  /** Statements that could be checked. */
  balanced: number
}

/** A statement whose sum is being made. A refused row leaves it unknown: it is not held against the others. */
type Sum = { minor: number; isWhole: boolean; mixed: boolean; currency: string | null }

/** Reads a file whole and keeps nothing: what is cut short or malformed is found here. Throws the reader's faults. */
export async function survey(opened: OpenedStatement, onProgress: (bytes: number) => void): Promise<Survey> {
  const found: Survey = { statements: 0, rows: 0, unbalanced: new Map(), balanced: 0 }
  let sum = newSum()
  for await (const event of opened.read(onProgress)) {
    if (event.kind === 'begin') sum = newSum()
    else if (event.kind === 'refused') sum.isWhole = false
    else if (event.kind === 'row') {
      const { amountMinor, currency } = event.row.amount
      sum.mixed ||= sum.currency !== null && sum.currency !== currency
      sum.currency = currency
      sum.minor += amountMinor
      found.rows++
    } else {
      const balance = balanceOf(event, sum)
      if (balance === 'wrong')
        found.unbalanced.set(found.statements, {
          place: `line ${event.line}`,
          field: 'balance',
          why: 'unbalanced',
        })
      if (balance === 'right') found.balanced++
      found.statements++
    }
  }
  return found
}

const newSum = (): Sum => ({ minor: 0, isWhole: true, mixed: false, currency: null })

function balanceOf(
  { opening, closing }: StatementEvent & { kind: 'end' },
  sum: Sum,
): 'right' | 'wrong' | 'unknown' {
  if (!opening || !closing || !sum.isWhole) return 'unknown'
  if (sum.mixed || opening.amount.currency !== closing.amount.currency) return 'wrong'
  if (sum.currency !== null && sum.currency !== closing.amount.currency) return 'wrong'
  return opening.amount.amountMinor + sum.minor === closing.amount.amountMinor ? 'right' : 'wrong'
}
