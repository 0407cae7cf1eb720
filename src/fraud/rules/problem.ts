import { Fault } from '#kit'

/** Where something stands in the text of a rule set; lines and columns count from 1. */
export type Span = {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

/** What is wrong at one place of a rule set, and how to mend it. */
export type Problem = { readonly span: Span; readonly what: string; readonly mend: string }

/** Problems told at once: whoever mends ten of them sees the rest the next time. */
const TOLD_MAX = 10

export class Problems {
  readonly found: Problem[] = []

  add(span: Span, what: string, mend: string): void {
    this.found.push({ span, what, mend })
  }

  /** Throws `rules-refused` with the problems found so far, in the order of the text; returns when there is none. */
  check(): void {
    if (this.found.length === 0) return
    const told = this.found.sort((a, b) => a.span.start - b.span.start).slice(0, TOLD_MAX)
    const more = this.found.length - told.length
    const lines = told.map(({ span, what, mend }) =>
      `line ${span.line}, column ${span.column}: ${what} ${mend}`.trimEnd(),
    )
    throw new Fault('rules-refused', {
      detail: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    })
  }
}
