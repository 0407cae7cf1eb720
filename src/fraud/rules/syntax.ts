import type { Span } from './problem.ts'

export const COMPARISONS = ['<=', '<', '>=', '>', '=', '!='] as const
export type Comparison = (typeof COMPARISONS)[number]
export type Operation = '+' | '-' | '*' | '/'

export type Written<T> = { readonly value: T; readonly span: Span }

/** An expression as it was written, before anybody knows whether it makes sense. */
export type Expression = { readonly span: Span } & (
  | { readonly kind: 'number'; readonly digits: string; readonly unit: Written<string> | null }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'arithmetic'
      readonly operation: Operation
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'compare'
      readonly comparison: Comparison
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'in'
      readonly value: Expression
      readonly isNegated: boolean
      /** The name of a list, or texts between brackets. */
      readonly list: Written<string> | readonly Written<string>[]
    }
  | { readonly kind: 'known'; readonly value: Expression; readonly isKnown: boolean }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
)

export type ListWritten = { name: Written<string>; of: Written<string>; entries: Written<string>[] }
export type DefinitionWritten = { name: Written<string>; expression: Expression }
export type RuleWritten = {
  name: Written<string>
  /** Null weight is none of its own: `asks` or `spares`. */
  action: Written<'asks' | 'spares' | 'weighs'>
  weight: Written<string> | null
  reason: Written<string> | null
  condition: Expression
}

/** A rule set as it was written. */
export type SetWritten = { lists: ListWritten[]; definitions: DefinitionWritten[]; rules: RuleWritten[] }
