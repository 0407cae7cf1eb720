import type { Act, CustomerState } from './state.ts'
import type { ControlWords } from './words.ts'

/** One linked person: their cards, and what a thief or a shop can do with them. */
export function Customer(props: { bankId: string; customer: CustomerState; words: ControlWords; act: Act }) {
  const { bankId, customer, words, act } = props
  const { username, displayName, cards } = customer
  return (
    <div className="stack customer">
      <div>
        <p>
          <strong>{displayName}</strong>
        </p>
        {cards.map(({ numberDisplay, blocked }) => (
          <p key={numberDisplay} className="small muted">
            {words.card(numberDisplay)} {blocked && <span className="tag warn">{words.blocked}</span>}
          </p>
        ))}
      </div>
      <div className="row">
        <button type="button" className="danger" onClick={() => void act('steal', { bankId, username })}>
          {words.steal}
          <span className="hidden-text"> ({displayName})</span>
        </button>
        <button type="button" onClick={() => void act('pay', { bankId, username })}>
          {words.pay}
          <span className="hidden-text"> ({displayName})</span>
        </button>
        {cards
          .filter(({ blocked }) => blocked)
          .map(({ numberDisplay }) => (
            <button
              key={numberDisplay}
              type="button"
              onClick={() => void act('unblock', { bankId, username, numberDisplay })}
            >
              {words.unblock(numberDisplay)}
            </button>
          ))}
      </div>
    </div>
  )
}
