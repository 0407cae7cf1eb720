import { Link } from 'wouter'
import { useHere } from '../guichet.tsx'
import { Tick } from '../parts/tick.tsx'

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
            <Tick size={20} />
            {sentence}
          </li>
        ))}
      </ul>
    </section>
  )
}
