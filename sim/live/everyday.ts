import { type Clock, money, toDecimal } from '#kit'
import type { NewPayment } from '../bank/attempts.ts'
import type { Bank } from '../bank/bank.ts'
import type { EverydayPayment } from '../customers/customer.ts'
import { drawPostingDays } from '../customers/posting-delay.ts'

/** How fast the demo's people pay. */
export type Pace = {
  /** Seconds between two payments of one person at one bank, on average; each pause is 0.57 to 1.43 of it. */
  secondsBetween: number
  paused: boolean
  /** How long a day of posting delay takes, in milliseconds: a demo cannot wait until tomorrow. */
  dayMs: number
}

/** With 14 seconds, payments come every 8 to 20. */
export const DEFAULT_PACE: Pace = { secondsBetween: 14, paused: false, dayMs: 60_000 }

/** The stream leaves this much, in minor units, for whoever steals the card. */
const LEFT_MINOR = 150_000

/** How payments end that do not simply post, by share. */
const ADJUSTED = 0.04
const RELEASED = 0.06
const REVERSED = 0.07

/** What one everyday payment becomes as an order to the bank. */
export function toPayment(payment: EverydayPayment, currency: string): NewPayment {
  const { amountMinor, foreign, descriptor, mcc, place, entryMode, accountId } = payment
  return {
    accountId,
    amount: toDecimal(money(Math.abs(amountMinor), currency)),
    debitCreditMemo: amountMinor < 0 ? 'DEBIT' : 'CREDIT',
    descriptor,
    mcc,
    ...place,
    entryMode,
    ...(foreign && {
      foreignAmount: toDecimal(money(Math.abs(foreign.amountMinor), foreign.currency)),
      foreignCurrency: foreign.currency,
    }),
  }
}

export type Everyday = ReturnType<typeof createEveryday>

/** The stream of ordinary payments of everybody who is linked. `chance` is uniform in [0, 1). */
export function createEveryday(needs: {
  banks: readonly Bank[]
  pace: Pace
  clock: Clock
  chance: () => number
}) {
  const { banks, pace, clock, chance } = needs
  const dueAt = new Map<string, number>()

  function nextPause(): number {
    return pace.secondsBetween * 1000 * (0.57 + chance() * 0.86)
  }

  /** Makes one payment that this person could make today; `change` overrides parts of it. */
  function payOnce(bank: Bank, username: string, change: Partial<NewPayment> = {}) {
    const customer = bank.customers().find((each) => each.username === username)
    const drawn = customer?.everyday[Math.floor(chance() * customer.everyday.length)]
    if (!drawn) throw new RangeError(`${username} has no everyday payments at ${bank.id}`)
    const account = bank.accountsOf(username).find(({ accountId }) => accountId === drawn.accountId)!
    const payment = { ...toPayment(drawn, account.currency), ...change }
    const result = bank.authorise(username, payment)
    if (result.outcome === 'authorised') scheduleEnd(bank, result.transactionId, drawn.amountMinor)
    return result
  }

  function scheduleEnd(bank: Bank, transactionId: string, amountMinor: number): void {
    const now = clock.now()
    const fate = chance()
    const postAt = now + Math.max(0.2, drawPostingDays(chance)) * pace.dayMs
    if (fate >= ADJUSTED && fate < RELEASED) {
      bank.schedule(transactionId, 'release', postAt)
      return
    }
    // A tip, or something out of stock.
    if (fate < ADJUSTED) {
      bank.schedule(
        transactionId,
        'adjust',
        now + pace.dayMs / 10,
        Math.round(amountMinor * (0.85 + chance() * 0.25)),
      )
    }
    bank.schedule(transactionId, 'post', postAt)
    if (fate >= RELEASED && fate < REVERSED) bank.schedule(transactionId, 'reverse', postAt + pace.dayMs)
  }

  /** The usual delay between a payment and its posting, in milliseconds. */
  const drawPostingDelay = () => drawPostingDays(chance) * pace.dayMs

  return {
    payOnce,
    drawPostingDelay,
    /** Has a payment post after the usual delay, come what may. */
    schedulePosting(bank: Bank, transactionId: string): void {
      bank.schedule(transactionId, 'post', clock.now() + drawPostingDelay())
    },

    /** Makes the payments that are due. */
    tick(): void {
      if (pace.paused) return
      const now = clock.now()
      for (const bank of banks) {
        for (const username of bank.linkedCustomers()) {
          const key = `${bank.id} ${username}`
          const due = dueAt.get(key)
          if (due === undefined) dueAt.set(key, now + nextPause())
          if (due === undefined || due > now) continue
          dueAt.set(key, now + nextPause())
          const current = bank
            .accountsOf(username)
            .find(({ cardNumberDisplay }) => cardNumberDisplay !== null)
          if (!current || current.availableMinor <= LEFT_MINOR) continue
          // Nobody goes on paying with a card that they had blocked.
          if (!bank.isBlocked(current.accountId, current.cardNumberDisplay!)) payOnce(bank, username)
        }
      }
    },
    /** A new pace counts from now. */
    restart: () => dueAt.clear(),
  }
}
