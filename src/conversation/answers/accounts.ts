import type { Announcements } from '#kit'
import type { Account } from '#vault'
import { type Said, say } from '../answer.ts'
import type { Scene } from '../scene.ts'

export type AccountChange = Announcements['account-changed']['change']

const CHANGED = {
  opened: 'account-opened',
  closed: 'account-closed',
  renumbered: 'account-renumbered',
  gone: 'account-gone',
} as const satisfies Record<AccountChange, string>

/** An account as a sentence names it. */
export const nameOf = ({ bankId, name, numberDisplay }: Account, scene: Scene) => ({
  bank: scene.bankName(bankId),
  account: name,
  numberDisplay,
})

/** What a bank did with an account. */
export const sayAccountChanged = (account: Account, change: AccountChange, scene: Scene): Said => ({
  text: [say(CHANGED[change], nameOf(account, scene))],
  show: null,
  actions: [],
})
