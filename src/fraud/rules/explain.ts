import { FEATURES } from '../features/index.ts'
import type { Payment } from '../payment.ts'
import type { CheckedSet, Condition, NumberNode } from './checked.ts'
import { over } from './compile.ts'
import { textOf } from './facts.ts'

/** How a condition came out; null is *cannot be said*. */
export type Outcome = boolean | null

/** A part of a rule as it was written, how it came out, and the facts in it. */
export type Explained = { text: string; outcome: Outcome; facts: Record<string, number | string | null> }

export type RuleExplained = { name: string; outcome: Outcome; parts: Explained[] }

/**
 * Works through a rule set step by step, and says of each rule how it came out and why: each part that stands between
 * `and`s or `or`s by itself. Slower than the compiled function, and agrees with it on every payment.
 */
export function explainRules(set: CheckedSet, vector: Float64Array, payment: Payment): RuleExplained[] {
  const { definitions, rules, text } = set
  // Each once, in order: one may be used by every later one.
  const conditions: Outcome[] = []
  const numbers: number[] = []
  const within: [string, number | string | null][][] = []
  for (const [index, definition] of definitions.entries()) {
    conditions[index] = definition.type === 'condition' ? outcomeOf(definition.condition) : null
    numbers[index] = definition.type === 'number' ? numberIn(definition.number) : Number.NaN
    within[index] = [
      ...new Map(
        definition.type === 'condition' ? factsOf(definition.condition) : numbersOf(definition.number),
      ),
    ]
  }
  return rules.map(({ name, condition }) => ({
    name,
    outcome: outcomeOf(condition),
    parts: partsOf(condition).map((part) => ({
      text: text.slice(part.span.start, part.span.end),
      outcome: outcomeOf(part),
      facts: Object.fromEntries(factsOf(part)),
    })),
  }))

  function outcomeOf(node: Condition): Outcome {
    switch (node.kind) {
      case 'yes': {
        const value = vector[node.place]!
        return value === 1 ? true : value === 0 ? false : null
      }
      case 'definition':
        return conditions[node.index]!
      case 'compare': {
        const [left, right] = [numberIn(node.left), numberIn(node.right)]
        const isOther = node.currency !== null && payment.currency !== node.currency
        if (isOther || Number.isNaN(left) || Number.isNaN(right)) return null
        return COMPARES[node.comparison](left, right)
      }
      case 'among': {
        const value = textOf(payment, node.field)
        return value === null ? null : node.texts.has(value) !== node.isNegated
      }
      case 'known-number':
        return Number.isNaN(numberIn(node.of)) !== node.isKnown
      case 'known-text':
        return (textOf(payment, node.of) === null) !== node.isKnown
      case 'known-condition':
        return (outcomeOf(node.of) === null) !== node.isKnown
      case 'and': {
        const outcomes = node.parts.map(outcomeOf)
        return outcomes.includes(false) ? false : outcomes.includes(null) ? null : true
      }
      case 'or': {
        const outcomes = node.parts.map(outcomeOf)
        return outcomes.includes(true) ? true : outcomes.includes(null) ? null : false
      }
      case 'not': {
        const outcome = outcomeOf(node.part)
        return outcome === null ? null : !outcome
      }
    }
  }

  function numberIn(node: NumberNode): number {
    switch (node.kind) {
      case 'number':
        return node.value
      case 'fact':
        return vector[node.place]!
      case 'definition':
        return numbers[node.index]!
      case 'arithmetic': {
        const [left, right] = [numberIn(node.left), numberIn(node.right)]
        return CALCULATES[node.operation](left, right)
      }
    }
  }

  function factsOf(node: Condition): [string, number | string | null][] {
    switch (node.kind) {
      case 'yes':
        return [factAt(node.place)]
      case 'definition':
        return within[node.index]!
      case 'compare':
        return [...numbersOf(node.left), ...numbersOf(node.right)]
      case 'among':
        return [[node.field, textOf(payment, node.field)]]
      case 'known-number':
        return numbersOf(node.of)
      case 'known-text':
        return [[node.of, textOf(payment, node.of)]]
      case 'known-condition':
        return factsOf(node.of)
      case 'and':
      case 'or':
        return node.parts.flatMap(factsOf)
      case 'not':
        return factsOf(node.part)
    }
  }

  function numbersOf(node: NumberNode): [string, number | string | null][] {
    switch (node.kind) {
      case 'number':
        return []
      case 'fact':
        return [factAt(node.place)]
      case 'definition':
        return within[node.index]!
      case 'arithmetic':
        return [...numbersOf(node.left), ...numbersOf(node.right)]
    }
  }

  function factAt(place: number): [string, number | null] {
    const value = vector[place]!
    return [FEATURES[place]!.name, Number.isNaN(value) ? null : value]
  }
}

const partsOf = (node: Condition): Condition[] =>
  node.kind === 'and' || node.kind === 'or' ? node.parts : [node]

const COMPARES = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '=': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
}
const CALCULATES = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': over,
}
