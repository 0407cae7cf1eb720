import type { Act, CustomerState } from './state.ts'
import type { ControlWords } from './words.ts'

const OUTCOMES = ['IN_FAVOUR', 'AGAINST'] as const

/** One linked person: their cards, and what a thief or a shop can do with them. */
export function Customer(props: { bankId: string; customer: CustomerState; words: ControlWords; act: Act }) {
  const { bankId, customer, words, act } = props
  const { username, displayName, cards, disputes } = customer
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
        <button type="button" onClick={() => void act('stop', { bankId, username })}>
          {words.stop}
          <span className="hidden-text"> ({displayName})</span>
        </button>
        <button type="button" onClick={() => void act('suspect', { bankId, username })}>
          {words.suspect}
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
      {disputes.map(({ disputeId, caseNumber }) => (
        <fieldset key={disputeId} className="row">
          <legend className="small">{words.dispute(caseNumber)}</legend>
          {OUTCOMES.map((outcome) => (
            <button
              key={outcome}
              type="button"
              onClick={() => void act('decide', { bankId, disputeId, outcome })}
            >
              {words.outcomes[outcome]}
            </button>
          ))}
        </fieldset>
      ))}
    </div>
  )
}
