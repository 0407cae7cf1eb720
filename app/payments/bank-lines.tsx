import { type FormEvent, useState } from 'react'
import type { LineChoiceJson, LinesJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'
import { AmountField, amountText, currencyFor, readAmount } from './amount-field.tsx'
import { CardLines } from './card-lines.tsx'
import { QUIET_AT_FIRST } from './clock.ts'
import { QuietTimes } from './quiet-times.tsx'
import { SaveRow } from './save-row.tsx'
import { useSaving } from './use-saving.ts'

const KINDS = ['all', 'above', 'abroad-or-online', 'suspicious'] as const

/** One bank: what has a line, from which amount, and the quiet hours; then the cards that are to be treated otherwise. */
export function BankLines(props: { link: LinesJson; onSave(choice: LineChoiceJson): Promise<void> }) {
  const { link, onSave } = props
  const { words } = useHere()
  const kept = link.choices.find(({ cardNumberDisplay }) => cardNumberDisplay === null)
  const [lines, setLines] = useState<LineChoiceJson['lines']>(kept?.lines ?? 'all')
  const currency = currencyFor(kept?.above ?? null, link.currencies)
  const [amount, setAmount] = useState(amountText(kept?.above ?? null, currency))
  const [quiet, setQuiet] = useState(typeof kept?.quiet === 'object' ? kept.quiet : null)
  const saving = useSaving()
  const above = lines === 'above' ? readAmount(amount, currency) : null
  const isWrong = (lines === 'above' && above === null) || (quiet !== null && quiet.from === quiet.to)
  const id = `lines-${link.linkId}`

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (saving.busy || isWrong) return
    await saving.save(() => onSave({ cardNumberDisplay: null, lines, above, quiet }))
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
          <AmountField
            currency={currency}
            hasOthers={link.currencies.length > 1}
            text={amount}
            onChange={setAmount}
          />
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
          {quiet && <QuietTimes quiet={quiet} onChange={setQuiet} />}
        </fieldset>
        <SaveRow saving={saving} of={link.bank} isPrimary isWrong={isWrong} />
      </form>
      {link.cards.length > 0 && <CardLines link={link} onSave={onSave} />}
    </section>
  )
}
