import type { Act, CustomerState } from './state.ts'
import type { ControlWords } from './words.ts'

/** What somebody disputes, for the bank to decide. */
export function Disputes(props: {
  bankId: string
  customer: CustomerState
  outcomes: string[]
  words: ControlWords
  act: Act
}) {
  const { bankId, customer, outcomes, words, act } = props
  const { username, disputes } = customer
  return (
    <ul className="plain-list stack">
      {disputes.map(({ disputeId, caseNumber, payments }) => (
        <li key={disputeId} className="stack dispute">
          <p className="small">{words.dispute(caseNumber, payments)}</p>
          <div className="row">
            {outcomes.map((outcome) => (
              <button
                key={outcome}
                type="button"
                onClick={() => void act('decide-dispute', { bankId, username, disputeId, outcome })}
              >
                {words.outcomes[outcome] ?? outcome}
                <span className="hidden-text"> ({caseNumber})</span>
              </button>
            ))}
          </div>
        </li>
      ))}
    </ul>
  )
}
