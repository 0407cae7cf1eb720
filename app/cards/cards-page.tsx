import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { CardJson, CardOrderJson, CardsJson } from '../../src/http/api.ts'
import { get, post, Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { StepUpOr } from '../parts/step-up-or.tsx'
import { OneCard } from './one-card.tsx'
import './cards.css'

/** A person's cards: here, and never by a message, a card is unblocked or a new one ordered. */
export function CardsPage() {
  const { session, locale, words } = useHere()
  const [cards, setCards] = useState<CardJson[] | null>(null)
  const [said, setSaid] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const personId = session.person?.id

  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server says is in the session's language.
  useEffect(() => {
    if (!personId) return
    get<CardsJson>('/api/cards').then(
      (answer) => setCards(answer.cards),
      (failure: unknown) => {
        if (!(failure instanceof Refused && failure.code === 'not-signed-in')) setError(failure)
      },
    )
  }, [personId, locale])

  async function order(wanted: CardOrderJson) {
    if (busy) return
    setBusy(true)
    setError(null)
    setSaid([])
    try {
      const answer = await post<CardsJson>('/api/cards/orders', wanted)
      setCards(answer.cards)
      setSaid(answer.said)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className="page stack" id="content">
      <header className="stack">
        <Heading>{words.cardsTitle}</Heading>
        <p className="lead">{words.cardsIntro}</p>
        {personId && (
          <p>
            <Link href="/payments">{words.titles.payments}</Link>
          </p>
        )}
      </header>
      {!personId && (
        <div className="card stack">
          <p>{words.needSignIn}</p>
          <div>
            <Link className="button primary" href="/signin?next=/cards">
              {words.signIn}
            </Link>
          </div>
        </div>
      )}
      <StepUpOr error={error} next="/cards" />
      <div role="status">
        {said.map((sentence) => (
          <p key={sentence} className="notice">
            {sentence}
          </p>
        ))}
      </div>
      {cards?.length === 0 && (
        <div className="card stack">
          <p>{words.noCards}</p>
          <div>
            <Link className="button" href="/link">
              {words.banks}
            </Link>
          </div>
        </div>
      )}
      {cards && cards.length > 0 && (
        <ul className="cards">
          {cards.map((card) => (
            <OneCard
              key={`${card.linkId} ${card.accountId} ${card.cardNumberDisplay}`}
              card={card}
              busy={busy}
              onOrder={order}
            />
          ))}
        </ul>
      )}
    </main>
  )
}
