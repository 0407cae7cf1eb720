import type { ShowJson } from '../../../src/http/api.ts'
import { useHere } from '../../guichet.tsx'
import { Monogram } from '../../parts/monogram.tsx'

type OfferProps = Extract<ShowJson, { type: 'offer' }>

/** One of the bank's own products, and why it is shown. The buttons under the message stop offers for good. */
export function Offer({ bank, title, body, reason }: OfferProps) {
  const { words } = useHere()
  return (
    <section className="show offer">
      <p className="row">
        <Monogram name={bank} />
        <span className="small muted">{words.offerFrom(bank)}</span>
      </p>
      <h3>{title}</h3>
      <p>{body}</p>
      <p className="offer-reason">
        <strong>{words.why}</strong> {reason}
      </p>
    </section>
  )
}
