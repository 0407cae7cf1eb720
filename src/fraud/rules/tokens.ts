import { createToken, Lexer, type TokenType } from 'chevrotain'

/** Every token is one alternation without nested repetition: reading takes time in proportion to the text. */
export const Name = createToken({
  name: 'Name',
  pattern: /[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*/,
  label: 'a name',
})
const word = (text: string): TokenType =>
  createToken({ name: `The word ${text}`, pattern: new RegExp(text), longer_alt: Name, label: `“${text}”` })
const sign = (text: string): TokenType =>
  createToken({ name: `The sign ${text}`, pattern: text, label: `“${text}”` })

export const WORDS = {
  list: word('list'),
  of: word('of'),
  define: word('define'),
  rule: word('rule'),
  asks: word('asks'),
  spares: word('spares'),
  weighs: word('weighs'),
  because: word('because'),
  when: word('when'),
  and: word('and'),
  or: word('or'),
  not: word('not'),
  in: word('in'),
  is: word('is'),
  known: word('known'),
  unknown: word('unknown'),
} as const

export const NumberToken = createToken({ name: 'Number', pattern: /\d+(?:\.\d+)?/, label: 'a number' })
export const Text = createToken({ name: 'Text', pattern: /"[^"\n]*"/, label: 'a text in quotes' })
/** Units that are no names. */
export const UnitSign = createToken({ name: 'Unit', pattern: /%|km\/h/, label: 'a unit' })

export const SIGNS = {
  open: sign('('),
  close: sign(')'),
  comma: sign(','),
  plus: sign('+'),
  minus: sign('-'),
  times: sign('*'),
  divided: sign('/'),
} as const
/** Any comparison. The one sign that also gives a name is a token of its own. */
export const Compares = createToken({ name: 'Comparison', pattern: Lexer.NA, label: 'a comparison' })
export const Equals = createToken({ name: 'Equals', pattern: /=/, categories: Compares, label: '“=”' })
/** Longer signs first: the lexer takes the first that fits. */
const Unequal = createToken({
  name: 'Inequality',
  pattern: /<=|>=|!=|<|>/,
  categories: Compares,
  label: 'a comparison',
})

const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true })
const Remark = createToken({ name: 'Remark', pattern: /#[^\n]*/, group: Lexer.SKIPPED })

export const TOKENS: TokenType[] = [
  Space,
  Remark,
  UnitSign,
  ...Object.values(WORDS).filter(({ name }) => name !== WORDS.in.name && name !== WORDS.is.name),
  WORDS.in,
  WORDS.is,
  Name,
  NumberToken,
  Text,
  Unequal,
  Equals,
  Compares,
  ...Object.values(SIGNS),
]
