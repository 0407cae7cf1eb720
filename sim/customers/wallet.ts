import { DAY, HOUR, MINUTE } from '#kit'
import type { CardRow } from './card-rows.ts'
import type { Entry, EntryMode, Place } from './customer.ts'
import { type MerchantKind, merchantCountry, merchantKind, type SpendingKind } from './merchant-codes.ts'
import { drawPostingDays, postingInstant } from './posting-delay.ts'

/** The extract's two spans are laid over each other: 104 weeks, so that every weekday stays what it was. */
const LATE_SPAN_FROM = '2016-02-08'
const SPAN_DAYS = 728
const LAST_DAY = Date.UTC(2018, 1, 4)

/** Whole weeks from the extract's last day to the end of the week that `now` is in. */
export function weeksToShift(now: number): number {
  return Math.ceil((now - LAST_DAY) / (7 * DAY))
}

/** When the shop was open for it: hours of the day, UTC. No payment crosses midnight in any of the banks' time zones. */
const OPEN: Record<SpendingKind | 'other', [number, number]> = {
  groceries: [8, 20],
  fuel: [7, 19],
  'eating-out': [11, 21],
  amazon: [9, 21],
  travel: [8, 18],
  subscriptions: [6, 9],
  'getting-around': [7, 19],
  household: [9, 18],
  leisure: [10, 20],
  health: [9, 17],
  other: [9, 18],
}

export type WalletEntry = { entry: Entry; kind: SpendingKind | 'other'; row: CardRow }

/** A wallet's card payments up to `now`, oldest first. Real but for the time of day, the entry mode and the place. */
export function walletEntries(
  rows: readonly CardRow[],
  home: Place,
  now: number,
  chance: () => number,
): WalletEntry[] {
  const shiftDays = weeksToShift(now) * 7
  const made = rows.map((row): WalletEntry => {
    const known = merchantKind(row.descriptor, row.accountCode)
    const kind = known?.kind ?? 'other'
    const overlay = row.date < LATE_SPAN_FROM ? SPAN_DAYS : 0
    const [opens, closes] = OPEN[kind]
    const midnight = Date.parse(row.date) + (overlay + shiftDays) * DAY
    const at = midnight + opens * HOUR + Math.floor(chance() * (closes - opens) * 60) * MINUTE
    const entryMode = entryModeOf(row, known)
    const entry: Entry = {
      at,
      postedAt: postingInstant(at, drawPostingDays(chance), chance),
      // The council's books count what is spent as positive.
      amountMinor: -row.billedMinor,
      foreign:
        row.originalCurrency === 'GBP'
          ? null
          : { amountMinor: -row.originalMinor, currency: row.originalCurrency },
      descriptor: row.descriptor,
      mcc: known?.mcc ?? null,
      place: placeOf(row, kind, entryMode, home),
      entryMode,
      cardNumberDisplay: null,
      kind: 'card',
    }
    return { entry, kind, row }
  })
  return made.filter(({ entry }) => entry.at <= now).sort((a, b) => a.entry.at - b.entry.at)
}

function entryModeOf(row: CardRow, known: MerchantKind | null): EntryMode {
  if (known?.mcc === '6011') return 'atm'
  if (known?.isOnline || /^www|\.(com|co|net|org)\b/i.test(row.descriptor)) return 'online'
  // Above this a contactless card asks for its chip.
  return Math.abs(row.billedMinor) <= 4_500 ? 'contactless' : 'chip'
}

function placeOf(row: CardRow, kind: SpendingKind | 'other', entryMode: EntryMode, home: Place): Place {
  const country = merchantCountry(row.descriptor, row.originalCurrency)
  const isAtHome = country === home.country && entryMode !== 'online' && kind !== 'travel'
  return isAtHome ? { ...home } : { country, city: null, latitude: null, longitude: null }
}
