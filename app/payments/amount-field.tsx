import type { MoneyJson } from '../../src/http/api.ts'
import { minorDigitsOf } from '../format.ts'
import { useHere } from '../guichet.tsx'

/** In which currency an amount is asked for: that of the one that is kept, if something can still be paid in it. */
export const currencyFor = (kept: MoneyJson | null, currencies: readonly string[]): string =>
  kept && currencies.includes(kept.currency) ? kept.currency : (currencies[0] ?? 'EUR')

/** What stands in the field at first: the amount that is kept, or one that most people would call large. */
export const amountText = (kept: MoneyJson | null, currency: string): string =>
  kept?.currency === currency ? String(kept.amountMinor / 10 ** minorDigitsOf(currency)) : '50'

/** What somebody wrote as an amount above zero; null when it is none. */
export function readAmount(text: string, currency: string): MoneyJson | null {
  const amountMinor = Math.round(Number(text.replace(',', '.')) * 10 ** minorDigitsOf(currency))
  return Number.isSafeInteger(amountMinor) && amountMinor > 0 ? { amountMinor, currency } : null
}

/** From which amount on a payment has a line. What is paid in another currency than that of the amount has one too, and that is said. */
export function AmountField(props: {
  currency: string
  /** Whether something is paid in another currency. */
  hasOthers: boolean
  text: string
  onChange(text: string): void
}) {
  const { currency, hasOthers, text, onChange } = props
  const { locale, words } = useHere()
  const isAmount = readAmount(text, currency) !== null
  return (
    <label className="field amount">
      {words.linesAmount(new Intl.DisplayNames(locale, { type: 'currency' }).of(currency) ?? currency)}
      <input
        type="text"
        inputMode="decimal"
        value={text}
        aria-invalid={!isAmount}
        onChange={(event) => onChange(event.target.value)}
      />
      {!isAmount && <span className="small bad-text">{words.linesAmountWrong}</span>}
      {hasOthers && <span className="small">{words.linesOtherCurrency}</span>}
    </label>
  )
}
