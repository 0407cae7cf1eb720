import { type FormEvent, useState } from 'react'
import type { MessengersJson } from '../../src/http/api.ts'
import { get, post, Refused, remove } from '../api.ts'
import { formatTime } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { MESSENGER_WORDS } from './words.ts'

/** Where a warning is mailed that reached the person nowhere else. What is mailed is a code first, to be typed here. */
export function MailAddress(props: {
  mail: NonNullable<MessengersJson['mail']>
  onChange(now: MessengersJson): void
}) {
  const { locale } = useHere()
  const words = MESSENGER_WORDS[locale]
  const { mailbox, pending } = props.mail
  const [address, setAddress] = useState('')
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)

  const [said, setSaid] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)

  /** Does one thing and says, where it was asked for, how it went. */
  async function change(work: () => Promise<MessengersJson>, sentence: string | null) {
    setBusy(true)
    setSaid(null)
    setError(null)
    try {
      props.onChange(await work())
      setSaid(sentence)
      setAddress('')
    } catch (failure) {
      setError(failure)
      // What five wrong codes have ended is no longer asked for.
      if (failure instanceof Refused && failure.code === 'mail-code-wrong')
        props.onChange(await get<MessengersJson>('/api/messengers'))
    } finally {
      setCode('')
      setBusy(false)
    }
  }
  const take = () => change(() => remove('/api/messengers/mail'), words.mailRemoved)
  const stop = () => change(() => remove('/api/messengers/mail/waiting'), null)

  function begin(event: FormEvent) {
    event.preventDefault()
    void change(() => post('/api/messengers/mail', { address: address.trim() }), null)
  }

  function confirm(event: FormEvent) {
    event.preventDefault()
    void change(() => post('/api/messengers/mail/confirm', { code }), words.mailKept)
  }

  return (
    <section className="card stack" aria-labelledby="mail-address">
      <h2 id="mail-address">{words.mailTitle}</h2>
      <p id="mail-says">{words.mailSays}</p>
      <Problem error={error} />
      <div role="status">{said && <p className="notice">{said}</p>}</div>
      {mailbox && (
        <div className="row mail-kept">
          <p className="address">
            <strong>{mailbox.address}</strong>
            {mailbox.state === 'gone' && <span className="tag warn">{words.mailGone}</span>}
          </p>
          <button type="button" className="small-button" onClick={() => void take()}>
            {words.mailRemove}
          </button>
        </div>
      )}
      {pending && (
        <form className="stack" onSubmit={confirm}>
          <p id="mail-how" className="address">
            {words.mailSentTo(pending.address, formatTime(pending.expiresAt, locale))}
          </p>
          <label className="field mail-code">
            {words.mailCode}
            <input
              type="text"
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={20}
              required
              aria-describedby="mail-how"
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </label>
          <div className="row">
            <button type="submit" className="primary" disabled={busy || code.trim().length < 8}>
              {words.mailConfirm}
            </button>
            <button type="button" onClick={() => void stop()}>
              {words.stop}
            </button>
          </div>
        </form>
      )}
      {!pending && (
        <form className="stack" onSubmit={begin}>
          <label className="field">
            {mailbox ? words.mailOther : words.mailAddress}
            <input
              type="email"
              autoComplete="email"
              spellCheck={false}
              maxLength={254}
              required
              aria-describedby="mail-says"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
          </label>
          <div>
            <button type="submit" disabled={busy || address.trim() === ''}>
              {words.mailBegin}
            </button>
          </div>
        </form>
      )}
    </section>
  )
}
