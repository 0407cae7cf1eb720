import { keyedHash, Private } from '#kit'
import { resolveMerchant } from '#merchants'
import type { Transaction } from '#vault'
import { type Finding, merchantPlace, type Places, type Risk, terminalPlace } from './features/index.ts'
import type { Memory } from './memory.ts'
import type { Payment } from './payment.ts'
import type { Happening } from './timeline.ts'

/** Bytes of a place's hash: enough that no two places meet. */
export const HASH_BYTES = 16

/** What a bank's terminal or merchant is called in the table that is shared by all people: hexadecimal. */
export type NameOf = (bankId: string, place: string) => string

/** Names that are remembered: terminals and merchants come again and again, and a name costs as much as a feature. */
const NAMES_MAX = 50_000

/** Names that only the holder of `key` can make. Each bank's places are its own: what its customers say counts there. */
export function createPlaceNames(key: Buffer): NameOf {
  const hash = keyedHash(key)
  const byBank = new Map<string, Map<string, string>>()
  let remembered = 0
  return (bankId, place) => {
    const known = byBank.get(bankId)?.get(place)
    if (known !== undefined) return known
    if (remembered >= NAMES_MAX) {
      byBank.clear()
      remembered = 0
    }
    const name = hash(`${bankId} ${place}`, 'hex').slice(0, 2 * HASH_BYTES)
    const names = byBank.get(bankId) ?? new Map<string, string>()
    byBank.set(bankId, names.set(place, name))
    remembered++
    return name
  }
}

export type Part = { bankId: string; memory: Private<Memory>; fresh: Private<readonly Happening[]> }

/** Where the fresh payments of a batch were made: the hashes to look up, and how to find what was found. */
export function placesIn(parts: readonly Part[], nameOf: NameOf) {
  return {
    hashes: Private.all(
      parts.map(({ bankId, memory, fresh }) =>
        Private.all([memory, fresh]).map(([{ history }, payments]) =>
          payments.flatMap(({ id }) => {
            const payment = history.find(id)
            return payment ? placesOf(payment).map((place) => nameOf(bankId, place)) : []
          }),
        ),
      ),
    ).map((all) => [...new Set(all.flat())]),

    /** Has what was learnt in the batch itself count for what is judged in it. */
    hearing:
      (bankId: string, risk: Risk) =>
      (findings: readonly Finding[]): void => {
        for (const finding of findings) risk.learn({ ...finding, place: nameOf(bankId, finding.place) })
      },

    /** What is known of where a payment of a bank was made. */
    knownAt:
      (bankId: string, risk: Risk) =>
      (payment: Payment): Places => ({
        terminal: payment.terminal === null ? null : risk.of(nameOf(bankId, terminalPlace(payment.terminal))),
        merchant: risk.of(nameOf(bankId, merchantPlace(payment))),
      }),
  }
}

const placesOf = (payment: Pick<Payment, 'terminal' | 'merchant' | 'country'>): string[] =>
  payment.terminal === null
    ? [merchantPlace(payment)]
    : [terminalPlace(payment.terminal), merchantPlace(payment)]

/** What a bank says of where a card was used. */
export type PlacedAt = Pick<Transaction, 'descriptor' | 'mcc' | 'country' | 'terminalId'>

/** The places of a payment that nobody has read yet: those that `placesIn` will find once it is remembered. */
export const placesOfCard = (payment: PlacedAt): string[] =>
  placesOf({
    terminal: payment.terminalId,
    merchant: resolveMerchant(payment).merchant,
    country: payment.country,
  })
