import type { Locale, StatementReportJson } from '../../src/http/api.ts'
import type { ConsoleWords } from './words.ts'

const COUNTS = ['new', 'changed', 'same', 'unlinked', 'tooOld', 'refused'] as const

/** What became of a file's rows, in counts, and where those stood that were refused. */
export function Report({
  report,
  words,
  locale,
}: {
  report: StatementReportJson
  words: ConsoleWords
  locale: Locale
}) {
  const number = new Intl.NumberFormat(locale)
  const more = report.rows.refused - report.refused.length
  return (
    <>
      <p className="muted">{words.recognised(report.version, report.statements)}</p>
      <dl className="counts">
        {COUNTS.filter((count) => count === 'new' || report.rows[count] > 0).map((count) => (
          <div key={count}>
            <dt>{words.counts[count]}</dt>
            <dd>{number.format(report.rows[count])}</dd>
          </div>
        ))}
      </dl>
      {report.balanced > 0 && <p>{words.balanced(report.balanced)}</p>}
      {report.unbalanced > 0 && <p className="notice warn">{words.unbalanced(report.unbalanced)}</p>}
      {report.withoutReference > 0 && <p>{words.withoutReference(report.withoutReference)}</p>}
      {report.refused.length > 0 && (
        <div className="stack">
          <h3>{words.refusedTitle}</h3>
          <ul className="plain-list refused">
            {report.refused.map(({ place, field, why }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a row may be at fault twice.
              <li key={at}>
                {words.line} {place.replace(/^line /, '')} · <code>{field}</code> · {words.why[why]}
              </li>
            ))}
          </ul>
          {more > 0 && <p>{words.refusedMore(more)}</p>}
        </div>
      )}
    </>
  )
}
