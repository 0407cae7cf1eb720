import { Fault, moneyFromDecimal } from '#kit'
import { FRAUD_REASONS, type FraudReasonCode } from '../reasons.ts'
import type { CheckedRule, CheckedSet, Condition, Definition, NumberNode } from './checked.ts'
import { FACTS, type Fact, type TextField, type Unit } from './facts.ts'
import { Problems, type Span } from './problem.ts'
import type { Expression, SetWritten, Written } from './syntax.ts'

/** The score from which a person is asked; a rule that asks by itself weighs as much. */
export const ASK_AT = 100
const RULES_MAX = 200
const DEFINITIONS_MAX = 200
const ENTRIES_MAX = 20_000

type Typed =
  | { type: 'number'; node: NumberNode; unit: Unit; currency: string | null }
  | { type: 'condition'; node: Condition }
  | { type: 'text'; field: TextField }
  | { type: 'literal'; text: string }

/** A place that makes no sense was told; what contains it is not looked at. */
class Nonsense extends Error {}

const UNITS = new Map<string, { unit: Unit; times: number }>(
  Object.entries({
    '%': { unit: 'plain', times: 0.01 },
    minute: { unit: 'minutes', times: 1 },
    minutes: { unit: 'minutes', times: 1 },
    hour: { unit: 'minutes', times: 60 },
    hours: { unit: 'minutes', times: 60 },
    day: { unit: 'days', times: 1 },
    days: { unit: 'days', times: 1 },
    km: { unit: 'km', times: 1 },
    'km/h': { unit: 'km/h', times: 1 },
  }),
)

const SAID: Record<Unit, string> = {
  plain: 'a plain number',
  minor: 'an amount',
  minutes: 'minutes',
  days: 'days',
  km: 'kilometres',
  'km/h': 'a speed',
}

