import type { Holdings } from '#accounts'
import { add, type Money } from '#kit'
import type { Account, Balance } from '#vault'
import { type Said, say } from '../answer.ts'
import type { Scene } from '../scene.ts'
import { nameOf } from './accounts.ts'

/**
 * The balances, with the time of each, and which accounts are closed. Currencies stay apart, and what is owed on cards is
 * never taken off silently.
 */
export function sayBalance({ open, closed }: Holdings, scene: Scene): Said {
  const known = open.filter(
    (holding): holding is { account: Account; balance: Balance } => holding.balance !== null,
  )
  const unknown = open.filter(({ balance }) => balance === null).map(({ account }) => account.name)
  const gaps = [
    ...(unknown.length > 0 ? [say('balance-unknown', { accounts: unknown })] : []),
    ...(closed.length > 0
      ? [say('accounts-closed', { accounts: closed.map((one) => nameOf(one, scene)) })]
      : []),
  ]
  if (known.length === 0) {
    return { text: gaps.length > 0 ? gaps : [say('not-in-yet', {})], show: null, actions: [] }
  }
  const [only] = known
  if (known.length === 1 && only) {
    const { account, balance } = only
    const text = say('balance-one', {
      ...nameOf(account, scene),
      current: balance.current,
      available: balance.available,
      isCard: account.kind === 'card',
      asOf: balance.asOf,
    })
    return { text: [text, ...gaps], show: null, actions: [] }
  }
  const amounts = (of: typeof known) => sumByCurrency(of.map(({ balance }) => balance.current))
  const owes = ({ account, balance }: (typeof known)[number]) =>
    account.kind === 'card' && balance.current.amountMinor < 0
  const summary = say('balance-many', {
    held: amounts(known.filter((holding) => !owes(holding))),
    owed: amounts(known.filter(owes)).map((sum) => ({ ...sum, amountMinor: -sum.amountMinor })),
    accounts: known.length,
    oldest: Math.min(...known.map(({ balance }) => balance.asOf)),
  })
  const rows = known.map(({ account, balance }) => ({
    bank: scene.bankName(account.bankId),
    name: account.name,
    numberDisplay: account.numberDisplay,
    current: balance.current,
    available: balance.available,
    asOf: balance.asOf,
  }))
  return {
    text: [summary, ...gaps],
    show: { type: 'accounts', caption: say('accounts', {}), rows },
    actions: [],
  }
}

function sumByCurrency(amounts: readonly Money[]): Money[] {
  const sums = new Map<string, Money>()
  for (const amount of amounts) {
    const sum = sums.get(amount.currency)
    sums.set(amount.currency, sum ? add(sum, amount) : amount)
  }
  return [...sums.values()]
}
