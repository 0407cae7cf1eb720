import type { GrantJson, ReadJson } from '../../src/http/api.ts'
import { formatDate, formatInstant, formatNumber } from '../format.ts'
import { useHere } from '../guichet.tsx'
import type { Verdict } from './verify-read.ts'

/** All there is to know about one read, and the file that proves it. */
export function ReadDetails(props: { read: ReadJson; verdict: Verdict; grant: GrantJson | undefined }) {
  const { locale, words } = useHere()
  const { read, verdict, grant } = props
  const who = words.actors[read.actor.kind] ?? read.actor.role
  const part = words.actorParts[read.actor.id] ?? read.actor.id
  const kinds = read.clusters.map((cluster) => words.clusters[cluster] ?? cluster)
  return (
    <>
      <dl className="facts">
        <dt>{words.date}</dt>
        <dd>{formatInstant(read.at, locale)}</dd>
        <dt>{words.by}</dt>
        <dd>{`${who}, ${part}`}</dd>
        <dt>{words.purpose}</dt>
        <dd>{read.purposeName}</dd>
        <dt>{words.dataKinds}</dt>
        <dd>{kinds.join(', ') || words.noData}</dd>
        <dt>{words.consent}</dt>
        <dd>
          <Consent read={read} grant={grant} />
        </dd>
        <dt>{words.loggedAs}</dt>
        <dd>{words.loggedNumber(formatNumber(read.seq, locale), read.deed)}</dd>
        {verdict.state === 'verified' && (
          <>
            <dt>{words.logIndex}</dt>
            <dd>{formatNumber(verdict.index, locale)}</dd>
            <dt>{words.logSize}</dt>
            <dd>{formatNumber(verdict.size, locale)}</dd>
          </>
        )}
        {verdict.state === 'wrong' && (
          <>
            <dt>{words.wrong}</dt>
            <dd>
              <code>{verdict.why}</code>
            </dd>
          </>
        )}
      </dl>
      <a href={`/api/privacy/reads/${encodeURIComponent(read.id)}/proof`} download>
        {words.proofFile}
      </a>
    </>
  )
}

function Consent({ read, grant }: { read: ReadJson; grant: GrantJson | undefined }) {
  const { locale, words } = useHere()
  if (read.consent === null) return words.noConsent
  if (!grant) return words.consentOnce
  return (
    <>
      {words.givenOn(formatDate(grant.createdAt, locale))}
      {' · '}
      <a href={grant.receiptHref} download>
        {words.receipt}
      </a>
    </>
  )
}
