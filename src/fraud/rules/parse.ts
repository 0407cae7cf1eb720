import { EmbeddedActionsParser, EOF, type IToken, Lexer, type TokenType, tokenMatcher } from 'chevrotain'
import { Problems, type Span } from './problem.ts'
import type {
  Comparison,
  DefinitionWritten,
  Expression,
  ListWritten,
  Operation,
  RuleWritten,
  SetWritten,
  Written,
} from './syntax.ts'
import { Compares, Equals, Name, NumberToken, SIGNS, Text, TOKENS, UnitSign, WORDS } from './tokens.ts'

/** Characters of a rule set. */
const TEXT_MAX = 262_144
/** Words and signs of one rule or definition: more than a person reads at once, and less than a stack holds. */
const WORDS_MAX = 1_000
const DEPTH_MAX = 32

const spanOf = ({ startOffset, endOffset, startLine, startColumn }: IToken): Span => ({
  start: startOffset,
  end: (endOffset ?? startOffset) + 1,
  line: startLine ?? 1,
  column: startColumn ?? 1,
})
const written = (token: IToken): Written<string> => ({ value: token.image, span: spanOf(token) })
const unquoted = (token: IToken): Written<string> => ({
  value: token.image.slice(1, -1),
  span: spanOf(token),
})
const from = (start: Span, end: Span): Span => ({ ...start, end: end.end })

/** Chevrotain runs each method once with tokens that mean nothing to learn the grammar: what they make then is thrown away. */
class RuleParser extends EmbeddedActionsParser {
  constructor() {
    super(TOKENS, { recoveryEnabled: false })
    this.performSelfAnalysis()
  }

  readonly set = this.RULE('set', (): SetWritten => {
    const set: SetWritten = { lists: [], definitions: [], rules: [] }
    this.MANY(() =>
      this.OR([
        { ALT: () => set.lists.push(this.SUBRULE(this.list)) },
        { ALT: () => set.definitions.push(this.SUBRULE(this.definition)) },
        { ALT: () => set.rules.push(this.SUBRULE(this.rule)) },
      ]),
    )
    return set
  })

  readonly list = this.RULE('list', (): ListWritten => {
    this.CONSUME(WORDS.list)
    const name = written(this.CONSUME(Name))
    this.CONSUME(WORDS.of)
    const of = written(this.CONSUME2(Name))
    this.CONSUME(Equals)
    const entries: Written<string>[] = []
    this.AT_LEAST_ONE_SEP({ SEP: SIGNS.comma, DEF: () => entries.push(unquoted(this.CONSUME(Text))) })
    return { name, of, entries }
  })

  readonly definition = this.RULE('definition', (): DefinitionWritten => {
    this.CONSUME(WORDS.define)
    const name = written(this.CONSUME(Name))
    this.CONSUME(Equals)
    return { name, expression: this.SUBRULE(this.expression) }
  })

  readonly rule = this.RULE('rule', (): RuleWritten => {
    this.CONSUME(WORDS.rule)
    const name = written(this.CONSUME(Name))
    let weight: Written<string> | null = null
    const action = this.OR([
      { ALT: () => this.CONSUME(WORDS.asks) },
      { ALT: () => this.CONSUME(WORDS.spares) },
      {
        ALT: () => {
          const token = this.CONSUME(WORDS.weighs)
          weight = written(this.CONSUME(NumberToken))
          return token
        },
      },
    ])
    let reason: Written<string> | null = null
    this.OPTION(() => {
      this.CONSUME(WORDS.because)
      reason = written(this.CONSUME2(Name))
    })
    this.CONSUME(WORDS.when)
    const condition = this.SUBRULE(this.expression)
    return { name, action: written(action) as RuleWritten['action'], weight, reason, condition }
  })

  readonly expression = this.RULE('expression', (): Expression => {
    const parts: Expression[] = []
    this.AT_LEAST_ONE_SEP({ SEP: WORDS.or, DEF: () => parts.push(this.SUBRULE(this.conjunction)) })
    return this.joined('or', parts)
  })

