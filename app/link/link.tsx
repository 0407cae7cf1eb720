import { type FormEvent, useEffect, useState } from 'react'
import type { BankJson, PurposeJson, RedirectJson } from '../../src/http/api.ts'
import { get, post } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'

/** Linking a bank, or adding a purpose to a link: what to read, what for, then on to the bank's own page. */
export function Link() {
  const { locale, words } = useHere()
  const [query] = useState(() => new URLSearchParams(location.search))
  const [banks, setBanks] = useState<BankJson[]>([])
  const [purposes, setPurposes] = useState<PurposeJson[]>([])
  const [bankId, setBankId] = useState(query.get('bank') ?? '')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const asked = query.get('purpose')

  useEffect(() => {
    get<BankJson[]>('/api/banks').then(setBanks, setError)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the sentences come in the session's language.
  useEffect(() => {
    get<PurposeJson[]>('/api/purposes').then(setPurposes, setError)
  }, [locale])

  const bank = banks.find((one) => one.id === bankId && one.status === 'open')
  const ready = bank !== undefined && chosen.size > 0

  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (!ready || busy) return
    setBusy(true)
    setError(null)
    try {
      const { redirect } = await post<RedirectJson>('/api/links', { bankId, purposes: [...chosen], locale })
      location.assign(redirect)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }

  return (
    <main className="page stack" id="content">
      <h1>{words.linkTitle}</h1>
      <p>{words.linkIntro}</p>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <fieldset className="choices">
          <legend>{words.chooseBank}</legend>
          {banks.map((one) => (
            <label key={one.id} className="choice">
              <input
                type="radio"
                name="bank"
                checked={one.id === bankId}
                disabled={one.status === 'withdrawn'}
                onChange={() => setBankId(one.id)}
              />
              <span>
                <strong>{one.name}</strong>{' '}
                {one.simulated && <span className="muted small">{words.simulated} </span>}
                {one.linked && <span className="tag">{words.alreadyLinked}</span>}
                {one.status === 'withdrawn' && <span className="muted small">{words.bankLeft}</span>}
              </span>
            </label>
          ))}
        </fieldset>
        <fieldset className="purposes">
          <legend>{words.choosePurposes}</legend>
          <p className="muted">{words.allOff}</p>
          {purposes.map((purpose) => (
            <label key={purpose.id} className="choice" id={purpose.id === asked ? 'asked' : undefined}>
              <input type="checkbox" checked={chosen.has(purpose.id)} onChange={() => toggle(purpose.id)} />
              <span>
                <strong>{purpose.name}</strong>
                <br />
                {purpose.sentence}
                <br />
                <span className="muted small">{words.upToDays(purpose.days)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <p className="notice">{words.never}</p>
        <Problem error={error} />
        <button type="submit" className="primary" disabled={!ready || busy}>
          {busy ? words.busy : bank && ready ? words.continueAt(bank.name) : words.continueNowhere}
        </button>
      </form>
    </main>
  )
}
