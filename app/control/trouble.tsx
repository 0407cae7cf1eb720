import { type FormEvent, useState } from 'react'
import type { Act, BankState, State } from './state.ts'
import type { ControlWords } from './words.ts'

/** Makes one of a bank's answers go wrong, in one of the ways that banks do. */
export function Trouble(props: {
  bank: BankState
  choices: State['choices']
  words: ControlWords
  act: Act
}) {
  const { bank, choices, words, act } = props
  const [endpoint, setEndpoint] = useState('accounts')
  const [fault, setFault] = useState('')
  const endpointName = (name: string) => words.endpoints[name] ?? name
  const faultName = (name: string) => words.faults[name] ?? name

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void act('faults', { bankId: bank.id, endpoint, fault: fault || null })
  }

  return (
    <form className="stack" onSubmit={submit}>
      <p className="small muted">{words.troubleHint}</p>
      {bank.faults.length > 0 && (
        <ul className="plain-list">
          {bank.faults.map((one) => (
            <li key={one.endpoint} className="small">
              {words.goesWrong(endpointName(one.endpoint), faultName(one.kind))}
            </li>
          ))}
        </ul>
      )}
      <label className="field">
        {words.endpoint}
        <select value={endpoint} onChange={(event) => setEndpoint(event.target.value)}>
          {choices.endpoints.map((name) => (
            <option key={name} value={name}>
              {endpointName(name)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {words.fault}
        <select value={fault} onChange={(event) => setFault(event.target.value)}>
          <option value="">{words.none}</option>
          {choices.faults.map((name) => (
            <option key={name} value={name}>
              {faultName(name)}
            </option>
          ))}
        </select>
      </label>
      <div>
        <button type="submit">{words.apply}</button>
      </div>
    </form>
  )
}
