import type { Purpose } from '#consent'
import { type Action, type Said, say } from '../answer.ts'
import type { BankDirectory } from '../ports.ts'
import type { NotServed, Question } from '../question.ts'

export const linkBank: Action = { label: say('do-link', {}), style: 'primary', href: '/link' }
const openPrivacy: Action = { label: say('do-privacy', {}), style: 'primary', href: '/privacy' }

const ask = (label: Action['label'], question: Question): Action => ({
  label,
  style: 'plain',
  intent: { do: 'ask', question },
})

/** Questions to tap on. */
export const SUGGESTIONS: readonly Action[] = [
  ask(say('do-balance', {}), { kind: 'balance' }),
  ask(say('do-payments', {}), { kind: 'transactions', count: 10, filter: {} }),
  ask(say('do-recurring', {}), { kind: 'recurring' }),
]

const words = (...text: Said['text']): Said => ({ text, show: null, actions: [] })

export const sayHello = (banks: string[]): Said =>
  banks.length > 0
    ? { ...words(say('hello-again', { banks })), actions: [...SUGGESTIONS] }
    : { ...words(say('hello', {})), actions: [linkBank] }

export const sayThanks = (): Said => words(say('thanks', {}))

export const sayHelp = (linked: boolean): Said => ({
  ...words(say('help', { linked })),
  actions: linked ? [] : [linkBank],
})

/** Who is not understood twice in a row is offered a person, and what can be tapped on. */
export const sayNotUnderstood = (
  { near, again }: Extract<Question, { kind: 'not-understood' }>,
  linked: boolean,
): Said => ({
  ...words(
    say('not-understood', { near }),
    ...(near === null ? [say('help', { linked })] : []),
    ...(again ? [say('missed-twice', {})] : []),
  ),
  actions: [
    ...(linked ? (again ? SUGGESTIONS : []) : [linkBank]),
    ...(again ? [ask(say('do-human', {}), { kind: 'human' })] : []),
  ],
})

const openCards: Action = { label: say('do-cards', {}), style: 'primary', href: '/cards' }

/** What is not done here, and where it is; with a way on, where there is one of ours. */
export function sayNotServed(topic: NotServed): Said {
  const actions: Record<string, Action[]> = {
    unblock: [openCards],
    'new-card': [openCards],
    overdraft: [ask(say('do-balance', {}), { kind: 'balance' })],
    bills: [ask(say('do-recurring', {}), { kind: 'recurring' })],
    'odd-payment': [ask(say('do-report', {}), { kind: 'dispute' })],
  }
  return { ...words(say('not-served', { topic })), actions: actions[topic] ?? [] }
}

export const sayStopped = (): Said => ({
  ...words(say('stopped', {})),
  actions: [ask(say('do-start', {}), { kind: 'start' }), { ...openPrivacy, style: 'plain' }],
})
export const sayStarted = (): Said => words(say('started', {}))

export const sayHumanTook = (bank: string): Said => words(say('human-took', { bank }))
export const sayHandedBack = (bank: string, number: string): Said =>
  words(say('handed-back', { bank, number }))

export const sayConsents = (): Said => ({ ...words(say('consents', {})), actions: [openPrivacy] })
export const sayWhoRead = (): Said => ({ ...words(say('who-read', {})), actions: [openPrivacy] })
export const sayLinesWhere = (): Said => ({
  ...words(say('lines-where', {})),
  actions: [{ label: say('do-lines', {}), style: 'plain', href: '/payments' }],
})
export const sayWalkAway = (): Said => ({ ...words(say('walk-away', {})), actions: [openPrivacy] })

/** Where to link a bank; `asked` is the bank as the person wrote it. */
export function sayLinkBank(asked: string | null, banks: BankDirectory): Said {
  const all = banks.list()
  if (asked === null) return { ...words(say('link-bank', { bank: null })), actions: [linkBank] }
  const wanted = plainly(asked)
  const found = all.find(({ id, name }) => plainly(id) === wanted || plainly(name) === wanted)
  if (!found) {
    return {
      ...words(say('link-unknown-bank', { known: all.map(({ name }) => name) })),
      actions: [linkBank],
    }
  }
  return {
    ...words(say('link-bank', { bank: found.name })),
    actions: [
      {
        label: say('do-link-bank', { bank: found.name }),
        style: 'primary',
        href: `/link?bank=${encodeURIComponent(found.id)}`,
      },
    ],
  }
}

/** `U.S. Bank` and `us bank` are the same bank. */
const plainly = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** After linking: what was allowed, and what can be asked. */
export const sayLinked = (bank: string, purposes: Purpose[]): Said => ({
  ...words(say('linked', { bank, purposes }), say('ask-examples', {})),
  actions: [...SUGGESTIONS],
})

/** That an app of the person's own may read from now on. */
export const sayAppLet = (allowed: { app: string; banks: string[]; until: number }): Said => ({
  ...words(say('app-let', allowed)),
  actions: [openPrivacy],
})

export const sayBankLeft = (bank: string): Said => ({
  ...words(say('bank-left', { bank }), say('bank-left-next', {})),
  actions: [],
})
