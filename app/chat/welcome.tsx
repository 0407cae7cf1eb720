import { Link } from 'wouter'
import { useHere } from '../guichet.tsx'

/** What a newcomer finds where a conversation will be. */
export function Welcome({ isLinked }: { isLinked: boolean }) {
  const { words } = useHere()
  return (
    <section className="welcome" aria-labelledby="welcome">
      <h2 id="welcome">{words.welcomeTitle}</h2>
      <p className="lead">{words.welcome}</p>
      {!isLinked && (
        <p>
          <Link className="button primary" href="/link">
            {words.linkBank}
          </Link>
        </p>
      )}
      <ul className="plain-list assurances">
        {words.assurances.map((sentence) => (
          <li key={sentence}>
            <Tick />
            {sentence}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Tick() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M4.5 10.5l3.6 3.6 7.4-8" fill="none" stroke="currentColor" strokeWidth="2.2" />
    </svg>
  )
}
