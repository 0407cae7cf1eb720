import { useState } from 'react'
import type { MessengerCodeJson } from '../../src/http/api.ts'
import { formatTime } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Qr } from './qr.tsx'
import { MESSENGER_WORDS } from './words.ts'

/** How the code gets into the chat: by a link, by a camera, or by hand where the messenger has no links. */
export function CodeToSend(props: { name: string; given: MessengerCodeJson; onStop(): void }) {
  const { locale } = useHere()
  const words = MESSENGER_WORDS[locale]
  const [copied, setCopied] = useState(false)
  const { name, given, onStop } = props
  const copy = () => navigator.clipboard.writeText(given.code).then(() => setCopied(true))

  return (
    <section className="card stack" aria-labelledby="code">
      <h2 id="code">{words.startTitle(name)}</h2>
      {given.url ? (
        <>
          <div>
            <a className="button primary" href={given.url} target="_blank" rel="noreferrer">
              {words.open(name)} <span aria-hidden="true">↗</span>
            </a>
          </div>
          <p>{words.orScan}</p>
          <Qr text={given.url} label={words.qr(name)} />
        </>
      ) : (
        <>
          {given.contact && (
            <p>
              {words.writeTo}{' '}
              <a href={given.contact.url} target="_blank" rel="noreferrer">
                {given.contact.name} <span aria-hidden="true">↗</span>
              </a>
            </p>
          )}
          <p>{words.typeThis}</p>
          <p className="row">
            <code className="code">{given.code}</code>
            <button type="button" className="small-button" onClick={() => void copy()}>
              {words.copy}
            </button>
          </p>
          <p className="small" role="status">
            {copied ? words.copied : ''}
          </p>
        </>
      )}
      <p className="small muted">
        {words.waits} {words.goodUntil(formatTime(given.expiresAt, locale))}
      </p>
      <div>
        <button type="button" onClick={onStop}>
          {words.stop}
        </button>
      </div>
    </section>
  )
}
