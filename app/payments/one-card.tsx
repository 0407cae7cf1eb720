import { type FormEvent, useState } from 'react'
import type { LineChoiceJson, Locale } from '../../src/http/api.ts'
import { formatMoney } from '../format.ts'
import { useHere } from '../guichet.tsx'
import type { Words } from '../words/en.ts'
import { AmountField, amountText, currencyFor, readAmount } from './amount-field.tsx'
import { clockOf, QUIET_AT_FIRST } from './clock.ts'
import { type QuietHours, QuietTimes } from './quiet-times.tsx'
import { SaveRow } from './save-row.tsx'
import { useSaving } from './use-saving.ts'

const KINDS = ['as-others', 'all', 'above', 'abroad-or-online', 'suspicious'] as const
const QUIET = ['as-others', 'never', 'own'] as const
type Quiet = (typeof QUIET)[number]

/** One card: which of its payments have a line, and its own quiet hours. Both are as for the others until chosen. */
export function OneCard(props: {
  card: string
  currencies: readonly string[]
  kept: LineChoiceJson | null
  onSave(choice: LineChoiceJson): Promise<void>
}) {
  const { card, currencies, kept, onSave } = props
  const currency = currencyFor(kept?.above ?? null, currencies)
  const { locale, words } = useHere()
  const [lines, setLines] = useState<LineChoiceJson['lines']>(kept?.lines ?? 'as-others')
  const [amount, setAmount] = useState(amountText(kept?.above ?? null, currency))
  const [quiet, setQuiet] = useState<Quiet>(quietOf(kept))
  const [hours, setHours] = useState<QuietHours>(
    typeof kept?.quiet === 'object' && kept.quiet ? kept.quiet : QUIET_AT_FIRST,
  )
  const saving = useSaving()
  const above = lines === 'above' ? readAmount(amount, currency) : null
  const isWrong = (lines === 'above' && above === null) || (quiet === 'own' && hours.from === hours.to)

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (saving.busy || isWrong) return
    const own = quiet === 'own' ? hours : quiet === 'never' ? quiet : null
    await saving.save(() => onSave({ cardNumberDisplay: card, lines, above, quiet: own }))
  }

  return (
    <details className="own-card">
      <summary>
        {words.cardEnding(card)}
        <span className="under">{tellChoice(kept, words, locale).join(', ')}</span>
      </summary>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <label className="field">
          {words.linesWhich}
          <select value={lines} onChange={(event) => setLines(event.target.value as LineChoiceJson['lines'])}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {kind === 'as-others' ? words.asOthers : words.lineKinds[kind]}
              </option>
            ))}
          </select>
        </label>
        {lines === 'above' && (
          <AmountField
            currency={currency}
            hasOthers={currencies.length > 1}
            text={amount}
            onChange={setAmount}
          />
        )}
        <label className="field">
          {words.quietHours}
          <select value={quiet} onChange={(event) => setQuiet(event.target.value as Quiet)}>
            {QUIET.map((one) => (
              <option key={one} value={one}>
                {one === 'as-others' ? words.asOthers : words.quietKinds[one]}
              </option>
            ))}
          </select>
        </label>
        {quiet === 'own' && <QuietTimes quiet={hours} onChange={setHours} />}
        <SaveRow saving={saving} of={words.cardEnding(card)} isWrong={isWrong} />
      </form>
    </details>
  )
}

const quietOf = (kept: LineChoiceJson | null): Quiet =>
  kept === null || kept.quiet === null ? 'as-others' : kept.quiet === 'never' ? 'never' : 'own'

/** What is kept of a card, in a few words: what is as for the others is left out. */
function tellChoice(kept: LineChoiceJson | null, words: Words, locale: Locale): string[] {
  if (!kept) return [words.asOthers]
  const { lines, above, quiet } = kept
  const which = lines === 'as-others' ? words.asOthers : words.lineKinds[lines]
  return [
    above ? words.linesFrom(formatMoney(above, locale)) : which,
    ...(quiet === null ? [] : [quiet === 'never' ? words.quietKinds.never : tellHours(quiet, words)]),
  ]
}

const tellHours = ({ from, to }: QuietHours, words: Words): string =>
  words.quietBetween(clockOf(from), clockOf(to))
