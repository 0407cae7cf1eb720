import type { Payment } from '../payment.ts'
import type { CheckedSet, Condition, NumberNode } from './checked.ts'

/** Puts the places of the rules that hold into `held`, the weightiest first, those that weigh the same in the order of the set. */
export type CompiledRules = (vector: Float64Array, payment: Payment, held: number[]) => void

/**
 * A rule set as one JavaScript function. Its text is written from the checked tree alone: numbers, places in the vector,
 * and the names of our own fields; nothing that somebody typed is in it. Each definition is computed once, in order, so
 * that it takes as long as the set has words, whatever the payment.
 */
export function compileRules({ definitions, rules }: CheckedSet): CompiledRules {
  const sets: ReadonlySet<string>[] = []
  let asksMerchant = false
  /** Whether a condition can be said, as a name of its own: it is asked for in both directions, one within the other. */
  const names = new Map<Condition, string>()
  let ahead: string[] = []
  /** A line, behind those that compute what it names. */
  const after = (line: string): string => {
    const lines = [...ahead, line].join('')
    ahead = []
    return lines
  }
  const lines = definitions.flatMap((definition, index) =>
    definition.type === 'number'
      ? [`const n${index}=${numberCode(definition.number)};`]
      : [
          after(`const t${index}=${whenTrue(definition.condition)};`),
          after(`const f${index}=${whenFalse(definition.condition)};`),
        ],
  )
  const tests = rules
    .map(({ condition, weight }, index) => ({
      weight,
      test: after(`if(${whenTrue(condition)})held.push(${index});`),
    }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ test }) => test)
  const code = [...lines, ...tests].join('')
  // Most sets name no merchant, and then nobody needs small letters.
  const merchant = asksMerchant ? 'const m=p.merchant.toLowerCase();' : ''
  const body = `"use strict";return function(v,p,held){${merchant}${code}}`
  return new Function('s', 'over', body)(sets, over) as CompiledRules

  /** Code that is true when a condition holds: false when it does not, and when it cannot be said. */
  function whenTrue(node: Condition): string {
    switch (node.kind) {
      case 'yes':
        return `v[${node.place}]===1`
      case 'definition':
        return `t${node.index}`
      case 'compare':
        return comparedCode(node, true)
      case 'among':
        return amongCode(node, !node.isNegated)
      case 'known-number':
        return knownCode(`!Number.isNaN(${numberCode(node.of)})`, node.isKnown)
      case 'known-text':
        return knownCode(`p.${node.of}!==null`, node.isKnown)
      case 'known-condition':
        return knownCode(canBeSaid(node.of), node.isKnown)
      case 'and':
        return `(${node.parts.map(whenTrue).join('&&')})`
      case 'or':
        return `(${node.parts.map(whenTrue).join('||')})`
      case 'not':
        return whenFalse(node.part)
    }
  }

  /** Code that is true when it is said that a condition does not hold. */
  function whenFalse(node: Condition): string {
    switch (node.kind) {
      case 'yes':
        return `v[${node.place}]===0`
      case 'definition':
        return `f${node.index}`
      case 'compare':
        return comparedCode(node, false)
      case 'among':
        return amongCode(node, node.isNegated)
      case 'known-number':
      case 'known-text':
      case 'known-condition':
        return whenTrue({ ...node, isKnown: !node.isKnown })
      case 'and':
        return `(${node.parts.map(whenFalse).join('||')})`
      case 'or':
        return `(${node.parts.map(whenFalse).join('&&')})`
      case 'not':
        return whenTrue(node.part)
    }
  }

  function canBeSaid(of: Condition): string {
    const known = names.get(of)
    if (known !== undefined) return known
    const code = `${whenTrue(of)}||${whenFalse(of)}`
    const name = `k${names.size}`
    names.set(of, name)
    ahead.push(`const ${name}=${code};`)
    return name
  }

  function comparedCode(
    { comparison, left, right, currency }: Extract<Condition, { kind: 'compare' }>,
    isWanted: boolean,
  ): string {
    const code = COMPARED[comparison][isWanted ? 0 : 1](numberCode(left), numberCode(right))
    return currency === null ? code : `(p.currency===${JSON.stringify(currency)}&&${code})`
  }

  function amongCode({ field, texts }: Extract<Condition, { kind: 'among' }>, isWanted: boolean): string {
    const at = sets.push(texts) - 1
    if (field === 'merchant') asksMerchant = true
    return `(p.${field}!==null&&${isWanted ? '' : '!'}s[${at}].has(${field === 'merchant' ? 'm' : `p.${field}`}))`
  }
}

const knownCode = (code: string, isKnown: boolean) => (isKnown ? code : `!(${code})`)

/** What cannot be said compares as false either way, so each comparison has its own opposite. */
const COMPARED = {
  '<': [(a, b) => `(${a}<${b})`, (a, b) => `(${a}>=${b})`],
  '<=': [(a, b) => `(${a}<=${b})`, (a, b) => `(${a}>${b})`],
  '>': [(a, b) => `(${a}>${b})`, (a, b) => `(${a}<=${b})`],
  '>=': [(a, b) => `(${a}>=${b})`, (a, b) => `(${a}<${b})`],
  '=': [(a, b) => `(${a}===${b})`, (a, b) => `(${a}<${b}||${a}>${b})`],
  '!=': [(a, b) => `(${a}<${b}||${a}>${b})`, (a, b) => `(${a}===${b})`],
} as const satisfies Record<string, readonly [Written, Written]>
type Written = (left: string, right: string) => string

function numberCode(node: NumberNode): string {
  switch (node.kind) {
    case 'number':
      return String(node.value)
    case 'fact':
      return `v[${node.place}]`
    case 'definition':
      return `n${node.index}`
    case 'arithmetic': {
      const [left, right] = [numberCode(node.left), numberCode(node.right)]
      return node.operation === '/' ? `over(${left},${right})` : `(${left}${node.operation}${right})`
    }
  }
}

/** A quotient; by nothing, it cannot be said. */
export const over = (left: number, right: number): number => (right === 0 ? Number.NaN : left / right)
