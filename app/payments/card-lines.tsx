import type { LineChoiceJson, LinesJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'
import { OneCard } from './one-card.tsx'

/** Cards that are to be treated otherwise than the bank's others, each folded until it is looked at. */
export function CardLines(props: { link: LinesJson; onSave(choice: LineChoiceJson): Promise<void> }) {
  const { link, onSave } = props
  const { words } = useHere()
  return (
    <div className="stack">
      <h3>{words.linesByCard}</h3>
      {link.cards.map(({ cardNumberDisplay: card, currencies }) => (
        <OneCard
          key={card}
          card={card}
          currencies={currencies}
          kept={link.choices.find(({ cardNumberDisplay }) => cardNumberDisplay === card) ?? null}
          onSave={onSave}
        />
      ))}
    </div>
  )
}
