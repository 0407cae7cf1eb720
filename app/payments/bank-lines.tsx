import { type FormEvent, useState } from 'react'
import type { LineChoiceJson, LinesJson, MoneyJson } from '../../src/http/api.ts'
import { minorDigitsOf } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { CardLines } from './card-lines.tsx'
import { clockOf, minutesOf, QUIET_AT_FIRST } from './clock.ts'

const KINDS = ['all', 'above', 'abroad-or-online', 'suspicious'] as const

/** One bank: what has a line, from which amount, and the quiet hours; then the cards that are to be treated otherwise. */
export function BankLines(props: { link: LinesJson; onSave(choice: LineChoiceJson): Promise<void> }) {
  const { link, onSave } = props
  const { locale, words } = useHere()
  const kept = link.choices.find(({ cardNumberDisplay }) => cardNumberDisplay === null)
  const [lines, setLines] = useState<LineChoiceJson['lines']>(kept?.lines ?? 'all')
  const currency = link.currency ?? 'EUR'
  const unit = 10 ** minorDigitsOf(currency)
  const [amount, setAmount] = useState(kept?.above ? String(kept.above.amountMinor / unit) : '50')
  const [quiet, setQuiet] = useState(kept?.quiet ?? null)
  const [busy, setBusy] = useState(false)
  const amountMinor = Math.round(Number(amount.replace(',', '.')) * unit)
  const isAmount = Number.isSafeInteger(amountMinor) && amountMinor > 0
  const above: MoneyJson | null = lines === 'above' ? { amountMinor, currency } : null
  const isQuiet = quiet !== null && quiet.from !== quiet.to
  const id = `lines-${link.linkId}`

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy || (lines === 'above' && !isAmount)) return
    setBusy(true)
    await onSave({ cardNumberDisplay: null, lines, above, quiet: isQuiet ? quiet : null })
    setBusy(false)
  }

  return (
    <section className="card stack" aria-labelledby={id}>
      <h2 id={id}>{link.bank}</h2>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <fieldset className="choices">
          <legend>{words.linesWhich}</legend>
          {KINDS.map((kind) => (
            <label key={kind} className="pick">
              <input
                type="radio"
                name={id}
                value={kind}
                checked={lines === kind}
                onChange={() => setLines(kind)}
              />
              {words.lineKinds[kind]}
            </label>
          ))}
        </fieldset>
        {lines === 'above' && (
          <label className="field amount">
            {words.linesAmount(new Intl.DisplayNames(locale, { type: 'currency' }).of(currency) ?? currency)}
            <input
              type="text"
              inputMode="decimal"
              value={amount}
              aria-invalid={!isAmount}
              onChange={(event) => setAmount(event.target.value)}
            />
            {!isAmount && <span className="small bad-text">{words.linesAmountWrong}</span>}
          </label>
        )}
        <fieldset className="choices">
          <legend>{words.quietHours}</legend>
          <label className="pick">
            <input
              type="checkbox"
              checked={quiet !== null}
              onChange={(event) => setQuiet(event.target.checked ? QUIET_AT_FIRST : null)}
            />
            {words.quietSays}
          </label>
          {quiet && (
            <div className="row">
              {(['from', 'to'] as const).map((end) => (
                <label key={end} className="field">
                  {words.quietEnds[end]}
                  <input
                    type="time"
                    required
                    value={clockOf(quiet[end])}
                    onChange={(event) => {
                      const minutes = minutesOf(event.target.value)
                      if (minutes !== null) setQuiet({ ...quiet, [end]: minutes })
                    }}
                  />
                </label>
              ))}
            </div>
          )}
        </fieldset>
        <div>
          <button type="submit" className="primary" disabled={busy || (lines === 'above' && !isAmount)}>
            {busy ? words.busy : words.save}
            <span className="hidden-text"> ({link.bank})</span>
          </button>
        </div>
      </form>
      {link.cards.length > 0 && <CardLines link={link} onSave={onSave} />}
    </section>
  )
}
