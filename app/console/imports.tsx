import type { ConsoleImportJson, Locale } from '../../src/http/api.ts'
import type { ConsoleWords } from './words.ts'

type Props = { imports: ConsoleImportJson[] | null; words: ConsoleWords; locale: Locale }

/** What was tried and imported for this bank: who, when, which file, how many rows. */
export function Imports({ imports, words, locale }: Props) {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <section className="stack" aria-labelledby="imports">
      <h2 id="imports">{words.importsTitle}</h2>
      <p className="muted">{words.importsIntro}</p>
      {imports?.length === 0 && <p>{words.noImports}</p>}
      {imports && imports.length > 0 && (
        <ul className="plain-list imports">
          {imports.map((one) => (
            <li key={one.id} className="card">
              <p className="imports-head">
                <span>{time.format(one.startedAt)}</span>
                <span>{one.by ?? words.operator}</span>
                <State of={one} words={words} />
              </p>
              {one.rows && <p>{words.resultOf(one.rows.new, one.rows.changed, one.rows.refused)}</p>}
              <p className="muted">
                <span className="hidden-text">{words.what}</span>
                <code className="hash">{one.sha256}</code>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function State({ of, words }: { of: ConsoleImportJson; words: ConsoleWords }) {
  if (of.finishedAt === null) return <span className="tag warn">{words.unfinished}</span>
  if (of.rows === null) return <span className="tag warn">{words.refusedWhole}</span>
  return of.dryRun ? (
    <span className="tag plain">{words.dryRun}</span>
  ) : (
    <span className="tag good">{words.imported}</span>
  )
}
