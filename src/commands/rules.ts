import { readFile } from 'node:fs/promises'
import type { Settings } from '#config'
import { BUILT_IN, type Decision, FACTS, readRules, type Trial, tryRules } from '#fraud'
import { Fault, formatMoney } from '#kit'
import { openDesk } from '../guichet.ts'
import { sayStopped } from './check-judges.ts'
import { chosenEvents, type EventsChoice, progress, readEvents } from './events.ts'

const PAYMENTS_BETWEEN_NEWS = 20_000

/** Prints what a rule may ask about a payment. */
export function listFacts(): void {
  for (const [name, fact] of FACTS) {
    const kind = fact.type === 'number' ? (fact.unit === 'plain' ? 'number' : fact.unit) : fact.type
    console.log(`${name.padEnd(26)} ${kind.padEnd(8)} ${fact.says}`)
  }
}

/** Prints the rule sets of the installation, the newest first. */
export async function listRules(settings: Settings): Promise<void> {
  await using desk = await openClosing(settings)
  const sets = await desk.ruleSets.list()
  for (const { id, status, addedAt, decidedBy, reason, rules, stopped } of sets) {
    const day = new Date(addedAt).toISOString().slice(0, 10)
    const size = rules === null ? 'not to be read here: it judges nothing; write it anew' : `${rules} rules`
    console.log(`${id}  ${status.padEnd(7)}  ${day}  ${size}  ${decidedBy}: ${reason}`)
    for (const one of stopped)
      console.log(`  ${one.rule} ${sayStopped(one)}; it judges nothing until a set is promoted`)
  }
  if (!sets.some(({ status, rules }) => status === 'live' && rules !== null))
    console.log(`${BUILT_IN.id}  live  the ${BUILT_IN.rules.length} rules that come with Guichet`)
}

/** Prints the text of a rule set, or of the one that comes with Guichet. */
export async function showRules(settings: Settings, start: string): Promise<void> {
  if (start === 'built-in') {
    process.stdout.write(BUILT_IN.text)
    return
  }
  await using desk = await openClosing(settings)
  process.stdout.write(await desk.ruleSets.text(await find(desk, start)))
}

/** Says what is wrong with a rule file, or that nothing is. */
export async function checkRuleFile(path: string): Promise<void> {
  const { id, rules } = readRules(await readText(path))
  console.log(
    `${id} can be used: ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}. To try it on past payments: guichet rules try ${path} EVENTS`,
  )
}

/**
 * Says what a rule file would have done with past payments: caught, annoyed, money saved. Exits 1 when a rule asks about more
 * payments than anybody would answer for, or holds for all of them.
 */
export async function tryRuleFile(
  settings: () => Settings,
  path: string,
  events: string | undefined,
  choice: EventsChoice,
): Promise<void> {
  const set = readRules(await readText(path))
  const told = chosenEvents(events, choice, { what: 'try-rules', settings })
  const { payments, frauds, whole, rules } = await tryRules(told, set, (count) => {
    if (count % PAYMENTS_BETWEEN_NEWS === 0) progress(`${count.toLocaleString('en')} payments judged`)
  })
  progress('')
  console.log(`${payments.toLocaleString('en')} payments, ${frauds.toLocaleString('en')} of them fraud\n`)
  console.log(
    `${'rule'.padEnd(32)}${'asked'.padStart(9)}${'caught'.padStart(9)}${'annoyed'.padStart(9)}  saved`,
  )
  for (const trial of [...rules, whole]) console.log(lineOf(trial))
  console.log('\nsaved: by the amount last told; what was released or reversed saves nothing')
  const tooMuch = [...rules, whole].filter(({ asksTooMuch }) => asksTooMuch)
  for (const { rule, annoyed } of tooMuch)
    console.log(
      `\n${rule ?? 'The whole set'} annoys about 1 payment in ${Math.round(payments / annoyed)}: more than 1 in 50 is refused. Narrow it.`,
    )
  const always = rules.filter(({ holdsAlways }) => holdsAlways)
  for (const { rule } of always)
    console.log(`\n${rule} holds for every payment, which is refused. Narrow it.`)
  if (tooMuch.length + always.length > 0) process.exitCode = 1
}

const lineOf = ({ rule, asked, caught, annoyed, saved }: Trial): string => {
  const numbers = [asked, caught, annoyed].map((count) => count.toLocaleString('en').padStart(9)).join('')
  const sums = saved.map((sum) => formatMoney(sum, 'en')).join(', ')
  return `${(rule ?? 'all together').padEnd(32)}${numbers}  ${sums === '' ? '-' : sums}`
}

/** Takes a rule file in, in shadow. With a file of past events, one that asks about too much is refused. */
export async function addRules(
  settings: Settings,
  path: string,
  { triedOn, ...decision }: Decision & { triedOn?: string },
): Promise<void> {
  const text = await readText(path)
  const set = readRules(text)
  if (triedOn !== undefined) {
    const { rules, whole, payments } = await tryRules(readEvents(triedOn), set)
    const worst = [...rules, whole].find(({ asksTooMuch }) => asksTooMuch)
    if (worst)
      throw new Fault('rules-refused', {
        detail: `${worst.rule ?? 'the whole set'} asks about ${worst.annoyed} genuine payments of ${payments}: more than 1 in 50`,
      })
    const always = rules.find(({ holdsAlways }) => holdsAlways)
    if (always) throw new Fault('rules-refused', { detail: `${always.rule} holds for every payment` })
  }
  await using desk = await openClosing(settings)
  const id = await desk.ruleSets.add(text, decision)
  console.log(`${id} is in shadow: what it would do is kept beside each payment, and decides nothing.`)
}

export async function promoteRules(settings: Settings, start: string, decision: Decision): Promise<void> {
  await using desk = await openClosing(settings)
  const id = await find(desk, start)
  await desk.ruleSets.promote(id, decision)
  console.log(
    `${id} decides from now on, beside the model. A rule that asks about too much, or spares everything, is stopped.`,
  )
}

export async function retireRules(settings: Settings, start: string, decision: Decision): Promise<void> {
  await using desk = await openClosing(settings)
  const id = await find(desk, start)
  await desk.ruleSets.retire(id, decision)
  console.log(`${id} is retired.`)
}

async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  })
}

type Desk = Awaited<ReturnType<typeof openDesk>>

/** A rule set by the beginning of its id. Throws `not-found` unless exactly one fits. */
async function find(desk: Desk, start: string): Promise<string> {
  const fits = (await desk.ruleSets.list()).filter(({ id }) => id.startsWith(start))
  if (fits.length !== 1)
    throw new Fault('not-found', {
      detail: `${fits.length === 0 ? 'no rule set begins' : 'several rule sets begin'} with ${start}; guichet rules list shows them`,
    })
  return fits[0]!.id
}

async function openClosing(settings: Settings) {
  const desk = await openDesk(settings)
  return { ...desk, [Symbol.asyncDispose]: () => desk.close() }
}
