import type { Purpose } from '#consent'
import type { PullState, Refreshed } from '#intake'
import { type Action, type Said, say, type Template } from '../answer.ts'
import type { BrokenWhy } from '../words/sentences.ts'

const refreshNow: Action = {
  label: say('do-refresh', {}),
  style: 'plain',
  intent: { do: 'ask', question: { kind: 'refresh' } },
}

/** Where a person gives a bank the same consents again: the ones they have live on until they have, and if they do not. */
const linkAgain = (bank: { id: string; name: string }, label: Action['label']): Action => ({
  label,
  style: 'primary',
  href: `/link?bank=${encodeURIComponent(bank.id)}`,
})

/** Balances, with when they may next be brought up to date by themselves, and a button to have it done now. */
export function withNextUpdate(said: Said, states: readonly PullState[]): Said {
  const next = states.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]))
  if (next.length === 0) return said
  return {
    ...said,
    text: [...said.text, say('updates-next', { at: Math.min(...next) })],
    actions: [...said.actions, refreshNow],
  }
}

/** How bringing the figures up to date went, bank by bank. */
export function sayRefreshed(refreshed: readonly Refreshed[], bankName: (bankId: string) => string): Said {
  const banksThat = (outcome: Refreshed['outcome']) => refreshed.filter((one) => one.outcome === outcome)
  const done = banksThat('done').map(({ bankId }) => bankName(bankId))
  const text: Template[] = [
    ...(done.length > 0 ? [say('refreshed', { banks: [...new Set(done)] })] : []),
    ...banksThat('under-way').map(({ bankId }) => say('refresh-under-way', { bank: bankName(bankId) })),
    ...banksThat('later').map(({ bankId, notBefore }) =>
      say('refresh-later', { bank: bankName(bankId), at: notBefore! }),
    ),
    ...banksThat('failed').map(({ bankId, pulledAt, why }) =>
      say('refresh-failed', { bank: bankName(bankId), why: brokenBy(why), asOf: pulledAt }),
    ),
  ]
  return { text, show: null, actions: [] }
}

/** That a bank has not let itself be read for some time, why, and of when the figures are. */
export function sayBroken(
  bank: string,
  state: Pick<PullState, 'pulledAt' | 'why'> & { since: number },
): Said {
  const { pulledAt, why, since } = state
  return {
    text: [say('connection-broken', { bank, since, why: brokenBy(why), asOf: pulledAt })],
    show: null,
    actions: [],
  }
}

/** That the access to a bank was ended there. */
export const sayAccessEnded = (bank: { id: string; name: string }): Said => ({
  text: [say('access-ended', { bank: bank.name })],
  show: null,
  actions: [linkAgain(bank, say('do-link-again', { bank: bank.name }))],
})

/** That consents are about to end. */
export const sayConsentEnding = (
  bank: { id: string; name: string },
  ending: { purposes: readonly Purpose[]; at: number; days: number },
): Said => ({
  text: [say('consent-ending', { bank: bank.name, ...ending, purposes: [...ending.purposes] })],
  show: null,
  actions: [linkAgain(bank, say('do-renew', { bank: bank.name }))],
})

function brokenBy(why: string | null): BrokenWhy {
  switch (why) {
    case 'bank-refused':
    case 'bank-token-refused':
    case 'bank-not-granted':
    case 'bank-access-ended':
      return 'refused'
    case 'bank-answer-malformed':
    case 'bank-answer-mismatched':
    case 'bank-answer-unsteady':
      return 'unreadable'
    case 'bank-limit-reached':
      return 'busy'
    default:
      return 'silent'
  }
}