/** Checks a rule set as written. Throws `rules-refused` with every place that makes no sense, and how to mend it. */
export function checkRules(text: string, written: SetWritten): CheckedSet {
  const problems = new Problems()
  const fail = (span: Span, what: string, mend: string): never => {
    problems.add(span, what, mend)
    throw new Nonsense()
  }
  const names = new Set<string>()
  const claim = ({ value, span }: Written<string>) => {
    if (FACTS.has(value)) problems.add(span, `“${value}” is a fact already.`, 'Give it another name.')
    else if (names.has(value)) problems.add(span, `“${value}” is there twice.`, 'Give it another name.')
    names.add(value)
  }

  const lists = new Map<string, { field: TextField; texts: ReadonlySet<string> }>()
  const definitions: Definition[] = []
  const definitionAt = new Map<string, number>()
  /** Whether each definition says something of the payment: worked out once, since one may be used by every later one. */
  const saysSomething: boolean[] = []
  const rules: CheckedRule[] = []

  if (written.rules.length > RULES_MAX)
    problems.add(written.rules[RULES_MAX]!.name.span, `More than ${RULES_MAX} rules.`, 'Leave some out.')
  if (written.definitions.length > DEFINITIONS_MAX)
    problems.add(
      written.definitions[DEFINITIONS_MAX]!.name.span,
      `More than ${DEFINITIONS_MAX} definitions.`,
      '',
    )
  problems.check()

  for (const { name, of, entries } of written.lists) {
    claim(name)
    const fact = FACTS.get(of.value)
    if (fact?.type !== 'text')
      problems.add(of.span, `There are no lists of “${of.value}”.`, `Lists are of ${textNames()}.`)
    else if (entries.length > ENTRIES_MAX)
      problems.add(name.span, `More than ${ENTRIES_MAX} entries in one list.`, 'Split it in two.')
    else lists.set(name.value, { field: fact.field, texts: textsOf(fact.field, entries) })
  }
  const definedLater = new Set(written.definitions.map(({ name }) => name.value))
  for (const { name, expression } of written.definitions) {
    claim(name)
    attempt(() => {
      const typed = typeOf(expression)
      if (typed.type === 'number')
        definitions.push({ type: 'number', name: name.value, number: amountless(typed, expression) })
      else definitions.push({ type: 'condition', name: name.value, condition: condition(typed, expression) })
      definitionAt.set(name.value, definitions.length - 1)
      const made = definitions.at(-1)!
      saysSomething.push(made.type === 'number' ? isFactual(made.number) : isAboutPayment(made.condition))
    })
    definedLater.delete(name.value)
  }
  for (const { name, action, weight, reason, condition: when } of written.rules) {
    claim(name)
    attempt(() => {
      const checked = condition(typeOf(when), when)
      if (!isAboutPayment(checked))
        fail(when.span, 'This holds for every payment, or for none.', 'Compare a fact of the payment.')
      rules.push({
        name: name.value,
        action: action.value,
        weight: action.value === 'spares' ? 0 : action.value === 'asks' ? ASK_AT : weightOf(weight!),
        reason: reason && reasonOf(reason),
        condition: checked,
      })
    })
  }
  if (written.rules.length === 0)
    problems.add(
      { start: 0, end: 0, line: 1, column: 1 },
      'There is no rule.',
      'Write one: rule NAME asks when …',
    )
  problems.check()
  return { text, definitions, rules }

  function attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof Nonsense)) throw error
    }
  }

  function weightOf({ value, span }: Written<string>): number {
    const weight = Number(value)
    if (!Number.isInteger(weight) || weight < 1 || weight > ASK_AT)
      fail(span, 'A weight is a whole number from 1 to 100.', `At ${ASK_AT} together the person is asked.`)
    return weight
  }

  function reasonOf({ value, span }: Written<string>): FraudReasonCode {
    if (!(FRAUD_REASONS as readonly string[]).includes(value))
      fail(span, `There is no reason called “${value}”.`, `Reasons are ${FRAUD_REASONS.join(', ')}.`)
    return value as FraudReasonCode
  }

  function typeOf(expression: Expression): Typed {
    const { span } = expression
    switch (expression.kind) {
      case 'number':
        return numberOf(expression.digits, expression.unit, span)
      case 'text':
        return { type: 'literal', text: expression.text }
      case 'name':
        return named(expression.name, span)
      case 'arithmetic':
        return calculated(expression)
      case 'compare':
        return { type: 'condition', node: compared(expression) }
      case 'in':
        return { type: 'condition', node: among(expression) }
      case 'known': {
        const { isKnown } = expression
        const of = typeOf(expression.value)
        if (of.type === 'number') return isA({ kind: 'known-number', of: of.node, isKnown, span })
        if (of.type === 'text') return isA({ kind: 'known-text', of: of.field, isKnown, span })
        return isA({ kind: 'known-condition', of: condition(of, expression.value), isKnown, span })
      }
      case 'and':
      case 'or': {
        const parts = expression.parts.map((part) => condition(typeOf(part), part))
        return isA({ kind: expression.kind, parts, span })
      }
      case 'not':
        return isA({ kind: 'not', part: condition(typeOf(expression.part), expression.part), span })
    }
  }

  function numberOf(digits: string, unit: Written<string> | null, span: Span): Typed {
    const value = Number(digits)
    if (!unit) return { type: 'number', node: { kind: 'number', value }, unit: 'plain', currency: null }
    const known = UNITS.get(unit.value)
    if (known) {
      const node: NumberNode = { kind: 'number', value: value * known.times }
      return { type: 'number', node, unit: known.unit, currency: null }
    }
    if (!/^[A-Z]{3}$/.test(unit.value))
      fail(
        unit.span,
        `“${unit.value}” is no unit.`,
        'Units are %, minutes, hours, days, km, km/h, and currencies such as GBP.',
      )
    try {
      const { amountMinor, currency } = moneyFromDecimal(digits, unit.value)
      return { type: 'number', node: { kind: 'number', value: amountMinor }, unit: 'minor', currency }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return fail(span, `${digits} ${unit.value} is no amount.`, 'Write it as 50 GBP or 12.50 EUR.')
    }
  }

  function named(name: string, span: Span): Typed {
    const at = definitionAt.get(name)
    const definition = at === undefined ? undefined : definitions[at]
    if (definition)
      return definition.type === 'number'
        ? { type: 'number', node: { kind: 'definition', index: at! }, unit: 'plain', currency: null }
        : isA({ kind: 'definition', index: at!, span })
    const fact: Fact | undefined = FACTS.get(name)
    if (!fact && definedLater.has(name))
      return fail(
        span,
        `“${name}” is not defined yet.`,
        'A definition may use earlier ones only, so that every rule ends.',
      )
    if (!fact) return fail(span, `“${name}” is neither a fact nor defined.`, near(name))
    switch (fact.type) {
      case 'number':
        return { type: 'number', node: { kind: 'fact', place: fact.place }, unit: fact.unit, currency: null }
      case 'yes':
        return isA({ kind: 'yes', place: fact.place, span })
      case 'text':
        return { type: 'text', field: fact.field }
    }
  }

  function calculated(expression: Extract<Expression, { kind: 'arithmetic' }>): Typed {
    const { operation, span } = expression
    const left = number(expression.left)
    const right = number(expression.right)
    if (left.currency || right.currency)
      fail(
        span,
        'An amount of a currency can only be compared.',
        'Compare it with a fact: amountMinor >= 50 GBP.',
      )
    const isSum = operation === '+' || operation === '-'
    if (isSum && left.unit !== right.unit)
      fail(span, `${SAID[left.unit]} and ${SAID[right.unit]} cannot be added.`, 'Use facts of one unit.')
    const isRatio = operation === '/' && left.unit === right.unit
    if (!isSum && !isRatio && right.unit !== 'plain' && !(operation === '*' && left.unit === 'plain'))
      fail(
        span,
        `${SAID[left.unit]} and ${SAID[right.unit]} do not go together here.`,
        'Multiply or divide by a plain number.',
      )
    const unit = isSum
      ? left.unit
      : isRatio
        ? 'plain'
        : operation === '*' && left.unit === 'plain'
          ? right.unit
          : left.unit
    const node: NumberNode = { kind: 'arithmetic', operation, left: left.node, right: right.node }
    return { type: 'number', node, unit, currency: null }
  }

  function compared(expression: Extract<Expression, { kind: 'compare' }>): Condition {
    const { comparison, span } = expression
    const left = typeOf(expression.left)
    const right = typeOf(expression.right)
    if (left.type === 'text' || left.type === 'literal') {
      const isPair = left.type === 'text' && right.type === 'literal'
      if (!isPair || (comparison !== '=' && comparison !== '!='))
        return fail(span, 'A text can be equal to a text in quotes, or not.', 'Write it as country = "FR".')
      return {
        kind: 'among',
        field: left.field,
        texts: new Set([small(left.field, right.text)]),
        isNegated: comparison === '!=',
        span,
      }
    }
    if (left.type !== 'number' || right.type !== 'number')
      return fail(
        span,
        'Only numbers of one unit can be compared.',
        'A yes or no stands by itself: isNewCountry.',
      )
    if (left.unit !== right.unit)
      fail(
        span,
        `${SAID[left.unit]} cannot be compared with ${SAID[right.unit]}.`,
        'Give both the same unit.',
      )
    if (left.currency && right.currency)
      fail(span, 'Two amounts of your own are compared.', 'Compare one with a fact: amountMinor >= 50 GBP.')
    return {
      kind: 'compare',
      comparison,
      left: left.node,
      right: right.node,
      currency: left.currency ?? right.currency,
      span,
    }
  }

  function among(expression: Extract<Expression, { kind: 'in' }>): Condition {
    const { value, list, isNegated, span } = expression
    const of = typeOf(value)
    if (of.type !== 'text')
      return fail(value.span, 'Only a text can be in a list.', `Texts are ${textNames()}.`)
    if (Array.isArray(list))
      return { kind: 'among', field: of.field, texts: textsOf(of.field, list), isNegated, span }
    const { value: name, span: at } = list as Written<string>
    const known = lists.get(name)
    if (!known)
      return fail(
        at,
        `There is no list called “${name}”.`,
        'Write one above: list NAME of merchant = "…", "…"',
      )
    if (known.field !== of.field)
      fail(at, `“${name}” is a list of ${known.field}.`, `Compare it with ${known.field}.`)
    return { kind: 'among', field: of.field, texts: known.texts, isNegated, span }
  }

  function number(expression: Expression) {
    const typed = typeOf(expression)
    return typed.type === 'number' ? typed : fail(expression.span, 'A number is needed here.', '')
  }

  function condition(typed: Typed, { span }: Expression): Condition {
    return typed.type === 'condition'
      ? typed.node
      : fail(span, 'A condition is needed here.', 'Compare it, or ask whether it is known.')
  }

  /** Definitions have no unit of their own, so that none is mistaken for another. */
  function amountless(typed: Extract<Typed, { type: 'number' }>, { span }: Expression): NumberNode {
    if (typed.unit !== 'plain')
      fail(
        span,
        `A definition of ${SAID[typed.unit]} is not possible.`,
        'Define the comparison, or divide to a plain number.',
      )
    return typed.node
  }

  /** Whether a condition can come out differently for two payments, as far as its form says. */
  function isAboutPayment(node: Condition): boolean {
    switch (node.kind) {
      case 'compare':
        return node.currency !== null || isFactual(node.left) || isFactual(node.right)
      case 'known-number':
        return isFactual(node.of)
      case 'known-condition':
        return isAboutPayment(node.of)
      case 'and':
      case 'or':
        return node.parts.every(isAboutPayment)
      case 'not':
        return isAboutPayment(node.part)
      case 'definition':
        return saysSomething[node.index]!
      case 'yes':
      case 'among':
      case 'known-text':
        return true
    }
  }

  function isFactual(node: NumberNode): boolean {
    switch (node.kind) {
      case 'number':
        return false
      case 'fact':
        return true
      case 'definition':
        return saysSomething[node.index]!
      case 'arithmetic':
        return isFactual(node.left) || isFactual(node.right)
    }
  }
}

const isA = (node: Condition): Typed => ({ type: 'condition', node })
const small = (field: TextField, text: string) => (field === 'merchant' ? text.toLowerCase() : text)
const textsOf = (field: TextField, entries: readonly Written<string>[]): ReadonlySet<string> =>
  new Set(entries.map(({ value }) => small(field, value)))
const textNames = () => [...FACTS].flatMap(([name, { type }]) => (type === 'text' ? [name] : [])).join(', ')

/** A fact whose name begins alike, as a hint; else where they are listed. */
function near(name: string): string {
  const start = name.slice(0, 4).toLowerCase()
  const alike = [...FACTS.keys()].filter((fact) => fact.toLowerCase().startsWith(start)).slice(0, 3)
  return alike.length > 0 ? `Did you mean ${alike.join(' or ')}?` : '`guichet rules facts` lists the facts.'
}
