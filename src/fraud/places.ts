import { keyedHash, Private } from '#kit'
import { type Finding, merchantPlace, type Places, type Risk, terminalPlace } from './features/index.ts'
import type { Memory } from './memory.ts'
import type { Payment } from './payment.ts'
import type { Happening } from './timeline.ts'

/** Bytes of a place's hash: enough that no two places meet. */
export const HASH_BYTES = 16

/** What a bank's terminal or merchant is called in the table that is shared by all people: hexadecimal. */
export type NameOf = (bankId: string, place: string) => string

/** Names that only the holder of `key` can make. Each bank's places are its own: what its customers say counts there. */
export function createPlaceNames(key: Buffer): NameOf {
  const hash = keyedHash(key)
  return (bankId, place) => hash(`${bankId} ${place}`).toString('hex', 0, HASH_BYTES)
}

export type Part = { bankId: string; memory: Private<Memory>; fresh: Private<readonly Happening[]> }

/** Where the fresh payments of a batch were made: the hashes to look up, and how to find what was found. */
export function placesIn(parts: readonly Part[], nameOf: NameOf) {
  const named = new Map<string, string>()
  const name = (bankId: string, place: string): string => {
    const key = `${bankId} ${place}`
    const known = named.get(key) ?? nameOf(bankId, place)
    named.set(key, known)
    return known
  }
  return {
    hashes: Private.all(
      parts.map(({ bankId, memory, fresh }) =>
        Private.all([memory, fresh]).map(([{ history }, payments]) =>
          payments.flatMap(({ id }) => {
            const payment = history.find(id)
            return payment ? placesOf(payment).map((place) => name(bankId, place)) : []
          }),
        ),
      ),
    ).map((all) => [...new Set(all.flat())]),

    /** Has what was learnt in the batch itself count for what is judged in it. */
    hearing:
      (bankId: string, risk: Risk) =>
      (findings: readonly Finding[]): void => {
        for (const finding of findings) risk.learn({ ...finding, place: name(bankId, finding.place) })
      },

    /** What is known of where a payment of a bank was made. */
    knownAt:
      (bankId: string, risk: Risk) =>
      (payment: Payment): Places => ({
        terminal: payment.terminal === null ? null : risk.of(name(bankId, terminalPlace(payment.terminal))),
        merchant: risk.of(name(bankId, merchantPlace(payment))),
      }),
  }
}

const placesOf = (payment: Payment): string[] =>
  payment.terminal === null
    ? [merchantPlace(payment)]
    : [terminalPlace(payment.terminal), merchantPlace(payment)]
