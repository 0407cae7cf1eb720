import { useCallback, useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { MessengerCodeJson, MessengerIdJson, MessengersJson } from '../../src/http/api.ts'
import { get, post, Refused, remove } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { isFramed } from '../parts/is-framed.ts'
import { Problem } from '../parts/problem.tsx'
import { AlertsHere } from '../push/alerts-here.tsx'
import { CodeToSend } from './code-to-send.tsx'
import { LinkedChats } from './linked-chats.tsx'
import { MailAddress } from './mail-address.tsx'
import { Match } from './match.tsx'
import { WordingLevel } from './wording-level.tsx'
import { MESSENGER_WORDS } from './words.ts'
import './messengers.css'

const LOOK_MS = 2_000

/** A code that was given out here and waits for its chat. */
type Waiting = { messenger: MessengerIdJson; given: MessengerCodeJson }

/** The person's chat apps: link one, put them in order, choose how much they are told, unlink. */
export function MessengersPage() {
  const { session, locale, words: all } = useHere()
  const words = MESSENGER_WORDS[locale]
  const [state, setState] = useState<MessengersJson | null>(null)
  const [waiting, setWaiting] = useState<Waiting | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const personId = session.person?.id
  const nameOf = (id: MessengerIdJson) => state?.messengers.find((one) => one.id === id)?.name ?? id

  const look = useCallback(async () => {
    try {
      setState(await get<MessengersJson>('/api/messengers'))
    } catch (failure) {
      if (!(failure instanceof Refused && failure.code === 'not-signed-in')) setError(failure)
    }
  }, [])

  useEffect(() => {
    if (personId) void look()
  }, [personId, look])

  const isLooking = waiting !== null && state?.pending === null
  useEffect(() => {
    if (!isLooking) return
    const timer = setInterval(() => {
      if (Date.now() < waiting.given.expiresAt) return void look()
      setWaiting(null)
      setWrong(words.over)
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [isLooking, waiting, look, words])

  /** Does one thing, shows what stands after it, and says so. */
  async function change(work: () => Promise<MessengersJson>, sentence: string) {
    setError(null)
    setWrong(null)
    setSaid(null)
    try {
      setState(await work())
      setSaid(sentence)
    } catch (failure) {
      setError(failure)
    }
  }

  async function begin(messenger: MessengerIdJson) {
    setError(null)
    setWrong(null)
    setSaid(null)
    try {
      const given = await post<MessengerCodeJson>('/api/messengers/codes', { messenger })
      setWaiting({ messenger, given })
    } catch (failure) {
      setError(failure)
    }
  }

  /** Begins to compare pictures, or says whether they are the same. What comes of it is looked for while it is under way. */
  async function verify({ id, messenger }: MessengersJson['addresses'][number], same?: boolean) {
    const at = `/api/messengers/addresses/${encodeURIComponent(id)}/verification`
    setError(null)
    setWrong(same === false ? words.differed(nameOf(messenger)) : null)
    try {
      setState(
        await post<MessengersJson>(same === undefined ? at : `${at}/conclude`, {
          ...(same !== undefined && { same }),
        }),
      )
    } catch (failure) {
      setError(failure)
      await look()
    }
  }
  const isVerifying =
    state?.addresses.some(
      ({ verification }) => verification && !['none', 'never', 'done', 'ended'].includes(verification.state),
    ) ?? false
  useEffect(() => {
    if (!isVerifying) return
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => clearInterval(timer)
  }, [isVerifying, look])

  async function confirm(digits: string) {
    const name = nameOf(state!.pending!.messenger)
    setWaiting(null)
    try {
      setState(await post<MessengersJson>('/api/messengers/confirm', { digits }))
      setSaid(words.linked(name))
    } catch (failure) {
      if (failure instanceof Refused && failure.code === 'match-wrong') setWrong(words.matchWrong)
      else setError(failure)
      await look()
    }
  }

  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{all.titles.messengers}</Heading>
        <p className="lead">{words.intro}</p>
      </header>
      {!personId && (
        <div className="card stack">
          <p>{words.signIn}</p>
          <div>
            <Link className="button primary" href="/signin?next=/messengers">
              {all.signIn}
            </Link>
          </div>
        </div>
      )}
      <Problem error={error} />
      {wrong && (
        <p className="notice bad" role="alert">
          {wrong}
        </p>
      )}
      <div role="status">{said && <p className="notice">{said}</p>}</div>
      {state?.pending && (
        <Match pending={state.pending} messenger={nameOf(state.pending.messenger)} onConfirm={confirm} />
      )}
      {waiting && !state?.pending && (
        <CodeToSend name={nameOf(waiting.messenger)} given={waiting.given} onStop={() => setWaiting(null)} />
      )}
      {state && !waiting && !state.pending && (
        <section className="stack" aria-labelledby="link-chat">
          <h2 id="link-chat">{words.linkTitle}</h2>
          {state.messengers.length === 0 && <p>{words.none}</p>}
          <ul className="plain-list row">
            {state.messengers.map(({ id, name }) => (
              <li key={id}>
                <button type="button" onClick={() => void begin(id)}>
                  {state.addresses.some(({ messenger }) => messenger === id)
                    ? words.again(name)
                    : words.link(name)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {state && (
        <>
          <LinkedChats
            addresses={state.addresses}
            nameOf={nameOf}
            onOrder={(ids, sentence) => change(() => post('/api/messengers/order', { ids }), sentence)}
            onVerify={(address) => void verify(address)}
            onSeen={(address, same) => void verify(address, same)}
            onUnlink={({ id, messenger }) =>
              change(
                () => remove(`/api/messengers/addresses/${encodeURIComponent(id)}`),
                // A Matrix room is left: no message can be written to us there any more.
                messenger === 'matrix'
                  ? words.unlinkedAndLeft(nameOf(messenger))
                  : words.unlinked(nameOf(messenger)),
              )
            }
          />
          {/* No browser lets a page within another ask for its messages. */}
          {state.push && !isFramed() && <AlertsHere push={state.push} onChange={setState} />}
          {state.mail && session.person?.hasLink && <MailAddress mail={state.mail} onChange={setState} />}
          <WordingLevel
            wording={state.wording}
            onChoose={(wording) =>
              void change(() => post('/api/messengers/wording', { wording }), words.saved)
            }
          />
        </>
      )}
    </main>
  )
}
