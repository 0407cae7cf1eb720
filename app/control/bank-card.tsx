import { Monogram } from '../parts/monogram.tsx'
import { Customer } from './customer.tsx'
import { Leave } from './leave.tsx'
import type { Act, BankState, State } from './state.ts'
import { Trouble } from './trouble.tsx'
import type { ControlWords } from './words.ts'

/** One bank: its people who are linked, and what can be done to them and to it. */
export function BankCard(props: {
  bank: BankState
  choices: State['choices']
  words: ControlWords
  act: Act
}) {
  const { bank, choices, words, act } = props
  return (
    <section className="card stack bank" aria-labelledby={`bank-${bank.id}`}>
      <header className="row">
        <Monogram name={bank.name} />
        <h3 id={`bank-${bank.id}`}>{bank.name}</h3>
      </header>
      {bank.withdrawn ? (
        <p className="muted">{words.left}</p>
      ) : (
        <>
          <p>
            <a href={bank.homeUrl} target="_blank" rel="noreferrer">
              {words.website} <span aria-hidden="true">↗</span>
              <span className="hidden-text">
                {bank.name} {words.newTab}
              </span>
            </a>
          </p>
          {bank.linkedCustomers.length === 0 && <p className="muted">{words.nobody}</p>}
          {bank.linkedCustomers.map((customer) => (
            <Customer
              key={customer.username}
              bankId={bank.id}
              customer={customer}
              outcomes={choices.outcomes}
              words={words}
              act={act}
            />
          ))}
          {bank.delivery.waiting > 0 && <p className="notice warn">{words.waiting(bank.delivery.waiting)}</p>}
          <details>
            <summary>{words.more}</summary>
            <div className="stack more">
              <Trouble bank={bank} choices={choices} words={words} act={act} />
              <Leave bankId={bank.id} words={words} act={act} />
            </div>
          </details>
        </>
      )}
    </section>
  )
}
