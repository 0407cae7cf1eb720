import { type FormEvent, useState } from 'react'
import { Tick } from '../parts/tick.tsx'
import type { Details, Submit } from './details.ts'
import { BANK_WORDS } from './words.ts'

/** Who asks, for what, from which accounts, how long: the four things to know before saying yes. */
export function ConsentForm({
  details,
  busy,
  onSubmit,
}: {
  details: Details
  busy: boolean
  onSubmit: Submit
}) {
  const words = BANK_WORDS[details.locale]
  const { accounts, purposes, client, durationDays } = details
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(accounts.map((account) => account.accountId)),
  )
  const onlySignsIn = purposes.length === 0

  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const answer = (approve: boolean) =>
    onSubmit('consent', { accountIds: onlySignsIn ? [] : [...chosen], approve })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void answer(true)
  }

  return (
    <form className="stack bank-form" onSubmit={submit}>
      <h1>{onlySignsIn ? words.signsIn(client.name) : words.asks(client.name)}</h1>
      {onlySignsIn ? (
        <p>{words.signsInText(client.name)}</p>
      ) : (
        <>
          <section className="card" aria-labelledby="purposes">
            <h2 id="purposes" className="asked-for">
              {words.forPurposes}
            </h2>
            <ul className="plain-list asked">
              {purposes.map((purpose) => (
                <li key={purpose.id}>
                  <Tick />
                  {purpose.name}
                </li>
              ))}
            </ul>
          </section>
          <fieldset className="card accounts">
            <legend className="asked-for">{words.fromAccounts}</legend>
            {accounts.map((account) => (
              <label key={account.accountId} className="account">
                <input
                  type="checkbox"
                  checked={chosen.has(account.accountId)}
                  onChange={() => toggle(account.accountId)}
                />
                <span>
                  {account.name} <span className="muted">··{account.numberDisplay.slice(-4)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <p className="muted">{words.duration(durationDays)}</p>
        </>
      )}
      <div className="row">
        <button type="submit" className="primary" disabled={busy || (!onlySignsIn && chosen.size === 0)}>
          {words.approve}
        </button>
        <button type="button" disabled={busy} onClick={() => void answer(false)}>
          {words.refuse}
        </button>
      </div>
    </form>
  )
}
