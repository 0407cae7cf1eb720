import { Disputes } from './disputes.tsx'
import type { Act, CustomerState } from './state.ts'
import type { ControlWords } from './words.ts'

/** One linked person: their cards, what a thief, a shop or their bank can do with them, and what they dispute. */
export function Customer(props: {
  bankId: string
  customer: CustomerState
  outcomes: string[]
  words: ControlWords
  act: Act
}) {
  const { bankId, customer, outcomes, words, act } = props
  const { username, displayName, cards, disputes } = customer
  const deed = (what: string, label: string, look?: string) => (
    <button type="button" className={look} onClick={() => void act(what, { bankId, username })}>
      {label}
      <span className="hidden-text"> ({displayName})</span>
    </button>
  )
  return (
    <div className="stack customer">
      <div>
        <p>
          <strong>{displayName}</strong>
        </p>
        {cards.map(({ numberDisplay, state }) => (
          <p key={numberDisplay} className="small muted">
            {words.card(numberDisplay)}{' '}
            {state !== 'active' && <span className="tag warn">{words.cardStates[state]}</span>}
          </p>
        ))}
      </div>
      <div className="row">
        {deed('steal', words.steal, 'danger')}
        {deed('pay', words.pay)}
        {deed('stop-payment', words.stop)}
        {deed('bank-alert', words.alert)}
        {deed('open-account', words.open)}
        {deed('close-account', words.close)}
        {cards
          .filter(({ state }) => state === 'blocked')
          .map(({ numberDisplay }) => (
            <button
              key={numberDisplay}
              type="button"
              onClick={() => void act('unblock', { bankId, username, numberDisplay })}
            >
              {words.unblock(numberDisplay)}
            </button>
          ))}
        {cards.some(({ state }) => state === 'replaced') && deed('deliver-cards', words.deliver)}
      </div>
      {disputes.length > 0 && (
        <Disputes bankId={bankId} customer={customer} outcomes={outcomes} words={words} act={act} />
      )}
    </div>
  )
}