  readonly conjunction = this.RULE('conjunction', (): Expression => {
    const parts: Expression[] = []
    this.AT_LEAST_ONE_SEP({ SEP: WORDS.and, DEF: () => parts.push(this.SUBRULE(this.negation)) })
    return this.joined('and', parts)
  })

  readonly negation = this.RULE(
    'negation',
    (): Expression =>
      this.OR([
        {
          ALT: (): Expression => {
            const start = spanOf(this.CONSUME(WORDS.not))
            const part = this.SUBRULE(this.negation)
            return this.ACTION((): Expression => ({ kind: 'not', part, span: from(start, part.span) }))
          },
        },
        { ALT: () => this.SUBRULE(this.relation) },
      ]),
  )

  readonly relation = this.RULE('relation', (): Expression => {
    const left = this.SUBRULE(this.sum)
    let whole = left
    this.OPTION(() => {
      whole = this.OR([
        {
          ALT: (): Expression => {
            const comparison = this.CONSUME(Compares).image as Comparison
            const right = this.SUBRULE2(this.sum)
            return this.ACTION(() => ({
              kind: 'compare',
              comparison,
              left,
              right,
              span: from(left.span, right.span),
            }))
          },
        },
        {
          ALT: (): Expression => {
            let isNegated = false
            this.OPTION2(() => {
              this.CONSUME(WORDS.not)
              isNegated = true
            })
            this.CONSUME(WORDS.in)
            const { list, span } = this.SUBRULE(this.members)
            return this.ACTION(() => ({
              kind: 'in',
              value: left,
              isNegated,
              list,
              span: from(left.span, span),
            }))
          },
        },
        {
          ALT: (): Expression => {
            this.CONSUME(WORDS.is)
            const token = this.OR2([
              { ALT: () => this.CONSUME(WORDS.known) },
              { ALT: () => this.CONSUME(WORDS.unknown) },
            ])
            const isKnown = token.image === 'known'
            return this.ACTION(() => ({
              kind: 'known',
              value: left,
              isKnown,
              span: from(left.span, spanOf(token)),
            }))
          },
        },
      ])
    })
    return whole
  })

  readonly members = this.RULE(
    'members',
    (): { list: Written<string> | readonly Written<string>[]; span: Span } =>
      this.OR([
        {
          ALT: () => {
            const name = written(this.CONSUME(Name))
            return { list: name, span: name.span }
          },
        },
        {
          ALT: () => {
            const texts: Written<string>[] = []
            const open = this.CONSUME(SIGNS.open)
            this.AT_LEAST_ONE_SEP({ SEP: SIGNS.comma, DEF: () => texts.push(unquoted(this.CONSUME(Text))) })
            return { list: texts, span: from(spanOf(open), spanOf(this.CONSUME(SIGNS.close))) }
          },
        },
      ]),
  )

  readonly sum = this.RULE('sum', (): Expression => {
    let whole = this.SUBRULE(this.product)
    this.MANY(() => {
      const sign = this.OR([
        { ALT: () => this.CONSUME(SIGNS.plus) },
        { ALT: () => this.CONSUME(SIGNS.minus) },
      ])
      const right = this.SUBRULE2(this.product)
      whole = this.calculated(sign, whole, right)
    })
    return whole
  })

  readonly product = this.RULE('product', (): Expression => {
    let whole = this.SUBRULE(this.factor)
    this.MANY(() => {
      const sign = this.OR([
        { ALT: () => this.CONSUME(SIGNS.times) },
        { ALT: () => this.CONSUME(SIGNS.divided) },
      ])
      const right = this.SUBRULE2(this.factor)
      whole = this.calculated(sign, whole, right)
    })
    return whole
  })

