import { useId } from 'react'
import type { VerificationJson } from '../../src/http/api.ts'
import { useHere } from '../guichet.tsx'
import { pictureOf } from './pictures.ts'
import { MESSENGER_WORDS } from './words.ts'

/** Has the person compare pictures here and in their chat, after which answers may stand there. */
export function Verification(props: {
  seen: VerificationJson
  name: string
  onBegin(): void
  onSeen(same: boolean): void
}) {
  const { locale } = useHere()
  const words = MESSENGER_WORDS[locale]
  const id = useId()
  const { seen, name, onBegin, onSeen } = props

  if (seen.state === 'comparing')
    return (
      <section className="stack verification" aria-labelledby={id}>
        <h3 id={id}>{words.compareTitle}</h3>
        <p>{words.compareHow}</p>
        <ol className="plain-list row">
          {seen.pictures.map((index, at) => {
            const { symbol, name: called } = pictureOf(index, locale)
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a picture may come twice, and the seven never change their places.
              <li key={at} className="picture">
                <span aria-hidden="true">{symbol}</span>
                <span className="small">{called}</span>
              </li>
            )
          })}
        </ol>
        <div className="row">
          <button type="button" className="primary" onClick={() => onSeen(true)}>
            {words.areSame}
          </button>
          <button type="button" onClick={() => onSeen(false)}>
            {words.areOther}
          </button>
        </div>
      </section>
    )
  if (seen.state === 'never') return <p className="small verification">{words.neverThere}</p>
  const isUnderWay = ['wanted', 'waiting', 'same'].includes(seen.state)
  return (
    <div className="stack verification">
      <p className="small" role="status">
        {seen.state === 'done' ? words.verified : isUnderWay ? words.verifying(name) : words.sealedThere}
        {seen.state === 'ended' ? ` ${words.verifyEnded}` : ''}
      </p>
      {!isUnderWay && (
        <div>
          <button type="button" className="small-button" onClick={onBegin}>
            {seen.state === 'done' ? words.verifyAgain : words.verify}
          </button>
        </div>
      )}
    </div>
  )
}
