import type { LineChoiceJson, LinesJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'

const OWN = ['as-others', 'all', 'abroad-or-online', 'suspicious'] as const

/** Cards that are to be treated otherwise than the bank's others. A choice is kept as soon as it is made. */
export function CardLines(props: { link: LinesJson; onSave(choice: LineChoiceJson): Promise<void> }) {
  const { link, onSave } = props
  const { words } = useHere()
  const keep = (cardNumberDisplay: string, lines: LineChoiceJson['lines']) =>
    void onSave({ cardNumberDisplay, lines, above: null, quiet: null })
  return (
    <div className="stack">
      <h3>{words.linesByCard}</h3>
      {link.cards.map((card) => (
        <label key={card} className="field">
          {words.cardEnding(card)}
          <select
            value={link.choices.find((choice) => choice.cardNumberDisplay === card)?.lines ?? 'as-others'}
            onChange={(event) => keep(card, event.target.value as LineChoiceJson['lines'])}
          >
            {OWN.map((lines) => (
              <option key={lines} value={lines}>
                {lines === 'as-others' ? words.asOthers : words.lineKinds[lines]}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  )
}
