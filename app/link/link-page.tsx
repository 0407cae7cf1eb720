import { type FormEvent, useEffect, useState } from 'react'
import { Link, useSearch } from 'wouter'
import type { BankJson, PrivacyJson, PurposeJson, RedirectJson } from '../../src/http/api.ts'
import { get, post } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { goToBank } from '../parts/go-to-bank.ts'
import { Heading } from '../parts/heading.tsx'
import { Problem } from '../parts/problem.tsx'
import { BankChoice } from './bank-choice.tsx'
import { liveGrants, staysOn } from './live-grants.ts'
import { PurposeChoice } from './purpose-choice.tsx'
import './link.css'

/** Linking a bank, or adding a purpose to a link: what to read, what for, then on to the bank's own page. */
export function LinkPage() {
  const { session, locale, words } = useHere()
  const query = new URLSearchParams(useSearch())
  const [banks, setBanks] = useState<BankJson[]>([])
  const [purposes, setPurposes] = useState<PurposeJson[]>([])
  const [privacy, setPrivacy] = useState<PrivacyJson | null>(null)
  const [bankId, setBankId] = useState(query.get('bank') ?? '')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const isSomebody = session.person !== null

  useEffect(() => {
    get<BankJson[]>('/api/banks').then(setBanks, setError)
    // Coming back from the bank by the browser's back button shows this page as it was left.
    const wake = () => setBusy(false)
    addEventListener('pageshow', wake)
    return () => removeEventListener('pageshow', wake)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the sentences come in the session's language.
  useEffect(() => {
    get<PurposeJson[]>('/api/purposes').then(setPurposes, setError)
  }, [locale])

  useEffect(() => {
    if (isSomebody) get<PrivacyJson>('/api/privacy').then(setPrivacy, setError)
  }, [isSomebody])

  const bank = banks.find((one) => one.id === bankId && one.status === 'open')
  const live = liveGrants(privacy, bankId)
  // All at once: what was asked for is brought into view, and nothing may push it away again.
  const isReady = banks.length > 0 && purposes.length > 0 && (!isSomebody || privacy !== null)
  const asked = query.get('purpose')
  const canAdd = (id: string) => id === asked || !staysOn(live.get(id), Date.now())
  const adding = [...chosen].filter(canAdd)
  const isComplete = isReady && !purposes.some(({ id }) => canAdd(id))

  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (!bank || adding.length === 0 || busy) return
    setBusy(true)
    setError(null)
    try {
      const { redirect } = await post<RedirectJson>('/api/links', { bankId, purposes: adding, locale })
      goToBank(redirect)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }

  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{words.linkTitle}</Heading>
        <p className="lead">{words.linkIntro}</p>
      </header>
      {!isReady && <Problem error={error} />}
      <form className="link-form" hidden={!isReady} onSubmit={(event) => void submit(event)}>
        <fieldset>
          <legend>
            <Step number={1} />
            {words.chooseBank}
          </legend>
          <div className="banks">
            {banks.map((one) => (
              <BankChoice
                key={one.id}
                bank={one}
                chosen={one.id === bankId}
                onChoose={() => setBankId(one.id)}
              />
            ))}
          </div>
        </fieldset>
        <fieldset>
          <legend>
            <Step number={2} />
            {words.choosePurposes}
          </legend>
          {!isComplete && <p className="muted all-off">{live.size > 0 ? words.someOn : words.allOff}</p>}
          <div className="purposes">
            {(isReady ? purposes : []).map((purpose) => (
              <PurposeChoice
                key={purpose.id}
                purpose={purpose}
                chosen={chosen.has(purpose.id)}
                live={live.get(purpose.id)}
                isAsked={purpose.id === asked}
                onToggle={() => toggle(purpose.id)}
              />
            ))}
          </div>
        </fieldset>
        <p className="never">
          <strong>{words.neverTitle}</strong> {words.never}
        </p>
        <Problem error={error} />
        {bank && isComplete ? (
          <p role="status">
            {words.allOn(bank.name)} <Link href="/privacy">{words.privacyTitle}</Link>
          </p>
        ) : (
          <div className="go-on">
            <button type="submit" className="primary" disabled={!bank || adding.length === 0 || busy}>
              {busy ? words.busy : bank ? words.continueAt(bank.name) : words.continueNowhere}
            </button>
            <p className="small muted" role="status">
              {!bank
                ? words.chooseBankFirst
                : adding.length === 0
                  ? words.choosePurposeFirst
                  : words.atBank(bank.name)}
            </p>
          </div>
        )}
      </form>
    </main>
  )
}

function Step({ number }: { number: number }) {
  return <span className="step">{number}</span>
}