  readonly factor = this.RULE(
    'factor',
    (): Expression =>
      this.OR([
        { ALT: () => this.SUBRULE(this.quantity) },
        {
          ALT: (): Expression => {
            const { value, span } = unquoted(this.CONSUME(Text))
            return { kind: 'text', text: value, span }
          },
        },
        {
          ALT: (): Expression => {
            const { value, span } = written(this.CONSUME(Name))
            return { kind: 'name', name: value, span }
          },
        },
        {
          ALT: (): Expression => {
            this.CONSUME(SIGNS.open)
            const within = this.SUBRULE(this.expression)
            this.CONSUME(SIGNS.close)
            return within
          },
        },
      ]),
  )

  readonly quantity = this.RULE('quantity', (): Expression => {
    const digits = this.CONSUME(NumberToken)
    let unit: Written<string> | null = null
    this.OPTION(() => {
      unit = written(this.OR([{ ALT: () => this.CONSUME(UnitSign) }, { ALT: () => this.CONSUME(Name) }]))
    })
    return this.ACTION(() => ({
      kind: 'number',
      digits: digits.image,
      unit,
      span: unit ? from(spanOf(digits), unit.span) : spanOf(digits),
    }))
  })

  private joined(kind: 'and' | 'or', parts: Expression[]): Expression {
    return this.ACTION(() =>
      parts.length === 1 ? parts[0]! : { kind, parts, span: from(parts[0]!.span, parts.at(-1)!.span) },
    )
  }

  private calculated(sign: IToken, left: Expression, right: Expression): Expression {
    return this.ACTION(() => ({
      kind: 'arithmetic',
      operation: sign.image as Operation,
      left,
      right,
      span: from(left.span, right.span),
    }))
  }
}

/** One parser is enough: it keeps nothing from one text to the next. */
const lexer = new Lexer(TOKENS, { positionTracking: 'full' })
const parser = new RuleParser()

/** Reads the text of a rule set. Throws `rules-refused`, which says where and how to mend it. */
export function parseRules(text: string): SetWritten {
  const problems = new Problems()
  const start: Span = { start: 0, end: 0, line: 1, column: 1 }
  if (text.length > TEXT_MAX)
    problems.add(start, 'The text is too long.', `Keep it under ${TEXT_MAX} characters.`)
  problems.check()
  const { tokens, errors } = lexer.tokenize(text)
  for (const { offset, line, column, length } of errors)
    problems.add(
      { start: offset, end: offset + length, line: line ?? 1, column: column ?? 1 },
      'This sign means nothing here.',
      'Texts stand in straight quotes, and remarks begin with #.',
    )
  problems.check()
  measure(tokens, problems)
  parser.input = tokens
  const set = parser.set()
  for (const { token, message } of parser.errors) {
    const isEnd = tokenMatcher(token, EOF)
    const span = isEnd && tokens.length > 0 ? spanOf(tokens.at(-1)!) : spanOf(token)
    problems.add(Number.isNaN(span.line) ? start : span, `${message.replaceAll(/\s+/g, ' ')}.`, '')
  }
  problems.check()
  return set
}

/** Refuses what would take long to read or to judge by, before it is read. */
function measure(tokens: readonly IToken[], problems: Problems): void {
  let words = 0
  let depth = 0
  /** “not” after “not”: each has all that follows it nested within. */
  let nots = 0
  let isList = false
  for (const token of tokens) {
    if (BEGINNINGS.some((type) => tokenMatcher(token, type))) {
      words = 0
      depth = 0
      isList = tokenMatcher(token, WORDS.list)
    }
    if (tokenMatcher(token, SIGNS.open)) depth++
    if (tokenMatcher(token, SIGNS.close)) depth--
    nots = tokenMatcher(token, WORDS.not) ? nots + 1 : 0
    // How long a list may be is counted in its entries.
    if (++words === WORDS_MAX && !isList)
      problems.add(
        spanOf(token),
        `More than ${WORDS_MAX} words in one.`,
        'Split it, or name parts of it with define or list.',
      )
    if (depth + nots === DEPTH_MAX)
      problems.add(spanOf(token), 'This is nested too deeply.', 'Name parts of it with define.')
  }
  problems.check()
}
const BEGINNINGS: readonly TokenType[] = [WORDS.list, WORDS.define, WORDS.rule]
