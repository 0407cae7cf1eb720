import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { WorthJson } from '../../src/http/api.ts'
import { get, post } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { useSaving } from './use-saving.ts'

/** What is said unasked, each kind on its own. They rest on one consent a bank, which is given on the page of the banks. */
export function WorthKnowing() {
  const { words } = useHere()
  const [kinds, setKinds] = useState<WorthJson[] | null>(null)
  const { busy, saved, error, setError, save } = useSaving()

  useEffect(() => {
    get<WorthJson[]>('/api/worth-knowing').then(setKinds, setError)
  }, [setError])

  const choose = (choice: WorthJson) =>
    save(async () => setKinds(await post<WorthJson[]>('/api/worth-knowing', choice)))

  return (
    <section className="card stack" aria-labelledby="worth-knowing">
      <h2 id="worth-knowing">{words.worthTitle}</h2>
      <p>
        {words.worthIntro} <Link href="/link">{words.banks}</Link>
      </p>
      <fieldset className="choices">
        <legend>{words.worthWhich}</legend>
        {kinds?.map(({ kind, isOn }) => (
          <label key={kind} className="pick">
            <input
              type="checkbox"
              checked={isOn}
              disabled={busy}
              onChange={(event) => void choose({ kind, isOn: event.target.checked })}
            />
            {words.worthKinds[kind]}
          </label>
        ))}
      </fieldset>
      <Problem error={error} />
      <div role="status">{saved && <p className="notice">{words.linesSaved}</p>}</div>
    </section>
  )
}
