import { useState } from 'react'
import type { CardJson, CardOrderJson } from '../../src/http/api.ts'
import { formatMoment } from '../format.ts'
import { useHere } from '../guichet.tsx'

type Kind = CardOrderJson['kind']

/** One card: whether it pays, and what can be done with it. Each deed is confirmed once, beside the card it is about. */
export function OneCard(props: {
  card: CardJson
  busy: boolean
  onOrder(order: CardOrderJson): Promise<void>
}) {
  const { card, busy, onOrder } = props
  const { locale, words } = useHere()
  const [asked, setAsked] = useState<Kind | null>(null)
  const { linkId, accountId, cardNumberDisplay, blockedAt, newCardAt, waitsFor } = card
  const deeds: Kind[] = blockedAt === null ? ['block'] : ['unblock', 'replace']

  const confirm = async (kind: Kind) => {
    await onOrder({ linkId, accountId, cardNumberDisplay, kind })
    setAsked(null)
  }

  return (
    <li className="card stack">
      <div>
        <h2 className="card-name">{words.cardEnding(cardNumberDisplay)}</h2>
        <p className="small muted">{card.account}</p>
      </div>
      <p>
        {blockedAt === null ? (
          words.cardPays
        ) : (
          <>
            <span className="tag warn">{words.cardBlocked}</span>{' '}
            {words.since(formatMoment(blockedAt, locale))}
          </>
        )}
      </p>
      {newCardAt !== null && <p>{words.newCardOrdered(formatMoment(newCardAt, locale))}</p>}
      {waitsFor && <p className="notice warn">{words.orderWaits[waitsFor]}</p>}
      {asked ? (
        <fieldset className="stack plain">
          <legend>{words.cardAsk[asked]}</legend>
          <div className="row">
            <button type="button" className="primary" disabled={busy} onClick={() => void confirm(asked)}>
              {busy ? words.busy : words.cardConfirm[asked]}
            </button>
            <button type="button" disabled={busy} onClick={() => setAsked(null)}>
              {words.cancel}
            </button>
          </div>
        </fieldset>
      ) : (
        <div className="row">
          {deeds.map((kind) => (
            <button
              key={kind}
              type="button"
              className={kind === 'block' ? 'danger' : ''}
              onClick={() => setAsked(kind)}
            >
              {words.cardDeeds[kind]}
              <span className="hidden-text"> ({words.cardEnding(cardNumberDisplay)})</span>
            </button>
          ))}
        </div>
      )}
    </li>
  )
}
