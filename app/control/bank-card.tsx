import { useState } from 'react'
import type { Act, BankState, State } from './state.ts'
import type { ControlWords } from './words.ts'

type Props = { bank: BankState; choices: State['choices']; words: ControlWords; act: Act }

/** One bank: its people who are linked, and what can be done to them and to it. */
export function BankCard({ bank, choices, words, act }: Props) {
  if (bank.withdrawn) {
    return (
      <section className="card">
        <h2>{bank.name}</h2>
        <p className="muted">{words.left}</p>
      </section>
    )
  }
  return (
    <section className="card stack">
      <h2>{bank.name}</h2>
      {bank.linkedCustomers.length === 0 && <p className="muted">{words.nobody}</p>}
      {bank.linkedCustomers.map((customer) => (
        <div key={customer.username} className="stack">
          <h3>
            {customer.displayName}{' '}
            {customer.cards.map((card) => (
              <span key={card.numberDisplay} className="muted small">
                ··{card.numberDisplay} {card.blocked && <span className="tag">{words.blocked}</span>}
              </span>
            ))}
          </h3>
          <div>
            <button
              type="button"
              className="danger"
              onClick={() => void act('steal', { bankId: bank.id, username: customer.username })}
            >
              {words.steal}
            </button>
            <p className="muted small">{words.stealHint}</p>
          </div>
          <div>
            <button
              type="button"
              onClick={() => void act('pay', { bankId: bank.id, username: customer.username })}
            >
              {words.pay}
            </button>
            <p className="muted small">{words.payHint}</p>
          </div>
          {customer.cards
            .filter((card) => card.blocked)
            .map((card) => (
              <button
                key={card.numberDisplay}
                type="button"
                onClick={() =>
                  void act('unblock', {
                    bankId: bank.id,
                    username: customer.username,
                    numberDisplay: card.numberDisplay,
                  })
                }
              >
                {words.unblock}
              </button>
            ))}
        </div>
      ))}
      <Trouble bank={bank} choices={choices} words={words} act={act} />
      <Leave bank={bank} words={words} act={act} />
    </section>
  )
}

function Trouble({ bank, choices, words, act }: Props) {
  const [endpoint, setEndpoint] = useState('accounts')
  const [fault, setFault] = useState('')
  return (
    <details>
      <summary>{words.trouble}</summary>
      <p className="muted small">{words.troubleHint}</p>
      {bank.faults.map((one) => (
        <p key={one.endpoint} className="tag">
          {one.endpoint}: {one.kind}
        </p>
      ))}
      <label className="small">
        {words.endpoint}
        <select value={endpoint} onChange={(event) => setEndpoint(event.target.value)}>
          {choices.endpoints.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="small">
        {words.fault}
        <select value={fault} onChange={(event) => setFault(event.target.value)}>
          <option value="">{words.none}</option>
          {choices.faults.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <button
        type="button"
        onClick={() => void act('faults', { bankId: bank.id, endpoint, fault: fault || null })}
      >
        {words.apply}
      </button>
    </details>
  )
}

function Leave({ bank, words, act }: Omit<Props, 'choices'>) {
  const [asking, setAsking] = useState(false)
  return (
    <div>
      {asking ? (
        <div className="row">
          <button
            type="button"
            className="danger"
            onClick={() => void act('withdraw-bank', { bankId: bank.id })}
          >
            {words.leaveConfirm}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            {words.cancel}
          </button>
        </div>
      ) : (
        <button type="button" onClick={() => setAsking(true)}>
          {words.leave}
        </button>
      )}
      <p className="muted small">{words.leaveHint}</p>
    </div>
  )
}
