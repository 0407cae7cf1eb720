import { type FormEvent, useState } from 'react'
import type { Details, Submit } from './details.ts'
import { BANK_WORDS } from './words.ts'

export function LoginForm({
  details,
  busy,
  onSubmit,
}: {
  details: Details
  busy: boolean
  onSubmit: Submit
}) {
  const words = BANK_WORDS[details.locale]
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void onSubmit('login', { username, password })
  }

  return (
    <>
      <h1>{words.login}</h1>
      {details.customers && (
        <section className="customers" aria-labelledby="customers">
          <p id="customers">{words.choose}</p>
          <div className="row">
            {details.customers.map((customer) => (
              <button
                key={customer.username}
                type="button"
                aria-pressed={username === customer.username}
                onClick={() => {
                  setUsername(customer.username)
                  setPassword(customer.password)
                }}
              >
                {customer.displayName}
              </button>
            ))}
          </div>
        </section>
      )}
      <form className="stack bank-form" onSubmit={submit}>
        <label className="field">
          {words.username}
          <input
            type="text"
            name="username"
            autoComplete="username"
            required
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        </label>
        <label className="field">
          {words.password}
          <input
            type="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <button type="submit" className="primary" disabled={busy}>
          {words.logIn}
        </button>
      </form>
    </>
  )
}
