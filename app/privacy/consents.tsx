import { Link } from 'wouter'
import type { PrivacyJson } from '../../src/http/api.ts'
import { formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Monogram } from '../parts/monogram.tsx'
import { GrantLine } from './grant-line.tsx'
import { newestGrants } from './newest-grants.ts'

type LinkOfPrivacy = PrivacyJson['links'][number]

/** What the person allowed, bank by bank and purpose by purpose; each can be withdrawn here. */
export function Consents(props: { privacy: PrivacyJson; onChange(fresh: PrivacyJson): void }) {
  const { words } = useHere()
  const { privacy, onChange } = props
  // Banks that are linked stand before those that were.
  const links = [...privacy.links].sort(
    (a, b) => Number(b.status === 'linked') - Number(a.status === 'linked') || b.since - a.since,
  )
  return (
    <section className="stack" aria-labelledby="consents">
      <h2 id="consents">{words.consents}</h2>
      {links.length === 0 && <p>{words.noLinks}</p>}
      {links.map((link) => (
        <LinkCard key={link.id} link={link} onChange={onChange} />
      ))}
      <div>
        <Link className="button" href="/link">
          {words.linkBank}
        </Link>
      </div>
    </section>
  )
}

function LinkCard({ link, onChange }: { link: LinkOfPrivacy; onChange(fresh: PrivacyJson): void }) {
  const { locale, words } = useHere()
  return (
    <article className="card link-card" aria-labelledby={link.id}>
      <header className="link-head">
        <Monogram name={link.bank} />
        <div className="link-name">
          <h3 id={link.id}>{link.bank}</h3>
          <p className="small muted">
            {link.status === 'linked'
              ? words.linkedSince(formatDate(link.since, locale))
              : words.linkEnded[link.status]}
          </p>
        </div>
        {link.status === 'linked' && (
          <Link className="button quiet" href={`/link?bank=${encodeURIComponent(link.bankId)}`}>
            {words.addPurpose}
          </Link>
        )}
      </header>
      <ul className="plain-list">
        {newestGrants(link.grants).map((grant) => (
          <GrantLine key={grant.id} grant={grant} link={link} onChange={onChange} />
        ))}
      </ul>
    </article>
  )
}
