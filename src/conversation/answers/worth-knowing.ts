import type { Finding, WorthKind } from '#accounts'
import { type Money, money } from '#kit'
import { type Action, type Said, say, type Template } from '../answer.ts'
import type { Scene } from '../scene.ts'
import { nameOf } from './accounts.ts'

const positive = ({ amountMinor, currency }: Money): Money => money(Math.abs(amountMinor), currency)

/** One thing worth knowing, with one tap to hear no more of its kind. */
export function sayFinding(finding: Finding, bank: string, scene: Scene): Said {
  const stop: Action = {
    label: say('do-stop-worth', { kind: finding.kind }),
    style: 'plain',
    intent: { do: 'stop-worth', kind: finding.kind },
  }
  const choose: Action = { label: say('do-choose-worth', {}), style: 'plain', href: '/payments' }
  return { text: [tell(finding, bank, scene)], show: null, actions: [stop, choose] }
}

function tell(finding: Finding, bank: string, scene: Scene): Template {
  switch (finding.kind) {
    case 'duplicate-charge': {
      const { first, second, card } = finding
      const { merchant, amount } = second
      return say('duplicate-charge', {
        bank,
        merchant,
        amount: positive(amount),
        first: first.at,
        second: second.at,
        card,
      })
    }
    case 'price-rise':
      return say('price-rise', { merchant: finding.merchant, ...finding.change })
    case 'refund-arrived': {
      const { refund, purchase } = finding
      return say('refund-arrived', {
        bank,
        merchant: refund.merchant,
        amount: positive(refund.amount),
        bought: positive(purchase.amount),
        boughtAt: purchase.at,
        isPending: refund.status === 'pending',
      })
    }
    case 'low-balance': {
      const { account, rent, at, now, expected, asOf } = finding
      return say('low-balance', { ...nameOf(account, scene), rent, at, now, expected, asOf })
    }
  }
}

export const sayWorthStopped = (kind: WorthKind): Said => ({
  text: [say('worth-stopped', { kind })],
  show: null,
  actions: [{ label: say('do-choose-worth', {}), style: 'plain', href: '/payments' }],
})
