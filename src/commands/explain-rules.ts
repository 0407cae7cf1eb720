import { readFile } from 'node:fs/promises'
import { ASK_AT, BUILT_IN, explainPayment, FACTS, type PaymentExplained, readRules } from '#fraud'
import { Fault, formatMoney } from '#kit'
import { readEvents } from './events.ts'

/** Works one payment of a file of events through a rule file, or `built-in`, step by step, in words. */
export async function explainRuleFile(path: string, events: string, paymentId: string): Promise<void> {
  const set = path === 'built-in' ? BUILT_IN : readRules(await readText(path))
  const explained = await explainPayment(readEvents(events), set, paymentId)
  console.log(wordsOf(paymentId, explained))
}

function wordsOf(
  paymentId: string,
  { at, amount, merchant, isVouched, verdict, rules }: PaymentExplained,
): string {
  const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  return [
    `${paymentId}: ${formatMoney(amount, 'en')} at ${merchant}, ${when} UTC`,
    verdictOf(verdict, isVouched, rules),
    ...rules.flatMap((rule) => ['', ...ruleOf(rule)]),
  ].join('\n')
}

function verdictOf(
  { asks, score }: PaymentExplained['verdict'],
  isVouched: boolean,
  rules: PaymentExplained['rules'],
): string {
  const sum = `The rules that hold weigh ${score} together, and from ${ASK_AT} on the person is asked`
  if (asks) return `${sum}: they are asked.`
  if (score < ASK_AT) return `${sum}: they are not asked.`
  if (isVouched) return `${sum}, but they vouched for this merchant before: they are not asked.`
  const sparing = rules
    .filter(({ action, outcome }) => action === 'spares' && outcome)
    .map(({ name }) => name)
  return `${sum}, but ${sparing.join(' and ')} spares the payment: they are not asked.`
}

const CAME_OUT = { true: 'holds', false: 'does not hold', null: 'cannot be said' } as const

function ruleOf({ name, action, weight, outcome, parts }: PaymentExplained['rules'][number]): string[] {
  const does = action === 'weighs' ? `weighs ${weight}` : action
  return [
    `${name} (${does}) ${CAME_OUT[`${outcome}`]}`,
    ...parts.flatMap((part) => [
      `  ${part.text.replace(/\s+/g, ' ')}: ${CAME_OUT[`${part.outcome}`]}`,
      ...Object.entries(part.facts).map(([fact, value]) => `    ${fact} is ${wordsOfFact(fact, value)}`),
    ]),
  ]
}

/** A fact's value with what it means; of money, minutes and the like, in the unit that rules compare in. */
function wordsOfFact(name: string, value: number | string | null): string {
  const fact = FACTS.get(name)!
  if (value === null) return `not known (${fact.says})`
  if (fact.type === 'text') return `“${value}” (${fact.says})`
  if (fact.type === 'yes') return `${value === 1 ? 'yes' : 'no'} (${fact.says})`
  const rounded = typeof value === 'number' ? Number(value.toPrecision(6)) : value
  const unit = fact.unit === 'plain' ? '' : fact.unit === 'minor' ? ' in the smallest unit' : ` ${fact.unit}`
  return `${rounded}${unit} (${fact.says})`
}

async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  })
}
